"""Pictures of shapes, beside the manifest."""

from __future__ import annotations

import hashlib
import io
import struct
from pathlib import Path

from PIL import Image

from asset_pipeline.manifest.fields import MAX_PIXELS, MIN_SIDE_PX

MAX_BYTES = 16 * 2**20
_PNG_HEAD = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"  # followed by width and height, big-endian


class MaskError(Exception):
    """A mask cannot be used; the message says which, why and what to do."""


def mask_sha256(folder: Path, name: str) -> str:
    """Return the SHA-256 of the mask *name* in *folder*, having made sure that it is a PNG of sane size.

    Size comes from the header before anything is decoded, so a decompression bomb costs nothing.

    Raises:
        MaskError: it is outside *folder*, missing, too large, or not a whole PNG.
    """
    try:
        data = _read(folder.resolve(), (folder / name).resolve(), name)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        reason = getattr(error, "strerror", None) or str(error)
        raise MaskError(
            f"mask {name!r} cannot be read ({reason}); the path counts from the manifest's folder"
        ) from error
    _check_png(name, data)
    return hashlib.sha256(data).hexdigest()


def _read(folder: Path, path: Path, name: str) -> bytes:
    if not path.is_relative_to(folder):
        raise MaskError(
            f"{name!r} is outside the games' folder; put the mask beside the manifest, such as masks/hero.png"
        )
    if (size_bytes := path.stat().st_size) > MAX_BYTES:
        raise MaskError(f"mask {name!r} has {size_bytes / 1e6:.0f} MB; {MAX_BYTES / 1e6:.0f} MB are read")
    return path.read_bytes()


def _check_png(name: str, data: bytes) -> None:
    if not data.startswith(_PNG_HEAD) or len(data) < len(_PNG_HEAD) + 8:
        raise MaskError(f"mask {name!r} is not a PNG picture; export it as PNG, the shape white or opaque")
    width_px, height_px = struct.unpack_from(">II", data, len(_PNG_HEAD))
    if width_px * height_px > MAX_PIXELS or min(width_px, height_px) < MIN_SIDE_PX:
        raise MaskError(
            f"mask {name!r} has {width_px} x {height_px} px; it needs at least {MIN_SIDE_PX} px a side and "
            f"at most {MAX_PIXELS / 1e6:.1f} million pixels; 512 px are plenty"
        )
    try:
        with Image.open(io.BytesIO(data), formats=["PNG"]) as picture:
            picture.verify()
    except (OSError, SyntaxError, ValueError) as error:  # Pillow's words for broken files
        raise MaskError(f"mask {name!r} is a damaged PNG ({error}); export it again") from error
