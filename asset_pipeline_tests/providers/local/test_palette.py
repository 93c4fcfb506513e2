"""Colour ramps: shading gets darker downwards and keeps what is named recognisable."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from asset_pipeline.imaging.arrays import Rgb
from asset_pipeline.providers.local.palette import Ramp, from_oklch, pigment, to_oklch

COLOURS = st.tuples(*[st.integers(0, 255)] * 3)


@given(COLOURS)
def test_oklch_and_back_is_the_same_colour(colour: Rgb) -> None:
    back = from_oklch(*to_oklch(colour))
    assert max(abs(a - b) for a, b in zip(colour, back, strict=True)) <= 1


@given(COLOURS)
def test_a_ramp_never_gets_darker_with_more_light(colour: Rgb) -> None:
    """A shadow brighter than the light would turn volumes inside out."""
    luma = Ramp(colour).table @ np.array([0.2126, 0.7152, 0.0722], np.float32)
    assert np.diff(luma).min() > -0.004
    assert luma[-1] - luma[0] > 0.15


def test_the_shadows_of_yellow_do_not_turn_green() -> None:
    """Yellow lies half-way round from blue-violet; the wrong way passes green."""
    red, green, blue = Ramp((250, 210, 60)).at(0.2)
    assert red > green > blue


@given(COLOURS)
def test_pigments_leave_room_for_light_and_keep_the_hue(colour: Rgb) -> None:
    _, chroma, hue = to_oklch(colour)
    after = to_oklch(pigment(colour))
    assert after[1] <= 0.215
    if chroma > 0.22:
        assert min(abs(after[2] - hue), 360 - abs(after[2] - hue)) < 12
