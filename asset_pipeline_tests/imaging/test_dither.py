from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from asset_pipeline.imaging.arrays import Rgb
from asset_pipeline.imaging.dither import Dither, dithered

WAYS: list[Dither] = ["none", "ordered", "floyd-steinberg"]
colours = st.tuples(*[st.integers(0, 255)] * 3)
pictures = hnp.arrays(np.uint8, st.tuples(st.integers(1, 9), st.integers(1, 9), st.just(3)))


@pytest.mark.parametrize("how", WAYS)
@given(pictures, st.lists(colours, min_size=1, max_size=6))
@settings(max_examples=40, deadline=None)
def test_only_palette_colours_are_used(how: Dither, rgb: NDArray[np.uint8], palette: list[Rgb]) -> None:
    before = rgb.copy()

    drawn = dithered(rgb, palette, how)

    assert drawn.shape == rgb.shape
    assert {tuple(colour) for colour in drawn.reshape(-1, 3).tolist()} <= set(palette)
    assert np.array_equal(rgb, before)


@pytest.mark.parametrize("how", WAYS)
def test_what_is_in_the_palette_already_stays(how: Dither) -> None:
    palette = [(20, 24, 50), (90, 160, 220), (240, 220, 120)]
    rgb = np.array(palette, np.uint8)[np.random.default_rng(0).integers(0, 3, (16, 16))]

    assert np.array_equal(dithered(rgb, palette, how), rgb)


@pytest.mark.parametrize("how", ["ordered", "floyd-steinberg"])
def test_a_gradient_of_two_colours_turns_from_one_to_the_other_bit_by_bit(how: Dither) -> None:
    """Without dithering it would be a hard step in the middle."""
    rgb = np.linspace(0, 255, 64).astype(np.uint8)[None, :, None].repeat(64, 0).repeat(3, 2)

    white = (dithered(rgb, [(0, 0, 0), (255, 255, 255)], how) == 255).all(axis=2)

    shares = white.reshape(64, 8, 8).mean(axis=(0, 2))
    assert shares[0] < 0.1
    assert shares[-1] > 0.9
    assert (np.diff(shares) > 0).all()


def test_an_ordered_pattern_stays_where_it_is() -> None:
    """A frame of an animation that changes elsewhere must not crawl here."""
    rgb = np.random.default_rng(1).integers(0, 255, (32, 32, 3), np.uint8)
    other = rgb.copy()
    other[:16] = 255 - other[:16]
    palette = [(0, 0, 0), (120, 90, 60), (255, 255, 255)]

    assert np.array_equal(dithered(rgb, palette, "ordered")[16:], dithered(other, palette, "ordered")[16:])
