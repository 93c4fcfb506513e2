"""Cutting a subject out of the roughly flat background it was generated on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from asset_pipeline.imaging.alpha import bleed_alpha, over
from asset_pipeline.imaging.arrays import Floats, Region, Rgba, require_rgba
from asset_pipeline.imaging.background import Background, find_background
from asset_pipeline.imaging.regions import distance_px, parts_of, reached
from asset_pipeline.imaging.veil import veil_of

Keep: TypeAlias = Literal["drop", "keep"]
"""What becomes of shadows, or of glows."""

# Generators and JPEG spread an edge over two or three pixels; farther inside nothing is transparent.
_EDGE_PX = 3.0
# How far the background found so far may stop short of the edge, and what still belongs to it there.
_SHORT_PX = 7.0
_BACKGROUND_SHARE = 0.2
# What is less than this share subject is noise.
_LEAST_SHARE = 0.06
# How far the subject's own colour is looked for. The middle one counts, unless it explains a pixel badly (so far off
# every mixture, of 255) and the near one much better. The far one finds what is left of glows.
_REACHES_PX = (2, 4, 8)
_MIXTURE_AWAY, _NEARER = 12.0, 0.5
# The window that averages the background.
_LOCAL_BACKGROUND_PX = 25
# Noise, as opposed to a spark or a star, is tiny, or small and faint (ΔE76 from what is around it).
_TINY_SHARE, _SMALL_SHARE, _FAINT_DELTA_E = 5e-5, 1e-2, 30.0


@dataclass(frozen=True, eq=False)
class _Band:
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


def cut_out(rgba: Rgba, *, shadows: Keep = "drop", glow: Keep = "drop") -> Rgba:
    """Make the background transparent, with soft edges free of its colour.

    Background is what is like the border and connected to it, so that white eyes and gloves stay on white,
    and holes certain to be some (see :mod:`~asset_pipeline.imaging.background`). Along its edge every pixel is
    taken for a mixture of background and the most different colour nearby; the share of the latter is its
    alpha, and the background's part is taken out of its colour. A picture that already has transparency keeps
    it.

    Args:
        rgba: uint8 ``(height, width, 4)``, straight alpha; not changed.
        shadows: keep the subject's shadows, as thin darkness over nothing, or drop them.
        glow: keep what glows around the subject, or drop it.

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
    return cut_along(rgba, background, shadows=shadows, glow=glow)


def cut_along(
    rgba: Rgba,
    background: Background,
    *,
    firm: Region | None = None,
    shadows: Keep = "drop",
    glow: Keep = "drop",
) -> Rgba:
    """Make a known background transparent, as :func:`cut_out` does.

    Args:
        rgba: uint8 ``(height, width, 4)``, opaque; not changed.
        background: what to take away.
        firm: bool ``(height, width)``, what is known to be subject although it may look like the background.
        shadows: see :func:`cut_out`.
        glow: see :func:`cut_out`.

    Returns:
        A new picture, see :func:`cut_out`.
    """
    if not background.region.any():
        return rgba.copy()
    background = replace(
        background, region=background.region | _specks(background.region, background.delta_e)
    )
    band = _band(rgba, background)
    if firm is not None:
        sure = firm.reshape(-1)[band.where]
        band.share[sure], band.passable[sure] = 1, False
    region = _up_to_the_edge(background.region, band)
    region |= _specks(region, background.delta_e)
    cut = _softened(rgba, region, band)
    if "keep" in (shadows, glow):
        veil = veil_of(rgba, background, shadows=shadows == "keep", glow=glow == "keep")
        cut = over([veil, cut])
    return bleed_alpha(cut)


def _band(rgba: Rgba, background: Background) -> _Band:
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
    return _Band(where, passable, share, subject, behind)


def _subject_colours(rgba: Rgba, background: Background, where: NDArray[np.intp]) -> list[Floats]:
    """Return for each of those pixels, ``(n, 3)`` each, the colours within reach that are least like the background.

    Not the colour deepest inside: thin swords and whiskers have no inside, and outlines differ from what they
    enclose.
    """
    packed = np.ascontiguousarray(rgba).view(np.uint32)[..., 0] & np.uint32(0xFFFFFF)
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


def _up_to_the_edge(region: Region, band: _Band) -> Region:
    """Let the background, which may stop a little short, run on to where the subject's colour begins."""
    passable = region.copy()
    passable.reshape(-1)[band.where[band.passable]] = True
    return reached(region, passable | region)


def _specks(region: Region, delta_e: Floats) -> Region:
    """Find what stands out of the background but is only noise, or the crest of a shadow."""
    window = (_LOCAL_BACKGROUND_PX, _LOCAL_BACKGROUND_PX)
    count = cv2.blur(region.astype(np.float32), window)
    around = cv2.blur(delta_e * region, window) / np.maximum(count, np.float32(1e-3))
    parts = parts_of(~region, diagonal=True)
    strong = np.zeros(len(parts.area_px), np.bool_)
    strong[parts.label[~region & (delta_e - around >= _FAINT_DELTA_E)]] = True
    share = parts.area_px / region.size
    return parts.region((share < _TINY_SHARE) | ((share < _SMALL_SHARE) & ~strong))


def _softened(rgba: Rgba, region: Region, band: _Band) -> Rgba:
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
