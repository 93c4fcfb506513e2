from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_pipeline.imaging.coverage import polygon_coverage, stretched_coverage

points = st.lists(st.tuples(st.floats(1, 19), st.floats(1, 14)), min_size=3, max_size=3)


@given(points)
def test_a_triangle_covers_as_much_as_it_is_large(corners: list[tuple[float, float]]) -> None:
    """The area by the shoelace formula is what the pixels add up to, whatever the triangle's direction."""
    triangle = np.array(corners)
    (ax, ay), (bx, by), (cx, cy) = corners
    area = abs((bx - ax) * (cy - ay) - (cx - ax) * (by - ay)) / 2

    covered = polygon_coverage(triangle, width_px=20, height_px=15)

    assert covered.shape == (15, 20)
    assert float(covered.sum()) == pytest.approx(area, abs=0.6)
    assert 0 <= covered.min() <= covered.max() <= 1
    assert np.allclose(covered, polygon_coverage(triangle[::-1], width_px=20, height_px=15), atol=1e-5)


@given(st.floats(0, 1))
def test_moving_a_square_by_a_part_of_a_pixel_moves_its_coverage(shift_px: float) -> None:
    square = np.array([[2, 2], [6, 2], [6, 6], [2, 6]]) + np.array([shift_px, 0])

    row = polygon_coverage(square, width_px=8, height_px=8)[3]

    assert row[2] == pytest.approx(1 - shift_px, abs=1e-5)
    assert row[6] == pytest.approx(shift_px, abs=1e-5)


def test_what_lies_beyond_the_canvas_is_cut_off() -> None:
    huge = np.array([[-50, -50], [50, -50], [50, 50], [-50, 50]], np.float64)

    assert (polygon_coverage(huge, width_px=4, height_px=3) == 1).all()


@given(st.floats(0, 5), st.floats(0.5, 10))
def test_stretching_keeps_the_total(left_px: float, length_px: float) -> None:
    matte = np.random.default_rng(3).random((2, 5), np.float32)

    stretched = stretched_coverage(matte, left_px=left_px, right_px=left_px + length_px, canvas_px=16)

    assert stretched.sum(axis=1) == pytest.approx(matte.mean(axis=1) * length_px, rel=1e-4)
