"""Continuing layers behind what is nearer, so that they may move without showing a hole."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from asset_pipeline.imaging.arrays import Floats, Region, Rgba
from asset_pipeline.imaging.parallax.inpaint import inpaint

# Background removers leave solid subjects at 254; what shows through 2 % nobody sees.
_SOLID_U8 = 250
_VISIBLE_U8 = 8
_UNSEEN_U8 = 2
_EDGE_PX = 2
_EDGE_STEEPNESS = 4.0


def continued_behind(layers: Sequence[Rgba], source: Rgba, *, wraps: bool) -> list[Rgba]:
    """Fill the holes that nearer layers have left in those behind them, and make the farthest opaque.

    A layer goes on behind a nearer one as it is around: a tree's hole in a hill becomes hill where hill is around
    it, and stays open above the ridge. Where a layer has something there already, it is kept.

    Args:
        layers: uint8 ``(height, width, 4)`` each, straight alpha, back to front, all of one size; not changed.
        source: the scene they were made from; what no layer shows is taken from it.
        wraps: layers go on at their left where their right side ends.

    Returns:
        As many new layers. Laid over each other they are as like the scene as before, or more.
    """
    visible = [layer[..., 3] > _VISIBLE_U8 for layer in layers]
    filled = [_opaque(layers[0], source, _around(_any(visible[1:], source)), wraps=wraps), *layers[1:]]
    for place in range(1, len(layers)):
        grown = _grown(layers[place], _around(_any(visible[place + 1 :], source)), wraps=wraps)
        filled[place] = _where_no_worse(filled, place, grown, source)
    return filled


def _any(regions: Sequence[Region], source: Rgba) -> Region:
    return np.asarray(np.any([np.zeros(source.shape[:2], np.bool_), *regions], axis=0), np.bool_)


def _around(region: Region) -> Region:
    """Return a region with what is close to it: along a hole edges are soft, on both sides."""
    near = np.ones((2 * _EDGE_PX + 1,) * 2, np.uint8)
    return np.asarray(cv2.dilate(region.astype(np.uint8), near), np.bool_)


def _grown(layer: Rgba, covered: Region, *, wraps: bool) -> Rgba:
    """Continue alpha and colour of a layer over what is covered and not solid."""
    alpha_u8 = np.ascontiguousarray(layer[..., 3])
    open_behind = covered & (alpha_u8 < _SOLID_U8)
    grown = layer.copy()
    if open_behind.any():
        unsure = _around(open_behind) & (alpha_u8 < _SOLID_U8)
        guessed = inpaint(alpha_u8, ~unsure, wraps=wraps).astype(np.float32)
        steep = ((guessed - 127.5) * _EDGE_STEEPNESS + 127.5).clip(0, 255).astype(np.uint8)
        new = open_behind & (steep > alpha_u8)
        grown[new, :3] = _colour_where(layer, alpha_u8 >= _SOLID_U8, wraps=wraps)[new]
        grown[new, 3] = steep[new]
    return grown


def _where_no_worse(layers: Sequence[Rgba], place: int, grown: Rgba, source: Rgba) -> Rgba:
    """Return the layer at *place*, *grown* in every pixel in which all layers are then as like the scene as before."""
    hidden = _any([layer[..., 3] >= _SOLID_U8 for layer in layers[place + 1 :]], source)
    changed = np.flatnonzero((grown[..., 3] != layers[place][..., 3]) & ~hidden)
    scene = source.reshape(-1, 4)[changed, :3]
    stack = np.stack([layer.reshape(-1, 4)[changed] for layer in layers]).astype(np.float32)
    before = np.abs(_composed(stack) - scene).max(axis=1)
    stack[place] = grown.reshape(-1, 4)[changed]
    worse = np.abs(_composed(stack) - scene).max(axis=1) > before + _UNSEEN_U8
    kept = grown.copy()
    kept.reshape(-1, 4)[changed[worse]] = layers[place].reshape(-1, 4)[changed[worse]]
    return kept


def _composed(pixels: Floats) -> Floats:
    """Lay pixels over each other, ``(layers, n, 4)`` straight in 0..255, the first opaque: ``(n, 3)``."""
    composed: Floats = pixels[0, :, :3]
    for layer in pixels[1:]:
        share = layer[:, 3:] / np.float32(255)
        composed = layer[:, :3] * share + composed * (1 - share)
    return composed


def _opaque(layer: Rgba, source: Rgba, covered: Region, *, wraps: bool) -> Rgba:
    """Return the farthest layer without a hole: what is seen through it is the scene, the rest is made up."""
    alpha_u8 = layer[..., 3]
    if (alpha_u8 == 255).all():
        return layer.copy()
    seen = ~covered & (alpha_u8 < 255)
    whole = layer.copy()
    whole[seen, :3] = source[seen, :3]
    whole[..., :3] = _colour_where(whole, (alpha_u8 >= _SOLID_U8) | seen, wraps=wraps)
    whole[..., 3] = 255
    return whole


def _colour_where(layer: Rgba, known: Region, *, wraps: bool) -> NDArray[np.uint8]:
    return inpaint(np.ascontiguousarray(layer[..., :3]), known, wraps=wraps)
