"""Paints one layer of a scene by itself: the sky with what is far away, or a strip of land that stands on white."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from asset_pipeline.imaging.arrays import Floats
from asset_pipeline.providers.local.backdrop import Backdrop
from asset_pipeline.providers.local.brief import Brief
from asset_pipeline.providers.local.land import paint_strip
from asset_pipeline.providers.local.mood import mood_of
from asset_pipeline.providers.local.painter import BACKGROUND
from asset_pipeline.providers.local.pixels import from_grid, limit_colours
from asset_pipeline.providers.local.scene import CELLS, with_quiet_seam
from asset_pipeline.providers.local.sky import paint_sky

_NARROW_SHARE = 0.005  # of the height: half the width of a gap through which nobody sees
_EDGE_STEEPNESS = 1.6  # mist ends where the land ends: a cutter could not tell it from white


def paint_layer(brief: Brief, width_px: int, height_px: int) -> Floats:
    """Paint the layer that *brief* asks for; it loops sideways.

    Returns:
        ``(height_px, width_px, 3)`` float32 sRGB in ``[0, 1]``; off-white above a strip of land.
    """
    if not brief.style.grid_cells:
        rgb, cover = _painted(brief, width_px, height_px)
        return with_quiet_seam(_on_white(rgb, cover), np.zeros(width_px, np.bool_))
    cell = max(1, round(width_px / CELLS))
    rgb, cover = _painted(brief, -(-width_px // cell), -(-height_px // cell))
    hard = (cover > 0.5).astype(np.float32)
    few = _on_white(limit_colours(rgb, hard, brief.palette, 0.03), hard)
    return from_grid(with_quiet_seam(few, np.zeros(few.shape[1], np.bool_)), cell, width_px, height_px)


def _on_white(rgb: Floats, cover: Floats) -> Floats:
    return np.asarray(BACKGROUND + (rgb - BACKGROUND) * cover[..., None], np.float32)


def _painted(brief: Brief, width_px: int, height_px: int) -> tuple[Floats, Floats]:
    """Return the colours of a layer, and how much of each pixel it covers."""
    # The light of a layer is that of its world, which its own words need not name.
    mood = mood_of(replace(brief, words=(*brief.words, *brief.setting)))
    if not brief.plain:
        scene = Backdrop(brief, mood, width_px, height_px)
        paint_sky(scene)
        return np.clip(scene.rgb, 0, 1), np.ones((height_px, width_px), np.float32)
    black, white = Backdrop(brief, mood, width_px, height_px), Backdrop(brief, mood, width_px, height_px)
    white.rgb += 1
    for scene in (black, white):
        paint_strip(scene, brief.depth)
    # Whatever is laid on both hides the same share of either, so that what is left of their difference is what shows through.
    cover = np.clip(1 - (white.rgb - black.rgb).mean(axis=2), 0, 1)
    rgb = np.clip(black.rgb / np.maximum(cover, 1e-3)[..., None], 0, 1)
    return _without_gaps(rgb, np.clip((cover - 0.5) * _EDGE_STEEPNESS + 0.5, 0, 1).astype(np.float32))


def _without_gaps(rgb: Floats, cover: Floats) -> tuple[Floats, Floats]:
    """Close what of the paper would be seen between blades and trees: a cutter takes enclosed white for a part of the thing."""
    reach = np.ones((2 * max(1, round(_NARROW_SHARE * len(cover))) + 1,) * 2, np.uint8)
    closed_up = cv2.morphologyEx((cover > 0.5).astype(np.uint8), cv2.MORPH_CLOSE, reach)
    _, pieces = cv2.connectedComponents(1 - closed_up, connectivity=4)
    air = cv2.dilate((pieces == pieces[0, 0]).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    gaps = (cover < 0.99) & ~air
    u8 = np.rint(rgb * 255).astype(np.uint8)
    unknown = (cover < 0.99) & (cv2.dilate(gaps.astype(np.uint8), np.ones((11, 11), np.uint8)) > 0)
    filled = cv2.inpaint(u8, unknown.astype(np.uint8), 3, cv2.INPAINT_TELEA).astype(np.float32) / np.float32(
        255
    )
    return np.where(gaps[..., None], filled, rgb), np.where(gaps, np.float32(1), cover)
