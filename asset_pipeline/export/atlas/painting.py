"""Pixels of a page: frames cut to what is visible, bled, extruded and put in their places."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from asset_pipeline.export.atlas.table import PlacedFrame
from asset_pipeline.imaging.alpha import PixelBox, alpha_box, bleed_alpha
from asset_pipeline.imaging.arrays import Rgba


def visible_box(rgba: Rgba) -> PixelBox:
    """Return the box of the visible pixels; one pixel where there are none, as in a frame that blinks."""
    return alpha_box(rgba) or PixelBox(0, 0, 1, 1)


def paint(
    width_px: int, height_px: int, pictures: Sequence[tuple[PlacedFrame, Rgba]], *, extrude_px: int
) -> Rgba:
    """Paint frames onto a transparent page.

    Within its rectangle a frame keeps its alpha and every visible colour; invisible pixels get the colour of the
    nearest solid one. Around it the outermost pixels are repeated, so that a filter that reaches over the edge finds
    what it would find at the edge of the picture alone.

    Args:
        width_px: width of the page.
        height_px: height of the page.
        pictures: where each goes, and the whole frame, uint8 ``(height, width, 4)``, straight alpha; not changed.
        extrude_px: how many pixels are repeated on each side.

    Returns:
        uint8 ``(height_px, width_px, 4)``, straight alpha.
    """
    page = np.zeros((height_px, width_px, 4), np.uint8)
    around = ((extrude_px, extrude_px), (extrude_px, extrude_px), (0, 0))
    for placement, rgba in pictures:
        box = placement.box
        part = rgba[placement.y : placement.y + box.height, placement.x : placement.x + box.width]
        part = np.pad(bleed_alpha(part), around, mode="edge")
        y, x = box.y - extrude_px, box.x - extrude_px
        page[y : y + part.shape[0], x : x + part.shape[1]] = part
    return page
