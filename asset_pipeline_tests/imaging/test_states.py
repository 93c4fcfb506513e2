from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_pipeline.imaging.arrays import Rgb, Rgba
from asset_pipeline.imaging.colour import delta_e76, rgb_to_lab
from asset_pipeline.imaging.measure.maps import Maps
from asset_pipeline.imaging.measure.outline import state_fit
from asset_pipeline.imaging.states import FOCUS_RGB, LOOKS, DerivedState, state_of
from asset_pipeline_tests.imaging.pictures import disc_matte, rgba_pictures

STATES: list[DerivedState] = list(LOOKS)
every_state = pytest.mark.parametrize("state", STATES)


def button(colour: Rgb) -> Rgba:
    """A round button: dark rim, a face, a white mark on it."""
    rgb = np.broadcast_to(np.array(colour), (64, 64, 3)).copy()
    rgb[disc_matte(64, 26.0) < 0.5] = 30
    rgb[28:36, 24:40] = 250
    return np.dstack([rgb, disc_matte(64, 29.0) * 255]).astype(np.uint8)


@given(rgba_pictures(largest_side=24), st.sampled_from(STATES), st.sampled_from([0, 1, 2]))
def test_a_state_has_the_outline_of_its_base(rgba: Rgba, state: DerivedState, square_px: int) -> None:
    """Quality gate D23: real models gave 0.836 to 0.982, so that buttons jumped."""
    before = rgba.copy()

    made = state_of(rgba, state, square_px=square_px)

    assert np.array_equal(made[..., 3], rgba[..., 3])
    assert np.array_equal(rgba, before)
    if (fit := state_fit(Maps(made), Maps(rgba))) is not None:
        assert (fit.iou, fit.box_shift_px) == (1, 0)


@pytest.mark.parametrize("colour", [(70, 150, 220), (120, 120, 120), (30, 60, 40)])
def test_every_two_states_are_told_apart(colour: Rgb) -> None:
    base = button(colour)
    shown = [base, *(state_of(base, state) for state in STATES)]
    solid = base[..., 3] > 127

    for first, second in combinations(shown, 2):
        labs = [rgb_to_lab(np.ascontiguousarray(each[solid][:, :3])) for each in (first, second)]
        assert np.percentile(delta_e76(*labs), 90) > 4


def face(rgba: Rgba) -> tuple[float, float]:
    """Lightness and chroma of a point of the face, away from mark and rim."""
    lightness, a, b = rgb_to_lab(rgba[16, 32, :3])
    return float(lightness), float(np.hypot(a, b))


def test_hover_is_brighter_pressed_darker_and_disabled_has_no_colour() -> None:
    base = button((70, 150, 220))
    lightness, chroma = face(base)

    assert face(state_of(base, "hover"))[0] > lightness + 4
    assert face(state_of(base, "pressed"))[0] < lightness - 8
    assert face(state_of(base, "disabled"))[1] < 0.2 * chroma


@pytest.mark.parametrize("square_px", [0, 2])
def test_what_is_on_a_button_moves_down_when_it_is_pressed(square_px: int) -> None:
    base = button((70, 150, 220))

    pressed = state_of(base, "pressed", square_px=square_px)

    mark, moved = (
        np.flatnonzero(rgba[:, 32, :3].min(axis=1) > rgba[20, 32, :3].max() - 10) for rgba in (base, pressed)
    )
    assert moved[0] - mark[0] == moved[-1] - mark[-1] == max(1, square_px)


def test_the_focus_ring_runs_all_around_and_the_face_keeps_its_colour() -> None:
    base = button((70, 150, 220))

    focused = state_of(base, "focused")

    edge = Maps(base).inside_px == 1
    assert np.array_equal(np.unique(focused[edge][:, :3], axis=0), [FOCUS_RGB])
    assert np.array_equal(focused[20:44, 20:44], base[20:44, 20:44])


@every_state
def test_pixel_art_keeps_its_squares_and_adds_no_colours_between(state: DerivedState) -> None:
    art = button((70, 150, 220))
    art[..., 3] = (art[..., 3] > 127) * np.uint8(255)
    art = art[::2, ::2].repeat(2, axis=0).repeat(2, axis=1)

    made = state_of(art, state, square_px=2)
    made = made * (made[..., 3:] > 0)

    assert np.array_equal(made, made[::2, ::2].repeat(2, axis=0).repeat(2, axis=1))
    assert len(np.unique(made[made[..., 3] > 0], axis=0)) <= 1 + len(np.unique(art[art[..., 3] > 0], axis=0))
