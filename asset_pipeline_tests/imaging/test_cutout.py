"""One way to a cutout, whoever drew and whoever cut: who is right where, and why."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asset_pipeline.errors import ImageError
from asset_pipeline.imaging.arrays import Region, Rgba
from asset_pipeline.imaging.cutout import best_cutout
from asset_pipeline.imaging.matte import cut_out
from asset_pipeline_tests.imaging.drawn_grounds import disc, generated, ground, hero
from asset_pipeline_tests.imaging.pictures import as_jpeg, disc_matte, flat, iou, rgba_pictures

SIDE_PX = 256
COLOURS, MATTE = disc(SIDE_PX, 80)
DRAWN = generated(COLOURS, MATTE, ground("flat", SIDE_PX))
X, Y = np.meshgrid(np.arange(SIDE_PX), np.arange(SIDE_PX))


def model(solid: Region, drawn: Rgba = DRAWN) -> Rgba:
    """What a matting model would answer that takes this for the subject."""
    soft = cv2.GaussianBlur(solid.astype(np.float32), (0, 0), 1)
    return np.dstack([drawn[..., :3], np.rint(255 * soft)]).astype(np.uint8)


def test_without_a_provider_it_is_our_own_cutout() -> None:
    cut, report = best_cutout(DRAWN)

    assert np.array_equal(cut, cut_out(DRAWN))
    assert report.chosen == "local"
    assert report.provider is None
    assert report.agreement is None
    assert report.result.body is not None
    assert report.result.body > 0.99
    assert report.result.background == 0


def test_a_good_cutout_and_our_own_agree() -> None:
    cut, report = best_cutout(DRAWN, model(MATTE > 0.5))

    assert iou(cut[..., 3] > 127, MATTE > 0.5) > 0.99
    assert report.chosen == "local"
    assert report.agreement is not None
    assert report.agreement > 0.98
    assert "agree" in report.reason


def test_a_hole_that_the_provider_tore_is_mended() -> None:
    torn = (MATTE > 0.5) & (np.hypot(X - 128, Y - 150) > 14)

    cut, report = best_cutout(DRAWN, model(torn))

    assert cut[150, 128, 3] == 255
    assert report.chosen == "local"
    assert "holes it tore" in report.reason
    assert report.provider is not None
    assert report.provider.holes > 0.02
    assert report.result.holes < 0.001


def test_a_body_that_the_provider_lost_is_found() -> None:
    cut, report = best_cutout(DRAWN, model((MATTE > 0.5) & (Y < 110)))

    assert iou(cut[..., 3] > 127, MATTE > 0.5) > 0.99
    assert "parts of the subject it lost" in report.reason


def test_background_that_the_provider_left_in_is_taken_out() -> None:
    cut, report = best_cutout(DRAWN, model((MATTE > 0.5) | (Y > 190)))

    assert iou(cut[..., 3] > 127, MATTE > 0.5) > 0.99
    assert "background it left in" in report.reason
    assert report.provider is not None
    assert report.provider.border > 0.3
    assert report.result.border == 0


def test_a_hard_shadow_that_the_provider_left_in_goes_or_stays_as_asked() -> None:
    shadow = (((X - 128) / 110) ** 2 + ((Y - 212) / 12) ** 2) < 1
    behind = np.where(shadow[..., None], (150, 140, 150), ground("flat", SIDE_PX))
    drawn = generated(COLOURS, MATTE, behind)
    provider = model((MATTE > 0.5) | shadow, drawn)

    dropped, report = best_cutout(drawn, provider)
    kept, _ = best_cutout(drawn, provider, shadows="keep")

    assert (dropped[212, 40:80, 3] == 0).all()
    assert "a shadow it left in" in report.reason
    assert (kept[212, 40:80, 3] > 60).all()


def test_a_pale_part_that_only_the_provider_saw_stays() -> None:
    """White on white is what a model is for."""
    pale = (np.hypot(X - 128, Y - 50) < 30) & (MATTE < 0.5)
    x = np.where(pale, 246 + 5 * np.sin(X / 6), 246)[..., None] * np.ones(3)
    drawn = as_jpeg(generated(COLOURS, MATTE, x, jpeg=None), 92)

    cut, report = best_cutout(drawn, model((MATTE > 0.5) | pale, drawn))

    assert (cut[30:44, 120:136, 3] > 200).all()
    assert report.chosen in {"provider", "combined"}
    assert "pale parts" in report.reason


def test_over_a_scene_the_provider_is_believed() -> None:
    noise = np.random.default_rng(0).uniform(-400, 400, (SIDE_PX, SIDE_PX, 3))
    scene = 128 + np.asarray(cv2.GaussianBlur(noise, (0, 0), 5), np.float64)
    drawn = generated(COLOURS, MATTE, scene)
    provider = model(MATTE > 0.5, drawn)

    cut, report = best_cutout(drawn, provider)

    assert np.array_equal(cut[..., 3], provider[..., 3])
    assert report.chosen == "provider"
    assert "not plain" in report.reason


def test_an_empty_matte_is_worth_nothing() -> None:
    cut, report = best_cutout(DRAWN, model(np.zeros((SIDE_PX, SIDE_PX), np.bool_)))

    assert np.array_equal(cut, cut_out(DRAWN))
    assert report.chosen == "local"
    assert "empty" in report.reason


def test_transparency_that_came_with_the_picture_is_kept() -> None:
    given_alpha = cut_out(DRAWN)

    cut, report = best_cutout(given_alpha, model(MATTE > 2))

    assert np.array_equal(cut[..., 3], given_alpha[..., 3])
    assert report.chosen == "given"


@given(rgba_pictures(largest_side=24), st.data())
@settings(max_examples=60, deadline=None)
def test_any_two_pictures_make_one_of_their_size_and_are_not_changed(rgba: Rgba, data: st.DataObject) -> None:
    provider = rgba.copy()
    provider[..., 3] = data.draw(st.integers(0, 255))
    provider[: len(rgba) // 2, :, 3] = data.draw(st.integers(0, 255))
    before = rgba.copy(), provider.copy()

    cut, report = best_cutout(rgba, provider)

    assert cut.shape == rgba.shape
    assert cut.dtype == np.uint8
    assert report.reason
    assert np.array_equal(rgba, before[0])
    assert np.array_equal(provider, before[1])


def test_the_result_is_the_same_when_cut_again() -> None:
    cut, _ = best_cutout(DRAWN, model(MATTE > 0.5))

    assert np.array_equal(best_cutout(cut)[0], cut)


def test_pictures_of_two_sizes_are_refused() -> None:
    with pytest.raises(ImageError, match="256 x 256 px and 64 x 64 px"):
        best_cutout(DRAWN, flat(64, (0, 0, 0)))


def test_a_figure_with_thin_parts_keeps_them_whoever_is_followed() -> None:
    colours, matte = hero(SIDE_PX)
    drawn = generated(colours, matte, ground("gradient", SIDE_PX, strength=0.5))

    cut, _ = best_cutout(drawn, model(disc_matte(SIDE_PX, 90) * (matte > 0.5) > 0.5, drawn))

    assert iou(cut[..., 3] > 127, matte > 0.5) > 0.97
