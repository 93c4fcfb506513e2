"""Making a layer set of layers that were drawn one by one, in a known order."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from asset_pipeline.errors import ImageError
from asset_pipeline.imaging.alpha import alpha_box, bleed_alpha
from asset_pipeline.imaging.arrays import Rgba, require_rgba
from asset_pipeline.imaging.parallax.looping import looped
from asset_pipeline.imaging.resample import resample

# What ends this close above the lower edge was meant to stand on it: models like to leave a margin.
_MARGIN_SHARE = 0.15
_VISIBLE_U8 = 8


def stacked(pictures: Sequence[Rgba], *, wraps: bool) -> list[Rgba]:
    """Bring layers to one size, stand them on the lower edge, and have them loop.

    Args:
        pictures: uint8 ``(height, width, 4)`` each, straight alpha, farthest first; not changed.
        wraps: every layer is to go on at its left where its right side ends.

    Returns:
        As many new pictures, of the size of the farthest. One that floats, or hangs from the top, stays where it is.

    Raises:
        ImageError: one is no picture, there is none, or the farthest is not opaque.
    """
    for picture in pictures:
        require_rgba(picture)
    if not pictures or pictures[0][..., 3].min() < 255:
        raise ImageError("a scene begins with a farthest layer that is opaque; lay it over its sky first")
    height, width = pictures[0].shape[:2]
    sized = [resample(picture, width=width, height=height, wraps=wraps) for picture in pictures]
    standing = [sized[0], *map(_standing, sized[1:])]
    return [looped(layer) for layer in standing] if wraps else standing


def _standing(layer: Rgba) -> Rgba:
    box = alpha_box(layer, _VISIBLE_U8)
    gap_px = 0 if box is None else len(layer) - box.y - box.height
    if not 0 < gap_px <= _MARGIN_SHARE * len(layer):
        return layer
    moved = np.zeros_like(layer)
    moved[gap_px:] = layer[:-gap_px]
    return bleed_alpha(moved)
