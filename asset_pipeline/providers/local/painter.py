"""Paints one thing on a white background: silhouette, subject, style."""

from __future__ import annotations

import cv2
import numpy as np

from asset_pipeline.imaging.arrays import Floats, Rgb
from asset_pipeline.providers.local.brief import Brief
from asset_pipeline.providers.local.figure import Figure
from asset_pipeline.providers.local.kit import Kit
from asset_pipeline.providers.local.pixels import cell_px, from_grid, limit_colours, to_grid
from asset_pipeline.providers.local.sampling import depth_px, resized
from asset_pipeline.providers.local.subjects import painter_for

_WORKING_SIDE_PX = 768  # painted at least this large, then averaged down
_LARGEST_SCALE = 4
BACKGROUND = np.float32(253 / 255)  # models deliver "white" a little off


def paint_entity(brief: Brief, cover: Floats, guide: Rgb | None = None) -> Floats:
    """Paint what *brief* asks for inside a silhouette, on off-white.

    Args:
        brief: what to paint and how.
        cover: ``(height, width)`` float32 in ``[0, 1]``: the silhouette; not changed.
        guide: the guide's colour where it has one.

    Returns:
        ``(height, width, 3)`` float32 sRGB in ``[0, 1]``.
    """
    height, width = cover.shape
    scale = min(_LARGEST_SCALE, max(1.0, _WORKING_SIDE_PX / max(height, width)))
    size = (max(4, round(width * scale)), max(4, round(height * scale)))
    figure = Figure(_enlarged(cover, size), brief.style)
    painter_for(brief)(Kit(figure, brief, guide))
    painted = figure.finish()
    if brief.style.grid_cells:
        return _as_pixels(brief, painted, figure.cover, cover)
    on_white = BACKGROUND + (painted - BACKGROUND) * figure.cover[..., None]
    return resized(on_white, width, height, cv2.INTER_AREA)


def _enlarged(cover: Floats, size: tuple[int, int]) -> Floats:
    """Enlarge coverage and make its edge one pixel wide again."""
    factor = max(1.0, size[0] / cover.shape[1])
    large = resized(cover, *size, cv2.INTER_LINEAR)
    sharp: Floats = np.clip((large - np.float32(0.5)) * np.float32(factor) + np.float32(0.5), 0, 1)
    return sharp


def _as_pixels(brief: Brief, painted: Floats, large_cover: Floats, cover: Floats) -> Floats:
    """Bring a painting to its grid: average, outline by one logical pixel, few colours, enlarge."""
    height, width = cover.shape
    cell = cell_px(cover, brief.style.grid_cells)
    carved = resized(large_cover, width, height, cv2.INTER_AREA)
    rgb = to_grid(resized(painted * large_cover[..., None], width, height, cv2.INTER_AREA), cell)
    inside = to_grid(carved, cell)
    rgb = np.clip(rgb / np.maximum(inside, 1e-3)[..., None], 0, 1)
    few = limit_colours(rgb, inside, brief.palette, 0.055)
    edge = (inside > 0.5) & (depth_px(inside) < 1.5)
    dark = few[edge] * np.array([0.34, 0.28, 0.42], np.float32)
    few[edge] = limit_colours(dark[None], np.ones((1, len(dark)), np.float32), brief.palette, 0.0)[0]
    few[inside <= 0.5] = BACKGROUND
    return from_grid(few, cell, width, height)
