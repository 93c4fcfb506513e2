"""Reading a guide: any shape, any colour, soft edges, holes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asset_pipeline.errors import ImageError
from asset_pipeline.imaging.guide import draw_guide, guide_matte
from asset_pipeline.imaging.shapes import Box, Circle
from asset_pipeline.providers.local.silhouette import guide_colour, guide_cover

CHANNEL = st.integers(0, 215)


@settings(deadline=None, max_examples=25)
@given(st.tuples(CHANNEL, CHANNEL, CHANNEL), st.integers(4, 16), st.integers(4, 16))
def test_the_cover_of_a_guide_is_its_matte_in_any_colour(
    fill: tuple[int, int, int], wide: int, high: int
) -> None:
    width_px, height_px, aspect = wide * 16, high * 16, wide / high
    guide = draw_guide(
        Circle(), canvas_width_px=width_px, canvas_height_px=height_px, aspect=aspect, fill_rgb=fill
    )
    matte = guide_matte(Circle(), canvas_width_px=width_px, canvas_height_px=height_px, aspect=aspect)
    cover = guide_cover(guide)
    one, other = cover > 0.5, matte > 0.5
    assert (one & other).sum() / (one | other).sum() > 0.97


def test_a_hole_in_the_guide_stays_a_hole() -> None:
    """A ring must not become a coin."""
    guide = draw_guide(Box(), canvas_width_px=96, canvas_height_px=96, aspect=1.0, fill_rgb=(90, 90, 90))
    guide[36:60, 36:60, :3] = 255
    assert guide_cover(guide)[40:56, 40:56].max() == 0


def test_a_pale_spot_inside_the_guide_is_still_the_shape() -> None:
    guide = draw_guide(Box(), canvas_width_px=96, canvas_height_px=96, aspect=1.0, fill_rgb=(40, 40, 40))
    guide[40:56, 40:56, :3] = 225
    assert guide_cover(guide)[30:66, 30:66].min() == 1


def test_an_alpha_channel_is_the_shape() -> None:
    guide = np.zeros((32, 32, 4), np.uint8)
    guide[8:24, 8:24, 3] = 255
    assert guide_cover(guide).sum() == 16 * 16


def test_a_picture_from_edge_to_edge_is_all_shape() -> None:
    noise = np.random.default_rng(1).integers(0, 256, (32, 32, 4), np.uint8)
    noise[..., 3] = 255
    assert guide_cover(noise).min() == 1


def test_a_blank_guide_is_refused_with_what_to_do() -> None:
    with pytest.raises(ImageError, match="draw a shape on white"):
        guide_cover(np.full((32, 32, 4), 255, np.uint8))


def test_only_a_coloured_guide_has_a_colour() -> None:
    for fill, coloured in (((200, 60, 40), True), ((128, 128, 128), False), ((20, 20, 20), False)):
        guide = draw_guide(Box(), canvas_width_px=64, canvas_height_px=64, aspect=1.0, fill_rgb=fill)
        assert (guide_colour(guide, guide_cover(guide)) is not None) is coloured
