"""An atlas keeps every frame, fills its pages, and shows no frame's neighbour at its edge."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from asset_pipeline.errors import ExportError
from asset_pipeline.export.atlas.atlas import make_atlas
from asset_pipeline.export.atlas.layout import AtlasLayout
from asset_pipeline.export.atlas.sprite import Frame, Sprite
from asset_pipeline.export.atlas.table import Atlas, Page, PlacedFrame
from asset_pipeline.imaging.alpha import PixelBox
from asset_pipeline.imaging.arrays import Rgba
from asset_pipeline_tests.export.drawn import SMALL_PAGES, all_kinds, blob, solid, still

Floats = NDArray[np.float64]


def atlas_of(sprites: list[Sprite], layout: AtlasLayout = SMALL_PAGES) -> Atlas:
    return make_atlas("pond", sprites, pixels_per_unit=64, layout=layout)


def sampled(rgba: Rgba, x: Floats, y: Floats) -> Floats:
    """Filter bilinearly as a GPU does, at pixel coordinates whose whole numbers are edges, clamped to the picture."""
    straight = rgba.astype(np.float64)
    x, y = x - 0.5, y - 0.5
    left, top = np.floor(x).astype(int), np.floor(y).astype(int)
    total = np.zeros((*x.shape, 4))
    for dx in (0, 1):
        for dy in (0, 1):
            weight = np.abs(1 - dx - (x - left)) * np.abs(1 - dy - (y - top))
            columns = np.clip(left + dx, 0, rgba.shape[1] - 1)
            rows = np.clip(top + dy, 0, rgba.shape[0] - 1)
            total += weight[..., None] * straight[rows, columns]
    return total


def edge_points(box: PixelBox, steps: int = 4) -> tuple[Floats, Floats]:
    """Return points all along and within half a pixel of the inner side of a rectangle's edge."""
    xs, ys = np.meshgrid(
        np.linspace(box.x, box.x + box.width, box.width * steps + 1),
        np.linspace(box.y, box.y + box.height, box.height * steps + 1),
    )
    inner = (
        (xs > box.x + 0.5)
        & (xs < box.x + box.width - 0.5)
        & (ys > box.y + 0.5)
        & (ys < box.y + box.height - 0.5)
    )
    return xs[~inner], ys[~inner]


@pytest.mark.parametrize("layout", [SMALL_PAGES, AtlasLayout(256, padding_px=0), AtlasLayout(256, 5, 3)])
def test_a_filter_at_any_edge_of_a_frame_finds_no_neighbour(layout: AtlasLayout) -> None:
    """What it finds is what it would find at the edge of the frame alone, to the last digit."""
    atlas = atlas_of(all_kinds(), layout)
    for page in atlas.pages:
        for placement in page.placements:
            x, y = edge_points(placement.box)
            alone = page.rgba[_rows(placement.box), _columns(placement.box)]
            here = sampled(page.rgba, x, y)
            there = sampled(alone, x - placement.box.x, y - placement.box.y)
            assert np.abs(here - there).max() <= 2, placement.name


def test_without_extrusion_a_neighbour_does_show() -> None:
    """The measurement above can fail."""
    atlas = atlas_of([_solid("a", 1), _solid("b", 2)], AtlasLayout(256, padding_px=0, extrude_px=0))
    [page] = atlas.pages
    worst = 0.0
    for placement in page.placements:
        x, y = edge_points(placement.box)
        alone = page.rgba[_rows(placement.box), _columns(placement.box)]
        there = sampled(alone, x - placement.box.x, y - placement.box.y)
        worst = max(worst, np.abs(sampled(page.rgba, x, y) - there).max())
    assert worst > 50


def test_invisible_pixels_have_the_colour_of_what_is_beside_them() -> None:
    """Where colour under alpha 0 is black, a scaled sprite gets a dark seam."""
    disc = np.zeros((32, 32, 4), np.uint8)
    yy, xx = np.indices((32, 32))
    disc[np.hypot(xx - 15.5, yy - 15.5) < 12] = (250, 240, 20, 255)
    atlas = atlas_of([Sprite("sun", "sun", (Frame("", disc),))])
    [page] = atlas.pages
    [placement] = page.placements
    part = page.rgba[_rows(placement.box), _columns(placement.box)]
    assert (part[..., 3] == 0).any()
    assert (part[..., :3] == (250, 240, 20)).all()


