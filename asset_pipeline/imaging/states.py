"""States of a piece of user interface, from its normal one, by colour alone: outline and size stay as they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, TypeAlias

import numpy as np

from asset_pipeline.imaging.alpha import bleed_alpha
from asset_pipeline.imaging.arrays import Floats, Region, Rgb, Rgba, require_rgba
from asset_pipeline.imaging.colour import lab_to_rgb, parse_colour, rgb_to_lab
from asset_pipeline.imaging.measure.maps import RgbPixels
from asset_pipeline.imaging.regions import distance_px

DerivedState: TypeAlias = Literal["hover", "pressed", "focused", "selected", "disabled"]

FOCUS_RGB: Rgb = parse_colour("#ffd34d")
_SHORTER_SIDES_A_RING = 24
# What moves when pressed lies deeper inside than this; nearer is the outline, which stays.
_RIM_PX = 3


@dataclass(frozen=True)
class Look:
    """How a state differs from the normal one.

    Attributes:
        lift: L* moves by this share towards white, below 0 towards black.
        saturation: a* and b* are multiplied by it.
        contrast: distance of L* from the middle tone is multiplied by it.
        rings: how wide the ring inside the edge is, in rings of ``focused``.
        drop_px: how far what is inside the outline moves down; of pixel art, in squares.
    """

    lift: float = 0.0
    saturation: float = 1.0
    contrast: float = 1.0
    rings: int = 0
    drop_px: int = 0


LOOKS: Mapping[DerivedState, Look] = MappingProxyType(
    {
        "hover": Look(lift=0.16, saturation=1.12),
        "pressed": Look(lift=-0.22, drop_px=1),
        "focused": Look(rings=1),
        "selected": Look(lift=0.08, saturation=1.25, rings=2),
        "disabled": Look(lift=0.08, saturation=0.12, contrast=0.55),
    }
)


def state_of(base: Rgba, state: DerivedState, *, square_px: int = 0, ring_rgb: Rgb = FOCUS_RGB) -> Rgba:
    """Make a state of the normal one: lightness, saturation and contrast in L*a*b*, a ring, or a press by one pixel.

    Args:
        base: the normal state, uint8 ``(height, width, 4)``, straight alpha; not changed.
        state: which one.
        square_px: width of a square of pixel art, whose rings have hard edges; 0 for any other style.
        ring_rgb: colour of the ring of ``focused`` and ``selected``.

    Returns:
        A new picture with the same alpha, so that the state fits its base exactly (quality gate D23).

    Raises:
        ImageError: *base* is no picture.
    """
    require_rgba(base)
    if square_px > 1:
        cells = state_of(base[::square_px, ::square_px], state, square_px=1, ring_rgb=ring_rgb)
        large = cells.repeat(square_px, axis=0).repeat(square_px, axis=1)[: base.shape[0], : base.shape[1]]
        return np.dstack([large[..., :3], base[..., 3]])
    look = LOOKS[state]
    # Colour must go on under the edge, or a press would pull in what is hidden there.
    rgb, inside_px = bleed_alpha(base)[..., :3], _depth_px(base)
    if look.drop_px:
        rgb = _dropped(rgb, inside_px > _RIM_PX, look.drop_px)
    rgb = _toned(rgb, look)
    if look.rings:
        rgb = _ringed(rgb, look.rings * _ring_px(base) - inside_px, ring_rgb, crisp=square_px == 1)
    changed = np.dstack([rgb, base[..., 3]])
    changed[base[..., 3] == 0] = 0
    return bleed_alpha(changed)


def _toned(rgb: RgbPixels, look: Look) -> RgbPixels:
    if (look.lift, look.saturation, look.contrast) == (0, 1, 1):
        return rgb.copy()
    lab = rgb_to_lab(np.ascontiguousarray(rgb))
    lightness = 50 + (lab[..., 0] - 50) * look.contrast
    towards = 100.0 if look.lift > 0 else 0.0
    lab[..., 0] = lightness + (towards - lightness) * abs(look.lift)
    lab[..., 1:] *= look.saturation
    return lab_to_rgb(lab)


def _dropped(rgb: RgbPixels, inner: Region, by_px: int) -> RgbPixels:
    """Move what lies in *inner* down; what is around it stays."""
    moved = rgb.copy()
    moved[by_px:] = rgb[:-by_px]
    return np.where(inner[..., None], moved, rgb)


def _depth_px(rgba: Rgba) -> Floats:
    """Measure how far inside each pixel lies: 1 along the edge and along the frame, 0 beyond."""
    solid = np.pad(rgba[..., 3] >= 128, 1)
    return distance_px(~solid)[1:-1, 1:-1]


def _ringed(rgb: RgbPixels, within_px: Floats, ring_rgb: Rgb, *, crisp: bool) -> RgbPixels:
    """Draw a ring where *within_px* is 0 or more."""
    share = ((within_px >= 0) if crisp else (within_px + 1).clip(0, 1)).astype(np.float32)[..., None]
    return np.asarray(np.rint(rgb * (1 - share) + np.array(ring_rgb) * share), np.uint8)


def _ring_px(rgba: Rgba) -> int:
    height, width = rgba.shape[:2]
    return int(max(1, round(min(height, width) / _SHORTER_SIDES_A_RING)))
