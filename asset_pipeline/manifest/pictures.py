"""Pictures beside the manifest: masks of shapes, structures to follow, references."""

from __future__ import annotations

import hashlib
import io
import struct
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated, Any, TypeAlias

from PIL import Image
from pydantic import BeforeValidator, Field, ValidationInfo

from asset_pipeline.manifest.base import Frozen, plain_error
from asset_pipeline.manifest.fields import MAX_PIXELS, MIN_SIDE_PX

MAX_BYTES = 16 * 2**20
_PNG_HEAD = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"  # followed by width and height, big-endian

FileName: TypeAlias = Annotated[str, Field(min_length=1, max_length=500)]


class PictureError(Exception):
    """A picture cannot be used; the message says which, why and what to do."""


def picture_sha256(folder: Path, name: str, *, what: str) -> str:
    """Return the SHA-256 of the picture *name* in *folder*, having made sure that it is a PNG of sane size.

    Size comes from the header before anything is decoded, so a decompression bomb costs nothing.

    Args:
        folder: the manifest's.
        name: the file, relative to *folder*.
        what: what the picture is to the user, such as ``mask``; begins most messages.

    Raises:
        PictureError: it is outside *folder*, missing, too large, or not a whole PNG.
    """
    data = read_beside(folder, name, what=what)
    check_png(f"{what} {name!r}", data)
    return hashlib.sha256(data).hexdigest()


def read_beside(folder: Path, name: str, *, what: str) -> bytes:
    """Return the bytes of the file *name* in *folder*; arguments and errors as :func:`picture_sha256`."""
    try:
        return _read(folder.resolve(), (folder / name).resolve(), what, name)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        reason = getattr(error, "strerror", None) or str(error)
        raise PictureError(
            f"{what} {name!r} cannot be read ({reason}); the path counts from the manifest's folder"
        ) from error


class FileBeside(Frozen):
    """A file beside the manifest, written in YAML as its path alone.

    Attributes:
        file: the file, relative to the manifest.
        sha256: of the file's bytes, in hexadecimal; set by the loader, so that an edited file counts.
    """

    file: FileName
    sha256: str = ""


def read_by_path(sha256: Callable[[Path, str], str], example: str) -> BeforeValidator:
    """Return what reads the file that a manifest names; elsewhere (a spec back from JSON) it takes what is given.

    Args:
        sha256: checks the file of that name in that folder and returns its hash; raises :exc:`PictureError`.
        example: of what must be written, for the message.
    """

    def read(value: Any, info: ValidationInfo) -> Any:  # noqa: ANN401 - whatever YAML holds
        if not isinstance(info.context, Path) or value is None:
            return {"file": value} if isinstance(value, str) else value
        if not isinstance(value, str):
            raise plain_error(f"this must be the path of {example}")
        try:
            return {"file": value, "sha256": sha256(info.context.parent, value)}
        except PictureError as problem:
            raise plain_error(str(problem)) from problem

    return BeforeValidator(read, json_schema_input_type=FileName)


Picture: TypeAlias = Annotated[
    FileBeside,
    read_by_path(
        partial(picture_sha256, what="picture"), "a PNG file beside the manifest, such as poses/hero.png"
    ),
]


def _read(folder: Path, path: Path, what: str, name: str) -> bytes:
    if not path.is_relative_to(folder):
        raise PictureError(
            f"{name!r} is outside the games' folder; put the {what} beside the manifest, such as {what}s/{Path(name).name}"
        )
    if (size_bytes := path.stat().st_size) > MAX_BYTES:
        raise PictureError(
            f"{what} {name!r} has {size_bytes / 1e6:.0f} MB; {MAX_BYTES / 1e6:.0f} MB are read"
        )
    return path.read_bytes()


def check_png(who: str, data: bytes, *, least_side_px: int = MIN_SIDE_PX) -> None:
    """Make sure that *data* is a whole PNG of sane size; *who* begins every message.

    Raises:
        PictureError: it is not.
    """
    if not data.startswith(_PNG_HEAD) or len(data) < len(_PNG_HEAD) + 8:
        raise PictureError(f"{who} is not a PNG picture; export it as PNG")
    width_px, height_px = struct.unpack_from(">II", data, len(_PNG_HEAD))
    if width_px * height_px > MAX_PIXELS or min(width_px, height_px) < least_side_px:
        raise PictureError(
            f"{who} has {width_px} x {height_px} px; it needs at least {least_side_px} px a side and "
            f"at most {MAX_PIXELS / 1e6:.1f} million pixels; 512 to 2048 px are plenty"
        )
    try:
        with Image.open(io.BytesIO(data), formats=["PNG"]) as picture:
            picture.verify()
    except (OSError, SyntaxError, ValueError) as error:  # Pillow's words for broken files
        raise PictureError(f"{who} is a damaged PNG ({error}); export it again") from error
