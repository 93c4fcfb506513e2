"""D14: pictures with nothing in them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from asset_pipeline.imaging.measure.maps import Maps


@dataclass(frozen=True)
class Content:
    """How much there is to see.

    Attributes:
        area_px: solid pixels.
        luma_std: standard deviation of Y over them, 0..0.5.
        entropy_bits: entropy of Y over them in 256 steps, 0..8.
    """

    area_px: int
    luma_std: float
    entropy_bits: float


def content(maps: Maps) -> Content:
    """Measure whether there is anything in the solid part of a picture (D14); all 0 where nothing is solid.

    >>> content(Maps(np.full((8, 8, 4), 255, np.uint8)))
    Content(area_px=64, luma_std=0.0, entropy_bits=0.0)
    """
    if not maps.area_px:
        return Content(0, 0.0, 0.0)
    step = np.rint(maps.luma[maps.solid] * 255).astype(np.uint8)
    count = np.bincount(step, minlength=256)
    share = count[count > 0] / step.size
    values = np.arange(256) / 255
    mean = float(count @ values) / step.size
    variance = float(count @ (values - mean) ** 2) / step.size
    return Content(maps.area_px, variance**0.5, abs(float(-(share * np.log2(share)).sum())))
