"""D12: the colour that engines filter into an edge from under its transparent neighbours."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from asset_pipeline.imaging.arrays import Region
from asset_pipeline.imaging.colour import delta_e76, rgb_to_lab
from asset_pipeline.imaging.measure.maps import Maps, colours_at, nearest_colours

_REACH_PX = 2.0
_OFFENDING_DELTA_E = 20.0


@dataclass(frozen=True, eq=False)
class EdgeBleed:
    """How foreign the hidden colour along an edge is.

    Attributes:
        delta_e: mean ΔE76 between hidden pixels and their nearest solid one.
        offending: hidden pixels farther than ΔE 20 from it.
    """

    delta_e: float
    offending: Region = field(repr=False)


def edge_bleed(maps: Maps) -> EdgeBleed | None:
    """Compare the colour of transparent pixels along the edge with the solid one nearest to each (D12).

    The nearest wholly opaque one would be wrong for outlines of a single soft pixel: there it is what they enclose.

    Args:
        maps: the sprite.

    Returns:
        The difference over pixels of alpha 0 within 2 px of a solid one; ``None`` where there are none.
    """
    hidden = (maps.alpha_u8 == 0) & (maps.outside_px <= _REACH_PX)
    if not hidden.any():
        return None
    own = nearest_colours(maps.rgba, maps.solid, hidden)
    delta_e = delta_e76(rgb_to_lab(colours_at(maps.rgba, hidden)), rgb_to_lab(own))
    offending = np.zeros_like(hidden)
    offending[hidden] = delta_e > _OFFENDING_DELTA_E
    return EdgeBleed(float(delta_e.mean()), offending)
