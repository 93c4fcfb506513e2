"""Continuing the known part of a picture over the rest."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from asset_pipeline.imaging.arrays import Region

_FILL_SIDE_PX = 96
_FILL_RADIUS_PX = 3


def inpaint(picture: NDArray[np.uint8], known: Region, *, wraps: bool) -> NDArray[np.uint8]:
    """Continue the *known* part of a picture over the rest.

    Telea's inpainting (2004) on a small copy: for what only slivers ever show of.

    Args:
        picture: uint8 ``(height, width, 3)``, or ``(height, width)`` for one channel; not changed.
        known: bool ``(height, width)``.
        wraps: the picture continues at its left side where its right side ends.

    Returns:
        A new picture of that size; where known, the same values. Where nothing is known, 0.
    """
    if known.all():
        return picture.copy()
    height, width = known.shape
    scale = min(1.0, _FILL_SIDE_PX / max(height, width))
    small_width, small_height = max(1, round(width * scale)), max(1, round(height * scale))
    small_size = (small_width, small_height)
    known_u8 = known.astype(np.uint8)
    share = cv2.resize(known_u8.astype(np.float32), small_size, interpolation=cv2.INTER_AREA)
    total = cv2.resize(cv2.copyTo(picture, known_u8), small_size, interpolation=cv2.INTER_AREA)
    divisor = np.maximum(share, 1 / 255).reshape(share.shape + (1,) * (picture.ndim - 2))
    small = np.rint(total / divisor).clip(0, 255).astype(np.uint8)
    pad = small_width // 4 if wraps else 0
    padded = np.pad(small, ((0, 0), (pad, pad), *((0, 0),) * (picture.ndim - 2)), "wrap")
    missing = np.pad(share < 0.5, ((0, 0), (pad, pad)), "wrap").astype(np.uint8)
    painted = cv2.inpaint(padded, missing, _FILL_RADIUS_PX, cv2.INPAINT_TELEA)
    across, down = width / small_width, height / small_height
    large = cv2.resize(painted, None, fx=across, fy=down, interpolation=cv2.INTER_CUBIC)
    left = round(pad * across)
    filled = np.ascontiguousarray(large[:height, left : left + width], np.uint8)
    return np.asarray(cv2.copyTo(picture, known_u8, filled), np.uint8)
