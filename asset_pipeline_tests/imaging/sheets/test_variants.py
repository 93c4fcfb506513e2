from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asset_pipeline.errors import ImageError
from asset_pipeline.gates.thresholds import thresholds
from asset_pipeline.imaging.arrays import Rgb, Rgba
from asset_pipeline.imaging.measure.hues import closest_variants, hue_error_deg, median_lab
from asset_pipeline.imaging.measure.maps import Maps
from asset_pipeline.imaging.sheets.variants import APART_DELTA_E, recoloured, told_apart
from asset_pipeline_tests.imaging.pictures import disc_matte, rgba_pictures


def gem(colour: Rgb) -> Rgba:
    """A shaded disc with a white glint and a dark rim."""
    light = np.linspace(1.1, 0.6, 48)[:, None, None]
    rgb = np.broadcast_to((np.array(colour) * light), (48, 48, 3)).copy()
    rgb[disc_matte(48, 20.0) < 0.5] = 25
    rgb[disc_matte(48, 3.0, centre=(18, 16)) > 0.5] = 255
    alpha = disc_matte(48, 22.0) * 255
    return np.dstack([rgb.clip(0, 255), alpha]).astype(np.uint8)


def closest(cells: list[Rgba]) -> float:
    found = closest_variants([m for cell in cells if (m := median_lab(Maps(cell))) is not None])
    assert found is not None
    return found.delta_e


@given(st.lists(st.tuples(*[st.integers(40, 220)] * 3), min_size=2, max_size=5))
@settings(max_examples=25, deadline=None)
def test_variants_that_are_too_close_are_recoloured_until_they_are_not(colours: list[Rgb]) -> None:
    """Quality gate D25: bubbles of one real game were 3.5 to 14.8 apart."""
    cells = [gem(colour) for colour in colours]

    done = told_apart(cells)

    assert closest(done) >= 19.5
    assert all(np.array_equal(new[..., 3], old[..., 3]) for new, old in zip(done, cells, strict=True))
    assert all(map(np.array_equal, done, told_apart(cells)))


def test_variants_that_are_told_apart_keep_their_bytes() -> None:
    cells = [gem(colour) for colour in ((200, 40, 40), (40, 180, 60), (50, 70, 210))]

    assert all(map(np.array_equal, told_apart(cells), cells))


def test_grey_variants_become_lighter_and_darker() -> None:
    """There is no hue to turn; inventing one would make a stone a gem."""
    done = told_apart([gem((120, 120, 120))] * 3)

    assert closest(done) >= 20
    for cell in done:
        median = median_lab(Maps(cell))
        assert median is not None
        assert np.hypot(*median[1:]) < 3


def test_a_variant_that_contradicts_its_name_is_turned_to_it() -> None:
    """Gems came back with their colours swapped."""
    red, blue = (210, 40, 40), (50, 70, 210)

    done = told_apart([gem(blue), gem(red)], [red, blue])

    for cell, colour in zip(done, (red, blue), strict=True):
        error = hue_error_deg(Maps(cell), colour)
        assert error is not None
        assert error <= 30


@given(rgba_pictures(), st.integers(0, 360))
def test_recolouring_keeps_alpha_and_a_whole_turn_changes_nothing(rgba: Rgba, turn: int) -> None:
    kept = rgba.copy()

    there = recoloured(rgba, turn_deg=turn)

    assert np.array_equal(there[..., 3], rgba[..., 3])
    assert np.array_equal(rgba, kept)
    whole = recoloured(rgba, turn_deg=360).astype(int) - rgba
    assert np.abs(whole).max() <= 1


def test_there_is_one_name_for_each_variant() -> None:
    with pytest.raises(ImageError, match="2 variants"):
        told_apart([gem((9, 9, 99))] * 2, [(1, 2, 3)])


def test_apart_is_what_the_gate_calls_good() -> None:
    assert thresholds().limits["variant_delta_e"].good.least == pytest.approx(APART_DELTA_E)
