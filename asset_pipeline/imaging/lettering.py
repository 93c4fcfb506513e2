"""Lettering whose letters are right: laid out from a font, as the guide a model draws over and is measured against."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypeAlias

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from asset_pipeline.errors import ImageError
from asset_pipeline.imaging.alpha import PixelBox
from asset_pipeline.imaging.arrays import Floats, Rgb, Rgba
from asset_pipeline.imaging.fonts import open_font, require_settable
from asset_pipeline.imaging.graphemes import graphemes
from asset_pipeline.imaging.guide import FILL_SHARE, on_white

Align: TypeAlias = Literal["left", "centre", "right"]

_MEASURED_PX = 200  # letters are measured at this size before they are fitted
_LINE_PITCH = 1.15  # of what is inked of a line


class Letter(NamedTuple):
    """One grapheme, and the cell that is its own."""

    text: str
    cell: PixelBox


@dataclass(frozen=True, eq=False)
class Lettering:
    """Letters on a canvas.

    Attributes:
        letters: in reading order, without the spaces.
        matte: float32 ``(height, width)`` in ``[0, 1]``: how much of each pixel they cover.
    """

    letters: tuple[Letter, ...]
    matte: Floats = field(repr=False)


def letter_lines(  # noqa: PLR0913  # a text, a canvas, and how it is set; all but the text by keyword
    text: str,
    *,
    width_px: int,
    height_px: int,
    font: bytes | None = None,
    align: Align = "centre",
    fill_share: float = FILL_SHARE,
) -> Lettering:
    """Set lines of text in the middle of a canvas, as large as *fill_share* of it allows.

    Args:
        text: what to letter; its own line breaks are kept.
        width_px: width of the canvas.
        height_px: height of the canvas.
        font: the bytes of a TrueType or OpenType file; without one Pillow's own, which has little more than ASCII.
        align: where lines that are shorter than the longest stand.
        fill_share: share of the canvas to fill, above 0 up to 1.

    Returns:
        The same for the same input: letters are set one after the other, with the font's kerning, and never shaped.

    Raises:
        ImageError: there is nothing to letter, the font cannot be read or lacks a letter, letters would have to be shaped
            or to run from right to left, or the canvas is too small.
    """
    lines = [graphemes(line.strip()) for line in text.splitlines() if line.strip()]
    require_settable([letter for line in lines for letter in line], font)
    measured = open_font(font, _MEASURED_PX)
    above, below = _ink(measured, lines)
    longest = max(measured.getlength("".join(line)) for line in lines)
    high = (above + below) * (1 + _LINE_PITCH * (len(lines) - 1))
    scale = fill_share * min(width_px / longest, height_px / high)
    fitted = open_font(font, _size(_MEASURED_PX * scale, text))
    above, below, longest = above * scale, below * scale, longest * scale
    page, letters = Image.new("L", (width_px, height_px)), []
    top = (height_px - high * scale) / 2
    for number, line in enumerate(lines):
        baseline = top + above + number * _LINE_PITCH * (above + below)
        free = longest - fitted.getlength("".join(line))
        left = (width_px - longest) / 2 + {"left": 0, "centre": free / 2, "right": free}[align]
        letters += _set_line(page, line, fitted, left, (baseline - above, baseline, baseline + below))
    return Lettering(tuple(letters), np.asarray(page, np.float32) / np.float32(255))


def letter_cells(  # noqa: PLR0913  # letters, where they stand, a canvas, and how; all but the letters by keyword
    letters: Sequence[str],
    boxes: Sequence[PixelBox],
    *,
    width_px: int,
    height_px: int,
    font: bytes | None = None,
    fill_share: float = FILL_SHARE,
) -> Lettering:
    """Set one letter into each cell of a grid, all of one size and on one baseline: the letters of a game's own font.

    Args:
        letters: one grapheme for each cell, in order; a space leaves its cell empty.
        boxes: the cells, see :meth:`~asset_pipeline.imaging.guide_layouts.Grid.boxes`.
        width_px: width of the canvas.
        height_px: height of the canvas.
        font: as for :func:`letter_lines`.
        fill_share: share of a cell that the largest letter fills.

    Returns:
        As :func:`letter_lines`.

    Raises:
        ImageError: as :func:`letter_lines`; or there are more letters than cells, or one that is several.
    """
    if len(letters) > len(boxes) or any(len(graphemes(letter)) != 1 for letter in letters):
        raise ImageError(
            f"{len(boxes)} cells take one letter each, not {len(letters)}: {' | '.join(letters)[:60]}"
        )
    drawn = [letter for letter in letters if not letter.isspace()]
    require_settable(drawn, font)
    measured = open_font(font, _MEASURED_PX)
    above, below = _ink(measured, [(letter,) for letter in drawn])
    widest = max(measured.getlength(letter) for letter in drawn)
    wide, high = min(box.width for box in boxes), min(box.height for box in boxes)
    scale = fill_share * min(wide / widest, high / (above + below))
    fitted = open_font(font, _size(_MEASURED_PX * scale, "".join(drawn)))
    page, placed = Image.new("L", (width_px, height_px)), []
    for letter, box in zip(letters, boxes, strict=False):
        if not letter.isspace():
            x = box.x + (box.width - fitted.getlength(letter)) / 2
            baseline = box.y + box.height / 2 + (above - below) * scale / 2
            _draw(page, letter, fitted, x, baseline)
            placed.append(Letter(letter, box))
    return Lettering(tuple(placed), np.asarray(page, np.float32) / np.float32(255))


def draw_lettering(lettering: Lettering, fill_rgb: Rgb) -> Rgba:
    """Draw letters on white, for a model to paint over.

    Args:
        lettering: the letters.
        fill_rgb: as for :func:`~asset_pipeline.imaging.guide.draw_guide`.

    Returns:
        uint8 ``(height, width, 4)``, opaque.
    """
    return on_white(lettering.matte, np.ones_like(lettering.matte), fill_rgb)


def _set_line(
    page: Image.Image,
    line: Sequence[str],
    font: ImageFont.FreeTypeFont,
    left: float,
    heights: tuple[float, float, float],
) -> list[Letter]:
    """Draw one line; *heights* are its upper edge, its baseline and its lower edge."""
    top, baseline, bottom = heights
    begins = [left + font.getlength("".join(line[:number])) for number in range(len(line) + 1)]
    placed = []
    for letter, begin, end in zip(line, begins, begins[1:], strict=False):
        if not letter.isspace():
            _draw(page, letter, font, begin, baseline)
            x, y = round(begin), round(top)
            placed.append(Letter(letter, PixelBox(x, y, max(1, round(end) - x), max(1, round(bottom) - y))))
    return placed


def _draw(page: Image.Image, letter: str, font: ImageFont.FreeTypeFont, x: float, baseline: float) -> None:
    ImageDraw.Draw(page).text((round(x), round(baseline)), letter, 255, font, anchor="ls")


def _ink(font: ImageFont.FreeTypeFont, lines: Sequence[Sequence[str]]) -> tuple[float, float]:
    """Return how far the highest letter reaches above the baseline, and the lowest below it."""
    boxes = [font.getbbox("".join(line), anchor="ls") for line in lines]
    return -min(box[1] for box in boxes), max(0.0, *(box[3] for box in boxes))


def _size(size_px: float, text: str) -> int:
    if size_px < 4:
        raise ImageError(
            f"{text[:40]!r} does not fit on the canvas in letters that can be read; ask for a larger one"
        )
    return int(size_px)
