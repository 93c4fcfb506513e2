"""How a sprite lies on its canvas: D1 coverage, D3 aspect, D4 fill, D10 touching the frame."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from asset_pipeline.errors import ImageError
from asset_pipeline.imaging.arrays import Region
from asset_pipeline.imaging.measure.maps import Maps


def coverage(maps: Maps) -> float:
    """Return the share of the canvas that is solid (D1), 0..1.

    >>> coverage(Maps(np.full((2, 2, 4), 255, np.uint8)))
    1.0
    """
    return maps.area_px / maps.solid.size


def aspect_error(maps: Maps, aspect: float) -> float | None:
    """Measure how far the box of the sprite is from the aspect asked for (D3).

    Args:
        maps: the sprite.
        aspect: width divided by height, above 0.

    Returns:
        ``|ln(measured / asked for)|``: 0 where they are the same, 0.1 where one side is a tenth too long;
        ``None`` where nothing is solid.

    Raises:
        ImageError: *aspect* is not above 0.

    >>> aspect_error(Maps(np.full((2, 4, 4), 255, np.uint8)), 2.0)
    0.0
    """
    if not 0 < aspect < math.inf:
        raise ImageError(f"an aspect is width divided by height and above 0, not {aspect}")
    if maps.box is None:
        return None
    return abs(math.log(maps.box.width / maps.box.height / aspect))


def fill(maps: Maps) -> float | None:
    """Return the share of the tighter side of the canvas that the sprite's box spans (D4), 0..1.

    ``None`` where nothing is solid. Compare it with what was asked for, usually 0.9.

    >>> half = np.zeros((4, 4, 4), np.uint8)
    >>> half[1, 1:3] = 255
    >>> fill(Maps(half))
    0.5
    """
    if maps.box is None:
        return None
    height, width = maps.solid.shape
    return float(max(maps.box.width / width, maps.box.height / height))


@dataclass(frozen=True, eq=False)
class BorderTouch:
    """How much of the outer frame is solid.

    Attributes:
        share: of the frame, one pixel wide, 0..1.
        offending: the solid pixels of the frame.
    """

    share: float
    offending: Region = field(repr=False)


def border_touch(maps: Maps) -> BorderTouch:
    """Measure how much of the canvas's outermost pixels is solid (D10): a sprite there is probably cut off."""
    frame = np.ones_like(maps.solid)
    frame[1:-1, 1:-1] = False
    offending = maps.solid & frame
    return BorderTouch(np.count_nonzero(offending) / np.count_nonzero(frame), offending)
