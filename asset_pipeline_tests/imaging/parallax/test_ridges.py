from __future__ import annotations

import itertools

import numpy as np
import pytest

from asset_pipeline.imaging.parallax.ridges import find_ridges
from asset_pipeline_tests.imaging.pictures import flat


@pytest.mark.parametrize(("width", "height"), [(120, 90), (512, 400), (1000, 300)])
def test_lines_follow_the_ridges_of_hills(width: int, height: int) -> None:
    x = np.arange(width) / width * 2 * np.pi
    far = height * (0.5 + 0.08 * np.sin(2 * x))
    near = height * (0.78 + 0.06 * np.sin(3 * x + 1))
    rgb = flat(1, (150, 200, 240))[..., :3].repeat(height, 0).repeat(width, 1)
    row = np.arange(height)[:, None]
    rgb[row >= far] = (90, 130, 160)
    rgb[row >= near] = (50, 110, 60)

    first, second = find_ridges(rgb, 2, wraps=True)

    assert np.abs(first - far).max() <= 3
    assert np.abs(second - near).max() <= 3


@pytest.mark.parametrize("count", [0, 1, 3, 7])
def test_lines_do_not_cross_and_close_where_the_scene_wraps(count: int) -> None:
    """Noise has no ridges at all: the worst case."""
    rgb = np.random.default_rng(count).integers(0, 255, (300, 400, 3), np.uint8)

    lines = find_ridges(rgb, count, wraps=True)

    assert len(lines) == count
    assert all((below >= above).all() for above, below in itertools.pairwise(lines))
    assert all(line.min() > 0 and line.max() < 300 for line in lines)
    assert all(abs(int(line[0]) - int(line[-1])) <= 16 for line in lines)


def test_without_any_edge_depths_are_evenly_spaced() -> None:
    lines = find_ridges(flat(200, (120, 160, 200))[..., :3], 3, wraps=False)

    assert [int(np.median(line)) for line in lines] == pytest.approx([95, 130, 165], abs=2)


def test_a_ridge_is_preferred_to_a_line_across_a_thing() -> None:
    """A dark beam has as much contrast as the ground, and nothing else below it than above."""
    scene = np.full((256, 256, 3), (190, 215, 235), np.uint8)
    scene[200:] = (130, 150, 120)
    scene[150:152] = (20, 20, 25)

    [ridge] = find_ridges(scene, 1, wraps=False)

    assert np.abs(ridge - 200).max() <= 2
