"""Shadows and glows, kept or dropped."""

from __future__ import annotations

import numpy as np
import pytest

from asset_pipeline.imaging.alpha import over
from asset_pipeline.imaging.arrays import Rgb, Rgba
from asset_pipeline.imaging.matte import cut_out
from asset_pipeline_tests.imaging.pictures import disc_matte, flat, painted

SIDE_PX = 512
PAPER = (250, 250, 249)
X, Y = np.meshgrid(np.arange(SIDE_PX), np.arange(SIDE_PX))


def with_glow(colour: Rgb) -> Rgba:
    """A disc in a glow that takes some 40 px to fade."""
    share = 0.35 * np.exp(-((np.hypot(X - 256, Y - 256) - 120).clip(0) / 40))[..., None]
    return painted(
        disc_matte(SIDE_PX, 120), (30, 40, 120), np.array(colour) * share + np.array(PAPER) * (1 - share)
    )


def with_shadow() -> Rgba:
    """A disc on the ground, and its shadow."""
    dark = 0.35 * np.exp(-(((X - 256) / 140) ** 2 + ((Y - 410) / 30) ** 2))[..., None]
    return painted(disc_matte(SIDE_PX, 120, centre=(256, 280)), (30, 40, 120), np.array(PAPER) * (1 - dark))


def test_dropped_is_what_happens_unless_asked() -> None:
    drawn = with_shadow()

    assert np.array_equal(cut_out(drawn), cut_out(drawn, shadows="drop", glow="drop"))
    assert cut_out(drawn)[412, 256, 3] == 0


def test_a_kept_shadow_is_thin_black() -> None:
    cut = cut_out(with_shadow(), shadows="keep")

    red, green, blue, alpha = cut[412, 256].astype(int)
    assert alpha / 255 == pytest.approx(0.35, abs=0.05)
    assert max(red, green, blue) < 40
    assert cut[280, 256, 3] == 255
    assert cut[30, 30, 3] == 0


def test_a_kept_glow_is_thin_colour() -> None:
    cut = cut_out(with_glow((255, 60, 120)), glow="keep")

    red, green, _, alpha = cut[256, 256 + 135].astype(int)
    assert 30 < alpha < 110
    assert red > 200
    assert green < 110


@pytest.mark.parametrize("drawn", [with_shadow(), with_glow((255, 60, 120))])
def test_all_that_is_kept_gives_the_picture_again_over_its_old_background(drawn: Rgba) -> None:
    again = over([flat(SIDE_PX, PAPER), cut_out(drawn, shadows="keep", glow="keep")])

    difference = np.abs(again[..., :3].astype(int) - drawn[..., :3])
    assert difference.mean() < 2
    assert np.percentile(difference, 99) <= 12


def test_shadows_and_glows_are_kept_apart() -> None:
    assert cut_out(with_shadow(), glow="keep")[412, 256, 3] < 20
    assert cut_out(with_glow((255, 60, 120)), shadows="keep")[256, 256 + 135, 3] < 20


def test_a_veil_ends_softly_and_does_not_touch_the_subject() -> None:
    plain, kept = cut_out(with_shadow()), cut_out(with_shadow(), shadows="keep")

    assert np.array_equal(plain[200:380, 220:290], kept[200:380, 220:290])
    column = kept[404:490, 256, 3].astype(int)
    assert np.abs(np.diff(column)).max() < 20
