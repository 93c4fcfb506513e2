from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from asset_pipeline.errors import ImageError
from asset_pipeline.imaging.arrays import Rgba
from asset_pipeline.imaging.measure.maps import Maps, colours_at, luma_of, nearest_colours, require_same_size
from asset_pipeline_tests.imaging.measure.drawn import disc, red_disc
from asset_pipeline_tests.imaging.pictures import rgba_pictures


@given(rgba_pictures())
def test_the_masks_are_what_their_names_say(rgba: Rgba) -> None:
    maps, alpha = Maps(rgba), rgba[..., 3] / 255

    assert np.array_equal(maps.solid, alpha > 0.5)
    assert np.array_equal(maps.visible, alpha > 0.02)
    assert np.array_equal(maps.semi, (alpha > 0.02) & (alpha < 0.98))
    assert maps.area_px == maps.solid.sum()


@given(rgba_pictures())
def test_every_pixel_has_a_distance_on_exactly_one_side_of_the_edge(rgba: Rgba) -> None:
    maps = Maps(rgba)

    assert np.array_equal(maps.inside_px > 0, maps.solid)
    assert np.array_equal(maps.outside_px > 0, ~maps.solid)


@given(rgba_pictures())
def test_no_map_changes_the_picture_and_each_is_made_once(rgba: Rgba) -> None:
    before, maps = rgba.copy(), Maps(rgba)

    made = [
        maps.rgb,
        maps.solid,
        maps.visible,
        maps.semi,
        maps.inside_px,
        maps.outside_px,
        maps.luma,
        maps.lab,
    ]

    assert np.array_equal(rgba, before)
    assert maps.rgb is made[0]
    assert maps.lab is made[-1]


def test_distances_are_measured_in_pixels_from_the_edge() -> None:
    maps = Maps(red_disc())
    column = np.arange(256)

    depth = maps.inside_px[256, :256]
    assert depth.max() == pytest.approx(200, rel=0.02)
    assert depth[column - 56 > 5] == pytest.approx((column - 55)[column - 56 > 5], rel=0.03, abs=1.0)
    assert maps.outside_px[256, 0] == pytest.approx(56, abs=1.5)


def test_a_full_or_empty_canvas_has_no_edge_to_be_near() -> None:
    full, empty = Maps(np.full((4, 4, 4), 255, np.uint8)), Maps(np.zeros((4, 4, 4), np.uint8))

    assert np.isinf(full.inside_px).all()
    assert np.isinf(empty.outside_px).all()
    assert empty.box is None


def test_luma_weighs_the_three_colours() -> None:
    rgb = np.array([[(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)]], np.uint8)

    assert luma_of(rgb)[0] == pytest.approx([0.2126, 0.7152, 0.0722, 1.0], abs=1e-6)
    assert np.array_equal(luma_of(np.dstack([rgb, rgb[..., 0]])), luma_of(rgb))


@given(rgba_pictures())
def test_gathering_packed_pixels_is_the_same_as_gathering_colours(rgba: Rgba) -> None:
    points = rgba[..., 0] % 2 == 0

    assert np.array_equal(colours_at(rgba, points), rgba[points, :3])


@given(rgba_pictures())
def test_the_nearest_colour_is_that_of_no_farther_source_than_any_other(rgba: Rgba) -> None:
    sources = rgba[..., 1] % 3 == 0
    sources[0, 0] = True
    points = np.ones_like(sources)

    nearest = nearest_colours(rgba, sources, points)

    assert np.array_equal(nearest.reshape(*sources.shape, 3)[sources], rgba[sources, :3])
    known = {tuple(colour) for colour in rgba[sources, :3].tolist()}
    assert {tuple(colour) for colour in nearest.tolist()} <= known


def test_what_is_no_picture_is_refused() -> None:
    with pytest.raises(ImageError, match="RGBA"):
        Maps(np.zeros((3, 3), np.uint8))
    with pytest.raises(ImageError, match="2 x 3 px and 3 x 3 px"):
        require_same_size(np.zeros((3, 2)), np.zeros((3, 3)), "these")


def test_the_disc_of_the_calibration_has_the_area_of_a_disc() -> None:
    assert disc().sum() == pytest.approx(np.pi * 200**2, rel=1e-4)
