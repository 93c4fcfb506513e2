from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_pipeline.imaging.arrays import Rgba
from asset_pipeline.imaging.pixelart import cell_size_px, pixelate
from asset_pipeline_tests.imaging.pictures import rgba_pictures

sides = st.integers(1, 3000)


@given(sides, sides, st.sampled_from([64, 128, 320]))
def test_cells_divide_both_sides_and_leave_enough_of_them(width_px: int, height_px: int, least: int) -> None:
    """A cell cut in half at the rim would break the grid (quality gate D15)."""
    size = cell_size_px(width_px, height_px, least_cells=least)

    assert width_px % size == height_px % size == 0
    assert size == 1 or max(width_px, height_px) // size >= least


@given(rgba_pictures(), st.integers(1, 9), st.integers(1, 9))
def test_edges_are_hard_and_colours_few(rgba: Rgba, width: int, height: int) -> None:
    before = rgba.copy()

    cells = pixelate(rgba, width=width, height=height)

    assert cells.shape == (height, width, 4)
    assert set(np.unique(cells[..., 3])) <= {0, 255}
    assert len(np.unique(cells[cells[..., 3] > 0], axis=0)) <= 32
    assert np.array_equal(rgba, before)


@given(rgba_pictures(), st.lists(st.tuples(*[st.integers(0, 255)] * 3), min_size=1, max_size=5))
def test_a_given_palette_is_kept_to(rgba: Rgba, palette: list[tuple[int, int, int]]) -> None:
    cells = pixelate(rgba, width=5, height=4, palette=palette)

    assert {tuple(colour) for colour in cells[cells[..., 3] > 0][:, :3].tolist()} <= set(palette)


@pytest.mark.parametrize("scale", [1, 3, 8])
def test_art_that_already_has_a_grid_comes_back_cell_for_cell(scale: int) -> None:
    """Averaging would invent colours; most-of-the-cell gives back the artist's own."""
    art = np.random.default_rng(5).integers(0, 4, (12, 10, 1), np.uint8) * np.array([80, 60, 40, 0], np.uint8)
    art[..., 3] = 255 * (art[..., 0] > 0)
    art[art[..., 3] == 0] = 0

    assert np.array_equal(pixelate(art.repeat(scale, 0).repeat(scale, 1), width=10, height=12), art)
