"""The pixel grid: exact, loss-free on its own ground, and held to its palette."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_pipeline.imaging.arrays import Rgb
from asset_pipeline.providers.local.pixels import cell_px, from_grid, limit_colours, to_grid


@given(st.integers(1, 9), st.integers(1, 40), st.integers(1, 40))
def test_from_grid_gives_any_size_exactly(cell: int, width: int, height: int) -> None:
    grid = np.zeros((-(-height // cell), -(-width // cell), 3), np.float32)
    assert from_grid(grid, cell, width, height).shape == (height, width, 3)


@given(st.integers(1, 6), st.integers(0, 99))
def test_what_lies_on_the_grid_survives_the_way_there_and_back(cell: int, seed: int) -> None:
    grid = np.random.default_rng(seed).random((5, 7, 3)).astype(np.float32)
    large = from_grid(grid, cell, 7 * cell, 5 * cell)
    assert to_grid(large, cell) == pytest.approx(grid, abs=1e-5)


def test_colours_are_held_to_the_palette() -> None:
    palette: tuple[Rgb, ...] = ((0, 0, 0), (255, 0, 0), (255, 255, 255))
    picture = np.random.default_rng(3).random((16, 16, 3)).astype(np.float32)
    few = limit_colours(picture, np.ones((16, 16), np.float32), palette, 0.05)
    assert {tuple(colour) for colour in (few.reshape(-1, 3) * 255).round().astype(int).tolist()} <= set(
        palette
    )


def test_without_a_palette_at_most_24_colours_remain() -> None:
    picture = np.random.default_rng(3).random((32, 32, 3)).astype(np.float32)
    few = limit_colours(picture, np.ones((32, 32), np.float32), (), 0.0)
    assert 2 < len(np.unique(few.reshape(-1, 3), axis=0)) <= 24


def test_thin_shapes_get_finer_pixels() -> None:
    """At eight pixels a cell a rope would vanish."""
    round_, thin = np.zeros((512, 512), np.float32), np.zeros((512, 512), np.float32)
    round_[32:480, 32:480] = 1
    thin[250:262, 32:480] = 1
    assert cell_px(round_, 64) == 8
    assert cell_px(thin, 64) == 1
