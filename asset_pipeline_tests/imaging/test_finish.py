from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_pipeline.errors import ImageError
from asset_pipeline.imaging.alpha import PixelBox, alpha_box
from asset_pipeline.imaging.arrays import Rgba
from asset_pipeline.imaging.dither import Dither
from asset_pipeline.imaging.finish import finish_scene, finish_sprite
from asset_pipeline.imaging.placement import Anchor
from asset_pipeline_tests.imaging.pictures import disc_matte, flat, rgba_pictures

sizes = st.integers(1, 40)
styles = st.sampled_from(["cartoon", "pixel"])


def disc(side_px: int = 200, radius_px: float = 60, centre: tuple[float, float] = (80, 110)) -> Rgba:
    rgba = np.zeros((side_px, side_px, 4), np.uint8)
    rgba[..., :3] = (40, 180, 90)
    rgba[..., 3] = np.rint(disc_matte(side_px, radius_px, centre=centre) * 255)
    return rgba


@given(rgba_pictures(), sizes, sizes, styles, st.booleans())
def test_the_size_is_always_exact(rgba: Rgba, width_px: int, height_px: int, style: str, wraps: bool) -> None:
    """Quality gate D26: a game engine cuts atlases by the declared size."""
    before = rgba.copy()

    sprite = finish_sprite(rgba, width_px=width_px, height_px=height_px, style=style)
    scene = finish_scene(rgba, width_px=width_px, height_px=height_px, style=style, wraps=wraps)

    assert sprite.shape == scene.shape == (height_px, width_px, 4)
    assert np.array_equal(rgba, before)


