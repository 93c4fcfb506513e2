from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from asset_pipeline.imaging.arrays import Floats
from asset_pipeline.imaging.checkerboard import lighter_cells

SIDE_PX = 256


def cells(cell_px: int, shift_px: int = 0) -> NDArray[np.intp]:
    index = (np.arange(SIDE_PX) + shift_px) // cell_px
    parity: NDArray[np.intp] = (index[:, None] + index[None, :]) % 2
    return parity


def noise(sigma: float) -> Floats:
    return np.random.default_rng(0).normal(0, sigma, (SIDE_PX, SIDE_PX)).astype(np.float32)


@given(st.integers(4, 26), st.integers(0, 40), st.floats(1.5, 20))
@settings(max_examples=40, deadline=None)
def test_cells_of_any_size_and_contrast_are_told_apart(cell_px: int, shift_px: int, contrast: float) -> None:
    """From the faint grey that ends up in a sprite as a ghost to the bold one of an image editor."""
    parity = cells(cell_px, shift_px)
    lightness = (95 - contrast * parity + noise(contrast / 10)).astype(np.float32)

    lighter = lighter_cells(lightness, np.zeros_like(lightness))

    assert lighter is not None
    assert (lighter == (parity == 0)).mean() > 0.85


@pytest.mark.parametrize(
    "pattern",
    [
        np.zeros((SIDE_PX, SIDE_PX)),
        noise(3),
        np.linspace(0, 30, SIDE_PX)[None, :] * np.ones((SIDE_PX, 1)),
        8 * (np.arange(SIDE_PX) // 12 % 2)[None, :] * np.ones((SIDE_PX, 1)),
        8 * (np.arange(SIDE_PX)[:, None] + np.arange(SIDE_PX)[None, :]) // 12 % 2,
    ],
    ids=["flat", "noise", "gradient", "stripes", "slanting stripes"],
)
def test_nothing_else_is_taken_for_a_checkerboard(pattern: NDArray[np.float64]) -> None:
    lightness = (90 - pattern).astype(np.float32)

    assert lighter_cells(lightness, np.zeros_like(lightness)) is None


def test_a_subject_that_fills_the_picture_does_not_hide_it() -> None:
    x, y = np.meshgrid(np.arange(SIDE_PX), np.arange(SIDE_PX))
    subject = np.hypot(x - 128, y - 128) < 118
    lightness = np.where(subject, 20, 95 - 6 * cells(11)).astype(np.float32)

    assert lighter_cells(lightness, np.where(subject, 75, 3).astype(np.float32)) is not None
    assert (
        lighter_cells(np.where(subject, 20, 95).astype(np.float32), 75 * subject.astype(np.float32)) is None
    )
