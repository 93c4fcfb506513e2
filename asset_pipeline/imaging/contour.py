"""A line of one colour around a cut-out subject."""

from __future__ import annotations

import cv2
import numpy as np

from asset_pipeline.imaging.alpha import over
from asset_pipeline.imaging.arrays import Rgb, Rgba
from asset_pipeline.imaging.regions import distance_px

_CROSS = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]], np.uint8)


def outline_cells(cells: Rgba, colour: Rgb) -> Rgba:
    """Surround pixel art by one cell; corners stay open, as artists draw them.

    Args:
        cells: uint8 ``(height, width, 4)``, alpha 0 or 255, with room around its subject; not changed.
        colour: of the line.

    Returns:
        A new picture of the same size.
    """
    drawn = cells[..., 3] > 0
    line = cv2.dilate(drawn.astype(np.uint8), _CROSS).astype(bool) & ~drawn
    outlined = cells.copy()
    outlined[line] = (*colour, 255)
    return outlined


def outline_smoothly(rgba: Rgba, colour: Rgb, width_px: int) -> Rgba:
    """Lay a line behind a subject, antialiased on both sides, that reaches *width_px* beyond its edge.

    Args:
        rgba: uint8 ``(height, width, 4)``, straight alpha, with room around its subject; not changed.
        colour: of the line.
        width_px: how far it reaches, 1 or more.

    Returns:
        A new picture of the same size, straight alpha.
    """
    solid = rgba[..., 3] >= 128
    if not solid.any():
        return rgba.copy()
    # The edge lies half a pixel outside the centre of the outermost solid pixel.
    reach = width_px + 1 - distance_px(solid)
    line = np.empty_like(rgba)
    line[..., :3] = colour
    line[..., 3] = np.rint(reach.clip(0, 1) * 255)
    return over([line, rgba])
