"""Backdrops that still show what other layers hold."""

from __future__ import annotations

from collections.abc import Mapping

import cv2
import numpy as np
from numpy.typing import NDArray

from asset_pipeline.imaging.arrays import Region, Rgba
from asset_pipeline.imaging.parallax.inpaint import inpaint

_OPAQUE_MEAN_U8 = 250
_SOLID_U8 = 128
_SAME_U8 = 24
_SAME_SHARE = 0.9
_EVERYTHING_SHARE = 0.95
_EDGE_PX = 3


def doubles_removed(layers: Mapping[int, Rgba], source: Rgba) -> dict[int, Rgba]:
    """Open a backdrop where it shows the whole scene and other layers hold parts of it.

    Left as it is, a tree would stand in the backdrop once more as soon as its own layer moves, and no layer but
    the backdrop would seem to be needed. What is opened is to be continued from around it; where that is what the
    backdrop shows already, it is left alone.

    Args:
        layers: by number, uint8 ``(height, width, 4)`` each, straight alpha, all of the scene's size; not changed.
        source: the scene; not changed.

    Returns:
        The same numbers; layers that are no such backdrop are as they were.
    """
    opened = dict(layers)
    for number, layer in layers.items():
        if layer[..., 3].mean() < _OPAQUE_MEAN_U8:
            continue
        others = [other[..., 3] >= _SOLID_U8 for place, other in layers.items() if place != number]
        held = np.any([np.zeros(source.shape[:2], np.bool_), *others], axis=0)
        if not held.any() or held.mean() > _EVERYTHING_SHARE:
            continue
        rgb = np.ascontiguousarray(layer[..., :3])
        near = np.ones((2 * _EDGE_PX + 1,) * 2, np.uint8)
        around = cv2.dilate(held.astype(np.uint8), near) > 0
        if _alike(rgb, source, held) and not _alike(rgb, inpaint(rgb, ~around, wraps=False), held):
            opened[number] = layer.copy()
            opened[number][around, 3] = 0
    return opened


def _alike(one: NDArray[np.uint8], other: NDArray[np.uint8], region: Region) -> bool:
    """Tell whether two pictures show the same in nearly all of a region."""
    difference = cv2.absdiff(one, np.ascontiguousarray(other[..., :3]))[region].max(axis=1)
    return bool((difference <= _SAME_U8).mean() >= _SAME_SHARE)
