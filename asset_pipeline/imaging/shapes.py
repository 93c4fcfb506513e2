"""Outlines of objects, and the exact coverage of a canvas by one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from asset_pipeline.errors import ImageError
from asset_pipeline.imaging.alpha import PixelBox
from asset_pipeline.imaging.arrays import Floats
from asset_pipeline.imaging.coverage import polygon_coverage, stretched_coverage

_ELLIPSE_CORNERS = 720


@dataclass(frozen=True)
class Box:
    """A rectangle."""


@dataclass(frozen=True)
class Circle:
    """A circle; an ellipse where the object is not as wide as high."""


@dataclass(frozen=True)
class Polygon:
    """A closed outline.

    Attributes:
        points: three or more corners ``(x, y)``, y downwards, in any unit: only proportions count.
    """

    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, eq=False)
class Mask:
    """A drawn outline.

    Attributes:
        array: ``(height, width)``, bool or uint8 coverage (255 = inside).
    """

    array: NDArray[np.bool_] | NDArray[np.uint8]


Shape: TypeAlias = Box | Circle | Polygon | Mask


class Extent(NamedTuple):
    """Where something lies on a canvas, in pixels from its left top corner; parts of a pixel count."""

    left_px: float
    top_px: float
    width_px: float
    height_px: float


def shape_coverage(shape: Shape, extent: Extent, *, width_px: int, height_px: int) -> Floats:
    """Cover a canvas by *shape*, what is visible of it stretched to *extent*.

    Args:
        shape: the outline.
        extent: where its own bounding box comes to lie.
        width_px: width of the canvas.
        height_px: height of the canvas.

    Returns:
        float32 ``(height_px, width_px)`` in ``[0, 1]``: the exact coverage, antialiased.

    Raises:
        ImageError: the shape covers nothing.

    >>> shape_coverage(Box(), Extent(0.5, 0, 2, 1), width_px=4, height_px=1).tolist()
    [[0.5, 1.0, 0.5, 0.0]]
    """
    left, top, width, height = extent
    if isinstance(shape, Mask):
        cropped = _cropped(shape.array)
        rows = stretched_coverage(cropped.T, left_px=top, right_px=top + height, canvas_px=height_px).T
        return stretched_coverage(rows, left_px=left, right_px=left + width, canvas_px=width_px).clip(0, 1)
    points_px = _unit_outline(shape) * (width, height) + (left, top)
    return polygon_coverage(points_px, width_px=width_px, height_px=height_px)


def _cropped(mask: NDArray[Any]) -> Floats:
    """Return the part of *mask* that holds anything, as coverage in ``[0, 1]``."""
    if mask.ndim != 2 or mask.dtype not in (np.bool_, np.uint8) or not mask.any():
        raise ImageError(
            f"a mask must be (height, width) of bool or uint8 with something in it, "
            f"got shape {mask.shape} and type {mask.dtype}{'' if mask.any() else ', all empty'}"
        )
    box = PixelBox(*cv2.boundingRect((mask > 0).astype(np.uint8)))
    part = mask[box.y : box.y + box.height, box.x : box.x + box.width].astype(np.float32)
    return part / np.float32(255) if mask.dtype == np.uint8 else part


def _unit_outline(shape: Box | Circle | Polygon) -> NDArray[np.float64]:
    """Return the corners of *shape*, ``(corners, 2)``, its bounding box stretched to the unit square."""
    match shape:
        case Box():
            return np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
        case Circle():
            angle = np.linspace(0, 2 * np.pi, _ELLIPSE_CORNERS, endpoint=False)
            return np.stack([np.cos(angle), np.sin(angle)], axis=1) / 2 + 0.5
        case Polygon(points):
            corners = np.array(points, np.float64).reshape(-1, 2)
            extent = np.ptp(corners, axis=0) if len(corners) >= 3 else np.zeros(2)
            if not (np.isfinite(corners).all() and (extent > 0).all()):
                raise ImageError(f"a polygon needs three or more points that enclose an area, got {points}")
            unit: NDArray[np.float64] = (corners - corners.min(axis=0)) / extent
            return unit
