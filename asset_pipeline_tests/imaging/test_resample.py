from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_pipeline.imaging.arrays import Rgba
from asset_pipeline.imaging.resample import resample
from asset_pipeline_tests.imaging.pictures import flat, rgba_pictures

sides = st.integers(1, 30)


@given(rgba_pictures(), sides, sides, st.booleans())
def test_the_size_is_exact_and_the_source_unchanged(rgba: Rgba, width: int, height: int, wraps: bool) -> None:
    before = rgba.copy()

    assert resample(rgba, width=width, height=height, wraps=wraps).shape == (height, width, 4)
    assert np.array_equal(rgba, before)


@given(rgba_pictures())
def test_the_same_size_keeps_every_pixel(rgba: Rgba) -> None:
    """Also the colour under alpha 0, which premultiplying would have lost."""
    assert np.array_equal(resample(rgba, width=rgba.shape[1], height=rgba.shape[0]), rgba)


@given(st.tuples(*[st.integers(0, 255)] * 3), sides, sides)
def test_a_flat_colour_stays_exactly_that_colour(
    colour: tuple[int, int, int], width: int, height: int
) -> None:
    assert (resample(flat(7, colour), width=width, height=height) == (*colour, 255)).all()


def test_black_and_white_average_to_the_same_light() -> None:
    """In sRGB values they would give 128 and every shrunken sprite would be too dark."""
    checks = np.zeros((8, 8, 4), np.uint8)
    checks[::2, ::2] = checks[1::2, 1::2] = 255
    checks[..., 3] = 255

    assert resample(checks, width=1, height=1)[0, 0].tolist() == [188, 188, 188, 255]


@pytest.mark.parametrize("side", [3, 17])
def test_hidden_colour_never_shows(side: int) -> None:
    """Green under alpha 0 beside red: a resample without premultiplying turns the edge brown."""
    half = np.zeros((8, 8, 4), np.uint8)
    half[:, :4] = (255, 0, 0, 255)
    half[:, 4:] = (0, 255, 0, 0)

    scaled = resample(half, width=side, height=side)

    assert scaled[scaled[..., 3] > 0, 1].max() == 0


@pytest.mark.parametrize("width", [12, 16, 32, 48])
def test_what_wraps_may_be_turned_before_or_after_scaling(width: int) -> None:
    """The seam is then a place like any other: turning a loop by half commutes with scaling it."""
    wave = 128 + 100 * np.sin(np.arange(16) / 16 * 2 * np.pi)
    rgba = flat(16, (0, 0, 0))
    rgba[..., :3] = np.rint(wave)[None, :, None]

    turned_first = resample(np.roll(rgba, 8, axis=1), width=width, height=20, wraps=True)
    turned_last = np.roll(resample(rgba, width=width, height=20, wraps=True), width // 2, axis=1)

    assert np.abs(turned_first.astype(int) - turned_last).max() <= 1