@pytest.mark.parametrize("style", ["cartoon", "pixel"])
@pytest.mark.parametrize(("width_px", "height_px"), [(64, 64), (96, 48), (48, 96), (300, 256), (512, 512)])
def test_a_sprite_fills_its_frame_in_the_middle(style: str, width_px: int, height_px: int) -> None:
    finished = finish_sprite(disc(), width_px=width_px, height_px=height_px, style=style)

    box = alpha_box(finished, 127)
    side = min(width_px, height_px)
    assert box is not None
    assert (box.width, box.height) == pytest.approx((side, side), abs=1 + side // 64)
    assert box.x + box.width / 2 == pytest.approx(width_px / 2, abs=3)
    assert box.y + box.height / 2 == pytest.approx(height_px / 2, abs=3)


def test_a_sprite_keeps_its_proportions() -> None:
    flat_disc = disc()
    flat_disc[:110] = 0  # the lower half: 120 x 60

    box = alpha_box(finish_sprite(flat_disc, width_px=100, height_px=100, style="cartoon"), 127)

    assert box == PixelBox(0, 25, 100, 50)


@pytest.mark.parametrize("style", ["cartoon", "pixel"])
@pytest.mark.parametrize(("anchor", "y"), [("top", 0), ("centre", 25), ("bottom", 50)])
def test_a_sprite_stands_where_it_is_to_stand(anchor: Anchor, y: int, style: str) -> None:
    flat_disc = disc()
    flat_disc[:110] = 0  # the lower half: 120 x 60

    finished = finish_sprite(flat_disc, width_px=100, height_px=100, style=style, anchor=anchor)

    assert alpha_box(finished, 127) == PixelBox(0, y, 100, 50)


def test_small_art_is_enlarged_by_a_whole_number_where_next_to_nothing_is_lost() -> None:
    """33 cells on 100 px: three pixels a cell, all alike, and one pixel left over."""
    art = np.random.default_rng(0).integers(0, 4, (33, 33, 1), np.uint8) * np.array([60, 50, 40, 0], np.uint8)
    art[..., 3] = 255

    finished = finish_sprite(
        art.repeat(9, 0).repeat(9, 1), width_px=100, height_px=100, style="pixel", anchor="bottom"
    )

    assert np.array_equal(finished[1:, :99], art.repeat(3, 0).repeat(3, 1))


@pytest.mark.parametrize("dither", ["ordered", "floyd-steinberg"])
def test_dithering_mixes_inside_and_leaves_the_contour_whole(dither: Dither) -> None:
    ball = disc()
    ball[..., :3] = np.linspace(20, 220, 200).astype(np.uint8)[None, :, None]
    palette = [(20, 20, 20), (220, 220, 220)]

    plain = finish_sprite(ball, width_px=64, height_px=64, style="pixel", palette=palette)
    mixed = finish_sprite(ball, width_px=64, height_px=64, style="pixel", palette=palette, dither=dither)

    changes = np.abs(np.diff(mixed[32, 4:60, 0].astype(int))) > 0
    assert changes.sum() > 5 > (np.abs(np.diff(plain[32, 4:60, 0].astype(int))) > 0).sum()
    assert np.array_equal(plain[..., 3], mixed[..., 3])
    assert np.array_equal(plain[32, [0, -1]], mixed[32, [0, -1]])
    assert {tuple(colour) for colour in mixed[mixed[..., 3] > 0][:, :3].tolist()} == set(palette)


def test_dithering_leaves_small_details_as_they_are() -> None:
    """An eye of two cells mixed into its face is no eye."""
    face = disc()
    face[80:100, 70:90, :3] = 0
    palette = [(40, 180, 90), (0, 0, 0), (255, 255, 255)]

    plain = finish_sprite(face, width_px=40, height_px=40, style="pixel", palette=palette)

    mixed = finish_sprite(face, width_px=40, height_px=40, style="pixel", palette=palette, dither="ordered")
    assert np.array_equal(plain, mixed)


def test_a_faint_speck_far_away_does_not_shrink_a_sprite() -> None:
    speckled = disc()
    speckled[0, 199, 3] = 5

    assert np.array_equal(
        finish_sprite(speckled, width_px=64, height_px=64, style="cartoon"),
        finish_sprite(disc(), width_px=64, height_px=64, style="cartoon"),
    )


def test_nothing_visible_stays_nothing() -> None:
    assert not finish_sprite(np.zeros((9, 9, 4), np.uint8), width_px=8, height_px=8, style="pixel").any()


@pytest.mark.parametrize("width_px", [64, 256, 512])
def test_pixel_art_is_a_true_grid_of_few_colours_with_hard_edges(width_px: int) -> None:
    """Quality gates D15 and D16: generators paint "pixel art" with 24,787 colours and no grid."""
    rng = np.random.default_rng(4)
    noisy = disc()
    noisy[..., :3] = (noisy[..., :3] + rng.normal(0, 12, noisy[..., :3].shape)).clip(0, 255)

    finished = finish_sprite(noisy, width_px=width_px, height_px=width_px, style="retro Pixel art")

    cell_px = max(1, width_px // 128)
    assert np.array_equal(
        finished[..., 3], finished[::cell_px, ::cell_px, 3].repeat(cell_px, 0).repeat(cell_px, 1)
    )
    visible = finished[..., 3] > 0
    assert (finished[visible, 3] == 255).all()
    assert len(np.unique(finished[visible], axis=0)) <= 32


def test_pixel_art_keeps_to_the_palette_of_the_game() -> None:
    palette = ((250, 240, 200), (30, 120, 60), (10, 10, 40))

    finished = finish_sprite(disc(), width_px=48, height_px=48, style="pixel", palette=palette)

    assert {tuple(colour) for colour in finished[finished[..., 3] > 0][:, :3].tolist()} <= set(palette)


def test_a_sprite_of_the_right_size_is_not_resampled() -> None:
    rng = np.random.default_rng(2)
    rgba = np.dstack([rng.integers(0, 255, (20, 30, 3)), np.full((20, 30), 255)]).astype(np.uint8)

    assert np.array_equal(finish_sprite(rgba, width_px=30, height_px=20, style="cartoon"), rgba)


def test_a_scene_is_cropped_not_squeezed() -> None:
    """A round moon stays round."""
    moon = flat(200, (0, 0, 0))
    moon[..., :3] = (disc_matte(200, 50) * 255)[..., None]

    finished = finish_scene(moon, width_px=200, height_px=100, wraps=False, style="cartoon")

    columns = np.flatnonzero(finished[50, :, 0] > 127)
    assert len(columns) == pytest.approx(100, abs=1)
    assert finished[0, 100, 0] > 127


@pytest.mark.parametrize(("width_px", "height_px"), [(320, 180), (100, 200), (64, 64), (640, 480)])
@pytest.mark.parametrize("style", ["cartoon", "pixel"])
def test_a_scene_that_wraps_still_does_at_any_size(width_px: int, height_px: int, style: str) -> None:
    """Quality gate D17: the step over the seam is no larger than the steps inside the picture."""
    x, y = np.meshgrid(np.arange(256) / 256, np.arange(128) / 128)
    rgb = [128 + 90 * np.sin(2 * np.pi * (n * x + n * y)) for n in (1, 2, 3)]
    scene = np.dstack([*rgb, np.full(x.shape, 255)]).astype(np.uint8)

    finished = finish_scene(scene, width_px=width_px, height_px=height_px, wraps=True, style=style).astype(
        int
    )

    steps = np.abs(np.diff(finished, axis=1)).mean(axis=(0, 2))
    seam = np.abs(finished[:, 0] - finished[:, -1]).mean()
    assert seam <= 1.25 * np.percentile(steps, 95)


@pytest.mark.parametrize("size", [(0, 5), (5, 0), (-1, 5)])
def test_an_impossible_size_is_refused(size: tuple[int, int]) -> None:
    with pytest.raises(ImageError, match="1 or more"):
        finish_sprite(flat(4, (1, 1, 1)), width_px=size[0], height_px=size[1], style="cartoon")
    with pytest.raises(ImageError, match="1 or more"):
        finish_scene(flat(4, (1, 1, 1)), width_px=size[0], height_px=size[1], wraps=True, style="cartoon")
