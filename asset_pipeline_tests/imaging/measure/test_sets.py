"""D24 near-duplicates and D25 variants."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_pipeline.imaging.arrays import Rgb, Rgba
from asset_pipeline.imaging.measure.duplicates import Twins, fingerprint, twins
from asset_pipeline.imaging.measure.hues import closest_variants, hue_error_deg, median_lab
from asset_pipeline.imaging.measure.maps import Maps
from asset_pipeline.imaging.resample import resample
from asset_pipeline_tests.imaging.measure.drawn import disc, red_disc, sprite, texture
from asset_pipeline_tests.imaging.pictures import as_jpeg, rgba_pictures


def gem(colour: Rgb, *, outlined: bool = True) -> Rgba:
    rgba = red_disc()
    rgba[..., :3] = colour
    if outlined:
        cv2.circle(rgba, (256, 256), 196, (20, 16, 24, 255), 9)
        rgba[..., 3] = red_disc()[..., 3]
    rgba[..., :3] = np.asarray(rgba[..., :3] * (0.8 + 0.4 * texture(5, sigma_px=20)), np.float32).clip(0, 255)
    return rgba


def same(one: Rgba, other: Rgba) -> Twins | None:
    return next(twins([fingerprint(Maps(one)), fingerprint(Maps(other))]), None)


def is_duplicate(found: Twins | None) -> bool:
    return found is not None and found.hash_bits <= 4 and found.delta_e <= 5 and found.matte_iou >= 0.98


def test_a_copy_is_found_also_scaled_moved_or_after_a_jpeg() -> None:
    one = sprite(texture(1, sigma_px=18), disc())
    smaller = resample(one, width=300, height=300)
    moved = np.roll(one, (20, -30), axis=(0, 1))
    lossy = np.dstack([as_jpeg(one, 92)[..., :3], one[..., 3]])

    assert all(is_duplicate(same(one, other)) for other in (one.copy(), smaller, moved, lossy))


def test_things_of_one_shape_and_different_texture_or_colour_are_not_duplicates() -> None:
    """The hash alone confuses them: on a real set all 55 of its close pairs were false."""
    discs = [sprite(texture(seed, sigma_px=18), disc()) for seed in range(12)]
    discs += [gem(colour) for colour in ((220, 40, 40), (40, 90, 220), (60, 190, 70))]
    pairs = list(twins([fingerprint(Maps(one)) for one in discs]))

    assert not any(is_duplicate(pair) for pair in pairs)


def test_another_aspect_is_another_thing() -> None:
    one = sprite(texture(1, sigma_px=18), disc())
    wide = resample(one, width=512, height=400)

    assert not is_duplicate(same(one, wide))


def test_an_empty_sprite_is_like_nothing_and_indices_are_those_of_the_set() -> None:
    one = fingerprint(Maps(sprite(texture(1, sigma_px=18), disc())))

    assert fingerprint(Maps(np.zeros((9, 9, 4), np.uint8))) is None
    assert [(pair.first, pair.second) for pair in twins([None, one, None, one])] == [(1, 3)]


@given(rgba_pictures())
def test_any_picture_is_its_own_duplicate(rgba: Rgba) -> None:
    if fingerprint(Maps(rgba)) is None:
        return
    found = same(rgba, rgba.copy())

    assert found is not None
    assert (found.hash_bits, found.delta_e) == (0, 0)
    assert found.matte_iou == pytest.approx(1)


def test_the_closest_variants_are_named() -> None:
    colours = ((220, 40, 40), (40, 90, 220), (205, 60, 45), (60, 190, 70))
    medians = [median_lab(Maps(gem(colour))) for colour in colours]
    found = closest_variants([lab for lab in medians if lab is not None])

    assert found is not None
    assert (found.first, found.second) == (0, 2)
    assert found.delta_e < 20
    assert closest_variants([]) is None
    assert median_lab(Maps(np.zeros((9, 9, 4), np.uint8))) is None


def test_a_coat_of_the_named_colour_is_enough() -> None:
    """Fur and a scarf are not of it; gems of another colour are something else."""
    otter = gem((150, 120, 90))
    otter[: len(otter) // 2][otter[: len(otter) // 2, :, 3] > 0, :3] = (0, 128, 128)

    error = hue_error_deg(Maps(otter), (0, 128, 128))

    assert error is not None
    assert error < 30


@pytest.mark.parametrize(
    ("colour", "named", "least", "most"),
    [
        ((220, 40, 40), (255, 0, 0), 0, 30),
        ((40, 90, 220), (0, 0, 255), 0, 30),
        ((60, 190, 70), (0, 128, 0), 0, 30),
        ((120, 60, 200), (255, 255, 0), 140, 180),
        ((60, 190, 70), (220, 40, 40), 45, 180),
        ((120, 120, 122), (220, 40, 40), 180, 180),
    ],
)
def test_the_hue_is_held_against_the_colour_that_was_named(
    colour: Rgb, named: Rgb, least: float, most: float
) -> None:
    error = hue_error_deg(Maps(gem(colour)), named)

    assert error is not None
    assert least <= error <= most


def test_of_a_mostly_black_sprite_the_coloured_part_counts() -> None:
    rgba = gem((15, 15, 16))
    rgba[200:300, 200:300, :3] = (220, 40, 40)

    error = hue_error_deg(Maps(rgba), (230, 30, 30))

    assert error is not None
    assert error < 30


@pytest.mark.parametrize("named", [(0, 0, 0), (255, 255, 255), (128, 128, 128)])
def test_black_white_and_grey_have_no_hue_to_contradict(named: Rgb) -> None:
    assert hue_error_deg(Maps(gem((220, 40, 40))), named) is None


@given(st.tuples(*[st.integers(0, 255)] * 3), st.tuples(*[st.integers(0, 255)] * 3))
def test_a_hue_is_never_off_by_more_than_half_a_turn(colour: Rgb, named: Rgb) -> None:
    flat = np.full((4, 4, 4), (*colour, 255), np.uint8)
    error = hue_error_deg(Maps(flat), named)

    assert error is None or 0 <= error <= 180
