"""Base tiles of a terrain, drawn from two textures: what it is made of, and what lies around it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from asset_pipeline.errors import ImageError
from asset_pipeline.imaging.alpha import over
from asset_pipeline.imaging.arrays import Floats, Rgba, require_rgba
from asset_pipeline.imaging.colour import lab_to_rgb, rgb_to_lab
from asset_pipeline.imaging.sheets.blob import BaseTiles

_RIM_LIGHTNESS = 0.55


@dataclass(frozen=True)
class Border:
    """How a terrain ends.

    Attributes:
        inset_px: how far inside its tile; more than 0, less than half of it.
        radius_px: of the rounded corners; at most *inset_px*.
        rim_px: width of the dark line along the end; 0 for none.
        crisp: hard edges, for pixel art.
    """

    inset_px: float
    radius_px: float = 0.0
    rim_px: float = 0.0
    crisp: bool = False

    def __post_init__(self) -> None:
        if not (self.inset_px > 0 and 0 <= self.radius_px <= self.inset_px and self.rim_px >= 0):
            raise ImageError(f"a border needs an inset above 0 and a radius of 0 up to it, not {self}")


def base_tiles(inside: Rgba, around: Rgba, border: Border) -> BaseTiles:
    """Draw the five base tiles of a terrain that fit each other exactly.

    Args:
        inside: a tile that repeats, see :func:`~asset_pipeline.imaging.sheets.tiling.seamless`; uint8
            ``(height, width, 4)``, straight alpha; not changed.
        around: the same for what is beyond; wholly transparent where the level shows through.
        border: how it ends.

    Raises:
        ImageError: one is no picture, they differ in size, or the border leaves no middle.
    """
    require_rgba(inside)
    require_rgba(around)
    height, width = inside.shape[:2]
    if inside.shape != around.shape or 2 * border.inset_px >= min(height, width):
        raise ImageError(
            f"a terrain needs two tiles of one size and a border that leaves a middle, got {width} x {height} px, "
            f"{around.shape[1]} x {around.shape[0]} px and an inset of {border.inset_px} px"
        )
    x, y = np.arange(width) + 0.5, np.arange(height)[:, None] + 0.5
    depth_x, depth_y = (
        np.minimum(x, width - x),
        np.minimum(y, height - y),
    )  # from the nearest side of the tile
    ends = {
        "alone": _rounded(border.inset_px - depth_x, border.inset_px - depth_y, border.radius_px),
        "column": np.broadcast_to(border.inset_px - depth_x, (height, width)),
        "row": np.broadcast_to(border.inset_px - depth_y, (height, width)),
        "cross": -_rounded(depth_x - border.inset_px, depth_y - border.inset_px, border.radius_px),
        "full": np.full((height, width), -np.inf),
    }
    return BaseTiles(**{name: _ended(inside, around, beyond, border) for name, beyond in ends.items()})


def _rounded(beyond_x: Floats, beyond_y: Floats, radius_px: float) -> Floats:
    """Return how far each pixel is beyond a corner of two straight ends, rounded; negative inside of it."""
    across, down = beyond_x + radius_px, beyond_y + radius_px
    outside = np.hypot(np.maximum(across, 0), np.maximum(down, 0))
    return np.asarray(outside + np.minimum(np.maximum(across, down), 0) - radius_px)


def _ended(inside: Rgba, around: Rgba, beyond_px: Floats, border: Border) -> Rgba:
    """Lay the terrain over what is around, as far as it goes, with its rim."""
    lab = rgb_to_lab(np.ascontiguousarray(inside[..., :3])) * (_RIM_LIGHTNESS, 1, 1)
    rim = np.dstack([lab_to_rgb(lab.astype(np.float32)), inside[..., 3]])
    return over(
        [
            around,
            _covered(rim, beyond_px, border.crisp),
            _covered(inside, beyond_px + border.rim_px, border.crisp),
        ]
    )


def _covered(rgba: Rgba, beyond_px: Floats, crisp: bool) -> Rgba:  # private; one caller passes it on
    """Return *rgba* where *beyond_px* is below 0, antialiased unless *crisp*."""
    share = (0.5 - beyond_px).clip(0, 1)
    covered = rgba.copy()
    covered[..., 3] = np.rint(rgba[..., 3] * (share >= 0.5 if crisp else share))
    return covered
