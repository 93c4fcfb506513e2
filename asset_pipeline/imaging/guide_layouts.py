"""Guides of pictures with an inner layout: a frame that stretches, and cells in rows and columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from asset_pipeline.errors import ImageError
from asset_pipeline.imaging.alpha import PixelBox
from asset_pipeline.imaging.arrays import Floats, Rgb, Rgba
from asset_pipeline.imaging.guide import FILL_SHARE, draw_guide, guide_extent, on_white
from asset_pipeline.imaging.shapes import Box, Shape, shape_coverage


@dataclass(frozen=True)
class NinePatch:
    """A frame cut by four insets: its corners never stretch, its sides along one axis, its middle along both.

    Attributes:
        width_px: width of the finished picture.
        height_px: height of the finished picture.
        left_px: inset from the left, of the finished picture; the others likewise.
        top_px: inset from the top.
        right_px: inset from the right.
        bottom_px: inset from the bottom.

    Raises:
        ImageError: an inset is below 0, or they leave no middle.
    """

    width_px: int
    height_px: int
    left_px: int
    top_px: int
    right_px: int
    bottom_px: int

    def __post_init__(self) -> None:
        insets = (self.left_px, self.top_px, self.right_px, self.bottom_px)
        middle = self.width_px - self.left_px - self.right_px, self.height_px - self.top_px - self.bottom_px
        if min(insets) < 0 or min(middle) < 1:
            raise ImageError(
                f"insets of {insets} px (left, top, right, bottom) leave no middle of a picture of "
                f"{self.width_px} x {self.height_px} px"
            )


@dataclass(frozen=True)
class Grid:
    """Cells of one size in rows and columns.

    Attributes:
        columns: cells in a row.
        rows: cells in a column.
        cell_width_px: width of a cell of the finished picture.
        cell_height_px: height of a cell of the finished picture.
        spacing_px: between neighbouring cells.
        margin_px: around all of them.

    Raises:
        ImageError: there are no cells, or a length is below 0.
    """

    columns: int
    rows: int
    cell_width_px: int
    cell_height_px: int
    spacing_px: int = 0
    margin_px: int = 0

    def __post_init__(self) -> None:
        cells = min(self.columns, self.rows, self.cell_width_px, self.cell_height_px)
        if cells < 1 or min(self.spacing_px, self.margin_px) < 0:
            raise ImageError(f"a grid needs cells of 1 px or more and no negative gaps, not {self}")

    @property
    def size_px(self) -> tuple[int, int]:
        """Width and height of the finished picture."""
        gaps = 2 * self.margin_px - self.spacing_px
        return (
            self.columns * (self.cell_width_px + self.spacing_px) + gaps,
            self.rows * (self.cell_height_px + self.spacing_px) + gaps,
        )

    def boxes(self, *, canvas_width_px: int, canvas_height_px: int) -> tuple[PixelBox, ...]:
        """Place the cells, row by row, on a canvas: the whole grid in its middle, as large as it goes.

        Raises:
            ImageError: the canvas is too small for so many cells.

        >>> Grid(2, 1, 10, 10, spacing_px=4).boxes(canvas_width_px=48, canvas_height_px=48)
        (PixelBox(x=0, y=14, width=20, height=20), PixelBox(x=28, y=14, width=20, height=20))
        """
        width, height = self.size_px
        scale = min(canvas_width_px / width, canvas_height_px / height)
        across = (canvas_width_px - width * scale) / 2 + scale * self._edges(self.columns, self.cell_width_px)
        down = (canvas_height_px - height * scale) / 2 + scale * self._edges(self.rows, self.cell_height_px)
        # Always up where it lies half-way: rounded to even, neighbours could differ by two pixels.
        columns, rows = (np.floor(edges.round(6) + 0.5).astype(int).tolist() for edges in (across, down))
        found = tuple(
            PixelBox(left, top, right - left, bottom - top) for top, bottom in rows for left, right in columns
        )
        if min(min(box.width, box.height) for box in found) < 1:
            raise ImageError(
                f"{self.columns} x {self.rows} cells do not fit on {canvas_width_px} x {canvas_height_px} px; "
                "ask for a larger canvas"
            )
        return found

    def _edges(self, count: int, cell_px: int) -> NDArray[np.float64]:
        """Return where each cell begins and ends along one axis of the finished picture, ``(count, 2)``."""
        begins = self.margin_px + np.arange(count, dtype=np.float64) * (cell_px + self.spacing_px)
        return np.stack([begins, begins + cell_px], axis=1)


def draw_nine_patch_guide(
    patch: NinePatch,
    *,
    canvas_width_px: int,
    canvas_height_px: int,
    fill_rgb: Rgb,
    fill_share: float = FILL_SHARE,
) -> Rgba:
    """Draw a frame on white: a raised border as wide as the insets around a plain middle.

    Along its sides nothing changes, and in its middle nothing at all, so that a model sees what must stretch.

    Args:
        patch: the frame.
        canvas_width_px: width of the picture.
        canvas_height_px: height of the picture.
        fill_rgb: as for :func:`~asset_pipeline.imaging.guide.draw_guide`.
        fill_share: as for :func:`~asset_pipeline.imaging.guide.guide_extent`.

    Returns:
        uint8 ``(canvas_height_px, canvas_width_px, 4)``, opaque.

    Raises:
        ImageError: a size or *fill_share* is out of range.
    """
    extent = guide_extent(
        canvas_width_px=canvas_width_px,
        canvas_height_px=canvas_height_px,
        aspect=patch.width_px / patch.height_px,
        fill_share=fill_share,
    )
    matte = shape_coverage(Box(), extent, width_px=canvas_width_px, height_px=canvas_height_px)
    scale = extent.width_px / patch.width_px
    x = (np.arange(canvas_width_px, dtype=np.float32) + 0.5 - extent.left_px) / scale
    y = (np.arange(canvas_height_px, dtype=np.float32) + 0.5 - extent.top_px) / scale
    across = _raised(x, patch.width_px - x, patch.left_px, patch.right_px)
    down = _raised(y, patch.height_px - y, patch.top_px, patch.bottom_px)
    return on_white(matte, np.minimum(down[:, None], across), fill_rgb)


def draw_grid_guide(  # noqa: PLR0913  # a grid, what stands in its cells, a canvas and colours
    grid: Grid,
    shape: Shape,
    *,
    canvas_width_px: int,
    canvas_height_px: int,
    aspect: float,
    fills_rgb: Sequence[Rgb],
    fill_share: float = FILL_SHARE,
) -> Rgba:
    """Draw the same object into the cells of a grid, on white.

    Args:
        grid: the cells.
        shape: the object's outline; a :class:`~asset_pipeline.imaging.shapes.Box` for tiles.
        canvas_width_px: width of the picture.
        canvas_height_px: height of the picture.
        aspect: the object's width divided by its height.
        fills_rgb: the object's colour in each cell, in reading order, as for
            :func:`~asset_pipeline.imaging.guide.draw_guide`; cells beyond the last stay white.
        fill_share: share of the tighter side of a cell to fill; 1 for tiles that meet.

    Returns:
        uint8 ``(canvas_height_px, canvas_width_px, 4)``, opaque.

    Raises:
        ImageError: as :func:`~asset_pipeline.imaging.guide.draw_guide`, the cells do not fit on the canvas, or
            there are more colours than cells.
    """
    picture = np.full((canvas_height_px, canvas_width_px, 4), 255, np.uint8)
    boxes = grid.boxes(canvas_width_px=canvas_width_px, canvas_height_px=canvas_height_px)
    if len(fills_rgb) > len(boxes):
        raise ImageError(f"{len(fills_rgb)} colours were given for {len(boxes)} cells")
    for box, fill_rgb in zip(boxes, fills_rgb, strict=False):
        picture[box.y : box.y + box.height, box.x : box.x + box.width] = draw_guide(
            shape,
            canvas_width_px=box.width,
            canvas_height_px=box.height,
            aspect=aspect,
            fill_rgb=fill_rgb,
            fill_share=fill_share,
        )
    return picture


def _raised(from_begin: Floats, from_end: Floats, begin_px: int, end_px: int) -> Floats:
    """Return the light along one axis: from 0.6 at the rim to 0.85 where a border ends, then 1."""
    depth = np.minimum(from_begin / max(begin_px, 1e-6), from_end / max(end_px, 1e-6)).clip(0)
    light: Floats = np.where(depth < 1, 0.6 + 0.25 * depth, 1).astype(np.float32)
    return light
