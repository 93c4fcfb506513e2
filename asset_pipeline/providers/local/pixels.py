"""Pixel art: a true grid, few colours, hard edges, ordered dithering."""

from __future__ import annotations

import cv2
import numpy as np

from asset_pipeline.imaging.arrays import Floats, Rgb
from asset_pipeline.providers.local.palette import to_oklab
from asset_pipeline.providers.local.sampling import resized

_COLOURS = 24
_BAYER = np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]], np.float32) / np.float32(
    16
) - np.float32(0.47)


def cell_px(cover: Floats, cells: int) -> int:
    """Choose the side of a logical pixel.

    About *cells* along the long side, finer where the shape is so thin that its outline would not survive.

    Args:
        cover: ``(height, width)`` coverage; all ones for a scene.
        cells: logical pixels wanted along the long side.
    """
    area = float(cover.sum())
    contours, _ = cv2.findContours((cover > 0.5).astype(np.uint8), cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    outline_px = float(sum(cv2.arcLength(contour, True) for contour in contours))
    # Rounding to the grid moves an edge by a quarter of a cell on average; 2 % of the area may go that way.
    most = int(0.02 * area / max(outline_px * 0.25, 1e-6))
    height, width = (int(side) for side in cover.shape)
    wanted = max(1, min(round(max(height, width) / cells), most))
    # A size that divides both sides leaves no cut cells, where there is one near.
    whole = max(cell for cell in range(1, wanted + 1) if height % cell == 0 and width % cell == 0)
    return whole if whole > wanted / 2 else wanted


def to_grid(picture: Floats, cell: int) -> Floats:
    """Average *picture* over cells of *cell* pixels, the last row and column padded by repetition."""
    padded = _whole_cells(picture, cell)
    return resized(padded, padded.shape[1] // cell, padded.shape[0] // cell, cv2.INTER_AREA)


def to_grid_by_median(picture: Floats, cell: int) -> Floats:
    """Take the median over cells of *cell* pixels: of flat colours the one that covers most, never one between."""
    padded = _whole_cells(picture, cell)
    rows, columns = padded.shape[0] // cell, padded.shape[1] // cell
    blocks = (
        padded.reshape(rows, cell, columns, cell, -1).swapaxes(1, 2).reshape(rows, columns, cell * cell, -1)
    )
    return np.asarray(np.median(blocks, axis=2), np.float32)


def _whole_cells(picture: Floats, cell: int) -> Floats:
    height, width = picture.shape[:2]
    pad = [(0, -height % cell), (0, -width % cell)] + [(0, 0)] * (picture.ndim - 2)
    return np.pad(picture, pad, mode="edge")


def from_grid(grid: Floats, cell: int, width_px: int, height_px: int) -> Floats:
    """Repeat every logical pixel *cell* times both ways and cut to size."""
    return np.repeat(np.repeat(grid, cell, axis=0), cell, axis=1)[:height_px, :width_px]


def limit_colours(grid: Floats, inside: Floats, palette: tuple[Rgb, ...], dither: float) -> Floats:
    """Map every logical pixel to one of few colours.

    Args:
        grid: ``(height, width, 3)`` float32 in ``[0, 1]``.
        inside: ``(height, width)``; only where it is above 0.5 are colours counted.
        palette: the colours allowed; empty picks the best 24.
        dither: strength of the ordered pattern between neighbouring colours.
    """
    table = np.array(palette, np.float32) / np.float32(255) if palette else _best_colours(grid[inside > 0.5])
    height, width = grid.shape[:2]
    # Hue counts more than lightness: a grey is better too dark than orange.
    scale = np.array([1, 1.5, 1.5], np.float32)
    wanted = to_oklab(grid) * scale
    # Only lightness is dithered: patterns of two hues would read as dirt.
    wanted[..., 0] += np.tile(_BAYER, (height // 4 + 1, width // 4 + 1))[:height, :width] * np.float32(dither)
    colours = to_oklab(table) * scale
    distance = (colours**2).sum(1) - 2 * wanted.reshape(-1, 3) @ colours.T
    return np.asarray(table[distance.argmin(1)].reshape(grid.shape), np.float32)


def _best_colours(colours: Floats) -> Floats:
    """Split the colours at the median of their widest channel again and again (Heckbert, 1982)."""
    boxes = [colours]
    while len(boxes) < _COLOURS:
        spreads = [
            float(np.ptp(box, axis=0).max() * np.sqrt(len(box))) if len(box) > 1 else 0.0 for box in boxes
        ]
        widest = int(np.argmax(spreads))
        if spreads[widest] < 0.02:
            break
        box = boxes.pop(widest)
        channel = int(np.ptp(box, axis=0).argmax())
        ordered = box[np.argsort(box[:, channel], kind="stable")]
        boxes += [ordered[: len(ordered) // 2], ordered[len(ordered) // 2 :]]
    return np.stack([box.mean(0) for box in boxes])
