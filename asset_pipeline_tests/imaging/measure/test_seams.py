"""The calibration of D17, n = 40 a case instead of 300, and D18."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_pipeline.errors import ImageError
from asset_pipeline.imaging.arrays import Rgba
from asset_pipeline.imaging.measure.grid import PixelGrid
from asset_pipeline.imaging.measure.seams import neighbour_seam, tile_seam, wrap_seam
from asset_pipeline_tests.imaging.measure.drawn import enlarged, pixel_art, smooth_noise
from asset_pipeline_tests.imaging.pictures import rgba_pictures

SEEDS = range(40)


def scene(seed: int, *, loops: bool) -> Rgba:
    noise = smooth_noise(seed, 96, 256, 4.0 + seed % 3 * 4, loops=loops) * 35 + 128
    return np.dstack([noise.clip(0, 255), np.full(noise.shape[:2], 255)]).astype(np.uint8)


def test_smooth_scenes_that_loop_and_those_that_do_not_are_far_apart() -> None:
    """Table: at most 1.12 against at least 5.4, of 300; here any limit from 1.25 to 3 separates all."""
    assert max(wrap_seam(scene(seed, loops=True)) for seed in SEEDS) <= 1.25
    assert min(wrap_seam(scene(seed, loops=False)) for seed in SEEDS) >= 3


def test_for_pixel_art_at_its_native_grid_the_limit_must_be_low() -> None:
    """Table: 96 % told apart at 1.25, 91 % at 1.5, 73 % at 2; the exact share depends on the art."""
    loops = np.array([wrap_seam(pixel_art(seed, loops=True)) for seed in range(120)])
    cuts = np.array([wrap_seam(pixel_art(seed, loops=False)) for seed in range(120)])
    right = [(np.mean(loops <= limit) + np.mean(cuts > limit)) / 2 for limit in (1.25, 1.5, 2.0)]

    assert np.percentile(loops, 95) <= 1.1
    assert right[0] >= 0.9
    assert right == sorted(right, reverse=True)


def test_enlarged_pixel_art_must_first_be_reduced_to_its_grid() -> None:
    """Table: left enlarged, loops score 2 to 3: most columns lie inside a cell, where nothing changes."""
    large = [enlarged(pixel_art(seed, 48, 48, loops=True), 16) for seed in range(12)]

    assert max(wrap_seam(picture) for picture in large) > 1.5
    assert max(wrap_seam(picture, PixelGrid(1.0, 16, 0, 0)) for picture in large) <= 1.25


@given(rgba_pictures(largest_side=10), st.integers(1, 9))
def test_hidden_colour_does_not_count_and_turning_does_not_matter(rgba: Rgba, seed: int) -> None:
    if min(rgba.shape[:2]) < 3:
        rgba = np.resize(rgba, (4, 4, 4)).astype(np.uint8)
    other = rgba.copy()
    other[other[..., 3] == 0, :3] = seed

    assert wrap_seam(rgba) == wrap_seam(other)
    turned = np.ascontiguousarray(rgba.transpose(1, 0, 2))
    assert tile_seam(rgba).down == tile_seam(turned).across


def test_a_scene_that_does_not_loop_shows_it_at_its_seam_only_down_or_across() -> None:
    tile = scene(3, loops=True)
    ramp = np.linspace(0, 80, len(tile))[:, None, None]
    tile = np.dstack([(tile[..., :3] / 2 + ramp).clip(0, 255), tile[..., 3]]).astype(np.uint8)

    found = tile_seam(tile)

    assert found.across <= 1.25
    assert found.down > 1.5


def test_a_corner_that_differs_is_found_although_both_seams_are_good() -> None:
    tile = np.dstack([smooth_noise(5, 64, 64, 4.0, loops=True) * 30 + 128, np.full((64, 64), 255)])
    tile = tile.clip(0, 255).astype(np.uint8)
    tile[0, 0, :3] = (255, 0, 255)

    assert tile_seam(tile).corner > 2


def test_neighbours_are_compared_side_by_side() -> None:
    wide = scene(1, loops=False)
    left, right = wide[:, :128], wide[:, 128:]

    assert neighbour_seam(left, right) <= 1.25
    assert neighbour_seam(right, left) > 1.5
    turned = [np.ascontiguousarray(half.transpose(1, 0, 2)) for half in (left, right)]
    assert neighbour_seam(*turned, down=True) == neighbour_seam(left, right)


def test_flat_tiles_have_no_seam_and_different_ones_have() -> None:
    red, blue = np.full((4, 4, 4), (200, 0, 0, 255), np.uint8), np.full((4, 4, 4), (0, 0, 200, 255), np.uint8)

    assert neighbour_seam(red, red.copy()) == 0
    assert neighbour_seam(red, blue) > 100


def test_what_is_too_small_or_of_two_sizes_is_refused() -> None:
    with pytest.raises(ImageError, match="3 columns"):
        wrap_seam(np.zeros((4, 2, 4), np.uint8))
    with pytest.raises(ImageError, match="one size"):
        neighbour_seam(np.zeros((4, 4, 4), np.uint8), np.zeros((4, 5, 4), np.uint8))
