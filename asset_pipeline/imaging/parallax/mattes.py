"""The coverage of what lies below a ridge: crisp along an edge, fading in where there is none."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

import cv2
import numpy as np
from numpy.typing import NDArray

from asset_pipeline.imaging.arrays import Floats

_SOFTNESS_PX = 0.8
# The soft side of an outline belongs to what it outlines; left behind, it would show as a ghost.
_RIM_SHARE = 0.002
_REACH_SHARE = 0.004
# Colours that change by that much within the reach make an edge.
_FULL_CHANGE_U8 = 40.0
_LONGEST_FADE_SHARE = 0.06
_COARSE_SIDE_PX = 256
_AROUND_COARSE_PX = 15


def mattes_below(
    rgb: NDArray[np.uint8], ridges: Sequence[NDArray[np.intp]], *, wraps: bool
) -> list[NDArray[np.uint8]]:
    """Return alpha of what lies below each ridge.

    Along an edge of the scene it is as sharp as that. Where a ridge crosses something even, such as sky, because
    it has to pass somewhere, what is below fades in: a cut would show there as soon as layers move.

    Args:
        rgb: uint8 ``(height, width, 3)``, sRGB; not changed.
        ridges: the first row below each, ``(width,)``, as :func:`.ridges.find_ridges` gives them.
        wraps: the scene continues at its left side where its right side ends.

    Returns:
        For each ridge uint8 ``(height, width)``.
    """
    height, width = rgb.shape[:2]
    pad = width // 16
    columns = np.arange(-pad, width + pad)
    columns = columns % width if wraps else columns.clip(0, width - 1)
    fade_px = _fades(np.ascontiguousarray(rgb[:, columns]))
    rows = np.arange(height)[:, None] + round(_RIM_SHARE * height)
    mattes = [_matte((rows >= ridge[columns]).astype(np.uint8), fade_px) for ridge in ridges]
    return [np.ascontiguousarray(matte[:, pad : pad + width]) for matte in mattes]


def _fades(rgb: NDArray[np.uint8]) -> Floats:
    """Return, on a coarse copy, over how many pixels something should fade in that has its edge there."""
    around = np.ones((2 * max(1, round(_REACH_SHARE * len(rgb))) + 1,) * 2, np.uint8)
    change = reduce(cv2.max, cv2.split(cv2.morphologyEx(rgb, cv2.MORPH_GRADIENT, around)))
    scale = min(1.0, _COARSE_SIDE_PX / max(rgb.shape[:2]))
    coarse = cv2.resize(change, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA).astype(np.float32)
    longest_px = np.float32(_LONGEST_FADE_SHARE * len(rgb))
    return np.asarray(longest_px * (1 - coarse / np.float32(_FULL_CHANGE_U8)).clip(0, 1), np.float32)


def _matte(below_u8: NDArray[np.uint8], fade_px: Floats) -> NDArray[np.uint8]:
    """Let what is below, 1, fade in over as many pixels as its edge nearby says."""
    coarse = cv2.resize(below_u8.astype(np.float32), fade_px.shape[::-1], interpolation=cv2.INTER_AREA)
    edge = ((coarse > 0) & (coarse < 1)).astype(np.float32)
    around = (_AROUND_COARSE_PX, _AROUND_COARSE_PX)
    usual_px = cv2.blur(fade_px * edge, around) / np.maximum(cv2.blur(edge, around), 1e-3)
    length_px = cv2.resize(1 + usual_px, below_u8.shape[::-1], interpolation=cv2.INTER_LINEAR)
    inside_px = cv2.distanceTransform(below_u8, cv2.DIST_L2, cv2.DIST_MASK_3)
    ramp = cv2.convertScaleAbs(cv2.divide(inside_px, length_px), alpha=255)
    return np.asarray(cv2.GaussianBlur(ramp, (0, 0), _SOFTNESS_PX, borderType=cv2.BORDER_REPLICATE), np.uint8)
