"""D13: the checkerboard that a model draws where it means "transparent"."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from asset_pipeline.imaging.arrays import Floats, Region
from asset_pipeline.imaging.measure.maps import Maps, luma_of, require_same_size

_AWAY_PX = 10.0
_LEAST_AREA_PX = 1024
_LEAST_RMS = 5e-4
_HIGH_PASS_SIGMA_PX = 16.0
_CLIPPED_RMS = 3.0
_CELLS_PX = np.arange(5, 41)
_REACH_PX = 2 * 40 + 1
# Below this nothing is worth a second look.
_SUSPICIOUS = 0.05
_OFFENDING = 0.1
# Drawn checkerboards stay below 0.1, a badly drawn one of a real model was 0.55; stripes are 1, sunrays more.
_STRIPES_SHARE = 0.8


@dataclass(frozen=True, eq=False)
class Checkerboard:
    """How much like a checkerboard a background is.

    Attributes:
        score: about 0 for anything else, about 0.2 for one drowned in noise, 0.7 for a clean one; at most 1.
        cell_px: the best fitting size of a square (or an odd multiple of it).
        offending: where squares alternate, as far as they were found.
    """

    score: float
    cell_px: int
    offending: Region = field(repr=False)


def checkerboard(before: NDArray[np.uint8], maps: Maps) -> Checkerboard | None:
    """Look for a regular checkerboard behind a sprite, by autocorrelation (D13).

    The background is high-passed and compared with itself, shifted: on a checkerboard of cells of p pixels it
    is alike when shifted by (p, p) or two cells, and opposite when shifted by one. Diagonal stripes and sunrays
    do that too, on the whole; but place by place they are alike or opposite when shifted diagonally by half a
    cell, which a checkerboard never is. They score 0.

    Args:
        before: uint8 ``(height, width, 3 or 4)``, the picture before its background was removed.
        maps: the sprite cut out of it.

    Returns:
        The likeness; ``None`` where less than 1024 px lie more than 10 px outside the sprite.

    Raises:
        ImageError: the sizes differ.
    """
    require_same_size(before, maps.solid, "a sprite and the picture it was cut from")
    region = maps.outside_px > _AWAY_PX
    if np.count_nonzero(region) < _LEAST_AREA_PX:
        return None
    texture = _high_passed(luma_of(before), region)
    if texture is None:
        return Checkerboard(0.0, 0, np.zeros_like(region))
    scores, alike = _scores(texture, region)
    cell_px = int(_CELLS_PX[scores.argmax()])
    score = float(scores.max())
    if score < _SUSPICIOUS:
        return Checkerboard(max(score, 0.0), cell_px, np.zeros_like(region))
    if _diagonal_stripes(texture, region, cell_px) > _STRIPES_SHARE * alike[scores.argmax()]:
        return Checkerboard(0.0, cell_px, np.zeros_like(region))
    return Checkerboard(score, cell_px, _alternating(texture, region, cell_px))


def _high_passed(luma: Floats, region: Region) -> Floats | None:
    """Return what is finer than 16 px within *region*, of rms 1 and clipped at 3; ``None`` where it is flat."""
    inside = region.astype(np.float32)
    texture = luma * inside
    smooth, weight = _blurred(texture), _blurred(inside)
    np.divide(smooth, weight, out=smooth, where=weight > 0)
    np.multiply(smooth, inside, out=smooth)
    texture -= smooth
    area_px = np.count_nonzero(region)
    rms = float(np.sqrt(cv2.norm(texture, cv2.NORM_L2SQR) / area_px))
    if rms < _LEAST_RMS:
        return None
    np.clip(texture, -_CLIPPED_RMS * rms, _CLIPPED_RMS * rms, out=texture)
    texture /= np.sqrt(cv2.norm(texture, cv2.NORM_L2SQR) / area_px)
    return texture


def _blurred(values: Floats) -> Floats:
    """Blur by a Gaussian, on a smaller copy where the picture is large: it is 8 times as fast, and within 1 %."""
    height, width = values.shape
    step = 4 if min(height, width) >= 256 else 1
    small = cv2.resize(values, (width // step, height // step), interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), _HIGH_PASS_SIGMA_PX / step)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)


def _scores(texture: Floats, region: Region) -> tuple[Floats, Floats]:
    """Return for each size of cell the likeness with a checkerboard, and that of cells that touch diagonally."""
    likeness = _autocorrelation(texture, region)
    cell, no = _CELLS_PX, np.zeros_like(_CELLS_PX)
    diagonal = likeness[cell, cell]
    opposite = -np.minimum(likeness[cell, no], likeness[no, cell])
    again = np.maximum(likeness[2 * cell, no], likeness[no, 2 * cell])
    return np.minimum(np.minimum(diagonal, opposite), again), diagonal


def _autocorrelation(texture: Floats, region: Region) -> Floats:
    """Return the mean product of the texture with itself at shifts of 0..80 px down and across.

    Only pairs within *region* count. Both sums are one Fourier transform there and back (Wiener and
    Khinchin), padded, so that nothing wraps around.
    """
    products, pairs = (_self_products(values) for values in (texture, region))
    enough = max(256.0, 0.02 * float(pairs[0, 0]))
    likeness: Floats = np.where(pairs >= enough, products / np.maximum(pairs, 1), 0).astype(np.float32)
    return likeness


def _self_products(values: Floats | Region) -> Floats:
    """Return the sums of products for shifts of 0..80 px down and across."""
    height, width = values.shape
    # Multiples of 64 are transformed half as fast again as the other sizes OpenCV calls optimal.
    sides = [64 * cv2.getOptimalDFTSize((side + _REACH_PX + 63) // 64) for side in (height, width)]
    padded = np.zeros(sides, np.float32)
    padded[:height, :width] = values
    # In place, since new memory costs as much as the transform; without nonzeroRows, which takes the slow path.
    cv2.dft(padded, dst=padded)
    cv2.mulSpectrums(padded, padded, 0, c=padded, conjB=True)
    cv2.idft(padded, dst=padded, flags=cv2.DFT_SCALE)
    return padded[:_REACH_PX, :_REACH_PX].copy()


def _diagonal_stripes(texture: Floats, region: Region, cell_px: int) -> float:
    """Return how alike, place by place, the texture is or is not when shifted diagonally by half a cell: 0..1."""
    half = cell_px // 2
    window = (4 * cell_px, 4 * cell_px)
    inside = region.astype(np.float32)
    strength = []
    for step in (half, -half):
        local = cv2.blur(texture * _shifted(texture, half, step), window)
        pairs = cv2.blur(inside * _shifted(inside, half, step), window)
        strength.append(float(np.abs(local).sum() / max(pairs.sum(), 1.0)))
    return max(strength)


def _alternating(texture: Floats, region: Region, cell_px: int) -> Region:
    """Return where neighbours one cell away are opposite and those on the diagonal alike."""
    window = (4 * cell_px, 4 * cell_px)
    opposite = cv2.blur(-texture * (_shifted(texture, 0, cell_px) + _shifted(texture, cell_px, 0)), window)
    alike = cv2.blur(texture * _shifted(texture, cell_px, cell_px), window)
    return region & (opposite > 2 * _OFFENDING) & (alike > _OFFENDING)


def _shifted(values: Floats, down: int, across: int) -> Floats:
    """Return the values found so many pixels further down and across; 0 beyond the frame."""
    to_there = np.array([[1.0, 0.0, -across], [0.0, 1.0, -down]])
    height, width = values.shape
    return np.asarray(cv2.warpAffine(values, to_there, (width, height), flags=cv2.INTER_NEAREST), np.float32)
