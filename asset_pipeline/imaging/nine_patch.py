"""Nine-patches: pictures that are stretched without their corners."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from asset_pipeline.errors import ImageError
from asset_pipeline.imaging.arrays import Rgba, require_rgba
from asset_pipeline.imaging.resample import resample

_GAP_PX = 8


class Insets(NamedTuple):
    """How far the corners reach in, in pixels; they never stretch."""

    left: int
    top: int
    right: int
    bottom: int


def stretched(rgba: Rgba, insets: Insets, *, width_px: int, height_px: int, crisp: bool = False) -> Rgba:
    """Draw a nine-patch at another size, as an engine does: corners as they are, sides along one axis, the middle along both.

    Args:
        rgba: uint8 ``(height, width, 4)``, straight alpha; not changed.
        insets: how far the corners reach in; they leave a middle.
        width_px: width of the result, more than the left and right insets together.
        height_px: height of the result, more than the upper and lower insets together.
        crisp: repeat pixels instead of resampling them, for pixel art.

    Returns:
        uint8 ``(height_px, width_px, 4)``; its corners have the same bytes, and at its own size all has.

    Raises:
        ImageError: *rgba* is no picture, the insets leave no middle in it, or the size is too small for the corners.
    """
    require_rgba(rgba)
    height, width = rgba.shape[:2]
    for which, (across, down) in (("picture", (width, height)), ("size", (width_px, height_px))):
        if min(insets) < 0 or insets.left + insets.right >= across or insets.top + insets.bottom >= down:
            raise ImageError(
                f"insets of {tuple(insets)} px (left, top, right, bottom) leave no middle in a {which} of "
                f"{across} x {down} px"
            )
    drawn = np.empty((height_px, width_px, 4), np.uint8)
    columns = list(_parts(insets.left, insets.right, width, width_px))
    for from_rows, to_rows in _parts(insets.top, insets.bottom, height, height_px):
        for from_columns, to_columns in columns:
            drawn[to_rows, to_columns] = _scaled(
                rgba[from_rows, from_columns], drawn[to_rows, to_columns].shape, crisp=crisp
            )
    return drawn


def stretch_preview(rgba: Rgba, insets: Insets, *, crisp: bool = False) -> Rgba:
    """Show a nine-patch at three sizes side by side: half its middle, twice its width, and twice as large both ways.

    Args:
        rgba: as for :func:`stretched`; not changed.
        insets: likewise.
        crisp: likewise.

    Returns:
        One picture, straight alpha, transparent around the three, which stand on its lower edge.

    Raises:
        ImageError: as :func:`stretched`.
    """
    height, width = rgba.shape[:2]
    shown = [
        stretched(rgba, insets, width_px=wide, height_px=high, crisp=crisp)
        for wide, high in _preview_sizes(width, height, insets)
    ]
    page_width, page_height = preview_size_px(width, height, insets)
    page = np.zeros((page_height, page_width, 4), np.uint8)
    x = 0
    for each in shown:
        page[-each.shape[0] :, x : x + each.shape[1]] = each
        x += each.shape[1] + _GAP_PX
    return page


def preview_size_px(width_px: int, height_px: int, insets: Insets) -> tuple[int, int]:
    """Return width and height of what :func:`stretch_preview` makes of a picture of that size.

    >>> preview_size_px(20, 10, Insets(4, 2, 4, 2))
    (110, 20)
    """
    sizes = _preview_sizes(width_px, height_px, insets)
    return sum(wide + _GAP_PX for wide, _ in sizes) - _GAP_PX, max(high for _, high in sizes)


def _preview_sizes(width: int, height: int, insets: Insets) -> list[tuple[int, int]]:
    wide, high = insets.left + insets.right, insets.top + insets.bottom
    small = wide + max(1, (width - wide) // 2), high + max(1, (height - high) // 2)
    return [small, (2 * width, height), (2 * width, 2 * height)]


def _parts(begin: int, end: int, length: int, new_length: int) -> Iterator[tuple[slice, slice]]:
    """Yield where each of the three parts of one axis is taken from, and where it goes; empty ones are left out."""
    for part, new_part in (
        (slice(begin), slice(begin)),
        (slice(begin, length - end), slice(begin, new_length - end)),
        (slice(length - end, length), slice(new_length - end, new_length)),
    ):
        if part.stop > (part.start or 0):
            yield part, new_part


def _scaled(part: Rgba, shape: tuple[int, ...], *, crisp: bool) -> Rgba:
    height, width = shape[:2]
    if not crisp:
        return resample(part, width=width, height=height)
    rows = np.arange(height) * part.shape[0] // height
    columns = np.arange(width) * part.shape[1] // width
    return np.asarray(part[rows[:, None], columns], np.uint8)
