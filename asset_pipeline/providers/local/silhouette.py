"""The outline to paint in: read out of a guide, or made up where there is none."""

from __future__ import annotations

import cv2
import numpy as np

from asset_pipeline.errors import ImageError
from asset_pipeline.imaging.arrays import Floats, Rgb, Rgba
from asset_pipeline.providers.local import shapes
from asset_pipeline.providers.local.brief import Brief
from asset_pipeline.providers.local.palette import to_oklch
from asset_pipeline.providers.local.sampling import depth_px

_FAINTEST = 0.06  # a guide differs from its background by at least this share of full scale
_SOFT_EDGE_PX = 3.0


def guide_cover(guide: Rgba) -> Floats:
    """Find how much of each pixel the guide's shape covers.

    The shape is whatever differs from the border's usual colour, or the alpha channel where there is one.
    Only near its edge is the difference a matter of degree: inside, a pale highlight is still the shape.

    Args:
        guide: ``(height, width, 4)`` uint8, straight alpha; not changed.

    Returns:
        ``(height, width)`` float32 in ``[0, 1]``.

    Raises:
        ImageError: nothing differs from the border.
    """
    if guide[..., 3].min() < 255:
        cover = guide[..., 3].astype(np.float32) / np.float32(255)
    else:
        border = np.concatenate([guide[0], guide[-1], guide[:, 0], guide[:, -1]])[:, :3]
        usual = np.median(border, axis=0)
        if (np.abs(border - usual).max(1) > 255 * _FAINTEST).mean() > 0.3:
            return np.ones(guide.shape[:2], np.float32)  # a picture from edge to edge: there is no background
        difference = np.abs(guide[..., :3].astype(np.float32) - usual.astype(np.float32)).max(
            -1
        ) / np.float32(255)
        nearby = cv2.dilate(difference, np.ones((5, 5), np.uint8))
        cover = np.where(nearby > _FAINTEST, np.clip(difference / np.maximum(nearby, 1e-6), 0, 1), 0).astype(
            np.float32
        )
        cover[depth_px((difference > _FAINTEST).astype(np.float32)) > _SOFT_EDGE_PX] = 1.0
    if (cover > 0.5).sum() < 16:
        raise ImageError("the guide is blank: nothing in it differs from its border; draw a shape on white")
    return cover


def guide_colour(guide: Rgba, cover: Floats) -> Rgb | None:
    """Name the colour a guide is painted with; ``None`` where it is grey or black."""
    r, g, b = (round(float(c)) for c in np.median(guide[cover > 0.9][:, :3], axis=0))
    return (r, g, b) if to_oklch((r, g, b))[1] > 0.035 else None


def invented_cover(brief: Brief, width_px: int, height_px: int) -> Floats:
    """Make up a silhouette by what the prompt mentions and the seed, filling nine tenths of the canvas.

    Returns:
        ``(height_px, width_px)`` float32 in ``[0, 1]``.
    """
    points = _invented(brief)
    span = points.max(0) - points.min(0)
    points = (points - points.min(0) - span / 2) * min(width_px * 0.9 / span[0], height_px * 0.9 / span[1])
    drawn = np.zeros((height_px, width_px), np.uint8)
    cv2.fillPoly(
        drawn,
        [np.round((points + np.array([width_px / 2 - 0.5, height_px / 2 - 0.5])) * 16).astype(np.int32)],
        255,
        cv2.LINE_AA,
        4,
    )
    return drawn.astype(np.float32) / np.float32(255)


def _invented(brief: Brief) -> shapes.Points:
    rng = brief.rng("silhouette")
    for words, points in _OUTLINES.items():
        if brief.says(*words):
            return points
    if brief.role == "platform" or brief.says("platform", "ledge", "bridge"):
        return shapes.superellipse(7) * [1.0, float(rng.uniform(0.24, 0.34))]
    if brief.role in ("character", "enemy"):
        tall = float(rng.uniform(0.95, 1.25))
        body = shapes.superellipse(float(rng.uniform(2.2, 3.0)), 96) * [1, tall]
        pear = 1 + 0.10 * body[:, 1:] / tall
        return shapes.wobble(body * np.concatenate([pear, np.ones_like(pear)], axis=1), rng, 0.03)
    return shapes.wobble(shapes.superellipse(float(rng.uniform(2.0, 3.6)), 96), rng, 0.05)


