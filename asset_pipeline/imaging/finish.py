"""The last step of a sprite: the exact size and the style's own pixels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from asset_pipeline.errors import ImageError
from asset_pipeline.imaging.alpha import alpha_box, bleed_alpha
from asset_pipeline.imaging.arrays import Rgb, Rgba, require_rgba
from asset_pipeline.imaging.colour import nearest_colour
from asset_pipeline.imaging.contour import outline_cells, outline_smoothly
from asset_pipeline.imaging.dither import Dither
from asset_pipeline.imaging.pixelart import cell_size_px, pixelate
from asset_pipeline.imaging.pixelgrid import native_cells
from asset_pipeline.imaging.placement import Anchor, Room
from asset_pipeline.imaging.resample import resample

# Fainter than an eye can see on any background, but enough to make a trimmed sprite come out too small.
_INVISIBLE_ALPHA_U8 = 8
# Lettering and faces stay readable from here; a scene of 320 x 180 is what the consoles had.
_SPRITE_CELLS = 128
_SCENE_CELLS = 320
_LINE_SHARE = 64


def finish_sprite(  # noqa: PLR0913  # what to finish, its size, and the things that decide how; all by keyword
    rgba: Rgba,
    *,
    width_px: int,
    height_px: int,
    style: str,
    palette: Sequence[Rgb] = (),
    anchor: Anchor = "centre",
    dither: Dither = "none",
    outline: Rgb | None = None,
    trim: bool = True,
) -> Rgba:
    """Trim a cut-out subject, scale it to fit, place it, and give it exactly the size asked for.

    Args:
        rgba: uint8 ``(height, width, 4)``, straight alpha, transparent around its subject; not changed.
        width_px: width of the result.
        height_px: height of the result.
        style: one with the word "pixel" is redrawn in hard-edged squares, each of
            :func:`~asset_pipeline.imaging.pixelart.cell_size_px` pixels, from the cells it has been drawn in where it
            has any; every other one is resampled in linear light.
        palette: the colours of pixel art; empty chooses at most 32. Other styles are not held to it.
        anchor: where a subject stands that is not as high as the result: what stands on the ground at the bottom, what
            is stood on at the top.
        dither: of pixel art, as for :func:`~asset_pipeline.imaging.pixelart.pixelate`.
        outline: colour of a line around the subject: one cell of pixel art, in the palette's nearest colour; in other styles
            1/64 of the shorter side.
        trim: take what is visible; else the whole picture is scaled to the whole size, so that everything stays in its place.

    Returns:
        uint8 ``(height_px, width_px, 4)``, straight alpha, colour bled under the edge; wholly transparent
        where nothing is visible.

    Raises:
        ImageError: *rgba* is no picture, or a size is below 1.
    """
    require_rgba(rgba)
    _require_size(width_px, height_px)
    pixel_art = is_pixel_art(style)
    cell_px = square_px(width_px, height_px, style=style, scene=False)
    border = 0 if outline is None else line_width(width_px, height_px, style=style)
    room = Room(width_px // cell_px, height_px // cell_px, border, anchor)
    draw = partial(pixelate, palette=palette, trimmed=True, dither=dither) if pixel_art else resample
    drawn = _native(rgba) if pixel_art else rgba
    canvas = _placed(drawn, room, draw) if trim else draw(drawn, width=room.width, height=room.height)
    if outline is not None:
        canvas = outlined(canvas, outline, border, style=style, palette=palette)
    return bleed_alpha(_in_squares(canvas, cell_px))


def finish_scene(  # noqa: PLR0913  # what to finish, its size, and the three things that decide how
    rgba: Rgba,
    *,
    width_px: int,
    height_px: int,
    wraps: bool,
    style: str,
    palette: Sequence[Rgb] = (),
    dither: Dither = "none",
) -> Rgba:
    """Scale a scene, or one layer of it, until it covers the size asked for, and crop the rest evenly.

    A scene that wraps keeps its whole width, or it would no longer loop: only its height is cropped, and
    where it is too wide for that it is stretched in height.

    Args:
        rgba: uint8 ``(height, width, 4)``, straight alpha; not changed.
        width_px: width of the result.
        height_px: height of the result.
        wraps: the scene continues at its left side where its right side ends.
        style: as for :func:`finish_sprite`.
        palette: as for :func:`finish_sprite`.
        dither: as for :func:`finish_sprite`.

    Returns:
        uint8 ``(height_px, width_px, 4)``, straight alpha.

    Raises:
        ImageError: *rgba* is no picture, or a size is below 1.
    """
    require_rgba(rgba)
    _require_size(width_px, height_px)
    if not is_pixel_art(style):
        part = _covering(rgba, width_px / height_px, keep_width=wraps)
        return bleed_alpha(resample(part, width=width_px, height=height_px, wraps=wraps))
    part = _covering(_native(rgba), width_px / height_px, keep_width=wraps)
    cell_px = square_px(width_px, height_px, style=style, scene=True)
    cells = pixelate(
        part, width=width_px // cell_px, height=height_px // cell_px, palette=palette, dither=dither
    )
    return bleed_alpha(_in_squares(cells, cell_px))


def _require_size(width_px: int, height_px: int) -> None:
    if min(width_px, height_px) < 1:
        raise ImageError(f"a picture cannot be {width_px} x {height_px} px; give 1 or more for both")


def is_pixel_art(style: str) -> bool:
    """Tell whether *style*, as the manifest has it, is one of hard-edged squares."""
    return "pixel" in style.lower()


def square_px(width_px: int, height_px: int, *, style: str, scene: bool) -> int:
    """Return how many pixels one square of finished art is wide: 1 in every style but pixel art.

    >>> square_px(1280, 640, style="pixel", scene=True), square_px(1280, 640, style="flat", scene=True)
    (4, 1)
    """
    if not is_pixel_art(style):
        return 1
    return cell_size_px(width_px, height_px, least_cells=_SCENE_CELLS if scene else _SPRITE_CELLS)


def line_width(width_px: int, height_px: int, *, style: str) -> int:
    """Return the width of the line around a subject: one cell of pixel art; else 1/64 of the shorter side.

    By the longer side it would eat up what is long and thin.

    >>> line_width(128, 640, style="flat"), line_width(128, 640, style="pixel")
    (2, 1)
    """
    return 1 if is_pixel_art(style) else max(1, round(min(width_px, height_px) / _LINE_SHARE))


def outlined(canvas: Rgba, colour: Rgb, width: int, *, style: str, palette: Sequence[Rgb] = ()) -> Rgba:
    """Draw a line around a subject that has room for it.

    Args:
        canvas: uint8 ``(height, width, 4)``, straight alpha; one pixel a cell where it is pixel art; not changed.
        colour: of the line; of pixel art the palette's nearest is taken.
        width: as :func:`line_width` has it.
        style: as for :func:`finish_sprite`.
        palette: likewise.

    Returns:
        A new picture of the same size.
    """
    if is_pixel_art(style):
        return outline_cells(canvas, nearest_colour(colour, palette) if palette else colour)
    return outline_smoothly(canvas, colour, width)


def _placed(rgba: Rgba, room: Room, draw: Callable[..., Rgba]) -> Rgba:
    """Draw what is visible of *rgba* into an empty canvas."""
    canvas = np.zeros((room.height, room.width, 4), np.uint8)
    box = alpha_box(rgba, _INVISIBLE_ALPHA_U8)
    if box is None:
        return canvas
    subject = rgba[box.y : box.y + box.height, box.x : box.x + box.width]
    place = room.fit(box, whole=draw is not resample)
    canvas[place.y : place.y + place.height, place.x : place.x + place.width] = draw(
        subject, width=place.width, height=place.height
    )
    return canvas


def _native(rgba: Rgba) -> Rgba:
    """Return the cells that pixel art has been drawn in; the picture itself where no grid is found."""
    cells = native_cells(rgba)
    return rgba if cells is None else cells


def _covering(rgba: Rgba, aspect: float, *, keep_width: bool) -> Rgba:
    """Return the middle of a picture that has *aspect*, or all of its width."""
    height, width = rgba.shape[:2]
    part_height = min(height, max(1, round(width / aspect)))
    part_width = width if keep_width else min(width, max(1, round(height * aspect)))
    x, y = (width - part_width) // 2, (height - part_height) // 2
    return rgba[y : y + part_height, x : x + part_width]


def _in_squares(cells: Rgba, cell_px: int) -> Rgba:
    return cells.repeat(cell_px, axis=0).repeat(cell_px, axis=1)
