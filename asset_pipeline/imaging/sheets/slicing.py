"""Between a sheet and its cells: exact rectangles, both ways."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from asset_pipeline.errors import ImageError
from asset_pipeline.imaging.alpha import PixelBox
from asset_pipeline.imaging.arrays import Rgba, require_rgba
from asset_pipeline.imaging.cutout import CutoutReport, best_cutout
from asset_pipeline.imaging.matte import Keep


def sliced(rgba: Rgba, boxes: Sequence[PixelBox]) -> list[Rgba]:
    """Cut a sheet at exact rectangles.

    Args:
        rgba: uint8 ``(height, width, 4)``, straight alpha; not changed.
        boxes: where the cells lie, as :meth:`~asset_pipeline.imaging.guide_layouts.Grid.boxes` has it: of the picture a
            model drew, on the canvas it was asked for; of a finished sheet, on one of the grid's own size.

    Returns:
        A new picture for each box, in order.

    Raises:
        ImageError: *rgba* is no picture, or a box leaves it.
    """
    require_rgba(rgba)
    _require_inside(boxes, width_px=rgba.shape[1], height_px=rgba.shape[0])
    return [rgba[box.y : box.y + box.height, box.x : box.x + box.width].copy() for box in boxes]


def assembled(cells: Sequence[Rgba], boxes: Sequence[PixelBox], *, width_px: int, height_px: int) -> Rgba:
    """Put cells into their sheet, so that its rectangles hold exactly their pixels; undoes :func:`sliced`.

    Args:
        cells: uint8 ``(height, width, 4)`` each, straight alpha; not changed.
        boxes: where each of them lies; those left over stay transparent.
        width_px: width of the sheet.
        height_px: height of the sheet.

    Returns:
        uint8 ``(height_px, width_px, 4)``, straight alpha, transparent between the cells.

    Raises:
        ImageError: there are more cells than boxes, a box leaves the sheet, or a cell has not the size of its box.
    """
    if len(cells) > len(boxes):
        raise ImageError(f"{len(cells)} cells do not fit into a sheet of {len(boxes)}")
    _require_inside(boxes, width_px=width_px, height_px=height_px)
    sheet = np.zeros((height_px, width_px, 4), np.uint8)
    for number, (cell, box) in enumerate(zip(cells, boxes, strict=False)):
        require_rgba(cell)
        if cell.shape[:2] != (box.height, box.width):
            raise ImageError(
                f"cell {number} is {cell.shape[1]} x {cell.shape[0]} px, and its place in the sheet "
                f"{box.width} x {box.height}; bring it to that size first"
            )
        sheet[box.y : box.y + box.height, box.x : box.x + box.width] = cell
    return sheet


def cut_cells(
    generated: Rgba,
    boxes: Sequence[PixelBox],
    *,
    provider_cutout: Rgba | None = None,
    shadows: Keep = "drop",
    glow: Keep = "drop",
) -> list[tuple[Rgba, CutoutReport]]:
    """Cut the subject of each cell out on its own: each has a background of its own tone, and gaps of its own.

    Args:
        generated: the sheet as it was drawn, uint8 ``(height, width, 4)``; not changed.
        boxes: where its cells lie.
        provider_cutout: the whole sheet without its background, of the same size, where a provider removed it.
        shadows: as for :func:`~asset_pipeline.imaging.cutout.best_cutout`.
        glow: likewise.

    Returns:
        The cutout of each cell, of its size, and how it came about.

    Raises:
        ImageError: one is no picture, their sizes differ, or a box leaves them.
    """
    drawn = sliced(generated, boxes)
    given: Sequence[Rgba | None] = [None] * len(boxes)
    if provider_cutout is not None:
        given = sliced(provider_cutout, boxes)
    return [
        best_cutout(cell, own, shadows=shadows, glow=glow) for cell, own in zip(drawn, given, strict=True)
    ]


def _require_inside(boxes: Sequence[PixelBox], *, width_px: int, height_px: int) -> None:
    for number, (x, y, width, height) in enumerate(boxes):
        if min(x, y) < 0 or min(width, height) < 1 or x + width > width_px or y + height > height_px:
            raise ImageError(
                f"cell {number} would lie at {x}, {y} with {width} x {height} px, which a sheet of "
                f"{width_px} x {height_px} px does not hold"
            )
