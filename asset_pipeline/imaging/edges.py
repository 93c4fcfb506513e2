"""The edge of a subject: unmixing its pixels into subject and background."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from asset_pipeline.imaging.arrays import Floats, Region, Rgba
from asset_pipeline.imaging.background import Background
from asset_pipeline.imaging.regions import distance_px, reached

# Generators and JPEG spread an edge over two or three pixels; farther inside nothing is transparent.
_EDGE_PX = 3.0
# How far the background found so far may stop short of the edge; and what is background there: a small share of the
# subject's colour, and nothing far from the background's (ΔE76) that has a colour of its own.
_SHORT_PX, _BACKGROUND_SHARE, _FAINT_DELTA_E = 7.0, 0.2, 30.0
# What is less than this share subject is noise.
_LEAST_SHARE = 0.06
# How far the subject's own colour is looked for. The middle one counts, unless it explains a pixel badly (so far off
# every mixture, of 255) and the near one much better. The far one finds what is left of glows.
_REACHES_PX = (2, 4, 8)
_MIXTURE_AWAY, _NEARER = 12.0, 0.5
# The window that averages the background.
_LOCAL_BACKGROUND_PX = 25


@dataclass(frozen=True, eq=False)
class Band:
    """The pixels along the contour of the background, as far as its edge may be.

    Attributes:
        where: intp ``(n,)``, which pixels, as indices into the flat picture.
        passable: bool ``(n,)``, where there is background although it looked otherwise.
        share: float32 ``(n,)``, how much of each is subject; below 0 or above 1 where it is no mixture.
        subject: float32 ``(n, 3)``, the subject's colour there, 0..255.
        behind: float32 ``(n, 3)``, the background's.
    """

    where: NDArray[np.intp]
    passable: Region
    share: Floats
    subject: Floats
    behind: Floats


def unmix(rgba: Rgba, background: Background) -> Band:
    """Unmix the pixels along the background's contour into background and subject."""
    depth_px = distance_px(background.region)
    rim = cv2.dilate((depth_px > 0).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    where = np.flatnonzero(rim & (depth_px <= _SHORT_PX + _EDGE_PX))
    total = _local_background(rgba, background.region).reshape(-1, 4)[where]
    behind = np.asarray(total[:, :3] / np.maximum(total[:, 3:], 1), np.float32)
    shown = rgba.reshape(-1, 4)[where, :3] - behind
    near, middle, far = _subject_colours(rgba, background, where)
    share, away = _unmixed(shown, middle - behind)
    near_share, near_away = _unmixed(shown, near - behind)
    nearer = (away > _MIXTURE_AWAY) & (near_away < _NEARER * away)
    share, subject = np.where(nearer, near_share, share), np.where(nearer[:, None], near, middle)
    faint = background.delta_e.reshape(-1)[where] < _FAINT_DELTA_E
    passable = (_unmixed(shown, far - behind)[0] < _BACKGROUND_SHARE) & (faint | (share < _BACKGROUND_SHARE))
    return Band(where, passable, share, subject, behind)


def _subject_colours(rgba: Rgba, background: Background, where: NDArray[np.intp]) -> list[Floats]:
    """Return for each of those pixels, ``(n, 3)`` each, the colours within reach that are least like the background.

    Not the colour deepest inside: thin swords and whiskers have no inside, and outlines differ from what they
    enclose.
    """
    # The colours that ΔE was measured of: in the corners of hard steps the picture's own are others.
    calm = np.dstack(
        [cv2.medianBlur(np.ascontiguousarray(rgba[..., :3]), 3), np.zeros(rgba.shape[:2], np.uint8)]
    )
    packed = calm.view(np.uint32)[..., 0]
    # ΔE and colour in one number, so that the largest ΔE of a window brings its colour along.
    key: NDArray[np.float64] = np.rint(background.delta_e * 16) * float(2**24) + packed
    key[background.region] = 0
    colours = []
    for more_px in np.diff((0, *_REACHES_PX)):
        key = np.asarray(cv2.dilate(key, np.ones((2 * more_px + 1, 2 * more_px + 1), np.uint8)), np.float64)
        found = key.reshape(-1)[where].astype(np.uint64).astype(np.uint32)
        colours.append(found.view(np.uint8).reshape(-1, 4)[:, :3].astype(np.float32))
    return colours


def _unmixed(shown: Floats, subject: Floats) -> tuple[Floats, Floats]:
    """Return which share of *subject* a colour holds, and how far it is from any such mixture, ``(n,)`` each.

    Both colours are differences from the background, ``(n, 3)``.
    """
    length = np.maximum(np.einsum("ni,ni->n", subject, subject), 1)
    share = np.asarray(np.einsum("ni,ni->n", shown, subject) / length, np.float32)
    rest = shown - share[:, None] * subject
    return share, np.asarray(np.sqrt(np.einsum("ni,ni->n", rest, rest)), np.float32)


def _local_background(rgba: Rgba, region: Region) -> Floats:
    """Sum up, ``(height, width, 4)``, the colours of the background around each pixel, and count its pixels.

    Shadows and gradients make it differ from the fitted surface.
    """
    window = (_LOCAL_BACKGROUND_PX, _LOCAL_BACKGROUND_PX)
    seen = cv2.copyTo(rgba, region.astype(np.uint8))
    total = np.asarray(cv2.boxFilter(seen, cv2.CV_32F, window, normalize=False), np.float32)
    total[..., 3] /= 255
    return total


def up_to_the_edge(region: Region, band: Band) -> Region:
    """Let the background, which may stop a little short, run on to where the subject's colour begins."""
    passable = region.copy()
    passable.reshape(-1)[band.where[band.passable]] = True
    return reached(region, passable | region)


def softened(rgba: Rgba, region: Region, band: Band) -> Rgba:
    """Return the picture with the background transparent, and its edge unmixed into colour and alpha."""
    depth_px = distance_px(region)
    # The outermost pixels, covered so little that they went for background, are part of the edge.
    rim = cv2.dilate((depth_px > 0).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    edge = (rim & (depth_px <= _EDGE_PX)).reshape(-1)[band.where]
    where, share, subject = band.where[edge], band.share[edge], band.subject[edge]
    certain = (depth_px.reshape(-1)[where] / _EDGE_PX) ** 3
    alpha = np.maximum(np.where(share < _LEAST_SHARE, 0, share.clip(0, 1)), certain)[:, None]
    unmixed = (rgba.reshape(-1, 4)[where, :3] - (1 - alpha) * band.behind[edge]) / np.maximum(alpha, 1 / 255)
    cut = rgba.copy()
    cut[..., 3] = ~region * np.uint8(255)
    # The thinner the coverage, the less the unmixed colour can be trusted.
    colour = alpha * unmixed.clip(0, 255) + (1 - alpha) * subject
    cut.reshape(-1, 4)[where] = np.rint(np.concatenate([colour, 255 * alpha], axis=1))
    return cut
