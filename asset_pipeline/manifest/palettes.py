"""The colours of a game: a list, a palette's name, or a file that paint programs write."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias

from PIL import Image
from pydantic import BeforeValidator, Field, ValidationInfo

from asset_pipeline.manifest.base import Complaint, Frozen, mistyped, plain_error, refusal
from asset_pipeline.manifest.fields import Colour
from asset_pipeline.manifest.named_palettes import NAMED_PALETTES
from asset_pipeline.manifest.pictures import FileName, PictureError, check_png, read_beside

MOST_COLOURS = 255  # one of 256 stands for "transparent"
_SHOWN_MISTAKES = 5

PaletteName: TypeAlias = Literal["game-boy", "pico-8", "sweetie-16", "dawnbringer-16", "endesga-32"]


class PaletteFile(Frozen):
    """A palette in a file of its own, written in YAML as ``{file: …}``."""

    file: FileName = Field(
        description="A .gpl, .hex, .pal (JASC) or .png palette; the path counts from this file."
    )


def colours_of_file(folder: Path, name: str) -> tuple[str, ...]:
    """Read the colours of a palette file.

    - ``.gpl`` (GIMP, Aseprite, Krita): lines of red, green, blue and a name;
    - ``.hex`` (Lospec): a line ``rrggbb`` a colour;
    - ``.pal`` (JASC; Paint Shop Pro, Aseprite): ``JASC-PAL``, a version, a count, lines of red, green, blue;
    - ``.png``: the colours of its opaque pixels, each once, in reading order.

    Args:
        folder: the manifest's.
        name: the file, relative to *folder*.

    Returns:
        1 to 255 colours, ``#rrggbb``, each once; the colours are what counts, so a comment in the file makes nothing stale.

    Raises:
        PictureError: the file is outside *folder*, missing, of another kind, or holds what is no colour.
    """
    reader = _READERS.get(Path(name).suffix.lower())
    if reader is None:
        raise PictureError(f"palette {name!r} must be a {', '.join(list(_READERS)[:-1])} or .png file")
    colours = tuple(dict.fromkeys(reader(f"palette {name!r}", read_beside(folder, name, what="palette"))))
    if not 1 <= len(colours) <= MOST_COLOURS:
        raise PictureError(
            f"palette {name!r} holds {len(colours):,} colours; 1 to {MOST_COLOURS} can be used"
            + (", so give a strip of swatches and no painting" if name.lower().endswith(".png") else "")
        )
    return colours


def _from_gimp(who: str, data: bytes) -> Iterator[str]:
    lines = _lines(who, data)
    if not lines or lines[0] != "GIMP Palette":
        raise PictureError(f"{who} must begin with the line 'GIMP Palette'")
    skipped = re.compile(r"#|Name:|Columns:|Channels:|$")
    numbered = [(at, line) for at, line in enumerate(lines[1:], 2) if not skipped.match(line)]
    return _triples(who, numbered)


def _from_jasc(who: str, data: bytes) -> Iterator[str]:
    lines = _lines(who, data)
    if not lines or lines[0] != "JASC-PAL":
        raise PictureError(
            f"{who} must begin with the line 'JASC-PAL'; other .pal files cannot be read, save it as .gpl"
        )
    return _triples(who, [(at, line) for at, line in enumerate(lines[3:], 4) if line])


def _from_hex(who: str, data: bytes) -> Iterator[str]:
    numbered = [(at, line) for at, line in enumerate(_lines(who, data), 1) if line]
    wrong = [(at, line) for at, line in numbered if not re.fullmatch("#?[0-9a-fA-F]{6}", line)]
    _refuse(who, wrong, "rrggbb")
    return (f"#{line[-6:].lower()}" for _, line in numbered)


def _from_png(who: str, data: bytes) -> Iterator[str]:
    check_png(who, data, least_side_px=1)
    with Image.open(io.BytesIO(data), formats=["PNG"]) as picture:
        pixels = picture.convert("RGBA")
    counted = pixels.getcolors(MOST_COLOURS + 2)
    if counted is None:
        raise PictureError(
            f"{who} holds more than {MOST_COLOURS} colours; give a strip of swatches and no painting"
        )
    seen = dict.fromkeys(zip(*(pixels.getchannel(channel).tobytes() for channel in "RGBA"), strict=True))
    return (f"#{red:02x}{green:02x}{blue:02x}" for red, green, blue, alpha in seen if alpha >= 128)


_READERS: Mapping[str, Callable[[str, bytes], Iterator[str]]] = {
    ".gpl": _from_gimp,
    ".hex": _from_hex,
    ".pal": _from_jasc,
    ".png": _from_png,
}


def _lines(who: str, data: bytes) -> list[str]:
    try:
        return [line.strip() for line in data.decode("utf-8-sig").splitlines()]
    except UnicodeDecodeError as error:
        raise PictureError(f"{who} is no text; save it as .gpl, .hex or .pal (JASC)") from error


def _triples(who: str, numbered: list[tuple[int, str]]) -> Iterator[str]:
    found = [(at, line, re.match(r"(\d{1,3})\s+(\d{1,3})\s+(\d{1,3})(?!\d)", line)) for at, line in numbered]
    colours = [[int(number) for number in match.groups()] if match else [999] for _, _, match in found]
    wrong = [(at, line) for (at, line, _), rgb in zip(found, colours, strict=True) if max(rgb) > 255]
    _refuse(who, wrong, "three numbers of 0 to 255")
    return ("#{:02x}{:02x}{:02x}".format(*rgb) for rgb in colours)


def _refuse(who: str, wrong: list[tuple[int, str]], wanted: str) -> None:
    if wrong:
        shown = ", ".join(f"{line[:20]!r} on line {at}" for at, line in wrong[:_SHOWN_MISTAKES])
        more = f" and {len(wrong) - _SHOWN_MISTAKES} more" if len(wrong) > _SHOWN_MISTAKES else ""
        raise PictureError(f"{who}: {shown}{more} is no colour; write {wanted}")


def _as_list(value: Any, info: ValidationInfo) -> Any:  # noqa: ANN401 - whatever YAML holds
    """Make a list of a palette's name or file."""
    if isinstance(value, str):
        if value not in NAMED_PALETTES:
            raise plain_error(
                mistyped("palette", value, NAMED_PALETTES) + "; or list colours, or write {file: …}"
            )
        return NAMED_PALETTES[value]
    if not isinstance(value, dict):
        return value
    named = PaletteFile.model_validate(value, context=info.context)
    if not isinstance(info.context, Path):
        raise plain_error("a palette's file can only be read beside a manifest")
    try:
        return colours_of_file(info.context.parent, named.file)
    except PictureError as problem:
        raise refusal([Complaint(("file",), str(problem))]) from problem


_Colours: TypeAlias = Annotated[tuple[Colour, ...], Field(max_length=MOST_COLOURS)]
Palette: TypeAlias = Annotated[
    _Colours, BeforeValidator(_as_list, json_schema_input_type=_Colours | PaletteName | PaletteFile)
]
"""Colours, however they are written: once loaded, a name and a file are the list they stand for."""
