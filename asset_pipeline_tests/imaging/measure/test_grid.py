"""The calibration of D15, and the laws of D16."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_pipeline.imaging.arrays import Rgba
from asset_pipeline.imaging.measure.colours import colour_count, off_palette
from asset_pipeline.imaging.measure.grid import PixelGrid, grid_cells, pixel_grid
from asset_pipeline.imaging.measure.maps import Maps
from asset_pipeline_tests.imaging.measure.drawn import enlarged, opaque, pixel_art, red_disc, texture
from asset_pipeline_tests.imaging.pictures import as_jpeg


def grid_of(rgba: Rgba) -> PixelGrid:
    grid = pixel_grid(rgba)
    assert grid is not None
    return grid


def smoothly(art: Rgba, method: int) -> Rgba:
    return np.asarray(cv2.resize(art, (art.shape[1] * 8, art.shape[0] * 8), interpolation=method), np.uint8)


@pytest.mark.parametrize("seed", range(3))
def test_every_lossy_step_destroys_the_grid_a_little_or_wholly(seed: int) -> None:
    """Table: 1.0; JPEG 0.49, 0.41, 0.38; bilinear 0.22; bicubic 0.03. How much a JPEG leaves depends on the art."""
    art = pixel_art(seed, 32, 32)
    scores = [
        grid_of(enlarged(art, 8)).score,
        *(grid_of(as_jpeg(enlarged(art, 8), quality)).score for quality in (95, 75, 50)),
        grid_of(smoothly(art, cv2.INTER_LINEAR)).score,
        grid_of(smoothly(art, cv2.INTER_CUBIC)).score,
    ]

    assert scores == sorted(scores, reverse=True)
    assert scores[0] == 1.0
    assert all(
        score == pytest.approx(table, abs=0.2)
        for score, table in zip(scores[1:4], (0.49, 0.41, 0.38), strict=True)
    )
    assert max(scores[1:4]) < 0.8
    assert scores[4] < 0.25
    assert scores[5] < 0.1


@given(st.integers(2, 16), st.integers(0, 15), st.integers(0, 15), st.integers(0, 99))
def test_the_grid_of_enlarged_art_is_found_wherever_it_begins(
    cell_px: int, left: int, top: int, seed: int
) -> None:
    left, top = left % cell_px, top % cell_px
    art = np.random.default_rng(seed).integers(0, 255, (12, 12, 4), np.uint8)
    art[..., 3] = 255
    cut = enlarged(art, cell_px)[(cell_px - top) % cell_px :, (cell_px - left) % cell_px :]

    grid = grid_of(cut)

    assert grid == PixelGrid(1.0, cell_px, left, top)
    inner = grid_cells(cut, grid)
    whole = art[top > 0 :, left > 0 :]
    assert np.array_equal(inner[-len(whole) :, -whole.shape[1] :], whole)


def test_the_largest_grid_that_fits_is_taken() -> None:
    """Every grid of 8 px is one of 4 and of 2 px as well."""
    assert grid_of(enlarged(pixel_art(1, 32, 32), 8)).cell_px == 8


def test_paintings_and_photographs_have_no_grid() -> None:
    assert grid_of(opaque(texture(1))).score < 0.1
    assert grid_of(red_disc()).score < 0.1


def test_a_picture_without_change_has_no_grid() -> None:
    assert pixel_grid(np.full((32, 32, 4), 90, np.uint8)) is None


def test_colour_hidden_under_transparency_is_no_change() -> None:
    rgba = np.random.default_rng(0).integers(0, 255, (32, 32, 4), np.uint8)
    rgba[..., 3] = 0

    assert pixel_grid(rgba) is None


def test_colours_are_counted_once_a_cell() -> None:
    art = pixel_art(4, 32, 32, colours=7)
    large = enlarged(art, 8)
    blurred = as_jpeg(large, 95)

    distinct = len(np.unique(art.reshape(-1, 4), axis=0))
    assert colour_count(Maps(large)) == colour_count(Maps(large), grid_of(large)) == distinct
    assert colour_count(Maps(blurred), PixelGrid(1.0, 8, 0, 0)) < colour_count(Maps(blurred)) / 4


def test_what_is_transparent_has_no_colour() -> None:
    rgba = np.random.default_rng(0).integers(0, 255, (8, 8, 4), np.uint8)
    rgba[..., 3] = 0
    rgba[0, 0, 3] = 255

    assert colour_count(Maps(rgba)) == 1


def test_pixels_off_the_palette_are_found() -> None:
    rgba = np.zeros((4, 4, 4), np.uint8)
    rgba[..., 3] = 255
    rgba[0] = (200, 30, 30, 255)
    rgba[1] = (3, 3, 3, 255)

    found = off_palette(Maps(rgba), [(0, 0, 0), (255, 255, 255)])

    assert found is not None
    assert found.share == 0.25
    assert found.offending[0].all()
    assert not found.offending[1:].any()


def test_nothing_can_be_off_no_palette() -> None:
    assert off_palette(Maps(np.full((2, 2, 4), 255, np.uint8)), []) is None
    assert off_palette(Maps(np.zeros((2, 2, 4), np.uint8)), [(0, 0, 0)]) is None


@given(st.integers(0, 99))
def test_a_picture_is_wholly_of_its_own_palette(seed: int) -> None:
    art = pixel_art(seed, 16, 16, colours=6)
    own = [tuple(int(c) for c in colour) for colour in np.unique(art[..., :3].reshape(-1, 3), axis=0)]

    found = off_palette(Maps(art), own)  # type: ignore[arg-type]  # tuples of three

    assert found is not None
    assert found.share == 0
