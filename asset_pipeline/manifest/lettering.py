"""How a title's letters are set: the layout that a model paints over, and that its letters are held against."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import Field, model_validator

from asset_pipeline.manifest.base import Frozen, plain_error
from asset_pipeline.manifest.fields import Name, Number, Whole
from asset_pipeline.manifest.pictures import FileBeside, PictureError, read_beside, read_by_path

_FONT_HEADS = (b"\x00\x01\x00\x00", b"OTTO", b"true", b"ttcf")  # TrueType, OpenType, a collection of them

Align: TypeAlias = Literal["left", "centre", "right"]


def _font_sha256(folder: Path, name: str) -> str:
    data = read_beside(folder, name, what="font")
    if not data.startswith(_FONT_HEADS):
        raise PictureError(f"font {name!r} is no font; give a TrueType or OpenType file (.ttf, .otf)")
    return hashlib.sha256(data).hexdigest()


Font: TypeAlias = Annotated[
    FileBeside, read_by_path(_font_sha256, "a font file beside the manifest, such as fonts/title.ttf")
]


class LetterGrid(Frozen):
    """Cells of one size, one letter in each: the letters of a game's own font.

    Attributes:
        columns: cells in a row.
        rows: cells in a column.
    """

    columns: Annotated[Whole, Field(ge=1, le=40)] = Field(description="cells in a row, 1 to 40.")
    rows: Annotated[Whole, Field(ge=1, le=40)] = Field(description="cells in a column, 1 to 40.")


class Lettering(Frozen):
    """How letters are set.

    Attributes:
        font: whose letters; ``None`` for the one that comes with the pipeline, DejaVu Sans Bold.
        align: where lines that are shorter than the longest stand.
        lines: the text in lines; left out, it is broken where its letters come out largest.
        grid: one letter in each cell instead of lines.
        denoise_strength: 0 keeps the layout, 1 ignores it; ``None`` leaves it to the pipeline.
    """

    font: Font | None = Field(
        default=None, description="A .ttf or .otf file beside the manifest; DejaVu Sans Bold if left out."
    )
    align: Align = Field(default="centre", description="Where shorter lines stand: left, centre or right.")
    lines: Annotated[tuple[Name, ...], Field(max_length=8)] = Field(
        default=(), description="The text in lines; broken where its letters come out largest if left out."
    )
    grid: LetterGrid | None = Field(
        default=None, description="One letter in each cell, as {columns: 6, rows: 2}, instead of lines."
    )
    denoise_strength: Annotated[Number, Field(ge=0, le=1)] | None = Field(
        default=None, description="0 keeps the layout, 1 ignores it."
    )

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        if self.grid is not None and (self.lines or self.align != "centre"):
            raise plain_error(
                "letters stand in lines or in the cells of a grid; leave out grid, or lines and align"
            )
        return self


def lettering_problem(
    lettering: Lettering, text: str, *, background: bool, width_px: int | None, height_px: int | None
) -> str | None:
    """Say why *text* cannot be lettered this way, or return ``None`` where it can.

    Args:
        lettering: how.
        text: what.
        background: whether there is to be a scene behind it.
        width_px: of the finished picture; ``None`` where that is a mistake of its own.
        height_px: likewise.

    >>> lettering_problem(Lettering(lines=("Fox", "Rum")), "Fox Run", background=False, width_px=64, height_px=64)
    "these lines read 'Fox Rum', but the text is 'Fox Run'"
    """
    if background:
        return (
            "letters over a scene cannot be told from it, so that nobody could check them; leave background out "
            "and lay the title over a sprite of kind: background in the game"
        )
    if lettering.lines and " ".join(lettering.lines).split() != text.split():
        return f"these lines read {' '.join(lettering.lines)!r}, but the text is {text!r}"
    if lettering.grid is None or width_px is None or height_px is None:
        return None
    columns, rows = lettering.grid.columns, lettering.grid.rows
    if not (width_px % columns or height_px % rows):
        return None
    return (
        f"{width_px} x {height_px} px do not divide into {columns} x {rows} equal cells; "
        f"{-(-width_px // columns) * columns} x {-(-height_px // rows) * rows} px do"
    )
