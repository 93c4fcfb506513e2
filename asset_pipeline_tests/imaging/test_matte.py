from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asset_pipeline.imaging.alpha import over
from asset_pipeline.imaging.arrays import Floats, Rgb, Rgba
from asset_pipeline.imaging.matte import cut_out
from asset_pipeline.imaging.measure.halo import halo
from asset_pipeline.imaging.measure.maps import Maps
from asset_pipeline_tests.imaging.drawn_grounds import disc, generated, ground, hero, ring
from asset_pipeline_tests.imaging.pictures import as_jpeg, disc_matte, flat, iou, painted, rgba_pictures

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


SIDE_PX = 256
HERO = hero(SIDE_PX)
subjects = st.one_of(
    st.builds(lambda r: disc(SIDE_PX, r), st.floats(40, 112)),
    st.builds(lambda r, share: ring(SIDE_PX, r, share * r), st.floats(50, 112), st.floats(0.15, 0.5)),
    st.just(HERO),
)


@given(
    subject=subjects,
    kind=st.sampled_from(["flat", "noisy", "gradient", "vignette", "checkerboard"]),
    tone=st.sampled_from([(250, 250, 250), (246, 246, 243), (225, 226, 228), (250, 240, 215)]),
    strength=st.floats(0, 1),
    seed=st.integers(0, 999),
    jpeg=st.sampled_from([None, 95, 90]),
)
@settings(max_examples=80, derandomize=True, deadline=None)
def test_a_drawn_subject_comes_back_from_any_ground_a_generator_draws(
    *, subject: tuple[Rgba, Floats], kind: str, tone: Rgb, strength: float, seed: int, jpeg: int | None
) -> None:
    """White eyes, teeth, gaps between arms and legs, holes of rings: all at once, to 98 % of the pixels."""
    colours, matte = subject
    drawn = generated(
        colours, matte, ground(kind, SIDE_PX, tone=tone, strength=strength, seed=seed), jpeg=jpeg
    )

    cut = cut_out(drawn)

    assert iou(cut[..., 3] > 127, matte > 0.5) >= 0.98


@given(subjects, st.sampled_from(["flat", "noisy", "gradient", "checkerboard"]), st.integers(0, 999))
@settings(max_examples=40, derandomize=True, deadline=None)
def test_what_lies_well_inside_stays_opaque_and_keeps_its_colour(
    subject: tuple[Rgba, Floats], kind: str, seed: int
) -> None:
    colours, matte = subject
    drawn = generated(colours, matte, ground(kind, SIDE_PX, seed=seed))
    before = drawn.copy()
    inside = cv2.erode((matte == 1).astype(np.uint8), np.ones((9, 9), np.uint8)) > 0

    cut = cut_out(drawn)

    assert (cut[inside, 3] == 255).all()
    assert np.array_equal(cut[inside, :3], drawn[inside, :3])
    assert np.array_equal(drawn, before)


@given(subjects, st.sampled_from(["flat", "gradient", "checkerboard"]), st.integers(0, 999))
@settings(max_examples=25, derandomize=True, deadline=None)
def test_cutting_twice_is_cutting_once(subject: tuple[Rgba, Floats], kind: str, seed: int) -> None:
    once = cut_out(generated(*subject, ground(kind, SIDE_PX, seed=seed)))

    assert np.array_equal(cut_out(once), once)


@pytest.mark.parametrize("kind", ["flat", "noisy", "gradient", "checkerboard"])
def test_no_halo_is_left(kind: str) -> None:
    """Quality gate D11, by its own two rings."""
    drawn = generated(*ring(SIDE_PX, 100, 40), ground(kind, SIDE_PX, strength=0.5))

    measured = halo(Maps(cut_out(drawn)), (240, 240, 238))

    assert measured is not None
    assert measured.score is not None
    assert measured.score <= 0.03


def test_colour_is_carried_under_the_transparent_pixels() -> None:
    """Quality gate D12: engines filter straight alpha."""
    matte = disc_matte(SIDE_PX, 80)

    cut = cut_out(painted(matte, (200, 60, 110), flat(SIDE_PX, WHITE)))

    near = (cut[..., 3] == 0) & (cv2.dilate((cut[..., 3] > 127).astype(np.uint8), np.ones((5, 5))) > 0)
    assert near.any()
    assert np.abs(cut[near, :3].astype(int) - (200, 60, 110)).max() <= 6


def test_a_white_ball_with_an_outline_stays_white_on_white() -> None:
    drawn = painted(disc_matte(SIDE_PX, 90), (30, 30, 40), flat(SIDE_PX, WHITE))
    drawn = painted(disc_matte(SIDE_PX, 87), WHITE, drawn)

    cut = cut_out(as_jpeg(drawn))

    assert iou(cut[..., 3] > 127, disc_matte(SIDE_PX, 90) > 0.5) >= 0.98


def test_a_white_ball_without_an_outline_stays_on_off_white() -> None:
    """It is shaded, and only its shade tells it from the paper; its contour is a step, a glow's is none."""
    x, y = np.meshgrid(np.arange(SIDE_PX), np.arange(SIDE_PX))
    shade = (np.hypot(x - 100, y - 90) / 150).clip(0, 1)[..., None]
    matte = disc_matte(SIDE_PX, 90)[..., None]
    rgb = (235 - 60 * shade) * matte + 252 * (1 - matte) + np.zeros(3)
    drawn = np.dstack([np.rint(rgb), np.full((SIDE_PX, SIDE_PX), 255)]).astype(np.uint8)

    cut = cut_out(as_jpeg(drawn))

    assert iou(cut[..., 3] > 127, matte[..., 0] > 0.5) >= 0.98
