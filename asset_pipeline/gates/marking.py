"""A picture of the fault: the sprite on a checkerboard, what is wrong outlined in magenta."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from asset_pipeline.imaging.alpha import over
from asset_pipeline.imaging.arrays import Region, Rgba, require_rgba
from asset_pipeline.imaging.measure.maps import require_same_size

MAGENTA = (255, 0, 255)
_GREYS = np.array([(104, 100, 112, 255), (122, 118, 130, 255)], np.uint8)
_CHECKS_ACROSS = 32
_LINE_SHARE = 1 / 256
_TINT = 0.35


def mark(rgba: Rgba, offending: Region | None) -> Rgba:
    """Lay a sprite on a checkerboard, tint the pixels at fault and draw a line around them.

    The line lies just outside of them and grows with the picture, so that single pixels are still seen on a thumbnail.

    Args:
        rgba: uint8 ``(height, width, 4)``, straight alpha; not changed.
        offending: bool of the same size, or ``None`` to mark nothing.

    Returns:
        A new opaque picture of the same size.

    Raises:
        ImageError: *rgba* is no picture, or the sizes differ.
    """
    require_rgba(rgba)
    marked = over([_checks(*rgba.shape[:2]), rgba])
    if offending is None:
        return marked
    require_same_size(rgba, offending, "a sprite and the mask of what is wrong with it")
    marked[offending, :3] = np.rint(marked[offending, :3] * (1 - _TINT) + np.array(MAGENTA) * _TINT)
    marked[_line_around(offending), :3] = MAGENTA
    return marked


def _line_around(offending: Region) -> Region:
    width_px = max(1, round(max(offending.shape) * _LINE_SHARE))
    reach = np.ones((2 * width_px + 1, 2 * width_px + 1), np.uint8)
    grown = cv2.dilate(offending.astype(np.uint8), reach) > 0
    return np.asarray(grown & ~offending, np.bool_)


def _checks(height: int, width: int) -> NDArray[np.uint8]:
    side_px = max(2, round(max(height, width) / _CHECKS_ACROSS))
    rows, columns = np.indices((height, width)) // side_px
    checks: NDArray[np.uint8] = _GREYS[(rows + columns) % 2]
    return checks
