"""Lettering: a game's name as a logo, arched, outlined, with depth and an emblem; or its letters as a guide has them."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from asset_pipeline.imaging.arrays import Floats, Rgb
from asset_pipeline.providers.local import lettering
from asset_pipeline.providers.local.brief import Brief
from asset_pipeline.providers.local.painter import BACKGROUND, paint_entity
from asset_pipeline.providers.local.palette import Ramp, adjust, to_oklch
from asset_pipeline.providers.local.pixels import from_grid, limit_colours, to_grid, to_grid_by_median
from asset_pipeline.providers.local.sampling import blurred, depth_px, distance_px, resized, soft_step
from asset_pipeline.providers.local.scene import paint_scene
from asset_pipeline.providers.local.silhouette import invented_cover
from asset_pipeline.providers.local.styles import STYLES
from asset_pipeline.providers.local.subjects import names_something

_WORKING_SIDE_PX = 1024
_CELLS = 192  # logical pixels across pixel-art lettering
_RIM_SHARE = 0.16  # of a stroke: the outline around letters that a guide has laid out
_EMBLEM_ROOM = 0.22  # share of the height kept free above the letters


def paint_title(brief: Brief, width_px: int, height_px: int) -> Floats:
    """Letter the brief's quoted text, on off-white where it asks for a plain background, else over a scene.

    Returns:
        ``(height_px, width_px, 3)`` float32 sRGB in ``[0, 1]``.
    """
    scale = max(1.0, _WORKING_SIDE_PX / max(width_px, height_px))
    width, height = round(width_px * scale), round(height_px * scale)
    plain = brief.plain
    canvas = (
        np.full((height, width, 3), BACKGROUND, np.float32) if plain else _scene_behind(brief, width, height)
    )
    inside = _paint_logo(brief, canvas)
    small = resized(canvas, width_px, height_px, cv2.INTER_AREA)
    cover = (
        resized(inside, width_px, height_px, cv2.INTER_AREA)
        if plain
        else np.ones((height_px, width_px), np.float32)
    )
    return (
        _as_pixels(brief, small, cover, max(1, round(width_px / _CELLS))) if brief.style.grid_cells else small
    )


def paint_lettered(brief: Brief, cover: Floats) -> Floats:
    """Paint letters where a guide has them, on off-white: their shapes are kept, outlined evenly all around.

    Args:
        brief: what they are to look like.
        cover: ``(height, width)`` float32 in ``[0, 1]``: the letters; not changed.

    Returns:
        ``(height, width, 3)`` float32 sRGB in ``[0, 1]``.
    """
    height_px, width_px = cover.shape
    scale = max(1.0, _WORKING_SIDE_PX / max(width_px, height_px))
    letters = np.clip(
        resized(cover, round(width_px * scale), round(height_px * scale), cv2.INTER_CUBIC), 0, 1
    )
    canvas = np.full((*letters.shape, 3), BACKGROUND, np.float32)
    fill, edge = _colours(brief)
    stroke_px = 2 * float(np.percentile(depth_px(letters)[letters > 0.5], 90))
    cell_px = max(1, round(min(width_px / _CELLS, stroke_px / scale / 3))) if brief.style.grid_cells else 0
    rim = _widened(letters, max(2.0, stroke_px * _RIM_SHARE, cell_px * scale))
    _lay(canvas, rim, edge.at(0.16))
    for rows in _text_lines(letters):
        _face(brief, canvas[rows], letters[rows], fill)
    small = resized(canvas, width_px, height_px, cv2.INTER_AREA)
    inside = resized(rim, width_px, height_px, cv2.INTER_AREA)
    return _as_pixels(brief, small, inside, cell_px) if cell_px else small


def _text_lines(letters: Floats) -> list[slice]:
    """Return the rows of each line of text, from gap to gap; what is much lower, as an accent is, goes to the next."""
    inked = np.pad(letters.max(1) > 0.5, 1).astype(np.int8)
    begins, ends = np.flatnonzero(np.diff(inked) == 1), np.flatnonzero(np.diff(inked) == -1)
    tallest = int((ends - begins).max())
    lines: list[slice] = []
    top = 0
    for begin, end in zip(begins.tolist(), ends.tolist(), strict=True):
        if 2 * (end - begin) >= tallest:
            lines.append(slice(top, end))
            top = end
    lines[-1] = slice(lines[-1].start, len(letters))
    return lines


def _scene_behind(brief: Brief, width: int, height: int) -> Floats:
    """A scene a little darkened towards the middle, so that letters stand out."""
    scene = paint_scene(
        replace(brief, style=STYLES["cartoon"] if brief.style.grid_cells else brief.style), width, height
    )
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j].astype(np.float32)
    dimmed: Floats = scene * (1 - 0.30 * np.exp(-(x**2 * 0.8 + y**2 * 1.6)))[..., None]
    return dimmed


def _paint_logo(brief: Brief, canvas: Floats) -> Floats:
    """Paint letters and, where there is room above, an emblem onto *canvas*; returns what they cover."""
    height, width = canvas.shape[:2]
    fill, edge = _colours(brief)
    roomy = height > width * 0.34
    letters, stroke_px = lettering.letters(brief.lettering, width, height, _EMBLEM_ROOM if roomy else 0.05)
    thick = max(3.0, stroke_px * 0.34)
    rim = _widened(letters, thick)
    depth_steps = (
        (0,) if brief.style.geometric else np.linspace(0, max(2, thick * 0.85), 9).round().astype(int)
    )
    shadow = _filled(np.maximum.reduce([np.roll(rim, int(step), axis=0) for step in depth_steps]))
    emblem = _stamp_emblem(brief, canvas, letters, edge.at(0.12)) if roomy else np.zeros_like(letters)
    _lay(canvas, shadow, edge.at(0.12))
    if not brief.style.geometric:
        _lay(canvas, rim, edge.at(0.42))
    _face(brief, canvas, letters, fill)
    return np.maximum(shadow, emblem)


def _face(brief: Brief, canvas: Floats, letters: Floats, fill: Ramp) -> None:
    """Fill the letters: bright above, deep below, a split of light, a bevel."""
    height = canvas.shape[0]
    rows = np.flatnonzero(letters.max(1) > 0.5)
    place = np.clip((np.arange(height, dtype=np.float32) - rows[0]) / max(1, rows[-1] - rows[0]), 0, 1)[
        :, None
    ]
    depth = depth_px(letters)
    thickest = max(2.0, float(depth.max()))
    if brief.style.geometric:
        _lay(canvas, letters, fill.at(0.5))
        return
    level = 0.74 - 0.34 * place + np.zeros_like(letters)
    gradient = blurred(np.minimum(depth, thickest * 0.5), thickest * 0.08 + 0.6)
    slope = cv2.Sobel(gradient, cv2.CV_32F, 0, 1, scale=1 / 8) + 0.5 * cv2.Sobel(
        gradient, cv2.CV_32F, 1, 0, scale=1 / 8
    )
    level += slope * (0.16 if brief.style.bands else 0.22)
    colours = fill.shade(level.astype(np.float32))
    canvas += (colours - canvas) * letters[..., None]
    gleam = (
        letters
        * soft_step(depth, thickest * 0.34, 2.0)
        * soft_step(-np.asarray(_within_line(letters)), -0.40, 0.02)
    )
    _lay(canvas, gleam, np.ones(3, np.float32), 0.42)


def _within_line(letters: Floats) -> Floats:
    """How far down within its own glyph column a pixel is, ``[0, 1]``."""
    inside = letters > 0.5
    top = np.where(inside.any(0), inside.argmax(0), 0)
    bottom = np.where(inside.any(0), letters.shape[0] - inside[::-1].argmax(0), 1)
    rows = np.arange(letters.shape[0], dtype=np.float32)[:, None]
    share: Floats = ((rows - top) / np.maximum(bottom - top, 1)).astype(np.float32)
    return share


def _colours(brief: Brief) -> tuple[Ramp, Ramp]:
    """Colours of the letters and of their outline: as the words say, else bright on dark."""
    edge = brief.dyed("outline", "outlines", "border", "rim", "stroke")
    named = brief.dyed("letters", "lettering", "text", "logo", "title", "type", "font")
    others = [colour for colour in brief.colours if colour != edge]
    bright = sorted(brief.palette, key=lambda c: -sum(to_oklch(c)[:2]))[:2]
    fill: Rgb = named or (others or bright or [(255, 200, 64)])[0]
    return Ramp(fill), Ramp(edge or adjust(fill, light=-0.42, hue_deg=150))


def _emblem_brief(brief: Brief) -> Brief:
    """What the name is about, as a thing to paint; a star where it names nothing."""
    words = tuple(brief.lettering.lower().split())
    style = STYLES["cartoon"] if brief.style.grid_cells else brief.style
    return replace(
        brief, words=words if names_something(words) else ("star",), colours=(), role="", style=style
    )


def _stamp_emblem(brief: Brief, canvas: Floats, letters: Floats, edge: Floats) -> Floats:
    """Paint the emblem behind the middle of the letters, standing out above them; returns what it covers."""
    height, width = letters.shape
    top = int(np.flatnonzero(letters.max(1) > 0.5)[0])
    side = min(top, width, round(height * (_EMBLEM_ROOM + 0.12)))
    upper, left = max(0, top - round(side * 0.84)), (width - side) // 2
    about = _emblem_brief(brief)
    cover = np.zeros(letters.shape, np.float32)
    cover[upper : upper + side, left : left + side] = invented_cover(about, side, side)
    outline = _widened(cover, max(3.0, side * 0.05))
    _lay(canvas, outline, edge)
    area, inside = (
        canvas[upper : upper + side, left : left + side],
        cover[upper : upper + side, left : left + side],
    )
    area += (paint_entity(about, inside) - area) * inside[..., None]
    return outline


def _widened(cover: Floats, by_px: float) -> Floats:
    """Grow an area by *by_px* all around."""
    outside = distance_px(cover < 0.5)
    grown: Floats = np.clip(by_px - outside + 0.5, 0, 1).astype(np.float32)
    return grown


def _lay(canvas: Floats, cover: Floats, colour: Floats, opacity: float = 1.0) -> None:
    canvas += (colour - canvas) * (cover * np.float32(opacity))[..., None]


def _filled(cover: Floats) -> Floats:
    """Fill holes, so that a cut-out logo keeps its counters."""
    outside = cv2.copyMakeBorder((cover < 0.5).astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=1)
    cv2.floodFill(outside, None, (0, 0), 2)
    return np.where(outside[1:-1, 1:-1] == 1, np.float32(1), cover)


def _as_pixels(brief: Brief, picture: Floats, cover: Floats, cell: int) -> Floats:
    height, width = cover.shape
    inside = to_grid(cover, cell)
    few = limit_colours(to_grid_by_median(picture, cell), inside, brief.palette, 0.03)
    few[inside <= 0.5] = BACKGROUND
    return from_grid(few, cell, width, height)
