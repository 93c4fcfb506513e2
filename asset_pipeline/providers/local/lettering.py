"""Words as coverage: broken into lines, as large as fits, set along a shallow arc."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from asset_pipeline.imaging.arrays import Floats

_GLYPH_PX = 200  # letters are measured at this size before they are fitted


_SHARE = 0.92  # of the picture's width or height that the logo fills


def letters(text: str, width: int, height: int, top: float) -> tuple[Floats, float]:
    """Letter *text* as large as fits below *top*; returns coverage and the usual stroke width in pixels."""
    lines, size = _fit(text, width * _SHARE, height * (0.93 - top) * _SHARE)
    font = ImageFont.load_default(size)
    bold_px = max(1, round(size * 0.028))
    page = Image.new("L", (width, height))
    line_px = size * 1.06
    first = height * (top + 0.96) / 2 - line_px * len(lines) / 2
    for number, line in enumerate(lines):
        _set_line(page, line, font, first + line_px * (number + 0.5), bold_px)
    return np.asarray(page, np.float32) / np.float32(255), size * 0.14 + bold_px


def _set_line(
    page: Image.Image,
    line: str,
    font: ImageFont.FreeTypeFont | ImageFont.ImageFont,
    middle_px: float,
    bold_px: int,
) -> None:
    """Set one line along a shallow arc, each glyph leaning with it."""
    spacing = bold_px * 1.6
    widths = [font.getlength(glyph) + spacing for glyph in line]
    total = sum(widths)
    x = (page.width - total) / 2
    rise_px = 0.055 * total
    for glyph, wide in zip(line, widths, strict=True):
        place = (x + wide / 2 - page.width / 2) / (total / 2)
        side = int(wide * 2 + bold_px * 4 + rise_px + font.getlength("M") * 2)
        tile = Image.new("L", (side, side))
        ImageDraw.Draw(tile).text((side / 2, side / 2), glyph, 255, font, anchor="ms", stroke_width=bold_px)
        lean = tile.rotate(-place * 5.5, Image.Resampling.BICUBIC)
        baseline = middle_px + font.getlength("M") * 0.42 + rise_px * (place**2 - 0.4)
        page.paste(255, (round(x + wide / 2 - side / 2), round(baseline - side / 2)), lean)
        x += wide


def _fit(text: str, wide_px: float, high_px: float) -> tuple[list[str], int]:
    """Break *text* into the one to three lines that allow the largest letters."""
    words = text.split() or [text]
    measure = ImageFont.load_default(_GLYPH_PX)
    best: tuple[float, list[str]] = (0.0, [text])
    for count in range(1, min(3, len(words)) + 1):
        for cuts in combinations(range(1, len(words)), count - 1):
            bounds = (0, *cuts, len(words))
            lines = [" ".join(words[a:b]) for a, b in pairwise(bounds)]
            longest = max(measure.getlength(line) + len(line) * _GLYPH_PX * 0.05 for line in lines)
            size = min(wide_px / longest * _GLYPH_PX, high_px / (count * 1.06 + 0.12))
            if size > best[0]:
                best = (size, lines)
    return best[1], max(8, int(best[0]))
