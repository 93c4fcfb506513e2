"""D25: variants that cannot be told apart, and sprites that contradict the colour they were to have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from asset_pipeline.imaging.arrays import Floats, Rgb
from asset_pipeline.imaging.colour import delta_e76, rgb_to_lab
from asset_pipeline.imaging.measure.maps import Maps

# Below this chroma a colour has no hue worth the name: black, white, grey.
_COLOURLESS_CHROMA = 12.0
_LEAST_TINTED_SHARE = 0.05
_QUARTILE = 25
# A median needs no more.
_ENOUGH_PX = 65536


def median_lab(maps: Maps) -> Floats | None:
    """Return the median L*, a* and b* of the solid pixels, float32 ``(3,)``; ``None`` where nothing is solid."""
    if not maps.area_px:
        return None
    return np.median(_some_lab(maps), axis=0).astype(np.float32)


@dataclass(frozen=True)
class ClosestVariants:
    """The two variants of a set that are hardest to tell apart.

    Attributes:
        first: index of one.
        second: index of the other.
        delta_e: ΔE76 of their median colours.
    """

    first: int
    second: int
    delta_e: float


def closest_variants(medians: Sequence[Floats]) -> ClosestVariants | None:
    """Find the two variants whose median colours are closest (D25); ``None`` for fewer than two.

    >>> red, blue, rust = np.array([[53, 80, 67], [32, 79, -108], [45, 60, 50]], np.float32)
    >>> closest_variants([red, blue, rust])
    ClosestVariants(first=0, second=2, delta_e=27.4)
    """
    if len(medians) < 2:
        return None
    lab = np.array(medians, np.float32)
    distance = delta_e76(lab[:, None], lab[None])
    distance[np.tril_indices(len(lab))] = np.inf
    first, second = np.unravel_index(int(distance.argmin()), distance.shape)
    return ClosestVariants(int(first), int(second), round(float(distance[first, second]), 1))


def hue_error_deg(maps: Maps, named_rgb: Rgb) -> float | None:
    """Measure how far the sprite's hue is from that of the colour its description names (D25).

    A hero in a teal coat has fur, a scarf and buttons too: the colour asked for is there where a quarter of what has a
    hue comes close to it.

    Args:
        maps: the sprite.
        named_rgb: the colour asked for.

    Returns:
        The lower quartile, over the pixels that have a hue, of the angle between theirs and that of the colour asked for, in
        degrees, 0..180; 180 where those pixels are fewer than 5 %. ``None`` where the colour asked for has no hue (black,
        white, grey), or nothing is solid.
    """
    _, a, b = rgb_to_lab(np.array(named_rgb, np.uint8))
    if float(np.hypot(a, b)) < _COLOURLESS_CHROMA or not maps.area_px:
        return None
    lab = _some_lab(maps)[:, 1:]
    chroma = np.hypot(lab[:, 0], lab[:, 1])
    tinted = lab[chroma >= _COLOURLESS_CHROMA]
    if len(tinted) < _LEAST_TINTED_SHARE * len(lab):
        return 180.0
    turn = np.degrees(np.arctan2(tinted[:, 1], tinted[:, 0]) - np.arctan2(b, a))
    return float(np.percentile(np.abs((turn + 180) % 360 - 180), _QUARTILE))


def _some_lab(maps: Maps) -> Floats:
    """Return L*a*b* of evenly spread solid pixels, ``(n, 3)``."""
    solid = np.flatnonzero(maps.solid)
    return rgb_to_lab(maps.rgb.reshape(-1, 3)[solid[:: 1 + len(solid) // _ENOUGH_PX]])
