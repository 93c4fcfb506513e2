"""Laying a layer over an opaque picture, and what its colours must be to show another one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

import cv2
import numpy as np
from numpy.typing import NDArray

from asset_pipeline.imaging.arrays import Floats, Rgba


def composition(layers: Sequence[Rgba]) -> NDArray[np.uint8]:
    """Return what layers of one size show, back to front over black: uint8 ``(height, width, 3)``."""
    return reduce(laid_over, layers, np.zeros((*layers[0].shape[:2], 3), np.uint8))


def laid_over(behind: NDArray[np.uint8], layer: Rgba) -> NDArray[np.uint8]:
    """Return what *layer* over *behind* shows: ``over`` of two layers, fast for one that is mostly hard.

    Args:
        behind: uint8 ``(height, width, 3)``, opaque; not changed.
        layer: uint8 ``(height, width, 4)``, straight alpha; not changed.
    """
    alpha_u8 = np.ascontiguousarray(layer[..., 3])
    colour = np.asarray(cv2.cvtColor(layer, cv2.COLOR_RGBA2RGB), np.uint8)
    shown = np.asarray(cv2.copyTo(colour, (alpha_u8 == 255).astype(np.uint8), behind.copy()), np.uint8)
    soft, share = _soft(alpha_u8)
    mixed = colour.reshape(-1, 3)[soft] * share + behind.reshape(-1, 3)[soft] * (1 - share)
    shown.reshape(-1, 3)[soft] = np.rint(mixed)
    return shown


def unmixed(
    rgb: NDArray[np.uint8], alpha_u8: NDArray[np.uint8], behind: NDArray[np.uint8]
) -> NDArray[np.uint8]:
    """Return the colours that, laid over *behind* with this alpha, show *rgb*; the nearest there are.

    Args:
        rgb: uint8 ``(height, width, 3)``; not changed.
        alpha_u8: uint8 ``(height, width)``.
        behind: as *rgb*.
    """
    colour = rgb.copy()
    soft, share = _soft(alpha_u8)
    shown, hidden = rgb.reshape(-1, 3)[soft], behind.reshape(-1, 3)[soft]
    colour.reshape(-1, 3)[soft] = np.rint(((shown - (1 - share) * hidden) / share).clip(0, 255))
    return colour


def _soft(alpha_u8: NDArray[np.uint8]) -> tuple[NDArray[np.intp], Floats]:
    """Return which pixels, as indices into the flat picture, are neither clear nor solid, and alpha there, ``(n, 1)``."""
    soft = np.flatnonzero((alpha_u8 > 0) & (alpha_u8 < 255))
    return soft, np.asarray(alpha_u8.reshape(-1)[soft, None] / np.float32(255), np.float32)
