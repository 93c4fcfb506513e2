"""Making a picture loop sideways by changing only its sides."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from asset_pipeline.imaging.alpha import premultiply, unpremultiply
from asset_pipeline.imaging.arrays import Floats, Rgba
from asset_pipeline.imaging.measure.seams import wrap_seam

UNSEEN_SEAM = 1.25
"""Up to here nobody finds a seam; as quality gate D17 has it."""

_MARGIN_SHARE = 0.1


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
    margin_px = int(rgba.shape[1] * _MARGIN_SHARE)
    if margin_px < 2:
        return rgba.copy()
    left, right = (
        premultiply(rgba[:, part].astype(np.float32) / np.float32(255))
        for part in (slice(margin_px), slice(-margin_px, None))
    )
    half = _faded((left[:, 0] - right[:, -1]) / 2, margin_px)
    repaired = rgba.copy()
    repaired[:, :margin_px] = _straight(left - half)
    repaired[:, -margin_px:] = _straight(right + half[:, ::-1])
    repaired[:, -1] = repaired[:, 0]  # the same but for rounding
    return repaired


def _faded(edge: NDArray[np.floating], margin_px: int) -> Floats:
    """Return the smoothest field that is *edge* in its first column and nothing beyond the last: Laplace's equation.

    Each wave of the edge fades on its own, the faster the shorter it is.

    Args:
        edge: ``(height, channels)``.
        margin_px: how far to go.

    Returns:
        ``(height, margin_px, channels)``.
    """
    height = len(edge)
    even = np.pad(
        edge.astype(np.float32), ((0, height % 2), (0, 0)), "edge"
    )  # OpenCV's transform takes no odd lengths
    share = _shares_left(np.arange(len(even)) * np.pi / len(even), margin_px)
    waves = cv2.dct(np.ascontiguousarray(even.T), flags=cv2.DCT_ROWS)
    fields = [cv2.dct(share * wave, flags=cv2.DCT_ROWS | cv2.DCT_INVERSE).T[:height] for wave in waves]
    return np.asarray(np.stack(fields, axis=-1), np.float32)


def _shares_left(angular_frequencies: NDArray[np.float64], margin_px: int) -> Floats:
    """Return how much of each wave is left in each column: sinh(f (margin - x)) / sinh(f margin); ``(margin, waves)``."""
    away, frequency = np.arange(margin_px)[:, None], angular_frequencies[1:]
    falling = np.exp(-frequency * away) - np.exp(-frequency * (2 * margin_px - away))
    shares = np.concatenate(
        [1 - away / margin_px, falling / (1 - np.exp(-2 * frequency * margin_px))], axis=1
    )
    return shares.astype(np.float32)


def _straight(rgba_premul: Floats) -> Rgba:
    """Return straight uint8 of a premultiplied picture that may have left the range of colours by a little."""
    alpha = rgba_premul[..., 3:].clip(0, 1)
    within = np.concatenate([rgba_premul[..., :3].clip(0, alpha), alpha], axis=-1)
    return np.rint(unpremultiply(within) * 255).astype(np.uint8)
