from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asset_pipeline.gates.thresholds import thresholds
from asset_pipeline.imaging.arrays import Rgba
from asset_pipeline.imaging.measure.seams import wrap_seam
from asset_pipeline.imaging.parallax.looping import looped
from asset_pipeline.imaging.seams import UNSEEN_SEAM
from asset_pipeline_tests.imaging.measure.drawn import smooth_noise
from asset_pipeline_tests.imaging.parallax.scenes import hills, ranges


def cut(seed: int, height: int, width: int, sigma_px: float) -> Rgba:
    """A texture that does not loop, with alpha that does not either."""
    noise = smooth_noise(seed, height, width, sigma_px, loops=False)
    tilt = np.linspace(-40, 40, width)[None, :, None]
    matte = (smooth_noise(seed + 1, height, width, 9.0, loops=False)[..., :1] * 400 + 128).clip(0, 255)
    return np.dstack([(128 + noise * 25 + tilt).clip(0, 255), matte]).astype(np.uint8)


@given(st.integers(0, 999), st.integers(33, 90), st.integers(20, 200), st.floats(1, 12))
@settings(max_examples=40, deadline=None)
def test_any_seam_is_repaired_and_the_middle_keeps_its_bytes(
    seed: int, height: int, width: int, sigma_px: float
) -> None:
    """Quality gate D17, and the promise that what an artist looks at is not touched."""
    before = cut(seed, height, width, sigma_px)
    kept = before.copy()

    after = looped(before)

    margin = width // 10
    assert wrap_seam(after) <= 1.25
    assert np.array_equal(after[:, margin : width - margin], before[:, margin : width - margin])
    assert np.array_equal(before, kept)


def test_a_picture_that_loops_is_left_alone() -> None:
    for picture in (hills(), *ranges(3, seed=2)):
        assert np.array_equal(looped(picture), picture)


def test_a_difference_in_tone_is_spread_over_the_margin() -> None:
    """A repair that ended within a few pixels would only move the seam."""
    slope = np.zeros((64, 400, 4), np.uint8)
    slope[..., :3] = np.linspace(60, 180, 400)[None, :, None]
    slope[..., 3] = 255

    steps = np.abs(np.diff(looped(slope)[..., 0].astype(int), axis=1))

    assert steps.max() <= 3


def test_what_is_transparent_stays_so() -> None:
    tower = np.zeros((60, 200, 4), np.uint8)
    tower[20:, 170:] = (200, 60, 40, 255)

    after = looped(tower)

    assert not after[:, 20:180, 3][:, :150].any()
    assert wrap_seam(after) <= 1.25
    assert after[55, 0, 3] == after[55, -1, 3] > 0


def test_the_seam_nobody_finds_is_the_one_of_the_gate() -> None:
    assert thresholds().limits["wrap_seam"].good.most == pytest.approx(UNSEEN_SEAM)
