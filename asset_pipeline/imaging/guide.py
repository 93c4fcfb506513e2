"""Guides: what an image-to-image model paints over, and the exact matte its result is measured against."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from asset_pipeline.errors import ImageError
from asset_pipeline.imaging.alpha import PixelBox
from asset_pipeline.imaging.arrays import Floats, Rgb, Rgba
from asset_pipeline.imaging.coverage import polygon_coverage, stretched_coverage

_ELLIPSE_CORNERS = 720
# A guide must stand out from its white canvas, also where a white object is wanted.
_BRIGHTEST_LUMA = 0.82


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


def guide_matte(
    shape: Shape, *, canvas_width_px: int, canvas_height_px: int, aspect: float, fill_share: float = 0.9
) -> Floats:
    """Cover a canvas by the shape of an object, centred, as large as *fill_share* of the tighter side allows.

    What is visible of the shape, its own bounding box, is stretched to the object's aspect, since that is
    what remains of a sprite after trimming.

    Args:
        shape: the object's outline.
        canvas_width_px: width of the canvas.
        canvas_height_px: height of the canvas.
        aspect: the object's width divided by its height.
        fill_share: share of the tighter side to fill, above 0 up to 1.

    Returns:
        float32 ``(canvas_height_px, canvas_width_px)`` in ``[0, 1]``: the exact coverage, antialiased.

    Raises:
        ImageError: a size, *aspect* or *fill_share* is out of range, or the shape covers nothing.

    >>> wide = guide_matte(Box(), canvas_width_px=4, canvas_height_px=4, aspect=2.0, fill_share=1.0)
    >>> wide.mean(axis=1).tolist()
    [0.0, 1.0, 1.0, 0.0]
    """
    if min(canvas_width_px, canvas_height_px) < 1 or not (0 < aspect < np.inf and 0 < fill_share <= 1):
        raise ImageError(
            f"a guide needs sizes of 1 px or more, an aspect above 0 and a fill_share above 0 up to 1; got "
            f"{canvas_width_px} x {canvas_height_px} px, aspect {aspect}, fill_share {fill_share}"
        )
    width_px = fill_share * min(canvas_width_px, canvas_height_px * aspect)
    size_px = np.array([width_px, width_px / aspect])
    left_top_px = (np.array([canvas_width_px, canvas_height_px]) - size_px) / 2
    if isinstance(shape, Mask):
        cropped = _cropped(shape.array)
        (left, top), (right, bottom) = left_top_px, left_top_px + size_px
        rows = stretched_coverage(cropped.T, left_px=top, right_px=bottom, canvas_px=canvas_height_px).T
        return stretched_coverage(rows, left_px=left, right_px=right, canvas_px=canvas_width_px).clip(0, 1)
    points_px = left_top_px + _unit_outline(shape) * size_px
    return polygon_coverage(points_px, width_px=canvas_width_px, height_px=canvas_height_px)


def draw_guide(  # noqa: PLR0913  # a canvas, an object and its colour; all but the shape by keyword
    shape: Shape,
    *,
    canvas_width_px: int,
    canvas_height_px: int,
    aspect: float,
    fill_rgb: Rgb,
    fill_share: float = 0.9,
) -> Rgba:
    """Draw the shape of an object on white, in its own colour and softly shaded, for a model to paint over.

    Black silhouettes leak: the model keeps their black. A mid-tone with a little volume does not (quality
    gate D5).

    Args:
        shape: the object's outline.
        canvas_width_px: width of the picture.
        canvas_height_px: height of the picture.
        aspect: the object's width divided by its height.
        fill_rgb: the object's main colour; one too light to be seen on white is toned down.
        fill_share: as in :func:`guide_matte`.

    Returns:
        uint8 ``(canvas_height_px, canvas_width_px, 4)``, opaque.

    Raises:
        ImageError: as :func:`guide_matte`.
    """
    matte = guide_matte(
        shape,
        canvas_width_px=canvas_width_px,
        canvas_height_px=canvas_height_px,
        aspect=aspect,
        fill_share=fill_share,
    )[..., None]
    fill = np.array(fill_rgb, np.float32) / 255
    luma = float(fill @ (0.2126, 0.7152, 0.0722))
    fill *= min(1.0, _BRIGHTEST_LUMA / max(luma, 1e-6))
    picture = np.ones((canvas_height_px, canvas_width_px, 4), np.float32)
    picture[..., :3] += matte * (_shading(matte[..., 0])[..., None] * fill - 1)
    return np.rint(picture * 255).astype(np.uint8)


def _shading(matte: Floats) -> Floats:
    """Return the light on a cushion of this outline, lit from above: 0.72 (lower rim) to 1 (top)."""
    inside = np.pad((matte > 0.5).astype(np.uint8), 1)
    depth_px = cv2.distanceTransform(inside, cv2.DIST_L2, cv2.DIST_MASK_5)[1:-1, 1:-1]
    rim = 1 - np.minimum(depth_px / max(0.6 * float(depth_px.max()), 1.0), 1)
    down = np.linspace(0, 1, len(matte), dtype=np.float32)[:, None]
    shading: Floats = 1 - 0.14 * rim**2 - 0.14 * down
    return shading


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
