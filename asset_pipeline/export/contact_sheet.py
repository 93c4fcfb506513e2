"""All sprites of a game on one labelled picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from textwrap import wrap

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

INK, DIM, PAPER, CARD, LINE = "#f2efe8", "#a49d90", "#1d1b22", "#2a2731", "#3a3644"
CHECKS = ((104, 100, 112), (122, 118, 130))  # the two greys that stand for transparency
_REASON_COLUMNS, _REASON_LINES = 25, 8  # of letters of 14 px, in a card that is one column wide
MARGIN_PX, GAP_PX, HEADER_PX, CAPTION_PX = 32, 16, 104, 52
CELL_PX, COLUMNS, CHECK_PX = 208, 6, 13


@dataclass(frozen=True)
class Tile:
    """One sprite on the sheet.

    Attributes:
        label: the sprite's id.
        caption: a few words below it, such as kind and size.
        rgba: ``(height, width, 4)`` uint8 straight alpha, or ``None`` where the sprite is missing.
        columns: how many columns the tile is wide; wide scenes take two.
        missing: why there is no picture; as much of it is shown as the empty card holds.
    """

    label: str
    caption: str
    rgba: NDArray[np.uint8] | None = field(repr=False)
    columns: int = 1
    missing: str = "not made yet"


def tile_of(label: str, caption: str, rgba: NDArray[np.uint8] | None, *, missing: str = "") -> Tile:
    """Make a tile, twice as wide for a picture that is wider than 1.4 times its height; *missing* says why there is none."""
    wide = rgba is not None and rgba.shape[1] > 1.4 * rgba.shape[0] and rgba.shape[1] > 2 * CELL_PX
    return Tile(label, caption, rgba, columns=2 if wide else 1, missing=missing or Tile.missing)


def contact_sheet(title: str, subtitle: str, tiles: Sequence[Tile]) -> NDArray[np.uint8]:
    """Lay *tiles* out under a heading, in order, on as many rows as they need.

    Args:
        title: large words at the top.
        subtitle: small words below them.
        tiles: the sprites; a missing one is drawn as an empty card that says so.

    Returns:
        ``(height, width, 4)`` uint8, opaque.
    """
    rows = _rows(tiles)
    width = 2 * MARGIN_PX + COLUMNS * CELL_PX + (COLUMNS - 1) * GAP_PX
    height = HEADER_PX + max(1, len(rows)) * (CELL_PX + CAPTION_PX + GAP_PX) + MARGIN_PX
    sheet = Image.new("RGBA", (width, height), PAPER)
    draw = ImageDraw.Draw(sheet)
    draw.text((MARGIN_PX, 26), title, INK, font(34))
    draw.text((MARGIN_PX, 70), subtitle, DIM, font(17))
    for row, line in enumerate(rows):
        column = 0
        for tile in line:
            left = MARGIN_PX + column * (CELL_PX + GAP_PX)
            _draw_tile(sheet, draw, tile, left, HEADER_PX + row * (CELL_PX + CAPTION_PX + GAP_PX))
            column += tile.columns
    return np.asarray(sheet)


def _rows(tiles: Sequence[Tile]) -> list[list[Tile]]:
    rows: list[list[Tile]] = []
    used = COLUMNS
    for tile in tiles:
        if used + tile.columns > COLUMNS:
            rows.append([])
            used = 0
        rows[-1].append(tile)
        used += tile.columns
    return rows


def _draw_tile(sheet: Image.Image, draw: ImageDraw.ImageDraw, tile: Tile, left: int, top: int) -> None:
    width = tile.columns * CELL_PX + (tile.columns - 1) * GAP_PX
    draw.rounded_rectangle((left, top, left + width, top + CELL_PX + CAPTION_PX), 10, CARD, LINE)
    if tile.rgba is None:
        lines = wrap(tile.missing, _REASON_COLUMNS, max_lines=_REASON_LINES, placeholder=" …")
        middle = (left + width / 2, top + CELL_PX / 2)
        size = 17 if len(lines) == 1 else 14
        draw.multiline_text(middle, "\n".join(lines), DIM, font(size), anchor="mm", align="center")
    else:
        _paste(sheet, tile.rgba, (left + 6, top + 6, width - 12, CELL_PX - 12))
    draw.text((left + 12, top + CELL_PX + 5), _fitted(tile.label, width - 24, 18), INK, font(18))
    draw.text((left + 12, top + CELL_PX + 28), _fitted(tile.caption, width - 24, 14), DIM, font(14))


def _paste(sheet: Image.Image, rgba: NDArray[np.uint8], box: tuple[int, int, int, int]) -> None:
    left, top, width, height = box
    picture = _scaled(Image.fromarray(rgba, "RGBA"), width, height)
    ground = Image.fromarray(_checks(width, height), "RGB")
    ground.paste(picture, ((width - picture.width) // 2, (height - picture.height) // 2), picture)
    sheet.paste(ground, (left, top))


def _scaled(picture: Image.Image, width: int, height: int) -> Image.Image:
    """Fit *picture* into the box: small ones enlarged by whole numbers, so that pixel art stays crisp."""
    scale = min(width / picture.width, height / picture.height)
    if scale >= 1:
        whole = int(scale)
        return picture.resize((picture.width * whole, picture.height * whole), Image.Resampling.NEAREST)
    size = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
    return picture.convert("RGBa").resize(size, Image.Resampling.LANCZOS).convert("RGBA")


def _checks(width: int, height: int) -> NDArray[np.uint8]:
    rows, columns = np.indices((height, width)) // CHECK_PX
    checks: NDArray[np.uint8] = np.asarray(CHECKS, np.uint8)[(rows + columns) % 2]
    return checks


def _fitted(text: str, width_px: int, size: int) -> str:
    letters = font(size)
    if letters.getlength(text) <= width_px:
        return text
    while text and letters.getlength(text + "…") > width_px:
        text = text[:-1]
    return text + "…"


@cache
def font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Return the font of all our charts and sheets, *size* pixels high."""
    return ImageFont.load_default(size)
