"""Pixel art: a true grid, few colours, hard edges."""

from __future__ import annotations

import math
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from asset_pipeline.imaging.alpha import bleed_alpha
from asset_pipeline.imaging.arrays import Region, Rgb, Rgba
from asset_pipeline.imaging.dither import Dither, dithered
from asset_pipeline.imaging.regions import distance_px
from asset_pipeline.imaging.resample import resample

_MOST_COLOURS = 32
_PIXELS_TO_LEARN_FROM = 65536
_EVEN_DEVIATION = (
    20  # of 255; the noise of a generation stays below, an edge with a tenth of the cell behind it is above
)


def cell_size_px(width_px: int, height_px: int, *, least_cells: int) -> int:
    """Choose how many pixels one square of the art is wide.

    The largest size that divides both sides and leaves *least_cells* or more along the longer one; a picture
    of fewer than twice *least_cells* is its own grid. One rule by size, not by content, keeps the sprites of
    a game alike.

    >>> [cell_size_px(side, side, least_cells=128) for side in (64, 255, 256, 512, 1000)]
    [1, 1, 2, 4, 5]
    """
    largest = max(1, max(width_px, height_px) // least_cells)
    return max(size for size in range(1, largest + 1) if math.gcd(width_px, height_px) % size == 0)


def pixelate(  # noqa: PLR0913  # a picture, its grid, and the three things that decide how
    rgba: Rgba,
    *,
    width: int,
    height: int,
    palette: Sequence[Rgb] = (),
    trimmed: bool = False,
    dither: Dither = "none",
) -> Rgba:
    """Redraw a picture on a grid of cells, each of one palette colour or wholly transparent.

    Every pixel is first given its nearest palette colour, then each cell takes what covers most of it.
    Averaging instead would blur the cells of art that already has a grid and invent colours between
    neighbours. In the outermost cells only the half cell along the subject's contour counts, or an outline thinner
    than that would be outvoted here and there, and come out dashed.

    Args:
        rgba: uint8 ``(height, width, 4)``, straight alpha; not changed.
        width: cells across.
        height: cells down.
        palette: up to 255 colours to use; empty chooses at most 32 that fit the picture (median cut).
        trimmed: the picture ends where its subject does, so that its edge is part of the contour.
        dither: how a cell whose colour lies between two of the palette's is drawn; edges never are, for a
            dotted contour is none and mixed eyes cannot see.

    Returns:
        uint8 ``(height, width, 4)``; alpha 0 or 255, colour 0 where alpha is 0.
    """
    own_height, own_width = rgba.shape[:2]
    if dither != "none" and (width, height) > (own_width, own_height):
        # Where every pixel becomes several cells, a pattern of single cells would show the blur between pixels.
        rgba = pixelate(
            rgba, width=own_width, height=own_height, palette=palette, trimmed=trimmed, dither=dither
        )
        dither = "none"
    visible = rgba[..., 3] >= 128
    cells = np.zeros((height, width, 4), np.uint8)
    if not visible.any():
        return cells
    colours, index = _quantised(rgba[visible][:, :3], palette)
    index_of_pixel = np.full(visible.shape, len(colours), np.uint8)
    index_of_pixel[visible] = index
    nothing = len(colours)
    winner = _most_of_each_cell(index_of_pixel, nothing + 1, width, height)
    drawn = winner < nothing
    rim_px = max(1, visible.shape[1] / width / 2, visible.shape[0] / height / 2)
    index_of_pixel[_depth_px(visible, trimmed) > rim_px] = nothing
    outermost = drawn & (_depth_px(drawn, trimmed) == 1)
    winner[outermost] = _most_of_each_cell(index_of_pixel, nothing, width, height)[outermost]
    cells[drawn, :3] = colours[winner[drawn]]
    if dither != "none":
        inner = drawn & ~outermost & _evenly_coloured(rgba, width, height)
        mean = bleed_alpha(resample(rgba, width=width, height=height))[..., :3]
        cells[inner, :3] = dithered(np.ascontiguousarray(mean), list(map(_rgb, colours)), dither)[inner]
    cells[drawn, 3] = 255
    return cells


def learnt_palette(pictures: Sequence[Rgba]) -> tuple[Rgb, ...]:
    """Choose the colours that fit several pictures together, so that frames or tiles of one thing share them.

    Args:
        pictures: uint8 ``(height, width, 4)`` each, straight alpha; not changed. Only solid pixels count.

    Returns:
        At most 32 colours; none where nothing is solid.
    """
    solid = [picture[picture[..., 3] >= 128][:, :3] for picture in pictures]
    rgb = np.concatenate([*solid, np.zeros((0, 3), np.uint8)])
    return tuple(_rgb(colour) for colour in _colours(_learnt(_evened(rgb)))) if len(rgb) else ()


def _evened(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return similar colours as often as the root of their number, so that what is large leaves some to what is small."""
    _, group, count = np.unique(rgb >> 3, axis=0, return_inverse=True, return_counts=True)
    mean = np.stack([np.bincount(group.reshape(-1), channel) / count for channel in rgb.T], axis=1)
    return np.asarray(np.rint(mean), np.uint8).repeat(np.ceil(np.sqrt(count)).astype(int), axis=0)


def _evenly_coloured(rgba: Rgba, width: int, height: int) -> Region:
    """Tell which cells hold one colour or a slow change of it, ``(height, width)``: no edge runs through them."""
    rgb = rgba[..., :3].astype(np.float32)
    mean, mean_square = (
        cv2.resize(values, (width, height), interpolation=cv2.INTER_AREA) for values in (rgb, rgb * rgb)
    )
    return np.asarray((mean_square - mean * mean).max(axis=2) < _EVEN_DEVIATION**2)


def _rgb(colour: NDArray[np.uint8]) -> Rgb:
    red, green, blue = colour.tolist()
    return red, green, blue


def _depth_px(region: Region, edge_counts: bool) -> NDArray[np.float32]:
    """Measure how far inside a region each pixel lies; 1 along its contour."""
    return distance_px(np.pad(~region, 1, constant_values=edge_counts))[1:-1, 1:-1]


def _quantised(rgb: NDArray[np.uint8], palette: Sequence[Rgb]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return the palette, ``(colours, 3)``, and for each colour of ``(n, 3)`` the index of its nearest."""
    if palette:
        chosen = Image.new("P", (1, 1))
        chosen.putpalette([channel for colour in palette for channel in colour])
    else:
        chosen = _learnt(rgb)
    index = np.asarray(Image.fromarray(rgb[None]).quantize(palette=chosen, dither=Image.Dither.NONE))[0]
    return _colours(chosen), index


def _learnt(rgb: NDArray[np.uint8]) -> Image.Image:
    """Return a picture that has the palette of the colours ``(n, 3)``."""
    some = Image.fromarray(rgb[None, :: 1 + len(rgb) // _PIXELS_TO_LEARN_FROM])
    return some.quantize(_MOST_COLOURS, Image.Quantize.MEDIANCUT)


def _colours(indexed: Image.Image) -> NDArray[np.uint8]:
    return np.array(indexed.getpalette("RGB"), np.uint8).reshape(-1, 3)


def _most_of_each_cell(index: NDArray[np.uint8], count: int, width: int, height: int) -> NDArray[np.uint8]:
    """Return for each cell the value below *count* that covers most of it; the lower one in a tie."""
    winner = np.zeros((height, width), np.uint8)
    most = np.full((height, width), -1, np.float32)
    for value in range(count):
        is_value = (index == value).astype(np.float32)
        share = cv2.resize(is_value, (width, height), interpolation=cv2.INTER_AREA)
        ahead = share > most
        winner[ahead], most[ahead] = value, share[ahead]
    return winner
