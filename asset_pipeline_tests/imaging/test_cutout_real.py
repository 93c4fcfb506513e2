"""Cutouts of real generations against those their provider made of them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from asset_pipeline.imaging.arrays import Rgba
from asset_pipeline.imaging.cutout import best_cutout
from asset_pipeline.imaging.matte import cut_out
from asset_pipeline.imaging.measure.halo import halo, removed_background
from asset_pipeline.imaging.measure.maps import Maps
from asset_pipeline.imaging.png import decode_image
from asset_pipeline_tests.imaging.pictures import iou

REAL = Path(__file__).parents[2] / ".." / "shared" / "data" / "real_sprites"
# Looked at on black, white and magenta beside the generated picture. All others are sound.
UNSOUND = {
    "monster-builder/head": "keeps the shadow under the ball",
    "simple-platformer/coin": "keeps the shadow under the ball",
    "simple-platformer/enemy": "keeps a stump of the shadow: its middle third",
    "slopeggle/ball": "turns highlights into holes, and keeps half of a sparkle at the rim",
    "slopeggle/cannonBase": "keeps the shadow under the base",
    "wrecking-ball/ball": "keeps the shadow under the ball",
}
# The background left in the edge that the pictures really show there: a light rim, a pale outline.
LIGHT_RIMS = {"simple-platformer/coin", "slopeggle/portalB"}
pytestmark = pytest.mark.skipif(not REAL.exists(), reason="the real generations are not part of the project")


def entities() -> list[str]:
    names = sorted(str(path.parent.relative_to(REAL)) for path in REAL.glob("*/*/silhouette.png"))
    return [name for name in names if (REAL / name / "cutout.png").exists()]


@cache
def pictures(name: str) -> tuple[Rgba, Rgba, Rgba]:
    """The generated picture, the provider's cutout, and ours."""
    generated, provider = (
        decode_image((REAL / name / file).read_bytes(), what=name) for file in ("generated.jpg", "cutout.png")
    )
    return generated, provider, cut_out(generated)


@cache
def overlap(name: str) -> float:
    _, provider, ours = pictures(name)
    return iou(ours[..., 3] > 127, provider[..., 3] > 127)


def test_there_are_forty_of_them_and_the_unsound_are_among_them() -> None:
    assert len(entities()) == 40
    assert set(entities()) >= set(UNSOUND)


def test_local_cutouts_agree_with_sound_ones() -> None:
    """Shadows, glows, JPEG noise, off-white and faint checkerboards as they really come."""
    overlaps = {name: overlap(name) for name in entities() if name not in UNSOUND}

    assert np.mean(list(overlaps.values())) >= 0.985
    assert min(overlaps.values()) >= 0.95, overlaps


def test_where_the_provider_is_wrong_ours_is_not_far_off_either() -> None:
    assert min(overlap(name) for name in UNSOUND) >= 0.94


def test_dropped_shadows_are_gone() -> None:
    """The provider kept what lies below these balls; every pixel there is the shadow's."""
    for name, row in (
        ("wrecking-ball/ball", 505),
        ("simple-platformer/enemy", 484),
        ("monster-builder/head", 472),
    ):
        assert (pictures(name)[2][row, 60:130, 3] < 128).all(), name


def test_highlights_that_the_provider_tore_out_are_whole() -> None:
    _, provider, ours = pictures("slopeggle/ball")

    assert provider[172, 431, 3] < 128
    assert ours[172, 431, 3] == 255


def test_gaps_that_the_subject_encloses_are_open() -> None:
    """A ring's, those between legs, and those behind a vine."""
    for name, x, y in (
        ("wrecking-ball/anchor", 69, 435),
        ("monster-builder/leg", 309, 365),
        ("flappyBird/pipeBottom", 208, 280),
    ):
        assert pictures(name)[2][y, x, 3] == 0, name


def test_no_halo_is_left() -> None:
    for name in entities():
        generated, _, ours = pictures(name)
        maps = Maps(ours)
        background = removed_background(generated, maps)
        assert background is not None
        measured = halo(maps, background)
        assert measured is not None
        if name not in LIGHT_RIMS and measured.score is not None:
            assert measured.score <= 0.05, name


def test_the_best_of_both_agrees_with_sound_ones_even_more() -> None:
    overlaps = {}
    for name in entities():
        generated, provider, _ = pictures(name)
        cut, report = best_cutout(generated, provider)
        assert report.reason
        overlaps[name] = iou(cut[..., 3] > 127, provider[..., 3] > 127)
    sound = [value for name, value in overlaps.items() if name not in UNSOUND]

    assert np.mean(sound) >= 0.987
    assert min(sound) >= 0.96, overlaps


def test_the_best_of_both_mends_what_is_wrong_with_the_providers() -> None:
    generated, provider, _ = pictures("slopeggle/ball")

    cut, report = best_cutout(generated, provider)

    assert cut[172, 431, 3] == 255
    assert "holes it tore" in report.reason
    generated, provider, _ = pictures("wrecking-ball/ball")
    cut, report = best_cutout(generated, provider)
    assert (cut[505, 60:130, 3] < 128).all()
    assert "a shadow it left in" in report.reason


def test_over_a_painted_scene_the_provider_is_believed() -> None:
    """Titles are lettered over scenes; no colour tells a letter from the sea behind it."""
    generated, provider, _ = pictures("connect4/title_hero")

    cut, report = best_cutout(generated, provider)

    assert report.chosen == "provider"
    assert np.array_equal(cut[..., 3], provider[..., 3])
