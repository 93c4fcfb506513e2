from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from asset_pipeline.errors import ImageError
from asset_pipeline.imaging.arrays import Rgba
from asset_pipeline.imaging.measure.seams import neighbour_seam
from asset_pipeline.imaging.sheets.blob import (
    BLOB_47,
    BaseTiles,
    blob_16,
    blob_47,
    blob_tile,
    shown_neighbours,
    sides_of,
)
from asset_pipeline.imaging.sheets.terrain import Border, base_tiles
from asset_pipeline.imaging.sheets.tiling import seamless
from asset_pipeline_tests.imaging.measure.drawn import smooth_noise

# Clockwise from the north, as the bits are: (down, right).
AROUND = ((-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1))


def texture(seed: int, side_px: int, *, spread: float = 12) -> Rgba:
    noise = smooth_noise(seed, side_px, side_px, 3.0, loops=False) * spread
    tone = np.random.default_rng(seed).integers(70, 180, 3)
    return seamless(np.dstack([noise + tone, np.full((side_px, side_px), 255)]).clip(0, 255).astype(np.uint8))


def grass(border: Border, side_px: int = 32) -> tuple[BaseTiles, Rgba]:
    water = texture(2, side_px)
    return base_tiles(texture(1, side_px), water, border), water


BORDERS = [Border(6, 5, 2), Border(4, 0, 1, crisp=True), Border(9.5, 3)]


def level(seed: int) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    land = np.random.default_rng(seed).random((12, 16)) < 0.6
    return np.pad(land, 1)


def neighbours_of(land: np.ndarray[tuple[int, int], np.dtype[np.bool_]], row: int, column: int) -> int:
    return sum(1 << bit for bit, (down, right) in enumerate(AROUND) if land[row + down, column + right])


def test_the_numbers_are_those_that_map_editors_use() -> None:
    """The list as it is printed in tutorials on blob tiles; an engine finds a tile by it."""
    assert BLOB_47[:11] == (0, 1, 4, 5, 7, 16, 17, 20, 21, 23, 28)
    assert BLOB_47[-5:] == (241, 245, 247, 253, 255)
    assert len(BLOB_47) == 47
    assert sorted({sides_of(n) for n in BLOB_47}) == list(range(16))


@pytest.mark.parametrize("border", BORDERS, ids=str)
def test_a_set_of_47_has_47_tiles_and_a_set_of_16_has_16(border: Border) -> None:
    base, _ = grass(border)

    assert len({tile.tobytes() for tile in blob_47(base)}) == 47
    assert len({tile.tobytes() for tile in blob_16(base)}) == 16


@pytest.mark.parametrize("border", BORDERS, ids=str)
def test_in_any_level_all_tiles_fit_each_other(border: Border) -> None:
    """Every pair of neighbours that three random levels hold, land beside land and land beside water."""
    base, water = grass(border)
    of = dict(zip(BLOB_47, blob_47(base), strict=True))
    pairs = set()
    for seed in range(3):
        land = level(seed)
        rows, columns = land.shape
        for row, column, down in product(range(1, rows - 1), range(1, columns - 1), (False, True)):
            there = row + down, column + (not down)
            if there[0] < rows - 1 and there[1] < columns - 1:
                first, second = (
                    shown_neighbours(neighbours_of(land, *at)) if land[at] else None
                    for at in ((row, column), there)
                )
                pairs.add((first, second, down))

    worst = max(
        neighbour_seam(*(water if number is None else of[number] for number in pair), down=down)
        for *pair, down in pairs
    )

    assert len(pairs) > 200
    assert worst <= 1.25


def test_a_level_is_what_one_would_paint_at_once() -> None:
    """With square corners the end of the land is the same line: each pixel near water is water."""
    inset = 4
    base, water = grass(Border(inset, 0, 0, crisp=True), 24)
    land = level(7)
    shown = np.zeros(np.multiply(land.shape, 24), bool)
    for row, column in zip(*np.nonzero(land), strict=True):
        tile = blob_tile(base, neighbours_of(land, int(row), int(column)))
        at = np.s_[row * 24 : row * 24 + 24, column * 24 : column * 24 + 24]
        shown[at] = (tile != water).any(axis=2)

    painted = land.repeat(24, axis=0).repeat(24, axis=1)
    reach = np.arange(-inset, inset + 1)
    near_water = np.any([np.roll(~painted, (y, x), (0, 1)) for y in reach for x in reach], axis=0)

    assert (shown & near_water).sum() == 0
    assert (shown | near_water).mean() > 0.999  # textures may be equal in a pixel by chance


def test_quarters_come_from_the_base_tile_that_has_the_corner() -> None:
    base = BaseTiles(*(np.full((4, 6, 4), value, np.uint8) for value in (10, 20, 30, 40, 50)))

    tile = blob_tile(base, 1 | 2 | 4 | 16)  # north, north-east, east and south

    assert tile[0, -1, 0] == 50
    assert tile[-1, -1, 0] == 40
    assert tile[0, 0, 0] == tile[-1, 0, 0] == 20


def test_base_tiles_of_several_sizes_and_borders_without_a_middle_are_refused() -> None:
    tile = np.zeros((8, 8, 4), np.uint8)
    with pytest.raises(ImageError, match="one size"):
        BaseTiles(tile, tile, tile, tile, tile[:4])
    with pytest.raises(ImageError, match="leaves a middle"):
        base_tiles(tile, tile, Border(4))
    with pytest.raises(ImageError, match="radius"):
        Border(4, 5)
