from __future__ import annotations

import numpy as np
import pytest

from asset_pipeline.imaging.arrays import Floats
from asset_pipeline.imaging.fades import gentle, pale_parts, steepness

SIDE_PX = 256
X, Y = np.meshgrid(np.arange(SIDE_PX), np.arange(SIDE_PX))


def lab_of(lightness: Floats) -> Floats:
    return np.dstack([lightness, np.zeros_like(lightness), np.zeros_like(lightness)]).astype(np.float32)


def test_steepness_is_the_change_from_pixel_to_pixel() -> None:
    slope = steepness(lab_of((0.5 * X).astype(np.float32)))

    assert slope[10:-10, 10:-10] == pytest.approx(0.5, abs=0.01)


def test_the_farther_from_the_background_the_gentler_it_has_to_be() -> None:
    slope = np.full((1, 4), 1.5, np.float32)

    assert gentle(slope, np.array([[5, 15, 38, 60]], np.float32)).tolist() == [[True, True, False, False]]


def glow(softness_px: float) -> Floats:
    """Lightness of a black disc in a glow on white; *softness_px* is how far it takes to fade."""
    away_px = (np.hypot(X - 128, Y - 128) - 60).clip(0)
    return np.where(away_px > 0, 98 - 25 * np.exp(-away_px / softness_px), 5).astype(np.float32)


def pale_ball() -> Floats:
    """Lightness of a shaded white ball without an outline."""
    return np.where(np.hypot(X - 128, Y - 128) < 90, 90 - 0.08 * Y, 98).astype(np.float32)


@pytest.mark.parametrize("softness_px", [10, 20, 40])
def test_a_glow_has_no_contour(softness_px: float) -> None:
    lightness = glow(softness_px)
    plain, faded = lightness > 96, lightness > 40

    assert not pale_parts(steepness(lab_of(lightness)), faded, plain).any()


def test_a_pale_subject_has_one() -> None:
    lightness = pale_ball()

    pale = pale_parts(steepness(lab_of(lightness)), np.ones_like(lightness, np.bool_), lightness > 96)

    assert pale[60:200, 120:136].all()
    assert not pale[:20].any()


def test_where_nothing_fades_nothing_is_pale() -> None:
    plain = pale_ball() > 96

    assert not pale_parts(steepness(lab_of(pale_ball())), plain, plain).any()
