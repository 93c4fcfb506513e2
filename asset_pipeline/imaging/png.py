"""Bytes to pixels and back: the only door through which pictures enter and leave."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from io import BytesIO
from types import MappingProxyType

import numpy as np
from PIL import Image, ImageOps, PngImagePlugin, UnidentifiedImageError

from asset_pipeline.errors import ImageError
from asset_pipeline.imaging.arrays import Rgba, require_rgba

# Formats that providers and people send. Not "whatever Pillow knows": its EPS reader starts Ghostscript on
# the bytes.
_FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "AVIF")
_NO_TEXT: Mapping[str, str] = MappingProxyType({})
# What Pillow's readers let through for damaged files, besides their own OSError.
_DAMAGE = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    TypeError,
    IndexError,
    KeyError,
    OverflowError,
    struct.error,
    zlib.error,
)


def decode_image(data: bytes, *, what: str, max_pixels: int = 64_000_000) -> Rgba:
    """Read one picture from the bytes of an image file, whatever its name claims.

    The format is sniffed. EXIF orientation is applied; palettes, grey, 16 bits a channel and CMYK become
    8-bit RGBA; embedded ICC profiles are not applied. Of an animation the first frame is taken: it is what a
    still preview shows.

    Args:
        data: a PNG, JPEG, WebP, GIF, BMP, TIFF or AVIF file.
        what: what the bytes are to the user, such as ``"the mask of flappy/bird"``; begins every message.
        max_pixels: refuse larger pictures before their pixels are decoded (decompression bombs).

    Returns:
        A new array of uint8 ``(height, width, 4)``, straight alpha.

    Raises:
        ImageError: no image, truncated or damaged, or more than *max_pixels*.
    """
    try:
        with Image.open(BytesIO(data), formats=_FORMATS) as image:
            if image.width * image.height > max_pixels:
                raise _too_large(what, f"{image.width} x {image.height}", max_pixels)
            upright = ImageOps.exif_transpose(image)
            return _to_rgba(upright)
    except UnidentifiedImageError as error:
        raise ImageError(
            f"{what}: {len(data)} bytes beginning {data[:12]!r} are not an image; "
            f"give a {', '.join(_FORMATS[:-1])} or {_FORMATS[-1]} file"
        ) from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large(what, "so large that it looks like a decompression bomb", max_pixels) from error
    except _DAMAGE as error:
        raise ImageError(f"{what}: the image is truncated or damaged ({error}); send it again") from error


def image_size(data: bytes, *, what: str) -> tuple[int, int]:
    """Return width and height in pixels of the picture in the bytes of an image file, by its header alone.

    Args:
        data: as :func:`decode_image` takes it; EXIF orientation is not applied.
        what: what the bytes are to the user; begins the message.

    Raises:
        ImageError: no image.

    >>> image_size(encode_png(np.zeros((2, 3, 4), np.uint8)), what="a picture")
    (3, 2)
    """
    try:
        with Image.open(BytesIO(data), formats=_FORMATS) as image:
            return image.size
    except (UnidentifiedImageError, Image.DecompressionBombError, *_DAMAGE) as error:
        raise ImageError(f"{what}: {len(data)} bytes are no readable image ({error})") from error


def _too_large(what: str, size: str, max_pixels: int) -> ImageError:
    return ImageError(f"{what}: the image is {size}, more than {max_pixels:,} pixels; scale it down first")


def _to_rgba(image: Image.Image) -> Rgba:
    """Convert any mode; Pillow would clip 16-bit grey to white, so that keeps its upper byte."""
    if image.mode.startswith("I;16"):
        grey = (np.asarray(image) >> 8).astype(np.uint8)
        image = Image.fromarray(grey)
    return np.array(image.convert("RGBA"))


def encode_png(rgba: Rgba, *, text: Mapping[str, str] = _NO_TEXT) -> bytes:
    """Write a picture as PNG: the same input gives the same bytes, and no time stamp is kept.

    Compression level 1 is three to four times as fast as the usual 6 for a file about a sixth larger.

    Args:
        rgba: uint8 ``(height, width, 4)``, straight alpha; not changed.
        text: notes to keep inside the file (prompt, seed, …); keys of 1..79 printable Latin-1 characters, any
            value.

    Returns:
        The bytes of an RGBA PNG; notes sorted by key, as tEXt where Latin-1 holds them and as UTF-8 iTXt
        otherwise.

    Raises:
        ImageError: *rgba* is no picture, or a key cannot stand in a PNG.

    >>> red = np.full((2, 2, 4), (255, 0, 0, 255), np.uint8)
    >>> read_png_text(encode_png(red, text={"prompt": "a red square"}))
    {'prompt': 'a red square'}
    """
    require_rgba(rgba)
    notes = PngImagePlugin.PngInfo()
    for key in sorted(text):
        if not _is_key(key):
            raise ImageError(f"PNG text key {key!r} must be 1 to 79 printable ASCII characters")
        notes.add_text(key, text[key])
    buffer = BytesIO()
    Image.fromarray(rgba).save(buffer, "PNG", compress_level=1, pnginfo=notes)
    return buffer.getvalue()


def read_png_text(data: bytes) -> dict[str, str]:
    """Return the notes :func:`encode_png` put into *data*; empty where there are none.

    Raises:
        ImageError: *data* is not a readable PNG.
    """
    try:
        with Image.open(BytesIO(data), formats=("PNG",)) as image:
            notes: Mapping[str, str] = image.text  # type: ignore[attr-defined]  # what a PngImageFile adds to Image
            return {key: str(value) for key, value in notes.items()}
    except (UnidentifiedImageError, *_DAMAGE) as error:
        raise ImageError(f"{len(data)} bytes are not a readable PNG ({error})") from error


def notes_to_keep(data: bytes) -> dict[str, str]:
    """Return the notes of a picture that :func:`encode_png` can write again, so that a new encoding loses none of them.

    Args:
        data: any image file; all but PNG have none.

    Raises:
        ImageError: *data* is a PNG that cannot be read.
    """
    if not data.startswith(b"\x89PNG"):
        return {}
    return {key: value for key, value in read_png_text(data).items() if _is_key(key)}


def _is_key(key: str) -> bool:
    return key.isascii() and key.isprintable() and key.strip() == key and 1 <= len(key) <= 79
