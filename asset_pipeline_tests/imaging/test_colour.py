from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_pipeline.errors import ImageError
from asset_pipeline.imaging.arrays import Rgb
from asset_pipeline.imaging.colour import (
    colour_words,
    delta_e76,
    linear_to_srgb,
    parse_colour,
    rgb_to_lab,
    srgb_to_linear,
)
from asset_pipeline.imaging.colour_names import NAMES

rgb_values = st.tuples(*[st.integers(0, 255)] * 3)


def test_linear_light_can_be_undone_for_every_8_bit_value() -> None:
    values = np.arange(256, dtype=np.float32) / np.float32(255)

    assert np.array_equal(np.rint(linear_to_srgb(srgb_to_linear(values)) * 255), np.arange(256))


def test_half_the_light_is_srgb_188() -> None:
    """The reference point of the standard: mixing in sRGB values instead would give 128, far too dark."""
    assert round(float(linear_to_srgb(np.array([0.5], np.float32))[0]) * 255) == 188


@pytest.mark.parametrize(
    ("rgb", "lab"),
    [
        ((255, 0, 0), (53.2, 80.1, 67.2)),
        ((0, 255, 0), (87.7, -86.2, 83.2)),
        ((119, 119, 119), (50.0, 0.0, 0.0)),
    ],
)
def test_lab_agrees_with_published_values(rgb: Rgb, lab: tuple[float, float, float]) -> None:
    assert rgb_to_lab(np.array(rgb, np.uint8)).tolist() == pytest.approx(lab, abs=0.2)


@given(rgb_values, rgb_values)
def test_colour_distance_is_symmetric_and_zero_only_between_equals(one: Rgb, other: Rgb) -> None:
    first, second = (rgb_to_lab(np.array(rgb, np.uint8)) for rgb in (one, other))

    assert delta_e76(first, second) == delta_e76(second, first)
    assert (delta_e76(first, second) == 0) == (one == other)


def test_lab_of_something_without_three_channels_is_refused() -> None:
    with pytest.raises(ImageError, match="shape"):
        rgb_to_lab(np.zeros((2, 4), np.uint8))


@given(rgb_values)
def test_every_colour_can_be_written_in_hex(rgb: Rgb) -> None:
    assert parse_colour("#{:02x}{:02X}{:02x}".format(*rgb)) == rgb


@pytest.mark.parametrize("text", ["SkyBlue", "sky blue", " sky-blue ", "#87CEEB"])
def test_case_and_spaces_do_not_matter(text: str) -> None:
    assert parse_colour(text) == (135, 206, 235)


@pytest.mark.parametrize(
    ("text", "hint"),
    [("turqoise", "'turquoise'"), ("crimsn", "'crimson'"), ("#12345", "#rrggbb"), ("", "#rrggbb")],
)
def test_a_wrong_colour_is_answered_with_the_nearest_name(text: str, hint: str) -> None:
    with pytest.raises(ImageError, match=hint):
        parse_colour(text)


@pytest.mark.parametrize("name", NAMES)
def test_every_name_in_the_table_is_a_colour(name: str) -> None:
    assert name == name.lower()
    assert parse_colour(name) == parse_colour(NAMES[name])


@pytest.mark.parametrize(
    ("prompt", "names"),
    [
        ("a teal dragon with crimson wings", ["teal", "crimson"]),
        ("a rusty, mossy robot; navy boots", ["rusty", "mossy", "navy"]),
        ("a light sea green fish in a sky-blue bowl", ["lightseagreen", "skyblue"]),
        ("a redwood door for the scared, bored blueprint", []),
        ("that isn't an apple", []),
        ("a red ball with a red cap and a gold band", ["red", "gold"]),
        ("RED and Gold.", ["red", "gold"]),
        ("painted #FF8800 and mint", ["#ff8800", "mint"]),
        ("", []),
    ],
)
def test_prompts_name_colours_in_order_by_whole_words_each_once(prompt: str, names: list[str]) -> None:
    assert list(colour_words(prompt)) == [parse_colour(name) for name in names]


def test_a_shade_before_a_name_moves_it() -> None:
    (teal,), (dark,), (pale,) = (colour_words(text) for text in ("teal", "dark teal", "pale teal"))

    assert sum(dark) < sum(teal) < sum(pale)


@given(st.text())
def test_any_text_may_be_searched_for_colours(text: str) -> None:
    assert all(0 <= channel <= 255 for colour in colour_words(text) for channel in colour)
