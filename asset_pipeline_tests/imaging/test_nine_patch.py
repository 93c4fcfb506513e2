from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_pipeline.errors import ImageError
from asset_pipeline.imaging.alpha import alpha_box
from asset_pipeline.imaging.arrays import Rgba
from asset_pipeline.imaging.nine_patch import Insets, stretch_preview, stretched
from asset_pipeline.imaging.states import state_of

insets = st.builds(Insets, *[st.integers(0, 7)] * 4)


def frame(seed: int = 0, width: int = 24, height: int = 20) -> Rgba:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 4), np.uint8)


@given(insets, st.integers(15, 60), st.integers(15, 60), st.booleans(), st.integers(0, 9))
def test_corners_keep_their_bytes_at_any_size(
    patch: Insets, width: int, height: int, crisp: bool, seed: int
) -> None:
    rgba = frame(seed)
    before = rgba.copy()

    drawn = stretched(rgba, patch, width_px=width, height_px=height, crisp=crisp)

    assert drawn.shape == (height, width, 4)
    for rows in (slice(patch.top), slice(-patch.bottom or 99, None)):
        for columns in (slice(patch.left), slice(-patch.right or 99, None)):
            assert np.array_equal(drawn[rows, columns], rgba[rows, columns])
    assert np.array_equal(rgba, before)


@given(insets, st.booleans())
def test_at_its_own_size_nothing_changes(patch: Insets, crisp: bool) -> None:
    assert np.array_equal(stretched(frame(), patch, width_px=24, height_px=20, crisp=crisp), frame())


def test_sides_stretch_along_one_axis_only() -> None:
    """A border of 3 px is 3 px wide however large the panel."""
    panel = np.full((20, 24, 4), (40, 90, 160, 255), np.uint8)
    panel[:3] = panel[-3:] = panel[:, :3] = panel[:, -3:] = (20, 20, 20, 255)

    drawn = stretched(panel, Insets(6, 6, 6, 6), width_px=90, height_px=45)

    dark = drawn[..., 0] == 20
    assert dark[3:-3, 3:-3].sum() == 0
    assert dark.sum() == 90 * 45 - 84 * 39


def test_states_stretch_as_their_base_does() -> None:
    panel = frame()
    panel[..., 3] = 255

    hover = stretched(state_of(panel, "hover"), Insets(5, 5, 5, 5), width_px=60, height_px=50)

    assert np.array_equal(hover[:5, :5], state_of(panel, "hover")[:5, :5])


def test_pixel_art_is_repeated_not_resampled() -> None:
    drawn = stretched(frame(3), Insets(4, 4, 4, 4), width_px=80, height_px=70, crisp=True)

    colours = {tuple(pixel) for pixel in frame(3).reshape(-1, 4).tolist()}
    assert {tuple(pixel) for pixel in drawn.reshape(-1, 4).tolist()} <= colours


def test_the_preview_shows_three_sizes() -> None:
    panel = frame()
    panel[..., 3] = 255

    page = stretch_preview(panel, Insets(4, 4, 4, 4))

    columns = (page[..., 3] > 0).any(axis=0).astype(int)
    assert (np.diff(np.concatenate([[0], columns])) == 1).sum() == 3
    assert alpha_box(page) == (0, 0, page.shape[1], 40)


def test_sizes_that_do_not_hold_the_corners_are_refused() -> None:
    with pytest.raises(ImageError, match="size of 10 x 40"):
        stretched(frame(), Insets(5, 5, 5, 5), width_px=10, height_px=40)
    with pytest.raises(ImageError, match="picture of 24 x 20"):
        stretched(frame(), Insets(5, 10, 5, 10), width_px=100, height_px=40)
