"""Frames of one thing: of one scale, standing on one point, in the same colours."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal, TypeAlias

import numpy as np

from asset_pipeline.errors import ImageError
from asset_pipeline.imaging.alpha import PixelBox, alpha_box, bleed_alpha
from asset_pipeline.imaging.arrays import Rgb, Rgba
from asset_pipeline.imaging.dither import Dither
from asset_pipeline.imaging.finish import is_pixel_art, line_width, outlined, square_px
from asset_pipeline.imaging.pixelart import learnt_palette, pixelate
from asset_pipeline.imaging.pixelgrid import native_cells
from asset_pipeline.imaging.placement import fitting_scale
from asset_pipeline.imaging.resample import resample

Pivot: TypeAlias = Literal["feet", "centre"]
"""The point that frames share: the middle of the lower edge of what is visible, or the middle of it."""

_INVISIBLE_ALPHA_U8 = 8


def pivot_px(rgba: Rgba, pivot: Pivot) -> tuple[float, float] | None:
    """Find the pivot of one frame.

    Args:
        rgba: uint8 ``(height, width, 4)``, straight alpha; not changed.
        pivot: which point of the box around what is visible.

    Returns:
        x and y in pixels from the frame's left top corner; ``None`` where nothing is visible.

    Raises:
        ImageError: *rgba* is no picture.

    >>> dot = np.zeros((4, 6, 4), np.uint8)
    >>> dot[1, 2:4] = 255
    >>> pivot_px(dot, "feet"), pivot_px(dot, "centre")
    ((3.0, 2.0), (3.0, 1.5))
    """
    box = alpha_box(rgba, _INVISIBLE_ALPHA_U8)
    return None if box is None else _point_of(box, pivot)


def jitter_px(cells: Sequence[Rgba], pivot: Pivot) -> float | None:
    """Measure how much a thing jumps between its frames.

    Args:
        cells: uint8 ``(height, width, 4)`` each, straight alpha; not changed.
        pivot: which point of it should stay.

    Returns:
        The largest distance of a frame's pivot from the median one, in pixels along either axis; ``None`` where fewer than
        two frames show anything.

    Raises:
        ImageError: one is no picture.
    """
    points = np.array([point for cell in cells if (point := pivot_px(cell, pivot)) is not None])
    if len(points) < 2:
        return None
    return float(np.abs(points - np.median(points, axis=0)).max())


def aligned(  # noqa: PLR0913  # frames, their size, and the things that decide how; all by keyword
    cells: Sequence[Rgba],
    *,
    width_px: int,
    height_px: int,
    pivot: Pivot,
    style: str,
    palette: Sequence[Rgb] = (),
    dither: Dither = "none",
    outline: Rgb | None = None,
) -> list[Rgba]:
    """Bring cut-out frames to their final size: all scaled alike, as large as the largest allows, pivot on pivot.

    Args:
        cells: uint8 ``(height, width, 4)`` each, straight alpha, transparent around their subjects; not changed.
        width_px: width of a finished cell.
        height_px: height of a finished cell.
        pivot: the point that all of them share: ``feet`` stands on the lower edge, ``centre`` in the middle.
        style: one with the word "pixel" is redrawn in hard-edged squares, of one palette for all frames, from the squares
            they were drawn in where all have the same; every other one is resampled in linear light.
        palette: the colours of pixel art; empty chooses at most 32 that fit all frames together.
        dither: as for :func:`~asset_pipeline.imaging.finish.finish_sprite`.
        outline: likewise.

    Returns:
        uint8 ``(height_px, width_px, 4)`` for each cell, straight alpha, colour bled under the edge; a cell that shows
        nothing is wholly transparent.

    Raises:
        ImageError: one is no picture, or a size is below 1.
    """
    if min(width_px, height_px) < 1:
        raise ImageError(f"a cell cannot be {width_px} x {height_px} px; give 1 or more for both")
    subjects = [_subject(cell) for cell in (_native(cells) if is_pixel_art(style) else cells)]
    border = 0 if outline is None else line_width(width_px, height_px, style=style)
    square = square_px(width_px, height_px, style=style, scene=False)
    draw = _drawing(subjects, style, palette, dither)
    finished = _Cell.for_all(
        subjects, width_px // square, height_px // square, border, pivot, whole=is_pixel_art(style)
    )
    placed = [finished.placed(subject, draw) for subject in subjects]
    if outline is not None:
        placed = [outlined(cell, outline, border, style=style, palette=palette) for cell in placed]
    return [bleed_alpha(cell.repeat(square, axis=0).repeat(square, axis=1)) for cell in placed]


@dataclass(frozen=True)
class _Cell:
    """A finished cell, and the one scale that all subjects have in it."""

    width: int
    height: int
    border: int
    scale: float
    pivot: Pivot

    @classmethod
    def for_all(  # noqa: PLR0913  # what stands in it, and its own shape
        cls,
        subjects: Sequence[Rgba | None],
        width: int,
        height: int,
        border: int,
        pivot: Pivot,
        *,
        whole: bool,
    ) -> _Cell:
        sizes = [subject.shape[:2] for subject in subjects if subject is not None]
        highest, widest = (max((size[axis] for size in sizes), default=1) for axis in (0, 1))
        across, down = max(1, width - 2 * border), max(1, height - 2 * border)
        return cls(width, height, border, fitting_scale(across / widest, down / highest, whole=whole), pivot)

    def placed(self, subject: Rgba | None, draw: Callable[..., Rgba]) -> Rgba:
        cell = np.zeros((self.height, self.width, 4), np.uint8)
        if subject is None:
            return cell
        height, width = (max(1, round(side * self.scale)) for side in subject.shape[:2])
        x, free = (self.width - width) // 2, self.height - height
        y = free - self.border if self.pivot == "feet" else free // 2
        cell[y : y + height, x : x + width] = draw(subject, width=width, height=height)
        return cell


def _subject(cell: Rgba) -> Rgba | None:
    box = alpha_box(cell, _INVISIBLE_ALPHA_U8)
    return None if box is None else cell[box.y : box.y + box.height, box.x : box.x + box.width]


def _native(cells: Sequence[Rgba]) -> Sequence[Rgba]:
    """Return one pixel for each square that frames were drawn in, where all of them have one grid; else the frames."""
    found = [native_cells(cell) for cell in cells if _subject(cell) is not None]
    native = [cell for cell in found if cell is not None]
    heights = [len(cell) for cell in native]
    return native if native and len(native) == len(cells) and max(heights) - min(heights) <= 1 else cells


def _drawing(
    subjects: Sequence[Rgba | None], style: str, palette: Sequence[Rgb], dither: Dither
) -> Callable[..., Rgba]:
    """Return what scales a subject."""
    if not is_pixel_art(style):
        return resample
    shared = palette or learnt_palette([subject for subject in subjects if subject is not None])
    return partial(pixelate, palette=shared, trimmed=True, dither=dither)


def _point_of(box: PixelBox, pivot: Pivot) -> tuple[float, float]:
    return box.x + box.width / 2, box.y + box.height / (1 if pivot == "feet" else 2)
