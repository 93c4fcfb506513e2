"""Few colours that look like more: patterns of two, where neither alone is right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias, assert_never

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from asset_pipeline.imaging.arrays import Rgb
from asset_pipeline.imaging.colour import rgb_to_lab

Dither: TypeAlias = Literal["none", "ordered", "floyd-steinberg"]

# Bayer's matrix of order 4, each threshold in the middle of its step of 1/16.
_BAYER = (np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]], np.float32) + 0.5) / 16


def dithered(rgb: NDArray[np.uint8], palette: Sequence[Rgb], how: Dither) -> NDArray[np.uint8]:
    """Redraw a picture in the colours of a palette.

    - ``none``: each pixel takes its nearest colour.
    - ``ordered``: between its two nearest ones, by a fixed pattern of 4 x 4 (Bayer 1973); it stays where it is when the
      picture changes, so that animations and tiles do not crawl.
    - ``floyd-steinberg``: what a pixel is off is handed on to its neighbours (Floyd and Steinberg 1976); livelier.

    Args:
        rgb: uint8 ``(height, width, 3)``, sRGB; not changed.
        palette: 1 to 255 colours.
        how: which of the three.

    Returns:
        uint8 of the same shape.

    >>> grey = np.full((4, 4, 3), 119, np.uint8)
    >>> int((dithered(grey, [(0, 0, 0), (255, 255, 255)], "ordered") == 255).all(axis=2).sum())
    8
    """
    match how:
        case "none":
            return _quantised(rgb, palette, Image.Dither.NONE)
        case "ordered":
            return _ordered(rgb, palette)
        case "floyd-steinberg":
            return _quantised(rgb, palette, Image.Dither.FLOYDSTEINBERG)
        case _:
            assert_never(how)


def _quantised(rgb: NDArray[np.uint8], palette: Sequence[Rgb], how: Image.Dither) -> NDArray[np.uint8]:
    chosen = Image.new("P", (1, 1))
    chosen.putpalette([channel for colour in palette for channel in colour])
    index = np.asarray(Image.fromarray(rgb).quantize(palette=chosen, dither=how))
    return np.asarray(np.array(palette, np.uint8)[index])


def _ordered(rgb: NDArray[np.uint8], palette: Sequence[Rgb]) -> NDArray[np.uint8]:
    """Mix the two nearest colours as far as the pixel lies from the one towards the other."""
    colours = np.array(palette, np.uint8)
    if len(colours) == 1:
        return np.broadcast_to(colours[0], rgb.shape).copy()
    lab, paint = rgb_to_lab(rgb).reshape(-1, 3), rgb_to_lab(colours)
    distance = (paint**2).sum(axis=1) - 2 * lab @ paint.T  # squared, less what all have in common
    first, second = np.argpartition(distance, 1, axis=1)[:, :2].T
    swapped = np.take_along_axis(distance, first[:, None], 1) > np.take_along_axis(
        distance, second[:, None], 1
    )
    first, second = np.where(swapped[:, 0], second, first), np.where(swapped[:, 0], first, second)
    way = paint[second] - paint[first]
    share = ((lab - paint[first]) * way).sum(axis=1) / np.maximum((way**2).sum(axis=1), 1e-6)
    height, width = rgb.shape[:2]
    threshold = np.tile(_BAYER, (height // 4 + 1, width // 4 + 1))[:height, :width].reshape(-1)
    return np.asarray(colours[np.where(share > threshold, second, first)].reshape(rgb.shape))
