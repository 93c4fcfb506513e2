"""What repairing a seam needs, of a scene that loops or of tiles: changes that fade towards the middle."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from asset_pipeline.imaging.alpha import unpremultiply
from asset_pipeline.imaging.arrays import Rgba

UNSEEN_SEAM = 1.25
"""Up to here nobody finds a seam; as quality gates D17 and D18 have it."""

MARGIN_SHARE = 0.1
"""Of a picture's width or height, on either side, that may change."""


def faded(edges: NDArray[np.floating], margin_px: int) -> NDArray[np.float64]:
    """Return the smoothest fields that are *edges* in their first column and nothing beyond their last: Laplace's equation.

    The part that leads straight from one end of an edge to the other fades evenly; so tiles that agree in their
    corners change alike along the rims there, and fit as they did. The rest is made of waves, which fade the
    faster the shorter they are.

    Args:
        edges: ``(pictures, height, channels)``; not changed.
        margin_px: how far to go.

    Returns:
        ``(pictures, height, margin_px, channels)``.
    """
    count = edges.shape[1]
    down = np.linspace(0, 1, count)[None, :, None]
    straight = edges[:, :1] * (1 - down) + edges[:, -1:] * down
    waves = np.fft.rfft(_mirrored(edges - straight), axis=1)
    shares = _shares_left(np.arange(waves.shape[1]) * np.pi / (count - 1), margin_px)
    away = np.arange(margin_px) / margin_px
    fields = [
        straight * (1 - step) + np.fft.irfft(waves * share[:, None], 2 * (count - 1), axis=1)[:, :count]
        for step, share in zip(away, shares, strict=True)
    ]
    return np.stack(fields, axis=2)


def shown(rgba_premul: NDArray[np.floating]) -> Rgba:
    """Return a premultiplied picture, which may have left the range of colours by a little, as uint8 with straight alpha."""
    alpha = rgba_premul[..., 3:].clip(0, 1)
    within = np.concatenate([rgba_premul[..., :3].clip(0, alpha), alpha], axis=-1).astype(np.float32)
    return np.rint(unpremultiply(within) * 255).astype(np.uint8)


def _mirrored(edges: NDArray[np.floating]) -> NDArray[np.float64]:
    """Continue edges that begin and end with 0 by their negative, backwards: only sines are in that."""
    return np.concatenate([edges, -edges[:, -2:0:-1]], axis=1)


def _shares_left(angular_frequencies: NDArray[np.float64], margin_px: int) -> NDArray[np.float64]:
    """Return how much of each wave is left in each column: sinh(f (margin - x)) / sinh(f margin); ``(margin, waves)``."""
    away, frequency = np.arange(margin_px)[:, None], angular_frequencies[1:]
    falling = np.exp(-frequency * away) - np.exp(-frequency * (2 * margin_px - away))
    shares = falling / (1 - np.exp(-2 * frequency * margin_px))
    return np.concatenate([1 - away / margin_px, shares], axis=1)
