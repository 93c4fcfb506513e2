"""Believable pictures for the doubles: drawn by the embedded provider, then damaged where a fault says so."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from io import BytesIO

import numpy as np
from PIL import Image

from asset_pipeline.imaging.arrays import Rgba
from asset_pipeline.imaging.png import decode_image, encode_png
from asset_pipeline.imaging.resample import resample
from asset_pipeline.providers.local import LocalProvider
from asset_pipeline.providers.operations import (
    DecomposeLayers,
    ImageToImage,
    RemoveBackground,
    Request,
    TextToImage,
)

_MAX_SEED = 2**32


def picture(prompt: str, width_px: int, height_px: int, seed: int, *, guide: bytes | None = None) -> bytes:
    """Draw what *prompt* says; the same arguments give the same PNG.

    Args:
        prompt: words; an empty prompt draws something all the same.
        width_px: 16 to 8192.
        height_px: 16 to 8192.
        seed: any integer.
        guide: a picture whose shape is followed.
    """
    return _picture(prompt.strip() or "a thing", width_px, height_px, seed % _MAX_SEED, guide)


@lru_cache(maxsize=256)
def _picture(prompt: str, width_px: int, height_px: int, seed: int, guide: bytes | None) -> bytes:
    if guide is None:
        return _drawn(TextToImage(prompt=prompt, width_px=width_px, height_px=height_px, seed=seed))[0]
    asked = ImageToImage(prompt=prompt, width_px=width_px, height_px=height_px, seed=seed, image=guide)
    return _drawn(asked)[0]


@lru_cache(maxsize=128)
def cutout(png: bytes) -> bytes:
    """Make the background of *png* transparent."""
    return _drawn(RemoveBackground(image=png))[0]


@lru_cache(maxsize=64)
def layers(png: bytes, count: int) -> tuple[bytes, ...]:
    """Split *png* into 2 to 8 layers, farthest first."""
    return _drawn(DecomposeLayers(image=png, layer_count=count))


@lru_cache(maxsize=64)
def jpeg(png: bytes) -> bytes:
    """Return *png* as JPEG, as providers do that promised PNG."""
    buffer = BytesIO()
    with Image.open(BytesIO(png)) as image:
        image.convert("RGB").save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


def truncated(png: bytes) -> bytes:
    """Return the first half of the file."""
    return png[: len(png) // 2]


@lru_cache(maxsize=64)
def resized(png: bytes, width_px: int, height_px: int) -> bytes:
    """Return *png* at another size, as PNG."""
    return encode_png(resample(decode_image(png, what="a picture"), width=width_px, height=height_px))


@lru_cache(maxsize=64)
def spoiled(png: bytes) -> bytes:
    """Return a picture of the size of *png* that no game can use; which fault it has, its bytes decide."""
    rgba = decode_image(png, what="a picture")
    ways = (_blank, _cut_off, _squashed)
    return encode_png(ways[hashlib.sha256(png).digest()[0] % len(ways)](rgba))


def _blank(rgba: Rgba) -> Rgba:
    return np.broadcast_to(rgba[0, 0], rgba.shape).copy()


def _cut_off(rgba: Rgba) -> Rgba:
    return np.roll(rgba, rgba.shape[1] // 2, axis=1)


def _squashed(rgba: Rgba) -> Rgba:
    """Draw everything half as wide, in the middle."""
    height, width = rgba.shape[:2]
    drawn = _blank(rgba)
    drawn[:, width // 4 : width // 4 + width // 2] = resample(rgba, width=width // 2, height=height)
    return drawn


def _drawn(request: Request) -> tuple[bytes, ...]:
    return LocalProvider().run(request).images
