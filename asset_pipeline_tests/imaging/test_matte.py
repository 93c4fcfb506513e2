from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_pipeline.imaging.alpha import over
from asset_pipeline.imaging.arrays import Rgb, Rgba
from asset_pipeline.imaging.matte import cut_out
from asset_pipeline.imaging.png import decode_image
from asset_pipeline_tests.imaging.pictures import as_jpeg, disc_matte, flat, iou, painted, rgba_pictures

REAL = Path(__file__).parents[2] / ".." / "shared" / "data" / "real_sprites"
SOUND = (
    "connect4/emptySlot",
    "flappyBird/bird",
    "monster-builder/arm",
    "pinball-lite/bumper",
    "pinball-lite/target",
    "simple-platformer/platform",
    "simple-platformer/player",
    "slingshot-destruction/woodBlock",
    "slopeggle/orangePeg",
    "wrecking-ball/ball",
)
WHITE, OFF_WHITE, GREEN = (255, 255, 255), (246, 247, 243), (20, 200, 60)


@given(rgba_pictures(largest_side=24))
def test_any_picture_can_be_cut_and_keeps_its_size(rgba: Rgba) -> None:
    before = rgba.copy()

    cut = cut_out(rgba)

    assert cut.shape == rgba.shape
    assert np.array_equal(rgba, before)
    assert np.array_equal(cut, cut_out(rgba))


def test_threads_agree_with_one_another() -> None:
    """Sprites are cut on 32 threads at once."""
    drawn = [as_jpeg(painted(disc_matte(96, r), (200, 60, 110), flat(96, OFF_WHITE))) for r in range(20, 40)]

    with ThreadPoolExecutor(8) as pool:
        cut = list(pool.map(cut_out, drawn))

    assert all(np.array_equal(one, cut_out(other)) for one, other in zip(cut, drawn, strict=True))


@given(rgba_pictures())
def test_transparency_that_is_already_there_is_kept(rgba: Rgba) -> None:
    """A provider that answers with alpha knows better than we do."""
    rgba = rgba.copy()
    rgba[0, 0, 3] = 0

    assert np.array_equal(cut_out(rgba)[..., 3], rgba[..., 3])


@pytest.mark.parametrize("behind", [WHITE, OFF_WHITE, GREEN, (12, 10, 30)])
@pytest.mark.parametrize("jpeg", [False, True])
def test_the_drawn_shape_comes_back(behind: Rgb, jpeg: bool) -> None:
    matte = disc_matte(256, 80)
    drawn = painted(matte, (220, 120, 30), flat(256, behind))

    cut = cut_out(as_jpeg(drawn) if jpeg else drawn)

    assert iou(cut[..., 3] > 127, matte > 0.5) >= 0.99
    # JPEG halves the resolution of colour, and with it that of an edge between colours.
    assert np.abs(cut[..., 3] / 255 - matte).mean() < (0.006 if jpeg else 0.002)


@pytest.mark.parametrize("behind", [WHITE, GREEN, (12, 10, 30)])
def test_alpha_along_the_edge_is_the_coverage_and_its_colour_is_the_subjects(behind: Rgb) -> None:
    """Quality gate D11: colour still mixed with the background shows as a halo on every other one."""
    matte = disc_matte(256, 80)

    cut = cut_out(painted(matte, (200, 60, 110), flat(256, behind)))

    edge = (matte > 0.1) & (matte < 0.9)
    assert np.abs(cut[edge, 3] / 255 - matte[edge]).mean() < 0.03
    assert np.abs(cut[edge, :3].astype(int) - (200, 60, 110)).mean() < 6


def test_the_cut_laid_over_its_old_background_is_the_picture_again() -> None:
    drawn = painted(disc_matte(256, 80), (200, 60, 110), flat(256, OFF_WHITE))

    again = over([flat(256, OFF_WHITE), cut_out(drawn)])

    assert np.abs(again.astype(int) - drawn).max() <= 12


def test_white_eyes_and_thin_whiskers_stay_on_white() -> None:
    """What "make white transparent" destroys."""
    matte = disc_matte(256, 80)
    drawn = painted(matte, (70, 110, 210), flat(256, WHITE))
    for x in (105, 150):
        drawn = painted(disc_matte(256, 14, centre=(x, 110)), WHITE, drawn)
    cv2.line(drawn, (20, 60), (90, 120), (40, 40, 60, 255), 2, cv2.LINE_AA)

    cut = cut_out(drawn)

    assert cut[110, 105].tolist() == [255, 255, 255, 255]
    assert (cut[66:118, :, 3].max(axis=1) == 255).all()
    assert cut[60:75, 20:40, 3].max() > 200


def test_specks_of_noise_are_not_part_of_the_sprite() -> None:
    drawn = painted(disc_matte(256, 80), (70, 110, 210), flat(256, OFF_WHITE))
    drawn[20, 20, :3] = drawn[230, 40, :3] = (200, 200, 190)

    alpha_u8 = cut_out(drawn)[..., 3]

    assert alpha_u8[20, 20] == alpha_u8[230, 40] == 0


def test_a_plain_background_alone_leaves_nothing() -> None:
    assert not cut_out(flat(64, OFF_WHITE))[..., 3].any()


@given(st.integers(0, 20))
def test_a_picture_without_any_background_stays_opaque_inside(seed: int) -> None:
    """Noise up to the border gives nothing to go by; a hole torn at random would be worse than none."""
    noise = np.random.default_rng(seed).integers(0, 255, (48, 48, 4), np.uint8)
    noise[..., 3] = 255

    assert cut_out(noise)[8:-8, 8:-8, 3].mean() > 240


@pytest.mark.skipif(not REAL.exists(), reason="the real generations are not part of the project")
def test_real_generations_are_cut_as_their_provider_cut_them() -> None:
    """Outlines, JPEG noise, glows and off-white backgrounds as they really come; no hard shadows."""
    overlaps = []
    for name in SOUND:
        generated, provider = (
            decode_image((REAL / name / file).read_bytes(), what=name)
            for file in ("generated.jpg", "cutout.png")
        )
        overlaps.append(iou(cut_out(generated)[..., 3] > 127, provider[..., 3] > 127))

    assert min(overlaps) > 0.97, dict(zip(SOUND, overlaps, strict=True))
    assert np.mean(overlaps) > 0.985
