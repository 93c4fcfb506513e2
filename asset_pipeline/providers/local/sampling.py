"""Small array tools with exact types: steps, distances, resampling."""

from __future__ import annotations

from typing import Any, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from asset_pipeline.imaging.arrays import Floats

AnyFloats: TypeAlias = NDArray[np.floating[Any]]


def soft_step(values: AnyFloats, edge: float, width: float) -> Floats:
    """Go from 0 to 1 around *edge*, linearly over *width*."""
    return np.asarray(
        np.clip((values - np.float32(edge)) / np.float32(width) + np.float32(0.5), 0, 1), np.float32
    )


def depth_px(cover: AnyFloats) -> Floats:
    """Measure the distance from each covered pixel to the edge, counting the picture's rim as an edge."""
    return distance_px(np.pad(cover > 0.5, 1))[1:-1, 1:-1]


def resized(picture: AnyFloats, width: int, height: int, interpolation: int) -> Floats:
    """Scale to *width* x *height* with one of OpenCV's interpolations."""
    return np.asarray(cv2.resize(picture, (width, height), interpolation=interpolation), np.float32)


def remapped(picture: AnyFloats, x: AnyFloats, y: AnyFloats, interpolation: int) -> Floats:
    """Read *picture* at ``(x, y)`` in pixels, which broadcast together; beyond its rim it is mirrored."""
    at_x, at_y = (np.ascontiguousarray(place, np.float32) for place in np.broadcast_arrays(x, y))
    return np.asarray(
        cv2.remap(picture, at_x, at_y, interpolation, borderMode=cv2.BORDER_REFLECT), np.float32
    )


def blurred(picture: AnyFloats, sigma_px: float) -> Floats:
    """Blur by a Gaussian of *sigma_px*."""
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), sigma_px), np.float32)


def distance_px(outside: NDArray[np.bool_]) -> Floats:
    """Measure, where *outside* holds, the distance to where it does not."""
    return np.asarray(cv2.distanceTransform(outside.astype(np.uint8), cv2.DIST_L2, 5), np.float32)
