from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asset_pipeline.errors import ImageError
from asset_pipeline.gates.thresholds import thresholds
from asset_pipeline.imaging.arrays import Rgba
from asset_pipeline.imaging.measure.seams import tile_seam
from asset_pipeline.imaging.seams import UNSEEN_SEAM
from asset_pipeline.imaging.sheets.tiling import (
    finished_tiles,
    fitted_together,
    seamless,
    worst_seam,
)
from asset_pipeline_tests.imaging.measure.drawn import smooth_noise


def cut(seed: int, height: int, width: int, sigma_px: float, *, veiled: bool = False) -> Rgba:
    """A texture that repeats neither across nor down, with a tilt both ways; alpha that does not either, where *veiled*."""
    noise = smooth_noise(seed, height, 2 * width, sigma_px, loops=False)[:, :width]
    tilt = np.linspace(-30, 30, width)[None, :, None] + np.linspace(20, -20, height)[:, None, None]
    matte = np.full((height, width, 1), 255.0)
    if veiled:
        matte = (smooth_noise(seed + 1, height, width, 9.0, loops=False)[..., :1] * 400 + 128).clip(0, 255)
    return np.dstack([(128 + noise * 25 + tilt).clip(0, 255), matte]).astype(np.uint8)


@given(st.integers(0, 999), st.integers(20, 90), st.integers(20, 90), st.floats(1, 12), st.booleans())
@settings(max_examples=40, deadline=None)
def test_the_seams_of_any_tile_are_repaired_and_its_middle_keeps_its_bytes(
    seed: int, height: int, width: int, sigma_px: float, veiled: bool
) -> None:
    """Quality gate D18 on both axes and in the corners, and the promise that the middle is not touched."""
    before = cut(seed, height, width, sigma_px, veiled=veiled)
    kept = before.copy()

    after = seamless(before)

    found = tile_seam(after)
    assert max(found.across, found.down, found.corner) <= 1.25
    middle = np.s_[height // 10 : height - height // 10, width // 10 : width - width // 10]
    assert np.array_equal(after[middle], before[middle])
    assert np.array_equal(before, kept)


@given(st.integers(0, 999), st.integers(2, 5), st.floats(1, 8))
@settings(max_examples=15, deadline=None)
def test_tiles_of_one_terrain_fit_each_other_in_any_order(seed: int, count: int, sigma_px: float) -> None:
    """A level shows them beside each other in every combination."""
    before = [cut(seed + number, 40, 48, sigma_px) for number in range(count)]

    after = fitted_together(before)

    assert worst_seam(before) > 1.5
    assert worst_seam(after) <= 1.25
    upright = [side for tile in after for side in (tile[:, 0], tile[:, -1])]
    level = [side for tile in after for side in (tile[0], tile[-1])]
    for sides in (upright, level):
        assert np.ptp(np.stack(sides).astype(int), axis=0).max() <= 1  # rounding
    assert all(
        np.array_equal(new[4:-4, 4:-4], old[4:-4, 4:-4]) for new, old in zip(after, before, strict=True)
    )


@pytest.mark.parametrize("style", ["flat", "pixel"])
def test_finished_tiles_fit_each_other_and_share_their_colours(style: str) -> None:
    drawn = [cut(number, 160, 160, 9.0) for number in range(3)]

    done = finished_tiles(drawn, width_px=32, height_px=32, style=style)

    assert worst_seam(done) <= 1.25
    assert {tile.shape for tile in done} == {(32, 32, 4)}
    if style == "pixel":
        assert len({tuple(pixel) for tile in done for pixel in tile.reshape(-1, 4).tolist()}) <= 32


def test_a_tile_that_repeats_already_is_left_alone() -> None:
    wide = smooth_noise(4, 64, 64, 4.0, loops=True)  # loops across; its mirror image below makes it loop down
    tile = np.dstack([128 + wide * 25, np.full((64, 64), 255)]).clip(0, 255).astype(np.uint8)
    tile = np.concatenate([tile, tile[::-1]])

    assert np.array_equal(seamless(tile), tile)


def test_a_difference_in_tone_is_spread_over_the_margin() -> None:
    """A repair that ended within a few pixels would only move the seam."""
    slope = np.full((100, 200, 4), 255, np.uint8)
    slope[..., :3] = np.linspace(60, 140, 200)[None, :, None]

    steps = np.abs(np.diff(seamless(slope)[..., 0].astype(int), axis=1))

    assert steps.max() <= 4


def test_tiles_of_two_sizes_or_without_a_middle_are_refused() -> None:
    with pytest.raises(ImageError, match="one size and 20 px or more"):
        fitted_together([cut(1, 30, 30, 3), cut(1, 30, 31, 3)])
    with pytest.raises(ImageError, match="19 x 30"):
        seamless(cut(1, 30, 19, 3))


def test_the_seam_nobody_finds_is_the_one_of_the_gate() -> None:
    assert thresholds().limits["tile_seam"].good.most == pytest.approx(UNSEEN_SEAM)
