from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_pipeline.errors import ImageError
from asset_pipeline.imaging.alpha import PixelBox
from asset_pipeline.imaging.arrays import Rgba
from asset_pipeline.imaging.guide_layouts import Grid
from asset_pipeline.imaging.sheets.slicing import assembled, cut_cells, sliced
from asset_pipeline_tests.imaging.pictures import disc_matte, iou, painted

grids = st.builds(
    Grid,
    *(st.integers(1, 5), st.integers(1, 4), st.integers(1, 20), st.integers(1, 20)),
    *(st.integers(0, 6), st.integers(0, 6)),
)


def own_boxes(grid: Grid) -> tuple[PixelBox, ...]:
    width, height = grid.size_px
    return grid.boxes(canvas_width_px=width, canvas_height_px=height)


@given(grids, st.integers(0, 99))
def test_cells_put_into_their_sheet_are_what_is_cut_from_it(grid: Grid, seed: int) -> None:
    """And the rectangles that a game reads hold exactly the file's pixels."""
    boxes, (width, height) = own_boxes(grid), grid.size_px
    shape = (len(boxes), grid.cell_height_px, grid.cell_width_px, 4)
    cells = np.random.default_rng(seed).integers(1, 256, shape, np.uint8)

    sheet = assembled(list(cells), boxes, width_px=width, height_px=height)

    assert sheet.shape == (height, width, 4)
    assert np.array_equal(sliced(sheet, boxes), cells)
    assert np.count_nonzero(sheet) == cells.size  # nothing between them
    step_x, step_y = grid.cell_width_px + grid.spacing_px, grid.cell_height_px + grid.spacing_px
    for number, (x, y, *_) in enumerate(boxes):
        row, column = divmod(number, grid.columns)
        assert (x, y) == (grid.margin_px + column * step_x, grid.margin_px + row * step_y)


def test_a_sheet_may_have_fewer_cells_than_places() -> None:
    grid = Grid(2, 2, 4, 4)
    cell = np.full((4, 4, 4), 9, np.uint8)

    sheet = assembled([cell] * 3, own_boxes(grid), width_px=8, height_px=8)

    assert not sliced(sheet, own_boxes(grid))[3].any()


def test_cells_that_do_not_fit_are_refused() -> None:
    box = PixelBox(4, 0, 4, 4)
    cell = np.zeros((4, 4, 4), np.uint8)
    with pytest.raises(ImageError, match="cell 0 would lie at 4, 0"):
        sliced(cell, [box])
    with pytest.raises(ImageError, match="cell 0 is 4 x 3 px"):
        assembled([cell[:3]], [box], width_px=8, height_px=4)
    with pytest.raises(ImageError, match="2 cells"):
        assembled([cell, cell], [box], width_px=8, height_px=4)


def test_each_cell_is_cut_out_of_a_background_of_its_own() -> None:
    """Models shade the paper differently from cell to cell; one background for all would leave a tint in some."""
    matte = disc_matte(96, 30.0)
    papers = [(255, 255, 255), (225, 230, 240), (240, 225, 215), (205, 215, 205)]
    cells: list[Rgba] = []
    for number, paper in enumerate(papers):
        cells.append(painted(matte, (200, 60 + 20 * number, 30), np.full((96, 96, 3), paper)))
    grid = Grid(2, 2, 96, 96)
    drawn = assembled(cells, own_boxes(grid), width_px=192, height_px=192)

    for cut, report in cut_cells(drawn, own_boxes(grid)):
        assert report.chosen == "local"
        assert iou(cut[..., 3] > 127, matte > 0.5) > 0.99
