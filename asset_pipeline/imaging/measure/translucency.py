"""Pixels that are neither there nor gone: D6 semi-transparent, D7 ghosts."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from asset_pipeline.imaging.arrays import Region
from asset_pipeline.imaging.measure.maps import Maps

_EDGE_REACH_PX = 3.0


@dataclass(frozen=True, eq=False)
class SemiTransparent:
    """How much of what is visible is only partly so.

    Attributes:
        share: of the visible pixels, 0..1.
        offending: the pixels of alpha between 0.02 and 0.98.
    """

    share: float
    offending: Region = field(repr=False)


def semi_transparent(maps: Maps) -> SemiTransparent | None:
    """Measure the semi-transparent share of a sprite (D6); ``None`` where nothing is visible.

    A clean edge is a few per cent; glow, glass and smoke are more by right.
    """
    visible_px = int(np.count_nonzero(maps.visible))
    if not visible_px:
        return None
    return SemiTransparent(np.count_nonzero(maps.semi) / visible_px, maps.semi)


@dataclass(frozen=True, eq=False)
class Ghost:
    """Semi-transparency away from any edge.

    Attributes:
        share: of the solid pixels; above 1 where a body was lost.
        offending: those pixels.
    """

    share: float
    offending: Region = field(repr=False)


def interior_ghost(maps: Maps) -> Ghost | None:
    """Measure what is semi-transparent more than 3 px from the edge, inside or out (D7).

    A matting model that doubts the middle of a subject leaves a ghost; so does one that keeps a shadow.

    Returns:
        The ghost; ``None`` where nothing is solid (there is then no edge to be away from).
    """
    if not maps.area_px:
        return None
    deep = (maps.inside_px > _EDGE_REACH_PX) | (maps.outside_px > _EDGE_REACH_PX)
    offending = maps.semi & deep
    return Ghost(np.count_nonzero(offending) / maps.area_px, offending)
