"""D5: colour of the guide that a model left in the sprite."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np

from asset_pipeline.imaging.arrays import Floats, Region, Rgb
from asset_pipeline.imaging.colour import delta_e76, luma, rgb_to_lab
from asset_pipeline.imaging.measure.maps import Maps, colours_at

_SAME_DELTA_E = 10.0
_BLACK_LUMA = 0.06
_TOLD_APART_DELTA_E = 20.0


@dataclass(frozen=True, eq=False)
class Leak:
    """How much of a sprite still has the guide's colour.

    Attributes:
        share: of the solid pixels, 0..1.
        offending: those pixels.
    """

    share: float
    offending: Region = field(repr=False)


def guide_leak(maps: Maps, guide_rgb: Rgb) -> Leak | None:
    """Measure how much of the sprite is of the colour its guide was filled with (D5).

    Args:
        maps: the sprite.
        guide_rgb: the guide's fill. A black one (Y below 0.06) counts pixels of Y below 0.06, any other one
            those within ΔE76 10 of it.

    Returns:
        The leak; ``None`` where nothing is solid.
    """
    if not maps.area_px:
        return None
    if luma(guide_rgb) < _BLACK_LUMA:
        offending = maps.solid & (maps.luma < _BLACK_LUMA)
    else:
        lab = rgb_to_lab(colours_at(maps.rgba, maps.solid))
        offending = np.zeros_like(maps.solid)
        offending[maps.solid] = _distance_squared(lab, guide_rgb) <= _SAME_DELTA_E**2
    return Leak(np.count_nonzero(offending) / maps.area_px, offending)


def leak_is_visible(guide_rgb: Rgb, wanted_rgb: Rgb) -> bool:
    """Tell whether a leak could be seen at all: not where the guide has the colour the sprite is to have.

    >>> leak_is_visible((0, 0, 0), (200, 30, 30)), leak_is_visible((0, 0, 0), (20, 20, 24))
    (True, False)
    """
    guide, wanted = rgb_to_lab(np.array([guide_rgb, wanted_rgb], np.uint8))
    return float(delta_e76(guide, wanted)) > _TOLD_APART_DELTA_E


def _distance_squared(lab: Floats, rgb: Rgb) -> Floats:
    """Return ΔE76, squared, of ``(n, 3)``: several times as fast as ``delta_e76`` for a million pixels."""
    difference = lab - rgb_to_lab(np.array(rgb, np.uint8))
    np.square(difference, out=difference)
    return np.asarray(cv2.transform(difference[None], np.ones((1, 3), np.float32)), np.float32).reshape(-1)
