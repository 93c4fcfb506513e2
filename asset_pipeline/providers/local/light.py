"""The lamp: how an inflated area is lit and where it glints."""

from __future__ import annotations

import cv2
import numpy as np

from asset_pipeline.imaging.arrays import Floats
from asset_pipeline.providers.local.sampling import blurred, depth_px, resized

LAMP = np.array([-0.46, -0.66, 0.59], np.float32)  # towards the light: left, up, out of the picture


_HALFWAY = (LAMP + np.array([0, 0, 1], np.float32)) / np.linalg.norm(LAMP + np.array([0, 0, 1]))


_LIGHT_SIDE_PX = 160  # light changes slowly: it is computed small and enlarged


def relief(cover: Floats, bevel_px: float) -> tuple[Floats, Floats]:
    """Light an area as if it were inflated.

    Args:
        cover: ``(height, width)`` in ``[0, 1]``.
        bevel_px: how far from its edge the volume still rises.

    Returns:
        Two arrays of the same shape: light on the surface in about ``[-0.5, 0.5]``, 0 where it faces the
        viewer, and how much it mirrors the lamp, ``[0, 1]``.
    """
    height, width = cover.shape
    small = min(1.0, _LIGHT_SIDE_PX / max(height, width))
    size = (max(2, round(width * small)), max(2, round(height * small)))
    bevel = max(1.0, bevel_px * small)
    rise = np.clip(depth_px(resized(cover, *size, cv2.INTER_AREA)) / bevel, 0, 1)
    dome = blurred(np.sqrt(1 - (1 - rise) ** 2) * bevel, max(0.6, bevel * 0.22))
    across, down = (cv2.Sobel(dome, cv2.CV_32F, dx, 1 - dx, ksize=3, scale=1 / 8) for dx in (1, 0))
    length = np.sqrt(across**2 + down**2 + 0.55)
    lamp = (-across * LAMP[0] - down * LAMP[1] + 0.74 * LAMP[2]) / length
    glint = (-across * _HALFWAY[0] - down * _HALFWAY[1] + 0.74 * _HALFWAY[2]) / length
    facing = np.stack([(lamp - LAMP[2]) * np.float32(0.40), np.clip(glint, 0, 1)], axis=-1)
    full = resized(facing, width, height, cv2.INTER_LINEAR)
    return full[..., 0], full[..., 1]
