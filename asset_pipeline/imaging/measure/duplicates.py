"""D24: sprites of one set that are the same picture twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from asset_pipeline.imaging.arrays import Floats
from asset_pipeline.imaging.colour import delta_e76
from asset_pipeline.imaging.measure.maps import Maps

_SIDE_PX = 64
_HASH_SIDE = 8
_GREY_LAB = (53.6, 0.0, 0.0)
_WORTH_A_LOOK_BITS = 12


@dataclass(frozen=True, eq=False)
class Fingerprint:
    """What is compared of a sprite: its box, scaled to 64 x 64 px.

    Attributes:
        bits: bool ``(64,)``, the perceptual hash.
        lab: float32 ``(64, 64, 3)``, over mid-grey.
        matte: float32 ``(64, 64)``, 0..1.
        aspect: width divided by height of the box.
    """

    bits: NDArray[np.bool_] = field(repr=False)
    lab: Floats = field(repr=False)
    matte: Floats = field(repr=False)
    aspect: float


@dataclass(frozen=True)
class Twins:
    """Two sprites of a set that look alike.

    Attributes:
        first: index of one.
        second: index of the other, the larger one.
        hash_bits: bits in which their perceptual hashes differ, 0..64.
        delta_e: mean ΔE76 over what either covers.
        matte_iou: how much of their alpha they share, 0..1.
    """

    first: int
    second: int
    hash_bits: int
    delta_e: float
    matte_iou: float


def fingerprint(maps: Maps) -> Fingerprint | None:
    """Reduce a sprite to what :func:`twins` compares; ``None`` where nothing is solid."""
    if maps.box is None:
        return None
    x, y, width, height = maps.box
    part = np.s_[y : y + height, x : x + width]
    matte = _small(maps.alpha_u8[part].astype(np.float32) / np.float32(255))
    share = maps.rgba[(*part, slice(3, 4))].astype(np.float32) / np.float32(255)
    lab = _small(share * maps.lab[part] + (1 - share) * np.array(_GREY_LAB, np.float32))
    return Fingerprint(_perceptual_hash(lab[..., 0]), lab, matte, width / height)


def twins(prints: Sequence[Fingerprint | None]) -> Iterator[Twins]:
    """Compare all pairs of a set and yield those that may be near-duplicates (D24).

    The hash alone is no proof (every close pair it found in a real set of 161 was false); it only picks the pairs,
    up to 12 bits apart, for which the colours and the alpha are compared.

    Args:
        prints: one for each sprite; ``None`` is never like anything.
    """
    known = [index for index, one in enumerate(prints) if one is not None]
    present = [one for one in prints if one is not None]
    for number, one in enumerate(present):
        rest = present[number + 1 :]
        if not rest:
            return
        apart = np.count_nonzero(np.array([other.bits for other in rest]) ^ one.bits, axis=1)
        for offset in np.flatnonzero(apart <= _WORTH_A_LOOK_BITS):
            other = rest[offset]
            second = known[number + 1 + offset]
            yield Twins(known[number], second, int(apart[offset]), *_compared(one, other))


def _compared(one: Fingerprint, other: Fingerprint) -> tuple[float, float]:
    """Return mean ΔE and the overlap of alpha; boxes of another aspect share no more than their aspects do."""
    covered = np.maximum(one.matte, other.matte) > 0.02
    delta_e = float(delta_e76(one.lab, other.lab)[covered].mean())
    union = float(np.maximum(one.matte, other.matte).sum())
    shared = float(np.minimum(one.matte, other.matte).sum())
    same_aspect = min(one.aspect, other.aspect) / max(one.aspect, other.aspect)
    return delta_e, shared / union * same_aspect


def _perceptual_hash(lightness: Floats) -> NDArray[np.bool_]:
    """Return 64 bits: which of the lowest frequencies (DCT) are above their median."""
    lowest = cv2.dct(_resized(lightness, 32))[:_HASH_SIDE, :_HASH_SIDE].reshape(-1)
    return np.asarray(lowest > np.median(lowest[1:]), np.bool_)


def _small(values: Floats) -> Floats:
    return _resized(values, _SIDE_PX)


def _resized(values: Floats, side_px: int) -> Floats:
    """Scale to a square; averaged where it shrinks, interpolated where it grows."""
    height, width = values.shape[:2]
    shrunk = cv2.resize(values, (min(width, side_px), min(height, side_px)), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(shrunk, (side_px, side_px), interpolation=cv2.INTER_LINEAR), np.float32)
