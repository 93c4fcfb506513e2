"""Cutting a subject out of the roughly flat background it was generated on."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from asset_pipeline.imaging.alpha import bleed_alpha
from asset_pipeline.imaging.arrays import Floats, Region, Rgba, require_rgba
from asset_pipeline.imaging.background import Background, find_background

# Generators and JPEG spread an edge over two or three pixels; farther inside nothing is transparent.
_EDGE_PX = 3.0
# How far the background found so far may stop short of the edge, and what still belongs to it there.
_SHORT_PX = 7.0
_BACKGROUND_SHARE = 0.2
# What is less than this share subject is noise.
_LEAST_SHARE = 0.06
# Half the window in which the subject's own colour is looked for, and the one that averages the background.
_REACH_PX = 4
_LOCAL_BACKGROUND_PX = 15
# Noise, as opposed to a spark or a star, is tiny, or small and faint (ΔE76).
_TINY_SHARE, _SMALL_SHARE, _FAINT_DELTA_E = 5e-5, 1e-2, 30.0


def cut_out(rgba: Rgba) -> Rgba:
    """Make the background transparent, with soft edges free of its colour.

    Background is what is like the border and connected to it, so that white eyes and gloves stay on white,
    and holes large and flat enough to be certain (see :mod:`~asset_pipeline.imaging.background`). Along its
    edge every pixel is taken for a mixture of background and the most different colour nearby; the share of
    the latter is its alpha, and the background's part is taken out of its colour. A picture that already has
    transparency keeps it.

    Args:
        rgba: uint8 ``(height, width, 4)``, straight alpha; not changed.

    Returns:
        A new picture of the same size, straight alpha, colour bled under the edge. Wholly opaque where the
        border shows no background, wholly transparent where nothing else is there.

    Raises:
        ImageError: *rgba* is no picture.
    """
    require_rgba(rgba)
    if (rgba[..., 3] < 255).any():
        return bleed_alpha(rgba)
    background = find_background(np.ascontiguousarray(rgba[..., :3]))
    if not background.region.any():
        return rgba.copy()
    subject = _subject_colour(rgba, background)
    region = _up_to_the_edge(rgba, background.region, subject)
    region |= _specks(region, background.delta_e)
    return bleed_alpha(_softened(rgba, region, subject))


def _subject_colour(rgba: Rgba, background: Background) -> NDArray[np.uint8]:
    """Return for each pixel, ``(height, width, 3)``, the colour nearby that is least like the background.

    Not the colour deepest inside: thin swords and whiskers have no inside, and outlines differ from what they
    enclose.
    """
    window = np.ones((2 * _REACH_PX + 1, 2 * _REACH_PX + 1), np.uint8)
    peak = (background.delta_e >= cv2.dilate(background.delta_e, window)) & ~background.region
    label = cv2.distanceTransformWithLabels(
        (~peak).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
    )[1]
    colour = np.zeros((int(label.max()) + 1, 3), np.uint8)
    colour[label[peak]] = rgba[peak, :3]
    nearest: NDArray[np.uint8] = colour[label]
    return nearest


def _up_to_the_edge(rgba: Rgba, region: Region, subject: NDArray[np.uint8]) -> Region:
    """Let the background, which may stop a little short, run on to where the subject's colour begins."""
    depth_px = _depth_px(region)
    near = (depth_px > 0) & (depth_px <= _SHORT_PX)
    passable = region.copy()
    passable[near] = _subject_share(rgba, region, subject, near)[0] < _BACKGROUND_SHARE
    count, label = cv2.connectedComponents(passable.astype(np.uint8), connectivity=4)
    reached = np.zeros(count, np.bool_)
    reached[label[region]] = True
    return np.asarray(reached[label], np.bool_)


def _specks(region: Region, delta_e: Floats) -> Region:
    """Find what stands out of the background but is only noise, or the crest of a shadow."""
    count, label, stats, _ = cv2.connectedComponentsWithStats((~region).astype(np.uint8))
    strongest = np.zeros(count, np.float32)
    np.maximum.at(strongest, label[~region].astype(np.intp), delta_e[~region])
    share = stats[:, cv2.CC_STAT_AREA] / region.size
    speck = (share < _TINY_SHARE) | ((share < _SMALL_SHARE) & (strongest < _FAINT_DELTA_E))
    speck[0] = False
    return np.asarray(speck[label], np.bool_)


def _softened(rgba: Rgba, region: Region, subject: NDArray[np.uint8]) -> Rgba:
    """Return the picture with the background transparent, and its edge unmixed into colour and alpha."""
    depth_px = _depth_px(region)
    # The outermost pixels, covered so little that they went for background, are part of the edge.
    rim = cv2.dilate((~region).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    edge = rim & (depth_px <= _EDGE_PX)
    share, behind = _subject_share(rgba, region, subject, edge)
    certain = (depth_px[edge] / _EDGE_PX) ** 3
    alpha = np.maximum(np.where(share < _LEAST_SHARE, 0, share.clip(0, 1)), certain)[:, None]
    unmixed = (rgba[edge, :3] - (1 - alpha) * behind) / np.maximum(alpha, 1 / 255)
    cut = rgba.copy()
    cut[region, 3] = 0
    # The thinner the coverage, the less the unmixed colour can be trusted.
    cut[edge, :3] = np.rint(alpha * unmixed.clip(0, 255) + (1 - alpha) * subject[edge])
    cut[edge, 3] = np.rint(alpha[:, 0] * 255)
    return cut


def _subject_share(
    rgba: Rgba, region: Region, subject: NDArray[np.uint8], points: Region
) -> tuple[Floats, Floats]:
    """Return how much of each of the *points* is subject, ``(n,)``, and the background there, ``(n, 3)``.

    The background is averaged around each point: shadows and gradients make it differ from the fitted
    surface.
    """
    window = (_LOCAL_BACKGROUND_PX, _LOCAL_BACKGROUND_PX)
    is_background = region.astype(np.uint8)
    total = cv2.boxFilter(cv2.copyTo(rgba, is_background), cv2.CV_32F, window, normalize=False)
    count = cv2.boxFilter(is_background, cv2.CV_32F, window, normalize=False)
    behind = (total[points, :3] / np.maximum(count[points], 1)[:, None]).astype(np.float32)
    contrast = subject[points] - behind
    mixed = np.einsum("ni,ni->n", rgba[points, :3] - behind, contrast)
    share: Floats = mixed / np.maximum(np.einsum("ni,ni->n", contrast, contrast), 1)
    return share, behind


def _depth_px(region: Region) -> Floats:
    """Measure how far each pixel lies inside the subject; 0 in the background."""
    distance = cv2.distanceTransform((~region).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5)
    return distance.astype(np.float32, copy=False)
