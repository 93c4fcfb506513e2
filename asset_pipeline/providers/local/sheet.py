"""Paints sheets: one thing in every cell of a guide, a little further in its movement each time, or textures that fill them."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import Final

import cv2
import numpy as np

from asset_pipeline.imaging.alpha import PixelBox
from asset_pipeline.imaging.arrays import Floats, Rgba
from asset_pipeline.imaging.colour import colour_words
from asset_pipeline.providers.local.brief import Brief
from asset_pipeline.providers.local.figure import Figure
from asset_pipeline.providers.local.kit import Kit
from asset_pipeline.providers.local.painter import BACKGROUND, paint_entity
from asset_pipeline.providers.local.palette import pigment
from asset_pipeline.providers.local.pixels import from_grid, limit_colours, to_grid
from asset_pipeline.providers.local.sampling import resized
from asset_pipeline.providers.local.silhouette import guide_colour, guide_cover, invented_cover

SHEETS: Final = ("sprite", "tile", "variation")
_GRID: Final = re.compile(r"\b(\d+) by (\d+) equal\b")
_GREEN: Final = (104, 178, 72)  # of grass seen from above
_ROOM = 1.08  # a cell is a little larger than the disc that stands in it
_BOUNCE, _TILT_DEG = 0.07, 5.0  # how much a frame is squashed and leans at most


def paint_sheet(brief: Brief, guide: Rgba, prompt: str) -> Floats:
    """Paint a sheet over its guide.

    Args:
        brief: what to paint; its role is one of ``SHEETS``.
        guide: uint8 ``(height, width, 4)``: a shape in every cell; not changed.
        prompt: says how many cells there are, where they touch each other.

    Returns:
        ``(height, width, 3)`` float32 sRGB in ``[0, 1]``.

    Raises:
        ImageError: the guide is blank.
    """
    cover = guide_cover(guide)
    whole = np.full((*cover.shape, 3), BACKGROUND, np.float32)
    if brief.role == "tile":
        boxes = _divided(cover.shape, prompt)
        for number, box in enumerate(boxes):
            _put(whole, box, paint_texture(_of_cell(brief, number, len(boxes)), box.width, box.height))
        return whole
    boxes = _pieces(cover)
    for number, box in enumerate(boxes):
        own = brief
        if brief.role == "variation":
            colour = guide_colour(guide[_inside(box)], cover[_inside(box)])
            own = replace(brief, colours=(colour,) if colour else brief.colours)
        cell = _with_room(box, cover.shape)
        own = replace(own, moved=brief.moved + number / len(boxes))
        _put(whole, cell, paint_frame(own, cell.width, cell.height))
    return whole


def paint_frame(brief: Brief, width_px: int, height_px: int) -> Floats:
    """Paint one thing on off-white, as far through its movement as the brief says; variations do not move."""
    moves = brief.role != "variation"
    as_one = replace(brief, role="character" if moves else "item")
    painted = paint_entity(as_one, invented_cover(as_one, width_px, height_px))
    return _moved(painted, brief.moved) if moves else painted


def paint_texture(brief: Brief, width_px: int, height_px: int) -> Floats:
    """Fill a tile with what its words say it is made of; its sides need not fit yet."""
    # Painted beyond its sides, so that it has no edge of its own.
    wide, high = (2 * side for side in (width_px, height_px))
    figure = Figure(np.ones((high, wide), np.float32), replace(brief.style, outline=0.0))
    kit = Kit(figure, brief)
    grass = brief.says("grass", "grassy", "turf", "lawn", "meadow")
    surface = "foliage" if grass else "" if kit.material else "sand"
    main = kit.colours(_GREEN if grass else None)[0]
    figure.part(None, main, bevel=0.0, texture=kit.texture(surface), line=0.0)
    rows, columns = (
        slice(height_px // 2, height_px // 2 + height_px),
        slice(width_px // 2, width_px // 2 + width_px),
    )
    painted = figure.rgb[rows, columns]
    if not brief.style.grid_cells:
        return painted
    cell = max(1, round(max(width_px, height_px) / 32))
    small = to_grid(painted, cell)
    few = limit_colours(small, np.ones(small.shape[:2], np.float32), brief.palette, 0.055)
    return from_grid(few, cell, width_px, height_px)


def _of_cell(brief: Brief, number: int, count: int) -> Brief:
    """Of two tiles one is on the left and one on the right, by the words; of more all are alike."""
    where = [brief.words.index(word) for word in ("left", "right") if word in brief.words]
    if count != 2 or len(where) != 2:
        return replace(brief, seed=(*brief.seed[:2], brief.seed[2] + number))
    words = brief.words[: where[0]] if number == 0 else brief.words[where[0] + 1 : where[1]]
    return replace(brief, words=words, colours=tuple(map(pigment, colour_words(" ".join(words)))))


def _divided(shape: tuple[int, ...], prompt: str) -> list[PixelBox]:
    """Divide the picture into as many equal cells as the prompt says; one where it does not."""
    found = _GRID.search(prompt)
    across, down = (int(found[1]), int(found[2])) if found else (1, 1)
    x = np.linspace(0, shape[1], across + 1).round().astype(int).tolist()
    y = np.linspace(0, shape[0], down + 1).round().astype(int).tolist()
    return [
        PixelBox(left, top, right - left, bottom - top)
        for top, bottom in pairwise(y)
        for left, right in pairwise(x)
    ]


def _pieces(cover: Floats) -> list[PixelBox]:
    """Return the box of every separate shape of the guide, row by row."""
    _, _, stats, _ = cv2.connectedComponentsWithStats((cover > 0.5).astype(np.uint8), connectivity=8)
    boxes = [PixelBox(*(int(value) for value in row[:4])) for row in stats[1:]]
    tallest = max(box.height for box in boxes)
    large = [box for box in boxes if box.height * 2 > tallest]
    return sorted(large, key=lambda box: (round((box.y + box.height / 2) / tallest), box.x))


def _with_room(box: PixelBox, shape: tuple[int, ...]) -> PixelBox:
    width, height = min(round(box.width * _ROOM), shape[1]), min(round(box.height * _ROOM), shape[0])
    x = min(max(0, box.x + (box.width - width) // 2), shape[1] - width)
    y = min(max(0, box.y + (box.height - height) // 2), shape[0] - height)
    return PixelBox(x, y, width, height)


def _moved(painted: Floats, share: float) -> Floats:
    """Squash, stretch and lean a picture as something that bounces once does at *share* of the way."""
    height, width = painted.shape[:2]
    swing = float(np.sin(2 * np.pi * share))
    lean = _TILT_DEG * float(np.sin(2 * np.pi * share + np.pi / 2))
    high, wide = 1 - _BOUNCE * (1 - swing) / 2, 1 - _BOUNCE * (1 + swing) / 2
    turn = cv2.getRotationMatrix2D((width / 2, height * 0.9), lean, 1.0)
    scale = np.array([[wide, 0, width / 2 * (1 - wide)], [0, high, height * 0.95 * (1 - high)], [0, 0, 1]])
    way = (turn @ scale).astype(np.float64)
    white = (float(BACKGROUND),) * 3
    return np.asarray(
        cv2.warpAffine(
            painted,
            way,
            (width, height),
            flags=cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_CONSTANT,
            borderValue=white,
        ),
        np.float32,
    )


def _put(whole: Floats, box: PixelBox, painted: Floats) -> None:
    whole[_inside(box)] = (
        painted
        if painted.shape[:2] == (box.height, box.width)
        else resized(painted, box.width, box.height, cv2.INTER_AREA)
    )


def _inside(box: PixelBox) -> tuple[slice, slice]:
    return slice(box.y, box.y + box.height), slice(box.x, box.x + box.width)
