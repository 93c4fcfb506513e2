from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from PIL import Image

from asset_pipeline.imaging.arrays import Rgba
from asset_pipeline.imaging.finish import finish_sprite
from asset_pipeline.imaging.pixelgrid import find_grid, native_cells
from asset_pipeline.imaging.png import decode_image
from asset_pipeline_tests.imaging.pictures import as_jpeg, disc_matte, painted, rgba_pictures

REAL = Path(__file__).parents[3] / "shared" / "data" / "real_sprites"
PAINTS = np.array([[20, 24, 50], [90, 160, 220], [240, 220, 120], [200, 70, 60], [250, 250, 245]], np.uint8)


def pixel_art(width: int = 40, height: int = 32, seed: int = 3) -> Rgba:
    """Patches of flat colours in single pixels, opaque, as artists draw them: neighbours are often alike."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, len(PAINTS), (height // 4 + 1, width // 4 + 1)).repeat(4, 0).repeat(4, 1)
    index = np.where(
        rng.random((height, width)) < 0.3,
        rng.integers(0, len(PAINTS), (height, width)),
        coarse[:height, :width],
    )
    return np.dstack([PAINTS[index], np.full((height, width), 255, np.uint8)])


def enlarged(art: Rgba, cell_px: float, way: Image.Resampling = Image.Resampling.NEAREST) -> Rgba:
    size = round(art.shape[1] * cell_px), round(art.shape[0] * cell_px)
    return np.asarray(Image.fromarray(art).resize(size, way))


@pytest.mark.parametrize("cell_px", [3, 4, 7, 8, 16, 31, 6.4, 10.67, 12.9])
def test_enlarged_art_comes_back_cell_for_cell(cell_px: float) -> None:
    """Also where a cell is no whole number of pixels wide: models do not count."""
    art = pixel_art()

    cells = native_cells(enlarged(art, cell_px))

    assert cells is not None
    assert np.array_equal(cells, art)


@pytest.mark.parametrize("quality", [95, 75, 60])
@pytest.mark.parametrize("cell_px", [8, 10.67, 16])
def test_art_comes_back_through_jpeg_with_every_cell_in_the_nearest_of_its_colours(
    cell_px: float, quality: int
) -> None:
    """Providers send JPEG; averages over cells would keep its smear."""
    art = pixel_art()

    cells = native_cells(as_jpeg(enlarged(art, cell_px), quality))

    assert cells is not None
    assert cells.shape == art.shape
    distance = np.abs(cells[..., None, :3].astype(int) - PAINTS).sum(axis=3)
    assert (PAINTS[distance.argmin(axis=2)] == art[..., :3]).all(axis=2).mean() > 0.99


def test_a_grid_that_does_not_begin_in_the_corner_is_found_where_it_is() -> None:
    large = enlarged(pixel_art(), 8)[3:, 5:]

    grid = find_grid(large)

    assert grid is not None
    assert [axis.cell_px for axis in grid] == pytest.approx([8, 8], abs=0.03)
    assert [axis.first_px % 8 for axis in grid] == pytest.approx([3, 5], abs=0.2)


def test_a_cut_out_subject_keeps_its_hard_edge() -> None:
    art = pixel_art()
    art[disc_matte(40, 15)[:32] < 0.5] = 0

    cells = native_cells(enlarged(art, 9))

    assert cells is not None
    assert np.array_equal(cells, art)


def test_what_is_smooth_has_no_grid() -> None:
    """A false one would turn a painting into a mosaic."""
    ground = np.full((300, 300, 4), 255, np.uint8)
    disc = painted(disc_matte(300, 120), (200, 80, 60), ground)
    noise = np.random.default_rng(0).integers(0, 255, (200, 200, 4), np.uint8)
    gradient = np.dstack([np.tile(np.arange(256, dtype=np.uint8), (256, 1))] * 4)

    assert [find_grid(picture) for picture in (disc, as_jpeg(disc, 60), noise, gradient, ground)] == [
        None
    ] * 5


@pytest.mark.skipif(not REAL.exists(), reason="needs the real generations beside the checkout")
def test_none_of_the_real_paintings_is_taken_for_pixel_art() -> None:
    found = {
        str(file): find_grid(decode_image(file.read_bytes(), what=str(file)))
        for file in sorted(REAL.glob("*/*/generated.jpg"))
    }

    assert len(found) > 40
    assert not [file for file, grid in found.items() if grid]


@given(rgba_pictures(largest_side=40))
@settings(max_examples=40, deadline=None)
def test_any_picture_is_answered_and_left_alone(rgba: Rgba) -> None:
    before = rgba.copy()

    cells = native_cells(rgba)

    assert cells is None or cells.ndim == 3
    assert np.array_equal(rgba, before)


@pytest.mark.parametrize("cell_px", [8, 10.67])
def test_a_finished_sprite_of_the_arts_own_size_is_the_art(cell_px: float) -> None:
    """Cells are not mixed: what the model drew in a square is in that square."""
    art = pixel_art(40, 32)
    drawn = np.zeros((500, 600, 4), np.uint8)
    large = enlarged(art, cell_px)
    drawn[17 : 17 + large.shape[0], 43 : 43 + large.shape[1]] = large

    paints = [tuple(int(channel) for channel in paint) for paint in PAINTS]
    finished = finish_sprite(drawn, width_px=40, height_px=32, style="pixel", palette=paints)  # type: ignore[arg-type]

    assert np.array_equal(finished, art)
