"""D11: what is left of the removed background along the edge."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from asset_pipeline.imaging.arrays import Floats, Region, Rgb
from asset_pipeline.imaging.measure.maps import Maps, colours_at, nearest_colours, require_same_size

_EDGE_PX = 1.5
_NEAR_RING_PX, _FAR_RING_PX = (3.0, 8.0), (8.0, 14.0)
# Where background and subject are closer than this (in RGB of 0..1) no mixture can be told.
_LEAST_CONTRAST = 0.2
# A mixture lies on the line between both, give or take texture and noise; what lies farther off is another colour,
# such as a brown outline on a green background, and no halo.
_LEAST_AWAY, _MOST_AWAY_SHARE = 0.15, 0.5
_LEAST_EDGE_SHARE = 0.05
_OFFENDING_MIX = 0.25
_BACKGROUND_FROM_PX = 10.0


@dataclass(frozen=True, eq=False)
class Halo:
    """How much of the background's colour the edge still holds.

    Attributes:
        score: the larger one of the two rings' means; ``None`` where neither could be compared.
        near: mean share of background in the edge's colour, by the colour 3 to 8 px farther in; below 0
            where the edge is even less like the background than the subject is.
        far: the same by the colour 8 to 14 px farther in.
        offending: edge pixels that are a quarter background or more.
    """

    score: float | None
    near: float | None
    far: float | None
    offending: Region = field(repr=False)


def halo(maps: Maps, background_rgb: Rgb, *, outlined: bool = False) -> Halo | None:
    """Measure the background's share in the colour of the outermost solid pixels (D11).

    Each edge pixel is projected on the line from the subject's own colour to the background's; one that lies far off
    that line is no mixture of both and counts as 0. One ring of own colours is blind to a halo as wide as itself,
    hence two.

    Args:
        maps: the sprite.
        background_rgb: the colour that was removed, not any white: see :func:`removed_background`.
        outlined: the sprite is to have an outline, such as a sticker's white one: only the near ring counts.

    Returns:
        The halo; ``None`` where the sprite has no edge.
    """
    edge = maps.solid & (maps.inside_px <= _EDGE_PX)
    if not edge.any():
        return None
    offending = np.zeros_like(edge)
    means: list[float | None] = []
    for ring in (_NEAR_RING_PX,) if outlined else (_NEAR_RING_PX, _FAR_RING_PX):
        share = _background_share(maps, edge, ring, background_rgb)
        offending[edge] |= np.nan_to_num(share) >= _OFFENDING_MIX
        told = share[~np.isnan(share)]
        means.append(float(told.mean()) if told.size >= _LEAST_EDGE_SHARE * share.size else None)
    near, far = means[0], means[1] if len(means) > 1 else None
    score = max((mean for mean in means if mean is not None), default=None)
    return Halo(score, near, far, offending)


def removed_background(before: NDArray[np.uint8], maps: Maps) -> Rgb | None:
    """Return the background's colour: the median of what lies more than 10 px outside of the sprite.

    Args:
        before: uint8 ``(height, width, 3 or 4)``, the picture before its background was removed.
        maps: the sprite cut out of it.

    Returns:
        The colour, or ``None`` where the sprite leaves no such pixel.

    Raises:
        ImageError: the sizes differ.
    """
    require_same_size(before, maps.solid, "a sprite and the picture it was cut from")
    far = (maps.outside_px > _BACKGROUND_FROM_PX).view(np.uint8)
    if not far.any():
        return None
    planes = np.ascontiguousarray(before)
    counts = [cv2.calcHist([planes], [channel], far, [256], [0, 256]).cumsum() for channel in range(3)]
    red, green, blue = (int(np.searchsorted(count, count[-1] / 2)) for count in counts)
    return red, green, blue


def _background_share(maps: Maps, edge: Region, ring_px: tuple[float, float], background_rgb: Rgb) -> Floats:
    """Return the background's share in each edge pixel, ``(edge,)``; NaN where it cannot be told."""
    ring = (maps.inside_px >= ring_px[0]) & (maps.inside_px <= ring_px[1])
    if not ring.any():
        return np.full(np.count_nonzero(edge), np.nan, np.float32)
    own = nearest_colours(maps.rgba, ring, edge)
    to_background = (np.array(background_rgb, np.float32) - own) / np.float32(255)
    to_edge = (colours_at(maps.rgba, edge).astype(np.float32) - own) / np.float32(255)
    contrast = np.einsum("ni,ni->n", to_background, to_background)
    told = contrast >= _LEAST_CONTRAST**2
    share = np.full(len(contrast), np.nan, np.float32)
    np.divide(np.einsum("ni,ni->n", to_edge, to_background), contrast, out=share, where=told)
    away = to_edge - share[:, None] * to_background
    limit = _LEAST_AWAY + _MOST_AWAY_SHARE * share * np.sqrt(contrast)
    share[(share > 0) & (np.einsum("ni,ni->n", away, away) > limit**2)] = 0
    return share
