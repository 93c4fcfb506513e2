"""Making a picture loop sideways by changing only its sides."""

from __future__ import annotations

import numpy as np

from asset_pipeline.imaging.alpha import premultiply
from asset_pipeline.imaging.arrays import Rgba
from asset_pipeline.imaging.measure.seams import wrap_seam
from asset_pipeline.imaging.seams import MARGIN_SHARE, UNSEEN_SEAM, faded, shown


def looped(rgba: Rgba) -> Rgba:
    """Repair the seam of a picture that goes on at its left where its right side ends (quality gate D17).

    Both sides are drawn towards what is half way between them; what is added is as smooth as can be (Poisson
    image editing, Pérez 2003): a difference in tone is spread over the whole margin, one in detail ends close
    to the seam.

    Args:
        rgba: uint8 ``(height, width, 4)``, straight alpha; not changed.

    Returns:
        A new picture. The middle 80 % of its columns have the same bytes; where the seam cannot be seen, or
        the picture is narrower than 20 px, all have.

    Raises:
        ImageError: *rgba* is no picture.
    """
    return seam_repaired(rgba) if wrap_seam(rgba) > UNSEEN_SEAM else rgba.copy()


def seam_repaired(rgba: Rgba) -> Rgba:
    """Repair the seam of a picture whether or not it can be seen; otherwise as :func:`looped`."""
    margin_px = int(rgba.shape[1] * MARGIN_SHARE)
    if margin_px < 2:
        return rgba.copy()
    left, right = (
        premultiply(rgba[:, part].astype(np.float32) / np.float32(255))
        for part in (slice(margin_px), slice(-margin_px, None))
    )
    half = faded((left[None, :, 0] - right[None, :, -1]) / 2, margin_px)[0]
    repaired = rgba.copy()
    repaired[:, :margin_px] = shown(left - half)
    repaired[:, -margin_px:] = shown(right + half[:, ::-1])
    repaired[:, -1] = repaired[:, 0]  # the same but for rounding
    return repaired
