"""Small pictures: for a browser to fetch, and for a line of Markdown."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from io import BytesIO

import numpy as np
from PIL import Image

from asset_pipeline.errors import ImageError
from asset_pipeline.imaging.arrays import Rgba, require_rgba
from asset_pipeline.imaging.png import encode_png
from asset_pipeline.imaging.resample import resample

# Largest first: at equal quality a larger picture says more. Below 24 px a sprite is a blot.
_INLINE_SIDES_PX = (64, 56, 48, 40, 32, 24, 16, 8)
_WEBP_QUALITIES = (80, 60, 40)


def thumbnail(rgba: Rgba, side_px: int) -> bytes:
    """Fit a picture into a square, its aspect kept, the rest transparent.

    A small one is enlarged by a whole number, pixel for pixel, so that pixel art stays crisp.

    Args:
        rgba: uint8 ``(height, width, 4)``, straight alpha; not changed.
        side_px: side of the square, 1 or more.

    Returns:
        The bytes of a PNG of *side_px* x *side_px*.

    Raises:
        ImageError: *rgba* is no picture, or *side_px* is below 1.
    """
    small = _fitted(rgba, side_px)
    times = side_px // max(small.shape[:2])
    small = small.repeat(times, axis=0).repeat(times, axis=1)
    height, width = small.shape[:2]
    square = np.zeros((side_px, side_px, 4), np.uint8)
    y, x = (side_px - height) // 2, (side_px - width) // 2
    square[y : y + height, x : x + width] = small
    return encode_png(square)


def inline_markdown(rgba: Rgba, alt: str, *, max_chars: int = 999) -> str:
    """Write a picture as Markdown that holds it, as good as *max_chars* allow.

    Dagster shows Markdown inline only below 1000 characters in all. Sides of 64 px and less are tried,
    largest first, each as WebP of falling quality; the first that fits is taken.

    Args:
        rgba: uint8 ``(height, width, 4)``, straight alpha; not changed.
        alt: what a reader sees where pictures are off; what Markdown would read as markup is taken out.
        max_chars: most characters of the whole text.

    Returns:
        ``![alt](data:image/webp;base64,…)``.

    Raises:
        ImageError: *rgba* is no picture, or not even 8 px fit (alternative text too long).
    """
    words = " ".join("".join(" " if letter in "[]()!\\`<>" else letter for letter in alt).split())
    for picture in _ever_smaller(rgba):
        markdown = f"![{words}](data:image/webp;base64,{base64.b64encode(picture).decode('ascii')})"
        if len(markdown) <= max_chars:
            return markdown
    raise ImageError(
        f"no picture fits into {max_chars} characters beside {len(words)} of text; shorten {alt[:40]!r}"
    )


def small_webp(rgba: Rgba, side_px: int, *, max_bytes: int) -> bytes:
    """Fit a picture into a square, as WebP as good as *max_bytes* allow.

    It keeps its aspect, is never enlarged and has nothing around it. One that is small already keeps every pixel where that
    fits, so that a page can enlarge pixel art crisply.

    Args:
        rgba: uint8 ``(height, width, 4)``, straight alpha; not changed.
        side_px: side of the square, 1 or more.
        max_bytes: most bytes of the file; 200 are always enough.

    Returns:
        The bytes of a WebP.

    Raises:
        ImageError: *rgba* is no picture, *side_px* is below 1, or not even 8 px fit.
    """
    whole = _webp(_fitted(rgba, side_px), lossless=True) if max(rgba.shape[:2]) <= side_px else None
    if whole is not None and len(whole) <= max_bytes:
        return whole
    sides = [side_px, *(side for side in (side_px * 3 // 4, *_INLINE_SIDES_PX) if side < side_px)]
    for picture in _ever_smaller(rgba, sides):
        if len(picture) <= max_bytes:
            return picture
    raise ImageError(f"no picture of {sides[-1]} px fits into {max_bytes} bytes; allow more")


def _ever_smaller(rgba: Rgba, sides_px: Sequence[int] = _INLINE_SIDES_PX) -> Iterator[bytes]:
    for side_px in sides_px:
        small = _fitted(rgba, side_px)
        for quality in _WEBP_QUALITIES:
            yield _webp(small, quality=quality)


def _webp(rgba: Rgba, *, quality: int = 80, lossless: bool = False) -> bytes:
    buffer = BytesIO()
    how = {"lossless": True} if lossless else {"quality": quality, "alpha_quality": quality}
    Image.fromarray(rgba).save(buffer, "WEBP", **how, method=6)
    return buffer.getvalue()


def _fitted(rgba: Rgba, side_px: int) -> Rgba:
    require_rgba(rgba)
    if side_px < 1:
        raise ImageError(f"a thumbnail cannot have a side of {side_px} px; give 1 or more")
    height, width = rgba.shape[:2]
    scale = min(1.0, side_px / max(height, width))
    return resample(rgba, width=max(1, round(width * scale)), height=max(1, round(height * scale)))
