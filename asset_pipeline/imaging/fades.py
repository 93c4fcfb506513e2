"""What fades into the background: glows and soft shadows, as opposed to pale subjects."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from asset_pipeline.imaging.arrays import Floats, Region
from asset_pipeline.imaging.regions import Parts, grown, nearest_of, parts_of

_GRADIENT_SIGMA_PX = 1.0
# What lies on the background and fades into it is glow, shadow or JPEG noise as long as it changes by less
# than this from pixel to pixel; the farther from the background, the gentler it has to be.
_DELTA_E, _STEEPNESS = (8.0, 14.0, 40.0, 41.0), (4.0, 2.0, 1.2, 0.0)
# A pale subject without an outline changes as gently inside, but its contour is a step. Of the contour near it, this
# share is steeper than that; so much more of it if it lies on the ground, for there a shadow has steep ends.
_STEP, _STEP_SHARE, _STEP_SHARE_ON_GROUND = 2.0, 0.35, 0.7
_NEAR_PX, _LEAST_SHARE = 8.0, 0.004
# On the ground is what reaches this far down, and has its middle so low.
_REACHES_SHARE, _CENTRE_SHARE = 0.9, 0.78


def steepness(lab: Floats) -> Floats:
    """Measure ΔE76 from one pixel to the next, float32 ``(height, width)``, of a ``(height, width, 3)`` picture."""
    smooth = cv2.GaussianBlur(lab, (0, 0), _GRADIENT_SIGMA_PX)
    across, down = (cv2.Sobel(smooth, cv2.CV_32F, *axes, ksize=3, scale=1 / 8) for axes in ((1, 0), (0, 1)))
    return np.asarray(np.sqrt(cv2.transform(across * across + down * down, np.ones((1, 3)))), np.float32)


def gentle(slope: Floats, delta_e: Floats) -> Region:
    """Tell where a picture changes so gently that it may be fading into the background.

    Args:
        slope: float32 ``(height, width)``, what :func:`steepness` returns; not changed.
        delta_e: float32 of that shape, ΔE76 from the background; not changed.
    """
    return np.asarray(slope < np.interp(delta_e, _DELTA_E, _STEEPNESS), np.bool_)


def pale_parts(slope: Floats, faded: Region, plain: Region) -> Region:
    """Find what does not fade at all, but is pale and gently shaded itself: clouds, white animals, paper.

    Args:
        slope: float32 ``(height, width)``, what :func:`steepness` returns; not changed.
        faded: bool of that shape, the background with all that seems to fade into it; not changed.
        plain: bool of that shape, the background alone; not changed.

    Returns:
        bool ``(height, width)``; part of *faded*.
    """
    parts = parts_of(faded & ~plain, diagonal=True)
    large = parts.area_px >= _LEAST_SHARE * faded.size
    large[0] = False
    if not large.any():
        return np.zeros_like(faded)
    away_px, nearest = nearest_of(parts.region(large), parts.label)
    contour = ~plain & grown(plain, 1) & (away_px <= _NEAR_PX)
    steps = np.bincount(nearest[contour & (slope > _STEP)], minlength=len(large))
    limit = np.where(_on_ground(parts, plain), _STEP_SHARE_ON_GROUND, _STEP_SHARE)
    return parts.region(large & (steps > limit * np.bincount(nearest[contour], minlength=len(large))))


def _on_ground(parts: Parts, plain: Region) -> NDArray[np.bool_]:
    rows = np.flatnonzero(~plain.all(axis=1))
    top, height = rows[0], rows[-1] + 1 - rows[0]
    reaches = parts.corners[:, 3] >= top + _REACHES_SHARE * height
    low = parts.middle[:, 1] >= top + _CENTRE_SHARE * height
    return np.asarray(reaches & low, np.bool_)
