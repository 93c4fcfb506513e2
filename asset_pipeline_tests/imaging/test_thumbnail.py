from __future__ import annotations

import base64
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_pipeline.errors import ImageError
from asset_pipeline.imaging.alpha import PixelBox, alpha_box
from asset_pipeline.imaging.arrays import Rgba
from asset_pipeline.imaging.png import decode_image
from asset_pipeline.imaging.thumbnail import inline_markdown, small_webp, thumbnail
from asset_pipeline_tests.imaging.pictures import flat, rgba_pictures


def shown(markdown: str) -> Rgba:
    match = re.fullmatch(r"!\[[^\]]*\]\(data:image/webp;base64,([A-Za-z0-9+/=]+)\)", markdown)
    assert match
    return decode_image(base64.b64decode(match[1]), what="test")


@given(rgba_pictures(largest_side=40), st.integers(1, 24))
def test_a_thumbnail_is_a_square_of_the_side_asked_for(rgba: Rgba, side_px: int) -> None:
    assert decode_image(thumbnail(rgba, side_px), what="test").shape == (side_px, side_px, 4)


def test_a_wide_picture_lies_in_the_middle_of_its_thumbnail() -> None:
    wide = np.full((100, 400, 4), 255, np.uint8)

    assert alpha_box(decode_image(thumbnail(wide, 64), what="test")) == PixelBox(0, 24, 64, 16)


def test_a_small_sprite_is_enlarged_by_a_whole_number_so_that_its_pixels_stay_square() -> None:
    small = flat(16, (9, 9, 9))
    small[::2] = (200, 0, 0, 255)
    shown = decode_image(thumbnail(small, 60), what="test")

    assert alpha_box(shown) == PixelBox(6, 6, 48, 48)
    assert np.array_equal(shown[6:54:3, 6:54:3], small)


@pytest.mark.parametrize("noise", [0, 20, 80])
def test_any_picture_fits_inline_at_a_size_one_can_recognise(noise: int) -> None:
    """Dagster folds Markdown of 1000 characters and more behind a button."""
    rng = np.random.default_rng(noise)
    ramp = np.linspace(0, 255, 300)[:, None, None] + rng.normal(0, noise, (300, 300, 3))
    rgba = np.dstack([ramp.clip(0, 255), np.full((300, 300), 255)]).astype(np.uint8)

    markdown = inline_markdown(rgba, "the hero")

    assert len(markdown) < 1000
    assert shown(markdown).shape[0] >= 40
    rows = shown(markdown)[..., :3].mean(axis=(1, 2))
    assert np.corrcoef(rows, np.arange(len(rows)))[0, 1] > 0.95


def test_alternative_text_cannot_break_out_of_the_markdown() -> None:
    markdown = inline_markdown(flat(8, (1, 2, 3)), "a](javascript:x) <b>![hero]\nline")

    assert shown(markdown).shape == (8, 8, 4)
    assert "\n" not in markdown


def test_text_too_long_to_leave_room_for_a_picture_is_refused() -> None:
    with pytest.raises(ImageError, match="no picture fits"):
        inline_markdown(flat(8, (1, 2, 3)), "x" * 990)


def test_a_thumbnail_of_no_size_is_refused() -> None:
    with pytest.raises(ImageError, match="1 or more"):
        thumbnail(flat(8, (1, 2, 3)), 0)


@given(rgba_pictures(largest_side=40), st.integers(8, 64), st.integers(300, 4000))
def test_a_small_webp_fits_its_square_and_its_bytes(rgba: Rgba, side_px: int, max_bytes: int) -> None:
    small = small_webp(rgba, side_px, max_bytes=max_bytes)

    height, width = decode_image(small, what="test").shape[:2]
    assert len(small) <= max_bytes
    assert height <= min(side_px, rgba.shape[0])
    assert width <= min(side_px, rgba.shape[1])
