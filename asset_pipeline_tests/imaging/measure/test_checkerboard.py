"""The calibration of D13, drawn around a disc of radius 200."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from asset_pipeline.errors import ImageError
from asset_pipeline.imaging.arrays import Floats
from asset_pipeline.imaging.measure.checkerboard import Checkerboard, checkerboard
from asset_pipeline.imaging.measure.maps import Maps
from asset_pipeline_tests.imaging.measure.drawn import SIDE_PX, opaque, red_disc, texture
from asset_pipeline_tests.imaging.pictures import as_jpeg

DISC = Maps(red_disc())
Y, X = np.indices((SIDE_PX, SIDE_PX))
ANGLE = np.arctan2(Y - 256, X - 256)


def checks(
    contrast: float, cell_px: int, *, x: NDArray[np.generic] = X, y: NDArray[np.generic] = Y
) -> Floats:
    even = (np.floor(x / cell_px) + np.floor(y / cell_px)) % 2  # type: ignore[operator]
    return np.asarray(0.9 + contrast * (even - 0.5), np.float32)


def look(behind: NDArray[np.floating], *, noise: float = 0.0) -> Checkerboard:
    grain = np.random.default_rng(0).normal(0, noise, (SIDE_PX, SIDE_PX))
    found = checkerboard(opaque(np.asarray(behind + grain, np.float32)), DISC)
    assert found is not None
    return found


@pytest.mark.parametrize("cell_px", [8, 12, 16, 23, 32])
def test_a_drawn_checkerboard_is_found_and_even_a_very_faint_one_at_the_limit(cell_px: int) -> None:
    """Table: 0.64 to 0.69 at a contrast of 0.06, 0.17 to 0.20 at 0.02, both with noise of 0.02."""
    assert 0.62 <= look(checks(0.06, cell_px), noise=0.02).score <= 0.72
    assert 0.15 < look(checks(0.02, cell_px), noise=0.02).score <= 0.22


@pytest.mark.parametrize(
    "behind",
    [
        pytest.param(np.full((SIDE_PX, SIDE_PX), 0.9), id="noise"),
        pytest.param(0.9 + 0.06 * (X // 12 % 2 - 0.5), id="stripes"),
        pytest.param(0.9 + 0.06 * ((X + Y) // 12 % 2 - 0.5), id="diagonal stripes"),
        pytest.param(0.7 + 0.3 * X / SIDE_PX, id="gradient"),
        pytest.param(0.9 - 0.1 * ((X % 16 < 2) | (Y % 16 < 2)), id="grid of lines"),
        *(pytest.param(0.8 + 0.1 * np.sign(np.sin(n * ANGLE)), id=f"{n} rays") for n in (12, 24, 28, 36, 48)),
    ],
)
def test_what_is_no_checkerboard_scores_next_to_nothing(behind: NDArray[np.floating]) -> None:
    """Table: at most 0.006. Rays have diagonal stripes in the corners, which look like one at a distance."""
    assert look(behind, noise=0.02).score <= 0.03


def test_textures_score_next_to_nothing() -> None:
    assert max(look(texture(seed, sigma_px=3)[..., 0]).score for seed in range(6)) < 0.1


def test_a_warped_one_that_was_a_jpeg_is_found() -> None:
    """A model draws it by hand: cells differ, lines bend."""
    rng = np.random.default_rng(3)
    bend = [cv2.GaussianBlur(rng.normal(size=X.shape).astype(np.float32), (0, 0), 20) for _ in range(2)]
    across, down = (part / part.std() * 3 for part in bend)
    drawn = opaque(checks(0.06, 16, x=X + across, y=Y + down))

    found = checkerboard(as_jpeg(drawn, 85), DISC)

    assert found is not None
    assert found.score > 0.25


def test_the_offending_pixels_are_where_the_checks_are() -> None:
    behind = np.where(X < 256, checks(0.1, 12), 0.9)

    found = look(behind, noise=0.01)

    assert found.score > 0.15
    assert found.offending[:, :240].mean() > 0.1
    assert found.offending[:, 290:].mean() < 0.01


def test_checks_inside_the_sprite_do_not_count() -> None:
    """A chess board, a racing flag: only what lies around the sprite was to be transparent."""
    behind = np.where(DISC.solid, checks(0.8, 20), 0.9)

    assert look(behind, noise=0.01).score < 0.01


def test_a_flat_background_scores_nothing_and_none_at_all_is_not_looked_at() -> None:
    assert look(np.full((SIDE_PX, SIDE_PX), 0.95)).score == 0
    full = opaque(np.full((64, 64), 0.5, np.float32))
    assert checkerboard(full, Maps(full)) is None


def test_pictures_of_two_sizes_are_refused() -> None:
    with pytest.raises(ImageError, match="one size"):
        checkerboard(opaque(np.zeros((9, 9), np.float32)), DISC)
