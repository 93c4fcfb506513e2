"""Splitting a scene into layers."""

from __future__ import annotations

import cv2
import numpy as np

from asset_pipeline.errors import ImageError
from asset_pipeline.imaging.arrays import Rgba, require_rgba
from asset_pipeline.imaging.parallax.blending import laid_over, unmixed
from asset_pipeline.imaging.parallax.inpaint import inpaint
from asset_pipeline.imaging.parallax.mattes import mattes_below
from asset_pipeline.imaging.parallax.ridges import find_ridges

_LEAST_ROWS_A_LAYER = 4
# Below this share of the nearer layer a pixel still shows the farther one truly enough to be kept in it.
_KEPT_ALPHA_U8 = 64


def decompose(rgba: Rgba, layer_count: int, *, wraps: bool = True) -> list[Rgba]:
    """Split a scene into depths along its ridgelines, from the sky in the back to the ground in front.

    Every layer but the farthest begins at its ridge and goes on to the bottom; where nearer layers hide it, it is
    filled in, so that layers may move against each other without showing a hole. Laid over each other they give
    the scene.

    Args:
        rgba: uint8 ``(height, width, 4)``, opaque; not changed.
        layer_count: how many layers, 1 or more.
        wraps: the scene continues at its left side where its right side ends, and so shall every layer.

    Returns:
        *layer_count* pictures of the scene's size, straight alpha, back to front; the first is opaque.

    Raises:
        ImageError: *rgba* is no opaque picture, or too low for so many layers.
    """
    require_rgba(rgba)
    if rgba[..., 3].min() < 255:
        raise ImageError(
            "a scene with transparent pixels cannot be split into layers; lay it over its sky first"
        )
    if layer_count < 1 or len(rgba) < _LEAST_ROWS_A_LAYER * layer_count:
        raise ImageError(
            f"a scene {len(rgba)} px high can be split into 1 to {len(rgba) // _LEAST_ROWS_A_LAYER} layers, "
            f"not {layer_count}"
        )
    rgb = np.ascontiguousarray(rgba[..., :3])
    ridges = find_ridges(rgb, layer_count - 1, wraps=wraps)
    mattes = mattes_below(rgb, ridges, wraps=wraps)
    nothing = np.zeros(rgb.shape[:2], np.uint8)
    composed = rgb.copy()
    layers = []
    for own, nearer in zip([255 - nothing, *mattes], [*mattes, nothing], strict=True):
        colour = unmixed(rgb, own, composed)
        known = (own > 0) & (nearer < _KEPT_ALPHA_U8)
        layers.append(np.asarray(cv2.merge([*cv2.split(inpaint(colour, known, wraps=wraps)), own]), np.uint8))
        composed = laid_over(composed, layers[-1])
    return layers
