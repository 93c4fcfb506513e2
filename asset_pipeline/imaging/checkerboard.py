"""Checkerboards that a model drew where it meant "transparent"."""

from __future__ import annotations

import cv2
import numpy as np

from asset_pipeline.imaging.arrays import Floats, Region
from asset_pipeline.imaging.regions import grown

_SIDE_PX = 256
# The pattern is looked for so close to the border, and so far from what is nothing like the background.
_BAND_SHARE, _SUBJECT_DELTA_E, _CLEAR_PX = 0.25, 30.0, 4
_CELLS_PX = range(3, 29)
_SMOOTH_SIGMA_PX = 8.0
# Cells ripple evenly; what ripples more belongs to a subject.
_CLIP_MEDIANS = 1.5
# Plain and painted backgrounds stay below 0.06, drawn checkerboards as models draw them reach 0.2 to 0.36.
_LEAST_SCORE = 0.12


def lighter_cells(lightness: Floats, delta_e: Floats) -> Region | None:
    """Tell the lighter from the darker cells of the checkerboard a picture lies on.

    The measure is quality gate D13: what is left of the lightness after smooth changes are taken out must repeat
    itself one cell down and across, and two cells away, and be opposite one cell away. Looked at is what is near the
    border, and neither subject nor close to it.

    Args:
        lightness: float32 ``(height, width)``, L*; not changed.
        delta_e: float32 of that shape, ΔE76 from a guess at the background; not changed.

    Returns:
        bool ``(height, width)``, meaningful only where the background shows; ``None`` where there is no
        checkerboard.
    """
    height, width = lightness.shape
    scale = min(1.0, _SIDE_PX / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small, off = (np.asarray(cv2.resize(a, size, interpolation=cv2.INTER_AREA)) for a in (lightness, delta_e))
    ground = ~grown(off > _SUBJECT_DELTA_E, _CLEAR_PX)
    count = cv2.GaussianBlur(ground.astype(np.float32), (0, 0), _SMOOTH_SIGMA_PX)
    smooth = cv2.GaussianBlur(small * ground, (0, 0), _SMOOTH_SIGMA_PX) / np.maximum(count, 1e-3)
    ripple = np.asarray((small - smooth) * ground, np.float32)
    if checkerboard_score(ripple, ground & _band(*small.shape)) < _LEAST_SCORE:
        return None
    return np.asarray(cv2.resize(ripple, (width, height), interpolation=cv2.INTER_LINEAR) > 0, np.bool_)


def checkerboard_score(ripple: Floats, where: Region) -> float:
    """Measure how much like a checkerboard a picture is, from about 0 to 1.

    Args:
        ripple: float32 ``(height, width)``, lightness without its smooth changes; not changed.
        where: bool ``(height, width)``, the pixels to look at.

    Returns:
        The best score of all sizes of cells from 3 to 28 px.
    """
    limit = _CLIP_MEDIANS * float(np.median(np.abs(ripple[where]))) if where.any() else 0.0
    clipped = np.where(where, ripple.clip(-limit, limit), 0)
    power = float(np.mean(np.square(clipped[where]))) if where.any() else 0.0
    if power < 1e-6:
        return 0.0

    def alike(down: int, across: int) -> float:
        here, there = np.s_[down:, across:], np.s_[: len(ripple) - down, : ripple.shape[1] - across]
        pairs = int(np.count_nonzero(where[here] & where[there]))
        return float(np.vdot(clipped[here], clipped[there])) / max(pairs, 1) / power

    def straight(by: int) -> float:
        return (alike(by, 0) + alike(0, by)) / 2

    cells = [p for p in _CELLS_PX if 2 * p < min(ripple.shape)]
    return max((min(alike(p, p), -straight(p), straight(2 * p)) for p in cells), default=0.0)


def _band(height: int, width: int) -> Region:
    depth = max(2, round(_BAND_SHARE * min(height, width)))
    band = np.ones((height, width), np.bool_)
    band[depth:-depth, depth:-depth] = False
    return band
