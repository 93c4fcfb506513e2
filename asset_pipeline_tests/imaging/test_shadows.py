"""Shadows with a hard edge: what they are and what they are not."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from asset_pipeline.imaging.arrays import Rgb
from asset_pipeline.imaging.background import Background, find_background
from asset_pipeline_tests.imaging.pictures import as_jpeg

SIDE_PX = 384
PAPER = (250, 250, 248)


def canvas() -> NDArray[np.uint8]:
    return np.full((SIDE_PX, SIDE_PX, 3), PAPER, np.uint8)


def found(rgb: NDArray[np.uint8]) -> Background:
    opaque = np.dstack([rgb, np.full(rgb.shape[:2], 255, np.uint8)])
    return find_background(np.ascontiguousarray(as_jpeg(opaque, 92)[..., :3]))


def ball(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    cv2.circle(rgb, (192, 180), 120, (30, 20, 30), -1, cv2.LINE_AA)
    cv2.circle(rgb, (192, 180), 114, (200, 60, 50), -1, cv2.LINE_AA)
    cv2.circle(rgb, (150, 140), 30, (240, 150, 120), -1, cv2.LINE_AA)
    return rgb


@pytest.mark.parametrize(
    "shade", [(200, 200, 202), (140, 115, 142), (80, 65, 100), (60, 60, 66), (190, 130, 160)]
)
def test_an_ellipse_on_the_ground_is_a_shadow(shade: Rgb) -> None:
    """Grey, tinted or dark: the shades real generations have."""
    rgb = canvas()
    cv2.ellipse(rgb, (192, 300), (150, 20), 0, 0, 360, shade, -1, cv2.LINE_AA)

    background = found(ball(rgb))

    assert background.cast[305, 60:100].all()
    assert background.region[300, 48:70].all()
    assert not background.region[80:270, 180:200].any()


def test_its_darker_middle_belongs_to_it() -> None:
    rgb = canvas()
    cv2.ellipse(rgb, (192, 302), (160, 24), 0, 0, 360, (130, 112, 118), -1, cv2.LINE_AA)
    cv2.ellipse(rgb, (192, 302), (110, 14), 0, 0, 360, (62, 52, 56), -1, cv2.LINE_AA)

    background = found(ball(rgb))

    assert background.cast[308, 100:120].all()


def test_a_shadow_that_lies_apart_is_one_too() -> None:
    rgb = ball(canvas())
    cv2.ellipse(rgb, (192, 350), (120, 12), 0, 0, 360, (70, 70, 76), -1, cv2.LINE_AA)

    assert found(rgb).cast[350, 100:280].all()


@pytest.mark.parametrize("base", [(60, 60, 66), (150, 150, 155)])
def test_the_base_of_a_trophy_is_not(base: Rgb) -> None:
    """It is as high at its ends as in its middle."""
    rgb = canvas()
    cv2.circle(rgb, (192, 140), 90, (220, 170, 40), -1, cv2.LINE_AA)
    cv2.rectangle(rgb, (180, 220), (204, 300), (220, 170, 40), -1)
    cv2.rectangle(rgb, (110, 300), (274, 330), base, -1)

    background = found(rgb)

    assert not background.cast.any()
    assert not background.region[305:325, 120:264].any()


def test_wheels_soil_and_grass_are_not() -> None:
    rgb = canvas()
    cv2.rectangle(rgb, (60, 200), (324, 270), (200, 60, 50), -1)
    for x in (110, 274):
        cv2.circle(rgb, (x, 280), 34, (45, 45, 50), -1, cv2.LINE_AA)
    assert not found(rgb).cast.any()
    rgb = canvas()
    cv2.ellipse(rgb, (192, 180), (160, 110), 0, 0, 180, (110, 75, 60), -1, cv2.LINE_AA)
    cv2.rectangle(rgb, (32, 160), (352, 190), (90, 180, 60), -1)
    assert not found(rgb).cast.any()


def test_a_shadow_with_an_outline_is_a_thing() -> None:
    rgb = canvas()
    cv2.ellipse(rgb, (192, 300), (156, 26), 0, 0, 360, (20, 20, 24), -1, cv2.LINE_AA)
    cv2.ellipse(rgb, (192, 300), (150, 20), 0, 0, 360, (150, 150, 156), -1, cv2.LINE_AA)

    assert not found(ball(rgb)).cast.any()
