from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_pipeline.imaging.arrays import Rgba
from asset_pipeline.imaging.pixelart import cell_size_px, learnt_palette, pixelate
from asset_pipeline_tests.imaging.pictures import disc_matte, painted, rgba_pictures

CROSS = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]], np.uint8)
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


@pytest.mark.parametrize(("outline_px", "cells"), [(6, 32), (4, 48), (9, 32)])
def test_an_outline_thinner_than_a_cell_comes_out_whole(outline_px: int, cells: int) -> None:
    """Counted over whole cells it is outvoted here and there, and dashed."""
    ink, skin = (34, 48, 107), (247, 244, 234)
    drawn = painted(disc_matte(400, 200), ink, np.zeros((400, 400, 4), np.uint8))
    drawn = painted(disc_matte(400, 200 - outline_px), skin, drawn)
    drawn[..., 3] = np.rint(disc_matte(400, 200) * 255)

    art = pixelate(drawn, width=cells, height=cells, palette=[ink, skin], trimmed=True)

    shown = np.pad(art[..., 3] > 0, 1)
    outermost = (shown & ~cv2.erode(shown.astype(np.uint8), CROSS).astype(bool))[1:-1, 1:-1]
    assert (art[outermost][:, :3] == ink).all()
    assert (art[cells // 2, 2:-2, :3] == skin).all()


def test_a_scene_has_no_contour_at_its_edge() -> None:
    """It goes on there; a fringe would be a seam."""
    scene = np.full((60, 60, 4), 255, np.uint8)
    scene[..., :3] = (90, 160, 80)
    scene[:, :3, :3] = (20, 20, 40)

    cells = pixelate(scene, width=6, height=6, palette=[(90, 160, 80), (20, 20, 40)])

    assert (cells[..., :3] == (90, 160, 80)).all()


def test_a_shared_palette_leaves_colours_to_what_is_small() -> None:
    """Frames that are mostly dark, of many tones: by count alone, teal hands came out brown."""
    dark = np.random.default_rng(1).integers(0, 40, (256, 256, 3))
    first = np.dstack([dark, np.full((256, 256), 255)]).astype(np.uint8)
    second = first.copy()
    second[:12, :12, :3] = (40, 160, 170)

    palette = learnt_palette([first, second])

    assert len(palette) <= 32
    assert min(np.abs(np.subtract(colour, (40, 160, 170))).max() for colour in palette) <= 8
    assert learnt_palette([np.zeros((4, 4, 4), np.uint8)]) == learnt_palette([]) == ()
