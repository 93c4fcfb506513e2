"""D5 leak of the guide, D6 and D7 translucency, D12 hidden colour."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from asset_pipeline.imaging.alpha import bleed_alpha
from asset_pipeline.imaging.arrays import Rgba
from asset_pipeline.imaging.measure.bleed import edge_bleed
from asset_pipeline.imaging.measure.leak import guide_leak, leak_is_visible
from asset_pipeline.imaging.measure.maps import Maps
from asset_pipeline.imaging.measure.translucency import interior_ghost, semi_transparent
from asset_pipeline_tests.imaging.measure.drawn import disc, red_disc, sprite, texture
from asset_pipeline_tests.imaging.pictures import rgba_pictures


def halved(colour: tuple[int, int, int]) -> Rgba:
    """The red disc, its left half of another colour."""
    rgba = red_disc()
    rgba[:, :256, :3] = colour
    return rgba


@pytest.mark.parametrize("black", [(0, 0, 0), (10, 8, 12)])
def test_what_stayed_black_of_a_black_guide_is_a_leak(black: tuple[int, int, int]) -> None:
    found = guide_leak(Maps(halved(black)), (0, 0, 0))

    assert found is not None
    assert found.share == pytest.approx(0.5, abs=0.01)
    assert not found.offending[:, 256:].any()


def test_dark_is_not_black_and_a_shade_of_the_guide_is_still_the_guide() -> None:
    dark, guide = guide_leak(Maps(halved((30, 26, 24))), (0, 0, 0)), (120, 150, 180)
    shade, other = (guide_leak(Maps(halved(colour)), guide) for colour in ((112, 141, 170), (150, 120, 100)))

    assert dark is not None
    assert shade is not None
    assert other is not None
    assert dark.share == other.share == 0
    assert shade.share == pytest.approx(0.5, abs=0.01)


def test_an_empty_picture_leaks_nothing_that_could_be_measured() -> None:
    assert guide_leak(Maps(np.zeros((4, 4, 4), np.uint8)), (0, 0, 0)) is None


def test_a_guide_of_the_wanted_colour_cannot_leak_visibly() -> None:
    assert not leak_is_visible((200, 40, 30), (190, 44, 38))
    assert leak_is_visible((128, 128, 128), (190, 44, 38))


def test_a_clean_edge_is_a_few_per_cent_semi_transparent_and_no_ghost() -> None:
    maps = Maps(red_disc())
    semi, ghost = semi_transparent(maps), interior_ghost(maps)

    assert semi is not None
    assert ghost is not None
    assert 0.005 < semi.share < 0.03
    assert ghost.share == 0


def test_a_faded_middle_and_a_shadow_outside_are_ghosts() -> None:
    faded, shadow = red_disc(), red_disc()
    faded[200:300, 200:300, 3] = 160
    shadow[480:500, 100:300] = (0, 0, 0, 60)
    inside, outside = (interior_ghost(Maps(rgba)) for rgba in (faded, shadow))

    assert inside is not None
    assert outside is not None
    assert inside.offending.sum() == 100 * 100
    assert outside.offending.sum() == 20 * 200
    assert inside.share == pytest.approx(1e4 / (np.pi * 200**2), rel=0.01)


def test_a_lost_body_is_a_ghost_larger_than_what_is_left() -> None:
    rgba = sprite(texture(1), disc() * 0.4)
    rgba[256, 250:260, 3] = 255

    found = interior_ghost(Maps(rgba))

    assert found is not None
    assert found.share > 1000


@given(rgba_pictures())
def test_what_is_only_semi_transparent_has_its_share_in_one_of_two_places(rgba: Rgba) -> None:
    maps = Maps(rgba)
    semi, ghost = semi_transparent(maps), interior_ghost(maps)

    assert (semi is None) == (not maps.visible.any())
    assert (ghost is None) == (not maps.area_px)
    if semi is not None and ghost is not None:
        assert not (ghost.offending & ~semi.offending).any()


def test_black_under_the_edge_is_found_and_bled_colour_is_right() -> None:
    """What a provider returns, and what our own finish makes of it."""
    cut = sprite(texture(2), disc())
    cut[cut[..., 3] == 0] = 0
    black, bled = edge_bleed(Maps(cut)), edge_bleed(Maps(bleed_alpha(cut)))

    assert black is not None
    assert bled is not None
    assert black.delta_e > 20
    assert black.offending.sum() > 1000
    assert not (black.offending & (cut[..., 3] > 0)).any()
    assert bled.delta_e < 5


def test_a_picture_without_transparent_pixels_has_nothing_hidden() -> None:
    assert edge_bleed(Maps(np.full((8, 8, 4), 255, np.uint8))) is None


@given(rgba_pictures())
def test_a_bled_picture_never_hides_a_foreign_colour(rgba: Rgba) -> None:
    rgba = rgba.copy()
    rgba[..., 3] = np.where(rgba[..., 3] > 127, 255, 0)
    found = edge_bleed(Maps(bleed_alpha(rgba)))

    assert found is None or found.delta_e < 1e-3
