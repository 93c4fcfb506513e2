"""Cutting a subject out of the roughly flat background it was generated on."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, TypeAlias

import cv2
import numpy as np

from asset_pipeline.imaging.alpha import bleed_alpha, over
from asset_pipeline.imaging.arrays import Region, Rgba, require_rgba
from asset_pipeline.imaging.background import Background, find_background
from asset_pipeline.imaging.edges import softened, unmix, up_to_the_edge
from asset_pipeline.imaging.regions import parts_of
from asset_pipeline.imaging.veil import veil_of

Keep: TypeAlias = Literal["drop", "keep"]
"""What becomes of shadows, or of glows."""

# The window that averages what is around.
_AROUND_PX = 25
# Noise, as opposed to a spark or a star, is tiny, or small and faint (ΔE76 from what is around it).
_TINY_SHARE, _SMALL_SHARE, _FAINT_DELTA_E = 5e-5, 1e-2, 30.0


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
    strong = _strong(background)
    background = replace(background, region=background.region | _specks(background.region, strong))
    band = unmix(rgba, background)
    if firm is not None:
        sure = firm.reshape(-1)[band.where]
        band.share[sure], band.passable[sure] = 1, False
    region = up_to_the_edge(background.region, band)
    region |= _specks(region, strong)
    cut = softened(rgba, region, band)
    if "keep" in (shadows, glow):
        veil = veil_of(rgba, background, shadows=shadows == "keep", glow=glow == "keep")
        cut = over([veil, cut])
    return bleed_alpha(cut)


def _strong(background: Background) -> Region:
    """Tell where a picture differs much from the background around, be that plain, shadow or glow."""
    window = (_AROUND_PX, _AROUND_PX)
    count = cv2.blur(background.region.astype(np.float32), window)
    around = cv2.blur(cv2.copyTo(background.delta_e, background.region.astype(np.uint8)), window)
    # That is: delta_e - around / count is at least this.
    return np.asarray((background.delta_e - _FAINT_DELTA_E) * count >= around, np.bool_)


def _specks(region: Region, strong: Region) -> Region:
    """Find what stands out of the background but is only noise, or the crest of a shadow."""
    parts = parts_of(~region, diagonal=True)
    holds_strong = np.zeros(len(parts.area_px), np.bool_)
    holds_strong[parts.label.reshape(-1)[np.flatnonzero(strong & ~region)]] = True
    share = parts.area_px / region.size
    return parts.region((share < _TINY_SHARE) | ((share < _SMALL_SHARE) & ~holds_strong))
