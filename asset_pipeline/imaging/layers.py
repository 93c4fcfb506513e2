"""Splitting a scene into layers for parallax scrolling."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from asset_pipeline.errors import ImageError
from asset_pipeline.imaging.arrays import Floats, Rgba, require_rgba
from asset_pipeline.imaging.ridges import find_ridges

_LEAST_ROWS_A_LAYER = 4
_SOFTNESS_PX = 0.8
# Below this share of the nearer layer a pixel still shows the farther one truly enough to be kept in it.
_KEPT_ALPHA_U8 = 64
_FILL_SIDE_PX = 96
_FILL_RADIUS_PX = 3


def decompose(rgba: Rgba, layer_count: int, *, wraps: bool = True) -> list[Rgba]:
    """Split a scene into depths along its ridgelines, from the sky in the back to the ground in front.

    Every layer but the farthest begins at its ridge, softly, and goes on to the bottom; where nearer layers
    hide it, it is filled in, so that layers may move against each other without showing a hole. Laid over
    each other they give the scene.

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
    mattes = [
        _matte_below(ridge, len(rgb), wraps=wraps) for ridge in find_ridges(rgb, layer_count - 1, wraps=wraps)
    ]
    nothing = np.zeros(rgb.shape[:2], np.uint8)
    composed = rgb.copy()
    layers = []
    for own, nearer in zip([255 - nothing, *mattes], [*mattes, nothing], strict=True):
        colour = _unmixed(rgb, own, composed)
        known = (own > 0) & (nearer < _KEPT_ALPHA_U8)
        layers.append(np.asarray(cv2.merge([*cv2.split(_filled(colour, known, wraps=wraps)), own]), np.uint8))
        composed = _laid_over(composed, layers[-1])
    return layers


def _matte_below(ridge: NDArray[np.intp], height: int, *, wraps: bool) -> NDArray[np.uint8]:
    """Return alpha, uint8 ``(height, width)``, of what lies below a ridge, with a soft edge."""
    below = np.where(np.arange(height)[:, None] >= ridge, np.uint8(255), np.uint8(0))
    pad = 4
    padded = np.pad(below, ((0, 0), (pad, pad)), "wrap" if wraps else "edge")
    soft = cv2.GaussianBlur(padded, (0, 0), _SOFTNESS_PX, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(soft[:, pad:-pad], np.uint8)


def _unmixed(
    rgb: NDArray[np.uint8], alpha_u8: NDArray[np.uint8], behind: NDArray[np.uint8]
) -> NDArray[np.uint8]:
    """Return the colours that, laid over *behind* with this alpha, show *rgb*; the nearest there are."""
    colour = rgb.copy()
    soft, share = _soft(alpha_u8)
    shown, hidden = rgb.reshape(-1, 3)[soft], behind.reshape(-1, 3)[soft]
    colour.reshape(-1, 3)[soft] = np.rint(((shown - (1 - share) * hidden) / share).clip(0, 255))
    return colour


def _laid_over(behind: NDArray[np.uint8], layer: Rgba) -> NDArray[np.uint8]:
    """Return what *layer* over *behind* shows: ``over`` of two layers, fast for one that is mostly hard."""
    alpha_u8 = np.ascontiguousarray(layer[..., 3])
    colour = np.asarray(cv2.cvtColor(layer, cv2.COLOR_RGBA2RGB), np.uint8)
    shown = np.asarray(cv2.copyTo(colour, (alpha_u8 == 255).astype(np.uint8), behind.copy()), np.uint8)
    soft, share = _soft(alpha_u8)
    mixed = colour.reshape(-1, 3)[soft] * share + behind.reshape(-1, 3)[soft] * (1 - share)
    shown.reshape(-1, 3)[soft] = np.rint(mixed)
    return shown


def _soft(alpha_u8: NDArray[np.uint8]) -> tuple[NDArray[np.intp], Floats]:
    """Return which pixels, as indices into the flat picture, are neither clear nor solid, and alpha there, ``(n, 1)``."""
    soft = np.flatnonzero((alpha_u8 > 0) & (alpha_u8 < 255))
    return soft, np.asarray(alpha_u8.reshape(-1)[soft, None] / np.float32(255), np.float32)


def _filled(rgb: NDArray[np.uint8], known: NDArray[np.bool_], *, wraps: bool) -> NDArray[np.uint8]:
    """Continue the *known* part of a picture over the rest.

    Telea's inpainting (2004) on a small copy: only slivers of it ever show.
    """
    if known.all():
        return rgb
    height, width = known.shape
    scale = min(1.0, _FILL_SIDE_PX / max(height, width))
    small_width, small_height = max(1, round(width * scale)), max(1, round(height * scale))
    known_u8 = known.astype(np.uint8)
    small_size = (small_width, small_height)
    share = cv2.resize(known_u8.astype(np.float32), small_size, interpolation=cv2.INTER_AREA)
    total = cv2.resize(cv2.copyTo(rgb, known_u8), small_size, interpolation=cv2.INTER_AREA)
    small = np.rint(total / np.maximum(share, 1 / 255)[..., None]).clip(0, 255).astype(np.uint8)
    pad = small_width // 4 if wraps else 0
    padded = np.pad(small, ((0, 0), (pad, pad), (0, 0)), "wrap")
    missing = np.pad(share < 0.5, ((0, 0), (pad, pad)), "wrap").astype(np.uint8)
    painted = cv2.inpaint(padded, missing, _FILL_RADIUS_PX, cv2.INPAINT_TELEA)
    across, down = width / small_width, height / small_height
    large = cv2.resize(painted, None, fx=across, fy=down, interpolation=cv2.INTER_CUBIC)
    left = round(pad * across)
    filled = np.ascontiguousarray(large[:height, left : left + width], np.uint8)
    return np.asarray(cv2.copyTo(rgb, known_u8, filled), np.uint8)
