"""Noise and randomness: they loop, and they are the same everywhere."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from asset_pipeline.providers.local.noise import cell_noise, fractal_noise, rng_for, value_noise


@given(st.integers(0, 1000), st.integers(2, 12), st.integers(2, 12))
def test_value_noise_loops_sideways(seed: int, down: int, across: int) -> None:
    """The step over the seam is no larger than steps elsewhere: backgrounds are made of this."""
    noise = value_noise(rng_for(seed), (24, 96), (down, across))
    steps = np.abs(np.diff(noise, axis=1)).max()
    assert np.abs(noise[:, 0] - noise[:, -1]).max() <= steps * 1.5 + 0.05


def test_fractal_noise_stays_near_its_range_and_is_not_flat() -> None:
    noise = fractal_noise(rng_for("range"), (64, 128), (4, 8), 4)
    assert np.abs(noise).max() < 1.6
    assert noise.std() > 0.1


def test_cell_noise_is_zero_on_borders_and_constant_inside_a_cell() -> None:
    border, value = cell_noise(rng_for("cells"), (96, 96), 24.0)
    assert border.min() < 0.1
    assert border.min() >= 0
    inside = border > 0.5
    assert len(np.unique(value[inside].round(4))) <= 40


def test_streams_of_different_purposes_differ_and_one_purpose_repeats() -> None:
    assert rng_for("eyes", 1).integers(2**32) == rng_for("eyes", 1).integers(2**32)
    assert rng_for("eyes", 1).integers(2**32) != rng_for("mouth", 1).integers(2**32)
