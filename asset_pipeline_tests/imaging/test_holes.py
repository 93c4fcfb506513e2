"""What the background is seen through, beyond what ``test_background`` says."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from asset_pipeline.imaging.arrays import Region, Rgb
from asset_pipeline.imaging.background import find_background
from asset_pipeline_tests.imaging.drawn_grounds import ground
from asset_pipeline_tests.imaging.pictures import as_jpeg

SIDE_PX = 320
PAPER, WHITE = (249, 249, 248), (255, 255, 255)


def on(paper: Rgb | NDArray[np.float64]) -> NDArray[np.uint8]:
    return (np.ones((SIDE_PX, SIDE_PX, 3)) * paper).clip(0, 255).astype(np.uint8)


def region(rgb: NDArray[np.uint8]) -> Region:
    opaque = np.dstack([rgb, np.full(rgb.shape[:2], 255, np.uint8)])
    return find_background(np.ascontiguousarray(as_jpeg(opaque, 92)[..., :3])).region


def test_a_small_gap_on_off_white_is_a_hole_and_a_white_eye_is_none() -> None:
    """They differ by six of 255."""
    rgb = on(PAPER)
    cv2.circle(rgb, (160, 160), 120, (60, 110, 190), -1, cv2.LINE_AA)
    cv2.ellipse(rgb, (110, 130), (16, 22), 0, 0, 360, PAPER, -1, cv2.LINE_AA)
    cv2.ellipse(rgb, (210, 130), (16, 22), 0, 0, 360, WHITE, -1, cv2.LINE_AA)

    found = region(rgb)

    assert found[130, 110]
    assert not found[130, 210]


def test_all_meshes_of_a_net_on_pure_white_are_holes() -> None:
    """Each one found brings the next one to the rim."""
    rgb = on(WHITE)
    for at in range(40, 300, 40):
        cv2.line(rgb, (40, at), (280, at), (180, 40, 40), 8)
        cv2.line(rgb, (at, 40), (at, 280), (180, 40, 40), 8)

    found = region(rgb)

    assert all(found[y, x] for y in range(60, 280, 40) for x in range(60, 280, 40))


def test_a_checkered_hole_is_a_hole_whatever_its_size() -> None:
    rgb = on(ground("checkerboard", SIDE_PX, tone=(250, 250, 250), strength=0.6, seed=4))
    hole = np.s_[150:180, 150:180]
    behind = rgb[hole].copy()
    cv2.circle(rgb, (160, 160), 110, (40, 60, 160), -1, cv2.LINE_AA)
    rgb[hole] = behind

    assert region(rgb)[155:175, 155:175].mean() > 0.9


@pytest.mark.parametrize("shade", [(252, 250, 246), (246, 250, 253)])
def test_a_highlight_that_fades_is_no_hole(shade: Rgb) -> None:
    x, y = np.meshgrid(np.arange(SIDE_PX), np.arange(SIDE_PX))
    share = (np.hypot(x - 140, y - 130) / 60).clip(0, 1)[..., None] ** 2
    rgb = on(PAPER)
    shaded = (np.array(shade) * (1 - share) + np.array((70, 120, 200)) * share).astype(np.uint8)
    body = np.hypot(x - 160, y - 160) < 120
    rgb[body] = shaded[body]

    assert not region(rgb)[130, 140]


def test_in_a_vignette_the_hole_is_as_bright_as_the_ground_would_be_there() -> None:
    rgb = on(ground("vignette", SIDE_PX, tone=(245, 245, 240)))
    behind = rgb.copy()
    cv2.circle(rgb, (160, 160), 110, (40, 60, 160), -1, cv2.LINE_AA)
    hole = np.hypot(*(np.indices(rgb.shape[:2]) - 160)) < 60
    rgb[hole] = behind[hole]

    assert region(rgb)[130:190, 130:190].all()
