"""Exact coverage of pixels by shapes: how much of each pixel lies inside."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from asset_pipeline.imaging.arrays import Floats

_SCANLINES_PER_PX = 16


def polygon_coverage(points_px: NDArray[np.float64], *, width_px: int, height_px: int) -> Floats:
    """Cover a canvas by one closed polygon.

    Each scanline adds the exact share of a pixel right of every edge it crosses, and a running sum along x
    fills the inside: Raph Levien's accumulation buffer (font-rs, 2016), here with 16 scanlines a pixel.

    Args:
        points_px: float64 ``(corners, 2)``, x and y in pixels, the canvas's left top corner at (0, 0); not
            changed.
        width_px: width of the canvas.
        height_px: height of the canvas.

    Returns:
        float32 ``(height_px, width_px)`` in ``[0, 1]``; exact along x and to 1/16 px along y. Parts a polygon
        covers twice in the same direction count once.

    >>> square = np.array([[0.5, 0.0], [1.5, 0.0], [1.5, 1.0], [0.5, 1.0]])
    >>> polygon_coverage(square, width_px=3, height_px=1).tolist()
    [[0.5, 0.5, 0.0]]
    """
    line, x, direction = _crossings(points_px, height_px)
    x = x.clip(0, width_px)
    column = np.floor(x).astype(np.intp)
    right_share = column + 1 - x
    row_start = (line // _SCANLINES_PER_PX) * (width_px + 2)
    cells = height_px * (width_px + 2)
    change = np.bincount(row_start + column, direction * right_share, cells)
    change += np.bincount(row_start + column + 1, direction * (1 - right_share), cells)
    winding = np.cumsum(change.reshape(height_px, width_px + 2), axis=1)[:, :width_px] / _SCANLINES_PER_PX
    # Rounded, or what a sum of floats leaves behind would make pixels right of the shape all but empty.
    return np.abs(winding.round(9)).clip(0, 1).astype(np.float32)


def _crossings(
    points_px: NDArray[np.float64], height_px: int
) -> tuple[NDArray[np.intp], NDArray[np.float64], NDArray[np.float64]]:
    """Return scanline, x and direction (1 down, -1 up) of every place where an edge crosses a scanline."""
    ends = np.roll(points_px, -1, axis=0)
    upper = np.where((points_px[:, 1] <= ends[:, 1])[:, None], points_px, ends)
    lower = np.where((points_px[:, 1] <= ends[:, 1])[:, None], ends, points_px)
    # Scanline i lies at y = (i + 0.5) / 16; those with upper.y <= y < lower.y are crossed.
    lines = height_px * _SCANLINES_PER_PX
    first = np.ceil(upper[:, 1] * _SCANLINES_PER_PX - 0.5).clip(0, lines).astype(np.intp)
    last = np.ceil(lower[:, 1] * _SCANLINES_PER_PX - 0.5).clip(0, lines).astype(np.intp)
    count = last - first
    edge = np.repeat(np.arange(len(points_px)), count)
    line = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count) + first[edge]
    down_share = ((line + 0.5) / _SCANLINES_PER_PX - upper[edge, 1]) / (lower[edge, 1] - upper[edge, 1])
    x = upper[edge, 0] + down_share * (lower[edge, 0] - upper[edge, 0])
    direction = np.where(points_px[edge, 1] <= ends[edge, 1], 1.0, -1.0)
    return line, x, direction


def stretched_coverage(matte: Floats, *, left_px: float, right_px: float, canvas_px: int) -> Floats:
    """Stretch the columns of *matte* over a part of a canvas; stretch rows by passing the transpose.

    Every pixel becomes the exact mean of what falls on it, whether that is a share of one column or many
    columns.

    Args:
        matte: float32 ``(height, width)``; not changed.
        left_px: where the first column begins.
        right_px: where the last column ends; right of *left_px*.
        canvas_px: how many columns the result has.

    Returns:
        float32 ``(height, canvas_px)``; 0 outside ``left_px..right_px``.

    >>> stretched_coverage(np.ones((1, 2), np.float32), left_px=0.5, right_px=2.0, canvas_px=3).tolist()
    [[0.5, 1.0, 0.0]]
    """
    edges_px = np.linspace(left_px, right_px, matte.shape[1] + 1)
    pixel = np.arange(canvas_px)[None, :]
    overlap = np.minimum(edges_px[1:, None], pixel + 1) - np.maximum(edges_px[:-1, None], pixel)
    return matte @ overlap.clip(0).astype(np.float32)
