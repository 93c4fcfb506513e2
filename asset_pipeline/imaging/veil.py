"""Soft shadows and glows as layers of their own: what they add to any background, not only to the one they lay on."""

from __future__ import annotations

import cv2
import numpy as np

from asset_pipeline.imaging.arrays import Floats, Region, Rgba
from asset_pipeline.imaging.background import Background
from asset_pipeline.imaging.regions import grown

# A shadow changes lightness more than hue, a glow the reverse: below the first ratio all is shadow, above the second
# all is glow. What is lighter than the background glows.
_SHADOW_RATIO, _GLOW_RATIO = 0.7, 1.1
_CALM_PX = 9
# Beside white (or black) the least noise would look like a thick veil of white (or black).
_LEAST_HEADROOM = 0.3
# Less than the first is noise; up to the second, less and less of it.
_NOISE_ALPHA, _FULL_ALPHA = 0.012, 0.04
# A veil goes on for a while in what already looks like plain background.
_TAIL_PX = 24
# How far a veil is continued under the soft edge of its subject.
_UNDER_PX = 7


def veil_of(rgba: Rgba, background: Background, *, shadows: bool, glow: bool) -> Rgba:
    """Lift shadows and glows off the background they were drawn on.

    Each pixel is taken for the background seen through as little as possible of another colour (GIMP's "colour
    to alpha"), so that a grey shadow becomes thin black, and a pink glow on white thin red.

    Args:
        rgba: uint8 ``(height, width, 4)``, the generated picture; not changed.
        background: its background.
        shadows: lift shadows; else they are left out.
        glow: lift glows; else they are left out.

    Returns:
        uint8 ``(height, width, 4)``, straight alpha; wholly transparent but for shadows and glows, which go on for a few
        pixels under the subject.
    """
    veil = np.zeros_like(rgba)
    where = background.region & ~background.plain
    if not where.any() or not (shadows or glow):
        return veil
    where = background.region & grown(where, _TAIL_PX)
    behind = cv2.cvtColor(background.tone, cv2.COLOR_LAB2RGB)[where]
    shown = rgba[where, :3] / np.float32(255)
    headroom = np.where(shown < behind, behind, 1 - behind)
    headroom[headroom < _LEAST_HEADROOM] = 1
    alpha = (np.abs(shown - behind) / headroom).max(axis=1)[:, None]
    colour = behind + (shown - behind) / np.maximum(alpha, 1e-3)
    share = _glow_share(background, where)[:, None]
    alpha = alpha * (alpha / _FULL_ALPHA).clip(0, 1) * (share * glow + (1 - share) * shadows)
    alpha[alpha < _NOISE_ALPHA] = 0
    veil[where] = np.rint(np.concatenate([colour, alpha], axis=1).clip(0, 1) * 255)
    return _continued(veil, background.region)


def _glow_share(background: Background, where: Region) -> Floats:
    """Return, for the pixels *where*, from 0 (shadow) to 1 (glow) what they are."""
    calm = cv2.blur(background.lab - background.tone, (_CALM_PX, _CALM_PX))[where]
    darker, tinted = -calm[:, 0], np.hypot(calm[:, 1], calm[:, 2])
    ratio = np.where(darker > 0, tinted / np.maximum(darker, 1), _GLOW_RATIO)
    share: Floats = ((ratio - _SHADOW_RATIO) / (_GLOW_RATIO - _SHADOW_RATIO)).clip(0, 1).astype(np.float32)
    return share


def _continued(veil: Rgba, region: Region) -> Rgba:
    """Continue a veil, by the mean of what is near, into what is not background."""
    window = 2 * _UNDER_PX + 1
    light = veil.astype(np.float32)
    light[..., :3] *= light[..., 3:]
    count = cv2.blur(region.astype(np.float32), (window, window))
    mean = cv2.blur(light, (window, window)) / np.maximum(count, 1e-3)[..., None]
    under = ~region & (count > 0) & (mean[..., 3] >= 1)
    veil[under, :3] = np.rint(mean[under, :3] / mean[under, 3:]).clip(0, 255)
    veil[under, 3] = np.rint(mean[under, 3]).clip(0, 255)
    return veil
