"""What a guide says by itself: the silhouette on it, and the colour it is filled with."""

from __future__ import annotations

import numpy as np

from asset_pipeline.errors import ImageError
from asset_pipeline.imaging.arrays import Region, Rgb, Rgba, require_rgba

_PAPER_STEPS = 40


def read_guide(guide: Rgba) -> tuple[Region, Rgb]:
    """Read the shape off a guide: what is covered, or, on opaque paper, what differs from the paper.

    Args:
        guide: uint8 ``(height, width, 4)``, straight alpha; not changed.

    Returns:
        bool ``(height, width)``, and the median colour of the shape.

    Raises:
        ImageError: *guide* is no picture, or shows no shape.

    >>> drawn = np.full((5, 5, 4), 255, np.uint8)
    >>> drawn[1:4, 1:4, :3] = (120, 60, 20)
    >>> shape, fill = read_guide(drawn)
    >>> int(shape.sum()), fill
    (9, (120, 60, 20))
    """
    require_rgba(guide)
    shape = guide[..., 3] >= 128
    if shape.all():
        frame = np.concatenate([guide[0], guide[-1], guide[:, 0], guide[:, -1]])[:, :3]
        paper = np.median(frame, axis=0).astype(np.int16)
        shape = np.abs(guide[..., :3].astype(np.int16) - paper).max(axis=2) > _PAPER_STEPS
    if not shape.any():
        raise ImageError("the guide shows no shape: draw it filled, on white or transparent paper")
    red, green, blue = (int(value) for value in np.median(guide[shape, :3], axis=0))
    return shape, (red, green, blue)
