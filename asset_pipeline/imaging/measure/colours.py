"""D16: how many colours a sprite has, and how many of its pixels lie off a palette."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from asset_pipeline.imaging.arrays import Region, Rgb
from asset_pipeline.imaging.colour import delta_e76, rgb_to_lab
from asset_pipeline.imaging.measure.grid import PixelGrid, grid_cells
from asset_pipeline.imaging.measure.maps import Maps, RgbPixels, colours_at

_OFF_DELTA_E = 5.0


def colour_count(maps: Maps, grid: PixelGrid | None = None) -> int:
    """Count the distinct colours of the solid pixels (D16).

    Args:
        maps: the sprite.
        grid: the grid of pixel art, so that what lies between its cells does not count; ``None`` counts
            every pixel.

    >>> colour_count(Maps(np.full((2, 2, 4), 255, np.uint8)))
    1
    """
    rgba = maps.rgba if grid is None else grid_cells(maps.rgba, grid)
    return int(np.count_nonzero(_present(_numbered(colours_at(rgba, rgba[..., 3] >= 128)))))


@dataclass(frozen=True, eq=False)
class OffPalette:
    """How much of a sprite is not of the palette's colours.

    Attributes:
        share: of the solid pixels, 0..1.
        offending: those farther than ΔE76 5 from every colour of the palette.
    """

    share: float
    offending: Region = field(repr=False)


def off_palette(maps: Maps, palette: Sequence[Rgb]) -> OffPalette | None:
    """Measure which pixels have no colour of the palette (D16).

    Args:
        maps: the sprite.
        palette: the colours that are allowed.

    Returns:
        Their share; ``None`` where nothing is solid or the palette is empty.
    """
    if not (maps.area_px and palette):
        return None
    colour = _numbered(colours_at(maps.rgba, maps.solid))
    kinds = np.flatnonzero(_present(colour))
    rgb = np.stack([kinds >> 16, kinds >> 8 & 255, kinds & 255], axis=-1).astype(np.uint8)
    lab = rgb_to_lab(rgb)
    nearest = np.full(len(kinds), np.inf, np.float32)
    for allowed in rgb_to_lab(np.array(palette, np.uint8)):
        np.minimum(nearest, delta_e76(lab, allowed), out=nearest)
    is_off = np.zeros(1 << 24, np.bool_)
    is_off[kinds] = nearest > _OFF_DELTA_E
    offending = np.zeros_like(maps.solid)
    offending[maps.solid] = is_off[colour]
    return OffPalette(np.count_nonzero(offending) / maps.area_px, offending)


def _numbered(rgb: RgbPixels) -> NDArray[np.int32]:
    """Return one number below 2^24 for each colour of ``(n, 3)``."""
    red, green, blue = (rgb[:, channel].astype(np.int32) for channel in range(3))
    return red << 16 | green << 8 | blue


def _present(numbers: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Mark which of all colours occur: faster than sorting a million pixels."""
    present = np.zeros(1 << 24, np.bool_)
    present[numbers] = True
    return present
