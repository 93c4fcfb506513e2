"""How alike two pictures of one size are: PSNR and SSIM."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from asset_pipeline.imaging.arrays import Floats
from asset_pipeline.imaging.measure.maps import luma_of, require_same_size

_MOST_DB = 99.0
_WINDOW_SIGMA_PX = 1.5
_STEADY_MEAN, _STEADY_VARIANCE = 0.01**2, 0.03**2


def psnr_db(rgb: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    """Return the peak signal-to-noise ratio in dB; 99 for equal pictures.

    Args:
        rgb: uint8 ``(height, width, 3)``, sRGB; not changed.
        other: the same size.

    Raises:
        ImageError: the sizes differ.

    >>> round(psnr_db(np.zeros((2, 2, 3), np.uint8), np.full((2, 2, 3), 25, np.uint8)), 1)
    20.2
    """
    require_same_size(rgb, other, "two pictures")
    squared = float(np.square(cv2.absdiff(rgb, other).astype(np.float32)).mean()) / 255**2
    return _MOST_DB if squared == 0 else min(_MOST_DB, -10 * math.log10(squared))


def ssim(rgb: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    """Return the mean structural similarity of luma, 1 for equal pictures (Wang et al. 2004).

    Args:
        rgb: uint8 ``(height, width, 3)``, sRGB; not changed.
        other: the same size.

    Raises:
        ImageError: the sizes differ.
    """
    require_same_size(rgb, other, "two pictures")
    x, y = luma_of(rgb), luma_of(other)
    mean_x, mean_y = _local_mean(x), _local_mean(y)
    variance_x = _local_mean(x * x) - mean_x * mean_x
    variance_y = _local_mean(y * y) - mean_y * mean_y
    covariance = _local_mean(x * y) - mean_x * mean_y
    alike = (2 * mean_x * mean_y + _STEADY_MEAN) * (2 * covariance + _STEADY_VARIANCE)
    alike /= (mean_x**2 + mean_y**2 + _STEADY_MEAN) * (variance_x + variance_y + _STEADY_VARIANCE)
    return float(alike.mean())


def _local_mean(values: Floats) -> Floats:
    return np.asarray(cv2.GaussianBlur(values, (11, 11), _WINDOW_SIGMA_PX), np.float32)
