"""D15: whether pixel art lies on a true grid, and on which."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from asset_pipeline.imaging.arrays import Rgba, require_rgba

_CELLS_PX = range(2, 33)
_AS_GOOD = 0.95


@dataclass(frozen=True)
class PixelGrid:
    """The grid that fits a picture best.

    Attributes:
        score: 1 where every change lies between cells, about 0 where there is no grid.
        cell_px: width and height of a cell.
        left_px: where the first cell that is not cut begins, 0..cell_px - 1.
        top_px: the same from the top.
    """

    score: float
    cell_px: int
    left_px: int
    top_px: int


def pixel_grid(rgba: Rgba) -> PixelGrid | None:
    """Find the largest grid of squares between which nearly all change lies (D15).

    For each cell of 2 to 32 px, the share of all change between neighbouring pixels that lies on the best grid of
    that cell, less what any grid would get. JPEG and smooth scaling destroy it: measure before either.

    Args:
        rgba: uint8 ``(height, width, 4)``, straight alpha; not changed.

    Returns:
        The largest grid within 5 % of the best one's score; ``None`` where nothing changes along an axis, or a
        side is shorter than 4 px.

    Raises:
        ImageError: *rgba* is no picture.

    >>> art = np.random.default_rng(0).integers(0, 255, (8, 8, 4), np.uint8)
    >>> pixel_grid(art.repeat(4, axis=0).repeat(4, axis=1))
    PixelGrid(score=1.0, cell_px=4, left_px=0, top_px=0)
    """
    require_rgba(rgba)
    if min(rgba.shape[:2]) < 2 * _CELLS_PX[0]:
        return None
    shown = hidden_removed(rgba)
    energies = change_across(shown), change_down(shown)
    if min(energy.sum() for energy in energies) <= 0:
        return None
    grids = [_grid(energies, cell_px) for cell_px in _CELLS_PX if cell_px <= min(rgba.shape[:2]) // 2]
    best = max((grid.score for grid in grids), default=0.0)
    return max(
        (grid for grid in grids if grid.score >= _AS_GOOD * best), key=lambda g: g.cell_px, default=None
    )


def hidden_removed(rgba: Rgba) -> Rgba:
    """Return the picture premultiplied in uint8: what cannot be seen does not count."""
    if (rgba[..., 3] == 255).all():
        return rgba
    alpha_u8 = rgba[..., 3]
    shown = np.asarray(cv2.multiply(rgba, cv2.merge([alpha_u8] * 4), scale=1 / 255), np.uint8)
    shown[..., 3] = alpha_u8
    return shown


def change_across(pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return for each two neighbouring columns how much they differ in all, ``(width - 1,)``."""
    change = cv2.absdiff(pixels[:, 1:], pixels[:, :-1])
    total = cv2.reduce(change, 0, cv2.REDUCE_SUM, dtype=cv2.CV_32S)
    energy: NDArray[np.float64] = np.asarray(total, np.float64).reshape(-1, pixels.shape[2]).sum(axis=1)
    return energy


def change_down(pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return for each two neighbouring rows how much they differ in all, ``(height - 1,)``."""
    change = cv2.absdiff(pixels[1:], pixels[:-1])
    total = cv2.reduce(change, 1, cv2.REDUCE_SUM, dtype=cv2.CV_32S)
    energy: NDArray[np.float64] = np.asarray(total, np.float64).reshape(-1, pixels.shape[2]).sum(axis=1)
    return energy


def grid_cells(rgba: Rgba, grid: PixelGrid) -> Rgba:
    """Return one pixel for each cell: the one in its middle; cells cut by the frame count where their middle shows."""
    half = grid.cell_px // 2
    rows = slice((grid.top_px + half) % grid.cell_px, None, grid.cell_px)
    columns = slice((grid.left_px + half) % grid.cell_px, None, grid.cell_px)
    return rgba[rows, columns]


def _grid(energies: tuple[NDArray[np.float64], NDArray[np.float64]], cell_px: int) -> PixelGrid:
    shares, phases = zip(*(_best_phase(energy, cell_px) for energy in energies), strict=True)
    by_chance = 1 / cell_px
    score = (sum(shares) / 2 - by_chance) / (1 - by_chance)
    return PixelGrid(float(score), cell_px, *phases)


def _best_phase(energy: NDArray[np.float64], cell_px: int) -> tuple[float, int]:
    """Return the largest share of change on lines *cell_px* apart, and where the first of them lies."""
    on_line = np.bincount(np.arange(1, len(energy) + 1) % cell_px, energy, cell_px)
    phase = int(on_line.argmax())
    return float(on_line[phase] / energy.sum()), phase
