from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_pipeline.errors import ImageError
from asset_pipeline.imaging.arrays import Rgba
from asset_pipeline.imaging.measure.blank import content
from asset_pipeline.imaging.measure.extent import aspect_error, border_touch, coverage, fill
from asset_pipeline.imaging.measure.maps import Maps
from asset_pipeline_tests.imaging.measure.drawn import opaque, red_disc, sprite, texture
from asset_pipeline_tests.imaging.pictures import rgba_pictures


def box(canvas: int, x: int, y: int, width: int, height: int) -> Rgba:
    rgba = np.zeros((canvas, canvas, 4), np.uint8)
    rgba[y : y + height, x : x + width] = (90, 60, 30, 255)
    return rgba


@given(rgba_pictures())
def test_shares_are_shares_of_any_picture(rgba: Rgba) -> None:
    maps = Maps(rgba)

    assert 0 <= coverage(maps) <= 1
    assert 0 <= border_touch(maps).share <= 1
    assert (fill(maps) is None) == (aspect_error(maps, 1.0) is None) == (maps.box is None)


def test_coverage_is_the_area_of_the_disc() -> None:
    assert coverage(Maps(red_disc())) == pytest.approx(np.pi * 200**2 / 512**2, rel=0.002)


@given(st.integers(1, 40), st.integers(1, 40), st.floats(0.1, 10))
def test_an_aspect_is_as_wrong_when_too_wide_as_when_too_high(width: int, height: int, aspect: float) -> None:
    wide, high = Maps(box(50, 3, 4, width, height)), Maps(box(50, 3, 4, height, width))

    assert aspect_error(wide, aspect) == pytest.approx(aspect_error(high, 1 / aspect))
    assert aspect_error(wide, width / height) == pytest.approx(0)


def test_a_side_a_tenth_too_long_is_an_error_of_a_tenth() -> None:
    assert aspect_error(Maps(box(300, 0, 0, 110, 100)), 1.0) == pytest.approx(0.095, abs=0.001)


def test_an_aspect_must_be_one() -> None:
    for aspect in (0.0, -1.0, float("nan"), float("inf")):
        with pytest.raises(ImageError, match="aspect"):
            aspect_error(Maps(box(4, 0, 0, 1, 1)), aspect)


def test_fill_is_that_of_the_tighter_side() -> None:
    assert fill(Maps(box(100, 5, 40, 90, 20))) == 0.9
    assert fill(Maps(box(100, 40, 5, 20, 90))) == 0.9


def test_what_touches_the_frame_is_marked_there() -> None:
    found = border_touch(Maps(box(100, 0, 20, 50, 60)))

    assert found.share == pytest.approx(60 / 396)
    assert found.offending[20:80, 0].all()
    assert found.offending.sum() == 60
    assert border_touch(Maps(red_disc())).share == 0


def test_noise_has_content_and_one_colour_has_none() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 4), np.uint8)
    noise[..., 3] = 255
    full, flat = content(Maps(noise)), content(Maps(red_disc()))

    assert full.entropy_bits > 7
    assert full.luma_std > 0.1
    assert flat.luma_std < 1e-6
    assert flat.entropy_bits == 0


def test_only_what_is_solid_has_content() -> None:
    hidden = sprite(texture(1), np.zeros((512, 512), np.float32))

    assert content(Maps(hidden)).area_px == content(Maps(hidden)).entropy_bits == 0


@given(rgba_pictures())
def test_the_deviation_is_that_of_the_luma_to_a_step_of_eight_bits(rgba: Rgba) -> None:
    maps = Maps(rgba)
    expected = float(maps.luma[maps.solid].std()) if maps.area_px else 0.0

    assert content(maps).luma_std == pytest.approx(expected, abs=1 / 255)


def test_a_texture_is_no_blank() -> None:
    assert content(Maps(opaque(texture(2)))).entropy_bits > 3
