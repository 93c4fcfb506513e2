from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from asset_pipeline.errors import ImageError
from asset_pipeline.gates.guides import read_guide
from asset_pipeline.imaging.alpha import PixelBox
from asset_pipeline.imaging.guide import draw_guide
from asset_pipeline.imaging.guide_layouts import Grid, NinePatch, draw_grid_guide, draw_nine_patch_guide
from asset_pipeline.imaging.shapes import Box, Circle

BLUE = (60, 120, 200)
insets = st.integers(0, 30)
patches = st.builds(NinePatch, st.integers(70, 300), st.integers(70, 200), insets, insets, insets, insets)
gaps = st.integers(0, 4)
grids = st.builds(
    Grid, st.integers(1, 12), st.integers(1, 12), st.integers(8, 64), st.integers(8, 64), gaps, gaps
)


@given(patches)
@settings(max_examples=30, deadline=None)
def test_a_frame_changes_only_where_it_never_stretches(
    patch: NinePatch,
) -> None:
    """Along its sides every column (or row) is alike, or the game would smear what the model painted there."""
    size = {"canvas_width_px": patch.width_px, "canvas_height_px": patch.height_px}

    guide = draw_nine_patch_guide(patch, fill_rgb=BLUE, fill_share=1.0, **size)

    across = slice(patch.left_px + 1, patch.width_px - patch.right_px - 1)
    down = slice(patch.top_px + 1, patch.height_px - patch.bottom_px - 1)
    assert (guide[:, across] == guide[:, across.start, None]).all()
    assert (guide[down] == guide[down.start]).all()
    assert (guide[down, across, :3] == BLUE).all()


def test_a_frame_is_as_wide_as_its_insets_and_stands_out_from_its_middle() -> None:
    patch = NinePatch(200, 100, 30, 20, 40, 10)

    guide = draw_nine_patch_guide(patch, canvas_width_px=448, canvas_height_px=256, fill_rgb=BLUE)
    seen, _ = read_guide(guide)
    plain = (guide[..., :3] == BLUE).all(axis=2)

    scale = 0.9 * 448 / 200
    assert seen.sum() == pytest.approx(200 * 100 * scale**2, rel=0.01)
    columns, rows = np.flatnonzero(plain.any(axis=0)), np.flatnonzero(plain.any(axis=1))
    assert len(columns) == pytest.approx(130 * scale, abs=1)
    assert len(rows) == pytest.approx(70 * scale, abs=1)
    assert columns[0] == pytest.approx(22.4 + 30 * scale, abs=1)
    assert guide[128, columns[0] - 1, :3].sum() < 0.9 * sum(BLUE)


def test_every_cell_of_a_grid_holds_the_whole_guide_of_one_cell_and_the_gaps_nothing() -> None:
    grid = Grid(columns=4, rows=2, cell_width_px=32, cell_height_px=48, spacing_px=4, margin_px=6)
    width, height = grid.size_px

    sheet = draw_grid_guide(
        grid,
        Circle(),
        canvas_width_px=2 * width,
        canvas_height_px=2 * height,
        aspect=0.5,
        fills_rgb=[BLUE] * 8,
    )
    one = draw_guide(Circle(), canvas_width_px=64, canvas_height_px=96, aspect=0.5, fill_rgb=BLUE)

    left = sheet.copy()
    for row in range(2):
        for column in range(4):
            x, y = 12 + column * 72, 12 + row * 104
            assert np.array_equal(sheet[y : y + 96, x : x + 64], one)
            left[y : y + 96, x : x + 64] = 255
    assert (width, height) == (152, 112)
    assert (left == 255).all()


@given(grids, st.integers(256, 600), st.integers(256, 600))
@example(Grid(2, 6, 9, 42, 0, 2), 257, 256)
@settings(max_examples=40, deadline=None)
def test_cells_lie_on_the_canvas_in_reading_order_alike_to_a_pixel_and_apart(
    grid: Grid, across: int, down: int
) -> None:
    boxes = grid.boxes(canvas_width_px=across, canvas_height_px=down)

    covered = np.zeros((down, across), np.int32)
    for box in boxes:
        assert box.x >= 0
        assert box.y >= 0
        covered[box.y : box.y + box.height, box.x : box.x + box.width] += 1
    assert len(boxes) == grid.columns * grid.rows
    assert covered.max() == 1
    assert covered.sum() == sum(box.width * box.height for box in boxes)
    assert np.ptp([box.width for box in boxes]) <= 1
    assert list(boxes) == sorted(boxes, key=lambda box: (box.y, box.x))


def test_each_cell_has_its_colour_and_those_beyond_the_last_stay_white() -> None:
    grid = Grid(columns=3, rows=1, cell_width_px=40, cell_height_px=40)
    draw = partial(draw_grid_guide, grid, Box(), canvas_width_px=120, canvas_height_px=40, aspect=1)

    sheet = draw(fills_rgb=[BLUE, (200, 60, 60)])

    assert sheet[20, 20, 2] > sheet[20, 20, 0]
    assert sheet[20, 60, 2] < sheet[20, 60, 0]
    assert (sheet[:, 80:] == 255).all()
    with pytest.raises(ImageError, match="4 colours"):
        draw(fills_rgb=[BLUE] * 4)


def test_tiles_that_meet_are_one_area() -> None:
    grid = Grid(columns=3, rows=3, cell_width_px=16, cell_height_px=16)

    sheet = draw_grid_guide(
        grid, Box(), canvas_width_px=96, canvas_height_px=96, aspect=1, fills_rgb=[BLUE] * 9, fill_share=1.0
    )

    assert grid.boxes(canvas_width_px=96, canvas_height_px=96)[4] == PixelBox(32, 32, 32, 32)
    assert (sheet[..., 0] < 255).all()


@pytest.mark.parametrize("wrong", [(0, 1, 8, 8), (1, 1, 8, 0), (1, 1, 8, 8, -1)])
def test_a_grid_without_cells_is_refused(wrong: tuple[int, ...]) -> None:
    with pytest.raises(ImageError, match="cells of 1 px or more"):
        Grid(*wrong)


def test_cells_too_many_for_the_canvas_are_refused() -> None:
    with pytest.raises(ImageError, match="64 x 64 cells do not fit on 32 x 32 px"):
        Grid(64, 64, 16, 16).boxes(canvas_width_px=32, canvas_height_px=32)


@pytest.mark.parametrize("wrong", [(10, 10, 5, 0, 5, 0), (10, 10, -1, 0, 0, 0)])
def test_insets_that_leave_no_middle_are_refused(wrong: tuple[int, ...]) -> None:
    with pytest.raises(ImageError, match="leave no middle"):
        NinePatch(*wrong)
