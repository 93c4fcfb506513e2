from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_pipeline.errors import ImageError
from asset_pipeline.imaging.alpha import alpha_box, bleed_alpha, over, premultiply, unpremultiply
from asset_pipeline.imaging.arrays import Rgba
from asset_pipeline_tests.imaging.pictures import disc_matte, flat, rgba_pictures


@given(rgba_pictures())
def test_premultiplying_can_be_undone_wherever_something_is_covered(rgba: Rgba) -> None:
    floats = rgba.astype(np.float32) / np.float32(255)

    back = unpremultiply(premultiply(floats))

    assert np.allclose(back[..., 3], floats[..., 3])
    assert np.allclose(back[floats[..., 3] > 0], floats[floats[..., 3] > 0], atol=1e-5)
    assert not back[floats[..., 3] == 0].any()


@given(rgba_pictures(), st.integers(0, 254))
def test_the_alpha_box_holds_all_that_is_visible_and_no_empty_rim(rgba: Rgba, threshold: int) -> None:
    covered = rgba[..., 3] > threshold

    box = alpha_box(rgba, threshold)

    if box is None:
        assert not covered.any()
        return
    inside = covered[box.y : box.y + box.height, box.x : box.x + box.width]
    assert inside.sum() == covered.sum()
    assert all(rim.any() for rim in (inside[0], inside[-1], inside[:, 0], inside[:, -1]))


@given(rgba_pictures())
def test_bleeding_changes_nothing_that_can_be_seen(rgba: Rgba) -> None:
    before = rgba.copy()

    bled = bleed_alpha(rgba)

    visible = rgba[..., 3] > 0
    assert np.array_equal(bled[..., 3], rgba[..., 3])
    assert np.array_equal(bled[visible], rgba[visible])
    assert np.array_equal(bleed_alpha(bled), bled)
    assert np.array_equal(rgba, before)


def test_transparent_pixels_take_the_colour_of_the_nearest_solid_one() -> None:
    """Quality gate D12: engines filter straight alpha, so black under the edge shows as a dark seam."""
    halves = np.zeros((40, 40, 4), np.uint8)
    halves[10:30, 10:20] = (255, 0, 0, 255)
    halves[10:30, 20:30] = (0, 0, 255, 255)

    bled = bleed_alpha(halves, radius_px=5)

    assert bled[20, 6].tolist() == [255, 0, 0, 0]
    assert bled[20, 33].tolist() == [0, 0, 255, 0]
    assert bled[20, 2].tolist() == [0, 0, 0, 0]


def test_enlarging_a_bled_sprite_as_an_engine_does_shows_no_dark_seam() -> None:
    """The reason for bleeding, measured: filtered as straight alpha, a red disc stays red to its rim."""
    disc = np.zeros((32, 32, 4), np.uint8)
    disc[..., 3] = disc_matte(32, 10) * 255
    disc[disc[..., 3] > 0, :3] = (255, 0, 0)

    def darkest_red(rgba: Rgba) -> int:
        large = cv2.resize(rgba, (128, 128), interpolation=cv2.INTER_LINEAR)
        return int(large[large[..., 3] > 0, 0].min())

    assert darkest_red(disc) < 128
    assert darkest_red(bleed_alpha(disc)) == 255


@given(rgba_pictures())
def test_a_picture_over_nothing_is_itself_where_it_can_be_seen(rgba: Rgba) -> None:
    alone = over([np.zeros_like(rgba), rgba])

    visible = rgba[..., 3] > 0
    assert np.array_equal(alone[..., 3], rgba[..., 3])
    assert np.array_equal(alone[visible], rgba[visible])


@given(rgba_pictures(), rgba_pictures(), rgba_pictures())
def test_laying_over_is_associative(back: Rgba, middle: Rgba, front: Rgba) -> None:
    """So layers may be put together in any grouping; two roundings to 8 bits allow for a little."""
    layers = [np.resize(layer, (4, 4, 4)) for layer in (back, middle, front)]
    layers[0][..., 3] = 255  # the colour of faint pixels has no precision to compare

    grouped = over([over(layers[:2]), layers[2]])

    assert np.abs(over(layers).astype(int) - grouped).max() <= 1


def test_layers_of_different_size_are_refused() -> None:
    with pytest.raises(ImageError, match="one size"):
        over([flat(2, (0, 0, 0)), flat(3, (0, 0, 0))])
    with pytest.raises(ImageError, match="one size"):
        over([])
