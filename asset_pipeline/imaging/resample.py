"""Scaling that neither darkens, nor bleeds hidden colour, nor breaks a loop."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from asset_pipeline.imaging.alpha import premultiply, unpremultiply
from asset_pipeline.imaging.arrays import Floats, Rgba
from asset_pipeline.imaging.colour import linear_to_srgb, srgb_to_linear

_LANCZOS_REACH_PX = 4
_LINEAR_OF_U8: Floats = srgb_to_linear(np.arange(256, dtype=np.float32) / np.float32(255))
# Finer than 8 bits need: the steepest part of the sRGB curve rises by less than one step of 255 an entry.
_SRGB_OF_U16: NDArray[np.uint8] = np.rint(
    linear_to_srgb(np.linspace(0, 1, 65536, dtype=np.float32)) * 255
).astype(np.uint8)


def resample(rgba: Rgba, *, width: int, height: int, wraps: bool = False) -> Rgba:
    """Scale to exactly *width* x *height* pixels, in linear light and premultiplied.

    Sides that shrink are averaged over the area of each new pixel; sides that grow are interpolated (Lanczos,
    4 lobes).

    Args:
        rgba: uint8 ``(height, width, 4)``, straight alpha; not changed.
        width: new width in pixels, 1 or more.
        height: new height in pixels, 1 or more.
        wraps: the picture loops horizontally; what is read beyond one side comes from the other.

    Returns:
        A new picture; the same pixels where the size is the same.
    """
    if rgba.shape[:2] == (height, width):
        return rgba.copy()
    light = premultiply(_to_light(rgba))
    shrunk = min(width, rgba.shape[1]), min(height, rgba.shape[0])
    light = cv2.resize(light, shrunk, interpolation=cv2.INTER_AREA).astype(np.float32, copy=False)
    if light.shape[:2] != (height, width):
        light = _enlarged(light, width, height, wraps=wraps)
    return _from_light(unpremultiply(light))


def _enlarged(light: Floats, width: int, height: int, *, wraps: bool) -> Floats:
    """Interpolate, beyond a border of our own: OpenCV has none that wraps across but not down."""
    reach = _LANCZOS_REACH_PX
    padded = np.pad(light, ((reach, reach), (0, 0), (0, 0)), "edge")
    padded = np.pad(padded, ((0, 0), (reach, reach), (0, 0)), "wrap" if wraps else "edge")
    across, down = light.shape[1] / width, light.shape[0] / height
    to_source = np.array([[across, 0, across / 2 - 0.5 + reach], [0, down, down / 2 - 0.5 + reach]])
    flags = cv2.INTER_LANCZOS4 | cv2.WARP_INVERSE_MAP
    large = cv2.warpAffine(padded, to_source, (width, height), flags=flags).clip(0, 1)
    # Ringing must not leave more colour than coverage.
    large[..., :3] = np.minimum(large[..., :3], large[..., 3:])
    return large.astype(np.float32, copy=False)


def _to_light(rgba: Rgba) -> Floats:
    light = np.empty(rgba.shape, np.float32)
    light[..., :3] = _LINEAR_OF_U8[rgba[..., :3]]
    np.divide(rgba[..., 3], np.float32(255), out=light[..., 3])
    return light


def _from_light(light: Floats) -> Rgba:
    rgba = np.empty(light.shape, np.uint8)
    rgba[..., :3] = _SRGB_OF_U16[np.rint(light[..., :3] * 65535).astype(np.uint16)]
    rgba[..., 3] = np.rint(light[..., 3] * 255)
    return rgba