_OUTLINES = {
    ("heart",): shapes.heart(),
    ("star",): shapes.smooth(shapes.star(5, 0.55), 2),
    ("gem", "diamond", "crystal", "jewel"): shapes.polygon(
        (-0.55, -0.8), (0.55, -0.8), (1, -0.25), (0, 1), (-1, -0.25)
    ),
    ("coin", "ball", "golf", "planet", "moon", "hole", "button", "lantern", "bomb", "orb"): shapes.ellipse(
        128
    ),
    ("crate", "box", "chest", "door", "barrel"): shapes.superellipse(9),
    ("potion", "bottle", "flask"): shapes.smooth(
        shapes.polygon(
            (-0.3, -1), (0.3, -1), (0.3, -0.4), (0.8, 0.1), (0.8, 1), (-0.8, 1), (-0.8, 0.1), (-0.3, -0.4)
        ),
        2,
    ),
    ("fish",): shapes.smooth(
        shapes.polygon(
            (1, 0),
            (0.4, 0.6),
            (-0.3, 0.5),
            (-0.6, 0.12),
            (-1, 0.6),
            (-0.9, 0),
            (-1, -0.6),
            (-0.6, -0.12),
            (-0.3, -0.5),
            (0.4, -0.6),
        ),
        2,
    ),
    ("rocket",): shapes.smooth(
        shapes.polygon(
            (0, -1.2), (0.45, -0.4), (0.42, 0.5), (0.75, 1), (-0.75, 1), (-0.42, 0.5), (-0.45, -0.4)
        ),
        2,
    ),
    ("flag",): shapes.polygon((-0.6, -1), (0.7, -0.6), (-0.38, -0.15), (-0.38, 1), (-0.6, 1)),
    ("mushroom",): shapes.smooth(
        shapes.polygon(
            (-1, 0), (-0.7, -0.9), (0.7, -0.9), (1, 0), (0.45, 0.15), (0.5, 1), (-0.5, 1), (-0.45, 0.15)
        ),
        2,
    ),
    ("tree",): shapes.smooth(
        shapes.polygon(
            (-0.8, 0.2),
            (-0.9, -0.5),
            (0, -1.1),
            (0.9, -0.5),
            (0.8, 0.2),
            (0.22, 0.4),
            (0.28, 1),
            (-0.28, 1),
            (-0.22, 0.4),
        ),
        2,
    ),
    ("key",): shapes.polygon(
        (-0.4, -1),
        (0.4, -1),
        (0.55, -0.6),
        (0.4, -0.25),
        (0.15, -0.15),
        (0.15, 0.5),
        (0.45, 0.5),
        (0.45, 0.65),
        (0.15, 0.7),
        (0.15, 0.85),
        (0.4, 0.85),
        (0.4, 1),
        (-0.15, 1),
        (-0.15, -0.15),
        (-0.4, -0.25),
        (-0.55, -0.6),
    ),
    ("boat",): shapes.smooth(
        shapes.polygon((-1.4, -0.4), (-1.1, -0.1), (1.1, -0.1), (1.4, -0.4), (1.0, 0.5), (-1.0, 0.5)), 1
    ),
    ("slime", "blob"): shapes.smooth(shapes.polygon((-0.5, -0.7), (0.5, -0.7), (1.0, 0.75), (-1.0, 0.75)), 3),
    ("ghost",): shapes.smooth(
        shapes.polygon(
            (-0.75, -0.6), (0, -1.2), (0.75, -0.6), (0.85, 1), (0.45, 0.75), (0, 1), (-0.45, 0.75), (-0.85, 1)
        ),
        2,
    ),
}
