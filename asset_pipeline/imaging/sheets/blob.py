"""Autotile sets: the tile for every neighbourhood, put together from five base tiles.

A tile's neighbourhood is one number, clockwise from the north, as map editors and tutorials number it::

    128   1   2        NW  N  NE
     64   .   4        W   .   E
     32  16   8        SW  S  SE

A set bit means that the neighbour is of the same terrain. A diagonal neighbour shows only where both sides beside it are set;
that leaves 47 of 256 numbers (:data:`BLOB_47`). Sets of 16 know the four sides alone, by another number: N 1, E 2, S 4, W 8
(:func:`sides_of` turns one into the other).
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields

import numpy as np

from asset_pipeline.errors import ImageError
from asset_pipeline.imaging.arrays import Rgba, require_rgba

NORTH, NORTH_EAST, EAST, SOUTH_EAST, SOUTH, SOUTH_WEST, WEST, NORTH_WEST = (1 << bit for bit in range(8))
# Each diagonal with the two sides beside it.
_CORNERS = (
    (NORTH_EAST, NORTH, EAST),
    (SOUTH_EAST, SOUTH, EAST),
    (SOUTH_WEST, SOUTH, WEST),
    (NORTH_WEST, NORTH, WEST),
)


def shown_neighbours(neighbours: int) -> int:
    """Leave out the diagonal neighbours that do not show, since a side beside them is missing.

    >>> shown_neighbours(NORTH | NORTH_EAST), shown_neighbours(NORTH | NORTH_EAST | EAST)
    (1, 7)
    """
    for diagonal, vertical, horizontal in _CORNERS:
        if not (neighbours & vertical and neighbours & horizontal):
            neighbours &= ~diagonal
    return neighbours


BLOB_47: tuple[int, ...] = tuple(sorted({shown_neighbours(neighbours) for neighbours in range(256)}))
"""The 47 neighbourhoods that look different, ascending: 0, 1, 4, 5, 7, 16, … 255. The order of :func:`blob_47`."""


def sides_of(neighbours: int) -> int:
    """Return which of 16 tiles a neighbourhood has: N 1, E 2, S 4, W 8.

    >>> sides_of(NORTH | SOUTH), sides_of(EAST | SOUTH_EAST | WEST)
    (5, 10)
    """
    sides = (NORTH, EAST, SOUTH, WEST)
    return sum(1 << bit for bit, side in enumerate(sides) if neighbours & side)


@dataclass(frozen=True, eq=False)
class BaseTiles:
    """Five tiles that hold every corner a terrain can have; uint8 ``(height, width, 4)`` each, straight alpha.

    Attributes:
        alone: no neighbours: an island with four outer corners.
        column: neighbours above and below: borders on the left and on the right.
        row: neighbours on the left and on the right: borders above and below.
        cross: neighbours on all sides and on no diagonal: four inner corners.
        full: neighbours all around: no border.

    Raises:
        ImageError: one is no picture, they differ in size, or a side is shorter than 2 px.
    """

    alone: Rgba = field(repr=False)
    column: Rgba = field(repr=False)
    row: Rgba = field(repr=False)
    cross: Rgba = field(repr=False)
    full: Rgba = field(repr=False)

    def __post_init__(self) -> None:
        tiles = [getattr(self, each.name) for each in fields(self)]
        for tile in tiles:
            require_rgba(tile)
        if len({tile.shape for tile in tiles}) != 1 or min(tiles[0].shape[:2]) < 2:
            raise ImageError(
                "the five base tiles must be of one size, 2 px or more a side, "
                f"got {[f'{tile.shape[1]} x {tile.shape[0]}' for tile in tiles]}"
            )


def blob_47(base: BaseTiles) -> list[Rgba]:
    """Put all 47 tiles together, in the order of :data:`BLOB_47`."""
    return [blob_tile(base, neighbours) for neighbours in BLOB_47]


def blob_16(base: BaseTiles) -> list[Rgba]:
    """Put the 16 tiles for sides alone together, by number (:func:`sides_of`); diagonals count as set, so no inner corners."""
    sides = (NORTH, EAST, SOUTH, WEST)
    every_diagonal = NORTH_EAST | SOUTH_EAST | SOUTH_WEST | NORTH_WEST
    return [
        blob_tile(base, every_diagonal | sum(side for bit, side in enumerate(sides) if number >> bit & 1))
        for number in range(16)
    ]


def blob_tile(base: BaseTiles, neighbours: int) -> Rgba:
    """Put one tile together: each of its quarters is taken from the base tile that has the right corner there.

    Args:
        base: the five tiles; not changed.
        neighbours: which of the eight neighbours are of the same terrain, 0 to 255; see the module.

    Returns:
        uint8 ``(height, width, 4)``, a new picture of their size.
    """
    tile = np.empty_like(base.full)
    half_height, half_width = tile.shape[0] // 2, tile.shape[1] // 2
    upper, lower = slice(half_height), slice(half_height, None)
    left, right = slice(half_width), slice(half_width, None)
    for (diagonal, vertical, horizontal), quarter in zip(
        _CORNERS, ((upper, right), (lower, right), (lower, left), (upper, left)), strict=True
    ):
        source = _source(base, *(bool(neighbours & bit) for bit in (diagonal, vertical, horizontal)))
        tile[quarter] = source[quarter]
    return tile


def _source(base: BaseTiles, diagonal: bool, vertical: bool, horizontal: bool) -> Rgba:  # three bits
    if vertical and horizontal:
        return base.full if diagonal else base.cross
    if vertical:
        return base.column
    return base.row if horizontal else base.alone