def test_frames_fill_their_page() -> None:
    """The benchmark holds 500 sprites against 85 %; fewer leave more ragged ends."""
    random = np.random.default_rng(5)
    sprites = [
        still(f"s_{number}", number, *(int(side) for side in random.integers(90, 128, 2)))
        for number in range(100)
    ]
    atlas = atlas_of(sprites, AtlasLayout())
    used = sum(p.box.width * p.box.height for p in atlas.placements)
    assert used >= 0.8 * sum(page.size_px[0] * page.size_px[1] for page in atlas.pages)


def test_the_order_of_sprites_does_not_matter() -> None:
    one, other = atlas_of(all_kinds()), atlas_of(all_kinds()[::-1])
    assert one.pictures() == other.pictures()
    assert [_facts(p) for p in one.placements] == [_facts(p) for p in other.placements]


def test_pictures_that_go_in_are_not_changed() -> None:
    sprites = all_kinds()
    before = [frame.rgba.copy() for sprite in sprites for frame in sprite.frames]
    atlas_of(sprites)
    for was, frame in zip(before, (f for s in sprites for f in s.frames), strict=True):
        np.testing.assert_array_equal(was, frame.rgba)


def test_all_frames_of_a_sprite_are_on_one_page() -> None:
    atlas = atlas_of(all_kinds())
    assert len([page for page in atlas.pages if page.grid is None]) > 1
    for frames in atlas.frames_of().values():
        assert len({frame.page for frame in frames}) == 1


def test_a_nine_patch_is_not_trimmed() -> None:
    """Its insets count from the edge of the whole picture."""
    framed = Sprite("panel", "panel", (Frame("", blob(3)),), nine_patch=all_kinds()[1].nine_patch)
    [placement] = atlas_of([framed]).placements
    assert (placement.box.width, placement.box.height) == framed.size_px


def test_without_trimming_frames_stay_whole() -> None:
    [placement] = atlas_of([still("frog", 1)], AtlasLayout(256, trim=False)).placements
    assert not placement.trimmed
    assert placement.box_pivot == (0.5, 0.5)


def test_a_frame_that_shows_nothing_for_a_moment_is_one_pixel() -> None:
    """A sprite that blinks has such a frame; a sprite of nothing else is a mistake."""
    blinking = Sprite("ghost", "ghost", (Frame("0", blob(1)), Frame("1", np.zeros((32, 40, 4), np.uint8))))
    shown, hidden = atlas_of([blinking]).frames_of()["ghost"]
    assert shown.box.width > 20
    assert (hidden.box.width, hidden.box.height) == (1, 1)


@pytest.mark.parametrize("power_of_two", [False, True])
def test_tiles_lie_in_the_grid_that_a_map_editor_finds(power_of_two: bool) -> None:
    """Tiled counts columns by the width of the picture, not by what the file says."""
    tiles = Sprite(
        "ground", "ground", tuple(Frame(str(n), solid(n, 16, 12)) for n in range(11)), tile_columns=4
    )
    [page] = atlas_of([tiles], AtlasLayout(256, power_of_two=power_of_two)).pages
    grid = page.grid
    assert grid
    width, _ = page.size_px
    assert (width - grid.margin_px + grid.spacing_px) // (16 + grid.spacing_px) == grid.columns
    for number, placement in enumerate(page.placements):
        row, column = divmod(number, grid.columns)
        assert placement.box.x == grid.margin_px + column * (16 + grid.spacing_px)
        assert placement.box.y == grid.margin_px + row * (12 + grid.spacing_px)
        _same_picture(page, placement, tiles.frames[number].rgba)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (lambda: AtlasLayout(4098), "a page of 4098 px"),
        (lambda: AtlasLayout(3000, power_of_two=True), "a power of two"),
        (lambda: AtlasLayout(32768), "up to 16384"),
        (lambda: AtlasLayout(padding_px=-1), "padding -1"),
        (lambda: AtlasLayout(8, extrude_px=4), "extrude 4"),
    ],
)
def test_a_layout_that_no_page_can_have_is_refused(wrong: type[AtlasLayout], told: str) -> None:
    with pytest.raises(ExportError, match=told):
        wrong()


def _solid(sprite_id: str, seed: int) -> Sprite:
    return Sprite(sprite_id, sprite_id, (Frame("", solid(seed, 24, 24)),))


def _rows(box: PixelBox) -> slice:
    return slice(box.y, box.y + box.height)


def _columns(box: PixelBox) -> slice:
    return slice(box.x, box.x + box.width)


def _facts(placement: PlacedFrame) -> tuple[str, int, PixelBox, int, int]:
    return placement.name, placement.page, placement.box, placement.x, placement.y


def _same_picture(page: Page, placement: PlacedFrame, rgba: Rgba) -> None:
    np.testing.assert_array_equal(page.rgba[_rows(placement.box), _columns(placement.box)], rgba)
