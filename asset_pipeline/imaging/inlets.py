"""Where the background, spreading through a narrow place, ran into the subject."""

from __future__ import annotations

import numpy as np

from asset_pipeline.imaging.arrays import Floats, Region
from asset_pipeline.imaging.colour import even_tint
from asset_pipeline.imaging.regions import distance_px, grown, parts_of, reached_from_border, shrunk

# What a disc of this radius cannot pass is a narrow place; smaller islands do not make a place narrow.
_NARROW_PX, _ISLAND_PX = 2, 30
# Smaller areas, and thinner ones, are not worth a judgement.
_LEAST_PX, _LEAST_RADIUS_PX = 12, 1.5
_MOST = 300
# An inlet of the background's colour is a gap, unless it is lighter: then it is a highlight at the rim.
_ALIKE_SHARE, _LIGHTER = 0.2, 0.6
# One of a glow's colour is glow, unless the subject encloses it (a share of its rim); one of a shadow's is shadow.
_ENCLOSED_SHARE, _RIM_PX, _SHADOW_TINT = 0.82, 2.5, 0.85


def inlets(lab: Floats, tone: Floats, alike: Region, region: Region) -> Region:
    """Find the parts of the *region* that belong to the subject after all.

    Sparkles on a rim and pale, textured ornaments are as light as the background or fade into it, and the
    region enters them through narrow places. Gaps between legs or leaves look like that too, but have the
    background's colour.

    Args:
        lab: float32 ``(height, width, 3)``, L*a*b*, the shorter side about 512 px; not changed.
        tone: float32 of that shape, the background's own colour; not changed.
        alike: bool ``(height, width)``, what has the background's colour; not changed.
        region: bool ``(height, width)``, the background with glows and shadows; not changed.

    Returns:
        bool ``(height, width)``; part of *region*.
    """
    open_water = _open(region)
    parts = parts_of(region & ~open_water)
    found = np.zeros_like(region)
    for number in parts.numbers(parts.area_px >= _LEAST_PX, at_most=_MOST):
        around = parts.around(number, int(_RIM_PX) + 1)
        mask = parts.label[around] == number
        if _is_subject(mask, lab[around][mask], tone[around][mask], alike[around][mask], open_water[around]):
            found[around] |= mask
    return found


def _open(region: Region) -> Region:
    """Return what of the region can be reached from the border without passing a narrow place."""
    rest = parts_of(~region, diagonal=True)
    wide = shrunk(region | rest.region(rest.area_px < _ISLAND_PX), _NARROW_PX)
    return grown(reached_from_border(wide, wide), _NARROW_PX + 1) & region


def _is_subject(mask: Region, colours: Floats, tones: Floats, alike: Region, open_water: Region) -> bool:
    depth_px = distance_px(~np.pad(mask, 1))[1:-1, 1:-1]
    if depth_px.max() < _LEAST_RADIUS_PX:
        return False
    own, behind = colours.mean(axis=0), tones.mean(axis=0)
    if alike.mean() > _ALIKE_SHARE:
        return bool(own[0] - behind[0] > _LIGHTER)
    if own[0] < behind[0] and even_tint(own, behind) > _SHADOW_TINT:
        return False
    rim = mask & (depth_px <= 1)
    return bool((distance_px(open_water)[rim] > _RIM_PX).mean() > _ENCLOSED_SHARE)
