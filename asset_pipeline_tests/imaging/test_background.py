from __future__ import annotations

import numpy as np
import pytest

from asset_pipeline.imaging.background import find_background
from asset_pipeline_tests.imaging.pictures import as_jpeg, disc_matte, flat, iou, painted


def test_a_vignette_is_background_all_the_way() -> None:
    """Generators light the middle of their "plain white background"."""
    x, y = np.meshgrid(np.linspace(-1, 1, 256), np.linspace(-1, 1, 256))
    behind = (250 - 25 * (x * x + y * y))[..., None] * np.ones(3)
    matte = disc_matte(256, 70)

    found = find_background(as_jpeg(painted(matte, (30, 90, 200), behind))[..., :3].copy())

    assert iou(found.region, matte < 0.5) > 0.97


def test_a_subject_that_touches_the_border_does_not_pull_the_background_towards_it() -> None:
    matte = disc_matte(256, 90, centre=(128, 230))

    found = find_background(painted(matte, (200, 30, 30), flat(256, (245, 245, 240)))[..., :3].copy())

    assert iou(found.region, matte < 0.5) > 0.97


@pytest.mark.parametrize(
    ("radius_px", "behind", "hole"),
    [
        (45, (255, 255, 255), True),  # a ring
        (14, (255, 255, 255), False),  # as small as an eye
        (14, (20, 200, 60), True),  # nobody's eye is chroma green
    ],
)
def test_an_enclosed_area_is_a_hole_if_it_is_too_large_or_too_green_for_an_eye(
    radius_px: float, behind: tuple[int, int, int], hole: bool
) -> None:
    matte = disc_matte(256, 100) - disc_matte(256, radius_px)

    found = find_background(painted(matte, (40, 60, 160), flat(256, behind))[..., :3].copy())

    assert found.region[128, 128] == hole


def test_a_large_white_eye_with_a_pupil_is_no_hole() -> None:
    matte = disc_matte(256, 100) - disc_matte(256, 45) + disc_matte(256, 12)

    found = find_background(painted(matte, (40, 60, 160), flat(256, (255, 255, 255)))[..., :3].copy())

    assert not found.region[128, 100]


def test_a_soft_shadow_and_a_glow_belong_to_the_background() -> None:
    x, y = np.meshgrid(np.arange(256), np.arange(256))
    glow = np.exp(-((np.hypot(x - 128, y - 128) - 70).clip(0) ** 2) / 800)[..., None]
    behind = 250 - glow * np.array([10, 45, 60])
    matte = disc_matte(256, 70)

    found = find_background(painted(matte, (60, 20, 20), behind)[..., :3].copy())

    assert iou(found.region, matte < 0.5) > 0.93


def test_a_pale_subject_without_an_outline_is_not_taken_for_a_glow() -> None:
    x, y = np.meshgrid(np.arange(256), np.arange(256))
    cloud = (225 + 22 * (np.hypot(x - 128, y - 128) / 80).clip(0, 1))[..., None] * np.ones(3)

    found = find_background(
        painted(disc_matte(256, 80), (0, 0, 0), flat(256, (253, 253, 253)))[..., :3].copy()
    )
    pale = np.where(disc_matte(256, 80)[..., None] > 0.5, cloud, 253).astype(np.uint8)

    assert not found.region[128, 128]
    assert not find_background(pale).region[128, 128]
