"""Where a picture meets itself or a neighbour: D17 loops, D18 tiles."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from asset_pipeline.errors import ImageError
from asset_pipeline.imaging.arrays import Rgba, require_rgba
from asset_pipeline.imaging.measure.grid import PixelGrid, change_across, grid_cells, hidden_removed

_USUAL_PERCENT = 95
_CORNER_USUAL_PERCENT = 99


def wrap_seam(rgba: Rgba, grid: PixelGrid | None = None) -> float:
    """Measure how visible the seam of a picture is that goes on at its left where its right side ends (D17).

    Args:
        rgba: uint8 ``(height, width, 4)``, straight alpha, three columns or more; not changed.
        grid: the grid of pixel art. Without it the inside of its cells, where nothing changes, makes every
            line between two cells look like a seam.

    Returns:
        The difference of the last and the first column as a multiple of what 95 % of neighbouring columns stay
        below: up to about 1.25 no eye finds it. 0 where both columns are equal.

    Raises:
        ImageError: *rgba* is no picture, or too narrow.

    >>> wrap_seam(np.full((4, 4, 4), 200, np.uint8))
    0.0
    """
    return neighbour_seam(rgba, rgba, grid=grid)


def neighbour_seam(first: Rgba, second: Rgba, *, down: bool = False, grid: PixelGrid | None = None) -> float:
    """Measure the seam between two tiles of which the second lies to the right of the first, or below it (D18).

    Args:
        first: uint8 ``(height, width, 4)``, straight alpha; not changed.
        second: the same size.
        down: the second one lies below.
        grid: as for :func:`wrap_seam`, of both tiles.

    Returns:
        As :func:`wrap_seam`; what is usual is taken from both tiles.

    Raises:
        ImageError: one is no picture, they differ in size, or are too small.
    """
    left, right = (_columns(rgba, grid, down=down) for rgba in (first, second))
    if left.shape != right.shape or left.shape[1] < 3:
        raise ImageError(
            f"a seam needs two pictures of one size and 3 columns or more, got {first.shape} and {second.shape}"
        )
    pair = np.concatenate([left[:, -1:], right[:, :1]], axis=1)
    inner = (
        change_across(left)
        if first is second
        else np.concatenate([change_across(left), change_across(right)])
    )
    return _ratio(float(change_across(pair)[0]), float(np.percentile(inner, _USUAL_PERCENT)))


@dataclass(frozen=True)
class TileSeam:
    """How visible the seams of a tile beside itself are; each as :func:`wrap_seam`.

    Attributes:
        across: between its right and its left side.
        down: between its bottom and its top.
        corner: between the corners that meet diagonally where four copies touch.
    """

    across: float
    down: float
    corner: float


def tile_seam(rgba: Rgba, grid: PixelGrid | None = None) -> TileSeam:
    """Measure the seams of a tile that repeats across and down (D18).

    Args:
        rgba: uint8 ``(height, width, 4)``, straight alpha, 3 x 3 or more; not changed.
        grid: as for :func:`wrap_seam`.

    Raises:
        ImageError: *rgba* is no picture, or too small.
    """
    return TileSeam(
        across=neighbour_seam(rgba, rgba, grid=grid),
        down=neighbour_seam(rgba, rgba, down=True, grid=grid),
        corner=_corner(_columns(rgba, grid, down=False)),
    )


def _corner(tile: NDArray[np.uint8]) -> float:
    """Compare the two diagonals where four tiles meet with the diagonals inside; single pixels, so P99."""
    values = tile.astype(np.int32)
    falling = np.abs(values[1:, 1:] - values[:-1, :-1]).sum(axis=2)
    rising = np.abs(values[1:, :-1] - values[:-1, 1:]).sum(axis=2)
    usual = float(np.percentile(np.concatenate([falling, rising], axis=None), _CORNER_USUAL_PERCENT))
    met = max(
        int(np.abs(values[-1, -1] - values[0, 0]).sum()), int(np.abs(values[-1, 0] - values[0, -1]).sum())
    )
    return _ratio(float(met), usual)


def _columns(rgba: Rgba, grid: PixelGrid | None, *, down: bool) -> NDArray[np.uint8]:
    """Return what is seen of the picture, one pixel a cell, turned so that its seam is between columns."""
    require_rgba(rgba)
    cells = hidden_removed(rgba if grid is None else grid_cells(rgba, grid))
    return cells.transpose(1, 0, 2) if down else cells


def _ratio(seam: float, usual: float) -> float:
    if seam == 0:
        return 0.0
    return min(seam / usual, 1000.0) if usual > 0 else 1000.0
