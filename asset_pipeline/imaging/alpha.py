"""Coverage: premultiplying, boxes, bleeding and compositing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np

from asset_pipeline.errors import ImageError
from asset_pipeline.imaging.arrays import Floats, Rgba, require_rgba


class PixelBox(NamedTuple):
    """A rectangle of whole pixels; ``x`` and ``y`` are its left and top, all in pixels."""

    x: int
    y: int
    width: int
    height: int


def premultiply(rgba: Floats) -> Floats:
    """Scale colour by coverage, so that resampling cannot bleed hidden colour.

    Args:
        rgba: ``(height, width, 4)`` float32 in ``[0, 1]``, straight alpha; not changed.

    Returns:
        A new array of the same shape and dtype, premultiplied alpha.

    Raises:
        ImageError: *rgba* is not ``(height, width, 4)`` float32.

    >>> half_red = np.array([[[1.0, 0.0, 0.0, 0.5]]], dtype=np.float32)
    >>> premultiply(half_red).tolist()
    [[[0.5, 0.0, 0.0, 0.5]]]
    """
    require_rgba(rgba, dtype=np.float32)
    rgba_premul = rgba.copy()
    rgba_premul[..., :3] *= rgba[..., 3:]
    return rgba_premul


def unpremultiply(rgba_premul: Floats) -> Floats:
    """Undo :func:`premultiply`; where nothing is covered the colour is 0.

    Args:
        rgba_premul: ``(height, width, 4)`` float32 in ``[0, 1]``, premultiplied alpha; not changed.

    Returns:
        A new array of the same shape and dtype in ``[0, 1]``, straight alpha.

    Raises:
        ImageError: *rgba_premul* is not ``(height, width, 4)`` float32.

    >>> unpremultiply(np.array([[[0.5, 0.0, 0.0, 0.5]]], dtype=np.float32)).tolist()
    [[[1.0, 0.0, 0.0, 0.5]]]
    """
    require_rgba(rgba_premul, dtype=np.float32)
    rgba = rgba_premul.copy()
    coverage = rgba_premul[..., 3:]
    np.divide(rgba_premul[..., :3], coverage, out=rgba[..., :3], where=coverage > 0)
    rgba[..., :3] *= coverage > 0
    return np.clip(rgba, 0, 1, out=rgba)


def alpha_box(rgba: Rgba, threshold: int = 0) -> PixelBox | None:
    """Find the smallest box that holds every pixel whose alpha is above *threshold*.

    Args:
        rgba: uint8 ``(height, width, 4)``; not changed.
        threshold: 0..254; 0 counts every pixel that is visible at all.

    Returns:
        The box, or ``None`` where no pixel is above *threshold*.

    Raises:
        ImageError: *rgba* is no picture.

    >>> dot = np.zeros((4, 5, 4), np.uint8)
    >>> dot[1, 3, 3] = 255
    >>> alpha_box(dot)
    PixelBox(x=3, y=1, width=1, height=1)
    """
    require_rgba(rgba)
    covered = rgba[..., 3] > threshold
    columns = np.flatnonzero(covered.any(axis=0))
    rows = np.flatnonzero(covered.any(axis=1))
    if not columns.size:
        return None
    x, y = int(columns[0]), int(rows[0])
    return PixelBox(x, y, int(columns[-1]) - x + 1, int(rows[-1]) - y + 1)


def is_cut_out(rgba: Rgba) -> bool:
    """Tell whether a picture comes without its background: something is visible, and most of its outer frame is not.

    Args:
        rgba: ``(height, width, 4)`` uint8, straight alpha; not changed.

    >>> is_cut_out(np.full((4, 4, 4), 255, np.uint8))
    False
    """
    require_rgba(rgba)
    alpha = rgba[..., 3]
    frame = np.concatenate([alpha[0], alpha[-1], alpha[:, 0], alpha[:, -1]])
    return bool(alpha.max() > 127 and (frame < 16).mean() > 0.5)


def bleed_alpha(rgba: Rgba, *, radius_px: int = 16) -> Rgba:
    """Give the transparent pixels around a subject the colour of its nearest solid pixel.

    Engines filter straight alpha without asking: what lies under alpha 0 shows as a dark or white seam when a
    sprite is scaled, rotated or mipmapped (quality gate D12). Farther than *radius_px* the colour becomes 0,
    which compresses to nothing.

    Args:
        rgba: uint8 ``(height, width, 4)``, straight alpha; not changed.
        radius_px: how far to carry colour; 16 px serve four mipmap levels.

    Returns:
        A new array that looks the same on any background: alpha and every visible colour are kept.

    Raises:
        ImageError: *rgba* is no picture.
    """
    require_rgba(rgba)
    alpha_u8 = np.ascontiguousarray(rgba[..., 3])
    # Each pixel as one number: those are gathered several times as fast as rows of four.
    packed = np.ascontiguousarray(rgba).view(np.uint32)[..., 0]
    bled = np.where(alpha_u8 > 0, packed, np.uint32(0))
    solid = alpha_u8 >= min(128, int(alpha_u8.max()))
    if not alpha_u8.any() or alpha_u8.all():
        return bled[..., None].view(np.uint8)
    # The nearest solid pixel is always one of the rim, and those are few.
    rim = solid & (cv2.erode(solid.astype(np.uint8), np.ones((3, 3), np.uint8)) == 0)
    distance_px, label = cv2.distanceTransformWithLabels(
        (~rim).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
    )
    near = np.flatnonzero((alpha_u8 == 0) & (distance_px <= radius_px))
    colour_of_label = np.zeros((int(label.max()) + 1, 4), np.uint8)
    colour_of_label[label[rim], :3] = rgba[rim, :3]
    bled.reshape(-1)[near] = colour_of_label.view(np.uint32)[:, 0][label.reshape(-1)[near]]
    return bled[..., None].view(np.uint8)


def over(layers: Sequence[Rgba]) -> Rgba:
    """Lay pictures over each other, back to front (Porter and Duff 1984).

    Done in sRGB values, as browsers and most 2D engines do.

    Args:
        layers: uint8 ``(height, width, 4)`` each, straight alpha, all of one size; not changed.

    Returns:
        A new picture of that size, straight alpha.

    Raises:
        ImageError: no layers, one is no picture, or their sizes differ.

    >>> over([np.full((1, 1, 4), 255, np.uint8), np.array([[[0, 0, 0, 51]]], np.uint8)]).tolist()
    [[[204, 204, 204, 255]]]
    """
    if len({layer.shape for layer in layers}) != 1:
        raise ImageError(f"layers to compose must be of one size, got {[layer.shape for layer in layers]}")
    composed = np.zeros(layers[0].shape, np.float32)
    for layer in layers:
        require_rgba(layer)
        front = premultiply(layer.astype(np.float32) / np.float32(255))
        composed *= 1 - front[..., 3:]
        composed += front
    return np.rint(unpremultiply(composed) * 255).astype(np.uint8)
