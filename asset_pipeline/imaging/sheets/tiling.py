"""Tiles that repeat and fit each other on all sides, by changing only their rims."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
from numpy.typing import NDArray

from asset_pipeline.errors import ImageError
from asset_pipeline.imaging.alpha import premultiply
from asset_pipeline.imaging.arrays import Rgb, Rgba, require_rgba
from asset_pipeline.imaging.finish import is_pixel_art, square_px
from asset_pipeline.imaging.measure.grid import PixelGrid
from asset_pipeline.imaging.measure.seams import neighbour_seam
from asset_pipeline.imaging.pixelart import learnt_palette, pixelate
from asset_pipeline.imaging.resample import resample
from asset_pipeline.imaging.seams import MARGIN_SHARE, UNSEEN_SEAM, faded, shown


def worst_seam(tiles: Sequence[Rgba], grid: PixelGrid | None = None) -> float:
    """Measure the seam that is seen most where any of *tiles* lies beside or below any other, or itself (D18).

    Args:
        tiles: uint8 ``(height, width, 4)`` each, straight alpha, all of one size, 3 x 3 or more; not changed.
        grid: as for :func:`~asset_pipeline.imaging.measure.seams.wrap_seam`, of all tiles.

    Returns:
        As :func:`~asset_pipeline.imaging.measure.seams.wrap_seam`; 0 for no tiles.

    Raises:
        ImageError: one is no picture or too small, or they differ in size.
    """
    return max(
        (
            neighbour_seam(first, second, down=down, grid=grid)
            for first, second in product(tiles, repeat=2)
            for down in (False, True)
        ),
        default=0.0,
    )


def fitted_together(tiles: Sequence[Rgba]) -> list[Rgba]:
    """Repair the seams of tiles of one terrain, so that each may lie beside and below any other and itself (D18).

    All sides are drawn towards the mean of all left and right sides, and of all upper and lower ones; what is added
    is as smooth as can be (Poisson image editing, Pérez 2003): a difference in tone is spread over the whole margin, one
    in detail ends close to the seam.

    Args:
        tiles: uint8 ``(height, width, 4)`` each, straight alpha, all of one size, 20 x 20 or more; not changed.

    Returns:
        New pictures. The middle 80 % of rows and columns have the same bytes; where no seam can be seen, all have.

    Raises:
        ImageError: one is no picture or too small, or they differ in size.
    """
    for tile in tiles:
        require_rgba(tile)
        if tile.shape != tiles[0].shape or min(tile.shape[:2]) < 2 / MARGIN_SHARE:
            raise ImageError(
                f"tiles that are to fit each other must be of one size and {2 / MARGIN_SHARE:.0f} px or more a side, "
                f"got {[f'{t.shape[1]} x {t.shape[0]}' for t in tiles]}"
            )
    if worst_seam(tiles) <= UNSEEN_SEAM:
        return [tile.copy() for tile in tiles]
    light = np.stack([premultiply(tile.astype(np.float32) / np.float32(255)) for tile in tiles])
    across = _sides_joined(light.astype(np.float64))
    both = _sides_joined(across.transpose(0, 2, 1, 3)).transpose(0, 2, 1, 3)
    return [_with_rim(tile, repaired) for tile, repaired in zip(tiles, both, strict=True)]


def seamless(tile: Rgba) -> Rgba:
    """Repair the seams of a tile that repeats across and down; as :func:`fitted_together` with itself alone."""
    return fitted_together([tile])[0]


def finished_tiles(
    tiles: Sequence[Rgba], *, width_px: int, height_px: int, style: str, palette: Sequence[Rgb] = ()
) -> list[Rgba]:
    """Repair the seams of tiles of one terrain as they were drawn, then bring them to their final size.

    Args:
        tiles: as for :func:`fitted_together`; not changed.
        width_px: width of a finished tile.
        height_px: height of a finished tile.
        style: one with the word "pixel" is redrawn in hard-edged squares, of one palette for all tiles; every other one
            is resampled in linear light.
        palette: the colours of pixel art; empty chooses at most 32 that fit all tiles together.

    Returns:
        uint8 ``(height_px, width_px, 4)`` for each tile, straight alpha.

    Raises:
        ImageError: as :func:`fitted_together`.
    """
    fitting = fitted_together(tiles)
    if not is_pixel_art(style):
        return [resample(tile, width=width_px, height=height_px) for tile in fitting]
    square = square_px(width_px, height_px, style=style, scene=False)
    shared = palette or learnt_palette(fitting)
    cells = (
        pixelate(tile, width=width_px // square, height=height_px // square, palette=shared)
        for tile in fitting
    )
    return [cell.repeat(square, axis=0).repeat(square, axis=1) for cell in cells]


def _sides_joined(tiles: NDArray[np.float64]) -> NDArray[np.float64]:
    """Draw the left and right sides of all tiles, ``(tiles, height, width, 4)``, to one common column."""
    margin_px = int(tiles.shape[2] * MARGIN_SHARE)
    common = (tiles[:, :, 0] + tiles[:, :, -1]).mean(axis=0) / 2
    joined = tiles.copy()
    joined[:, :, :margin_px] += faded(common - tiles[:, :, 0], margin_px)
    joined[:, :, -margin_px:] += faded(common - tiles[:, :, -1], margin_px)[:, :, ::-1]
    return joined


def _with_rim(tile: Rgba, repaired: NDArray[np.float64]) -> Rgba:
    """Return *tile* with the rim of its repaired self, ``(height, width, 4)`` premultiplied, a little out of range."""
    whole = shown(repaired)
    down, across = (int(side * MARGIN_SHARE) for side in tile.shape[:2])
    whole[down:-down, across:-across] = tile[down:-down, across:-across]
    return whole
