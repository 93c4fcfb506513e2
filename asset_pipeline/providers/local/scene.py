"""Paints a scene: sky, then land from far to near; it loops sideways."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from asset_pipeline.imaging.arrays import Floats
from asset_pipeline.providers.local.backdrop import Backdrop
from asset_pipeline.providers.local.brief import Brief
from asset_pipeline.providers.local.land import paint_land
from asset_pipeline.providers.local.mood import mood_of
from asset_pipeline.providers.local.pixels import from_grid, limit_colours, to_grid
from asset_pipeline.providers.local.sky import paint_sky

CELLS = 256  # logical pixels across a pixel-art scene
_FINER = 2  # painted pixels in a logical one, each way


def paint_scene(brief: Brief, width_px: int, height_px: int) -> Floats:
    """Paint the scene that *brief* asks for.

    Every element is periodic in the width; the seam is put where neighbouring columns differ least.

    Returns:
        ``(height_px, width_px, 3)`` float32 sRGB in ``[0, 1]``.
    """
    if brief.style.grid_cells:
        return _pixel_scene(brief, width_px, height_px)
    scene = _painted(brief, width_px, height_px)
    return with_quiet_seam(np.clip(scene.rgb, 0, 1), scene.whole)


def _painted(brief: Brief, width_px: int, height_px: int) -> Backdrop:
    scene = Backdrop(brief, mood_of(brief), width_px, height_px)
    paint_sky(scene)
    paint_land(scene)
    return scene


def _pixel_scene(brief: Brief, width_px: int, height_px: int) -> Floats:
    """Paint a little finer than the grid and average: a whole number of logical pixels, so that the grid loops."""
    cell = max(1, round(width_px / CELLS))
    finer = min(cell, _FINER)
    scene = _painted(brief, -(-width_px // cell) * finer, -(-height_px // cell) * finer)
    grid = to_grid(np.clip(scene.rgb, 0, 1), finer)
    dither = 0.06 if brief.palette else 0.03
    few = limit_colours(grid, np.ones(grid.shape[:2], np.float32), brief.palette, dither)
    return from_grid(with_quiet_seam(few, scene.whole[::finer]), cell, width_px, height_px)


def with_quiet_seam(picture: Floats, whole: NDArray[np.bool_]) -> Floats:
    """Roll a looping picture so that its edges fall between two similar columns, neither of them *whole*.

    Args:
        picture: ``(height, width, 3)``; not changed.
        whole: bool ``(width,)``: the columns of what an edge should not cut through.
    """
    change = np.abs(picture - np.roll(picture, -1, axis=1)).mean((0, 2))
    return np.roll(picture, -int((change + whole).argmin()) - 1, axis=1)
