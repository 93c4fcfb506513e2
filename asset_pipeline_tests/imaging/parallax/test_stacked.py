"""Layers that were drawn one by one become a set: one size, on the ground, looping."""

from __future__ import annotations

import numpy as np
import pytest

from asset_pipeline.errors import ImageError
from asset_pipeline.imaging.arrays import Rgba
from asset_pipeline.imaging.parallax.stacked import stacked


def sky(height: int = 40, width: int = 80) -> Rgba:
    return np.full((height, width, 4), (40, 60, 120, 255), np.uint8)


def strip(top: int, bottom: int, height: int = 40, width: int = 80) -> Rgba:
    layer = np.zeros((height, width, 4), np.uint8)
    layer[top:bottom] = (30, 120, 40, 255)
    return layer


@pytest.mark.parametrize(
    ("top", "bottom", "rows"), [(30, 40, (30, 40)), (26, 36, (30, 40)), (5, 12, (5, 12)), (0, 6, (0, 6))]
)
def test_what_nearly_stands_on_the_lower_edge_does_and_what_floats_stays(
    top: int, bottom: int, rows: tuple[int, int]
) -> None:
    """Models leave a margin under the ground, which would show the sky below it."""
    _, layer = stacked([sky(), strip(top, bottom)], wraps=False)

    solid = np.flatnonzero(layer[:, 0, 3] == 255)
    assert (solid[0], solid[-1] + 1) == rows


def test_all_have_the_size_of_the_farthest_and_nothing_given_is_changed() -> None:
    given = [sky(), strip(60, 80, height=80, width=160)]
    before = [picture.copy() for picture in given]
    made = stacked(given, wraps=True)

    assert {layer.shape for layer in made} == {(40, 80, 4)}
    assert all(np.array_equal(one, other) for one, other in zip(given, before, strict=True))


def test_a_farthest_layer_with_a_hole_is_refused() -> None:
    with pytest.raises(ImageError, match="farthest layer that is opaque"):
        stacked([strip(0, 20), strip(30, 40)], wraps=True)
