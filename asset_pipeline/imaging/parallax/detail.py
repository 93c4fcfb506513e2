"""Giving layers the colours and the detail of the picture they were made from."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

import cv2
import numpy as np

from asset_pipeline.imaging.arrays import Floats, Rgba
from asset_pipeline.imaging.parallax.blending import laid_over, unmixed

# Up to the first difference a layer is taken to show the same thing as the scene, from the second on another one.
_SAME_U8, _OTHER_U8 = 24.0, 56.0


def detailed(layers: Sequence[Rgba], source: Rgba) -> list[Rgba]:
    """Take the colours of what is seen from the scene itself.

    Models return layers smaller than the scene, and drawn anew. Where a layer is seen and has about the scene's
    colour, the scene's is better. Where the colours differ the layer knows something that is not to be seen, and
    keeps its own. Alpha is not changed.

    Args:
        layers: uint8 ``(height, width, 4)`` each, straight alpha, back to front, all of the scene's size, the
            first opaque; not changed.
        source: the scene, opaque; not changed.
    """
    scene = np.ascontiguousarray(source[..., :3])
    seen = _shares_seen(layers)
    composed = np.zeros_like(scene)
    sharp: list[Rgba] = []
    for layer, share in zip(layers, seen, strict=True):
        alpha_u8 = np.ascontiguousarray(layer[..., 3])
        own = np.ascontiguousarray(layer[..., :3])
        true = unmixed(scene, alpha_u8, composed)
        difference = reduce(cv2.max, cv2.split(cv2.absdiff(true, own))).astype(np.float32)
        trust = ((_OTHER_U8 - difference) / (_OTHER_U8 - _SAME_U8)).clip(0, 1) * share
        trust[alpha_u8 == 0] = 0
        sharp.append(
            np.asarray(
                cv2.merge([*cv2.split(cv2.blendLinear(true, own, trust, 1 - trust)), alpha_u8]), np.uint8
            )
        )
        composed = laid_over(composed, sharp[-1])
    return sharp


def _shares_seen(layers: Sequence[Rgba]) -> list[Floats]:
    """Return for each layer how much of it nearer ones let through, ``(height, width)`` in ``[0, 1]``."""
    through: Floats = np.ones(layers[0].shape[:2], np.float32)
    shares = []
    for layer in reversed(layers):
        shares.append(through)
        through = np.asarray(through * (1 - layer[..., 3] / np.float32(255)), np.float32)
    return shares[::-1]
