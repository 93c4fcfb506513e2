"""Guides: what an image-to-image model paints over, and the exact matte its result is measured against."""

from __future__ import annotations

from math import inf

import cv2
import numpy as np

from asset_pipeline.errors import ImageError
from asset_pipeline.imaging.arrays import Floats, Rgb, Rgba
from asset_pipeline.imaging.colour import luma
from asset_pipeline.imaging.shapes import Extent, Shape, shape_coverage

FILL_SHARE = 0.9  # of the tighter side of the canvas; the rest lets a cutter see the ground all around
# A guide must stand out from its white canvas, also where a white object is wanted; a black one leaves no room for
# the shading that tells a model where the light comes from.
_BRIGHTEST_LUMA, _DARKEST_LUMA = 0.82, 0.1


def guide_extent(
    *, canvas_width_px: int, canvas_height_px: int, aspect: float, fill_share: float = FILL_SHARE
) -> Extent:
    """Place an object in the middle of its canvas, as large as *fill_share* of the tighter side allows.

    Args:
        canvas_width_px: width of the canvas.
        canvas_height_px: height of the canvas.
        aspect: the object's width divided by its height.
        fill_share: share of the tighter side to fill, above 0 up to 1.

    Raises:
        ImageError: a size, *aspect* or *fill_share* is out of range.

    >>> guide_extent(canvas_width_px=512, canvas_height_px=64, aspect=16.0, fill_share=0.75)
    Extent(left_px=64.0, top_px=20.0, width_px=384.0, height_px=24.0)
    """
    if min(canvas_width_px, canvas_height_px) < 1 or not (0 < aspect < inf and 0 < fill_share <= 1):
        raise ImageError(
            f"a guide needs sizes of 1 px or more, an aspect above 0 and a fill_share above 0 up to 1; got "
            f"{canvas_width_px} x {canvas_height_px} px, aspect {aspect}, fill_share {fill_share}"
        )
    width = fill_share * min(canvas_width_px, canvas_height_px * aspect)
    height = width / aspect
    return Extent((canvas_width_px - width) / 2, (canvas_height_px - height) / 2, width, height)


def guide_matte(
    shape: Shape,
    *,
    canvas_width_px: int,
    canvas_height_px: int,
    aspect: float,
    fill_share: float = FILL_SHARE,
) -> Floats:
    """Cover a canvas by the shape of an object, placed by :func:`guide_extent`.

    What is visible of the shape, its own bounding box, is stretched to the object's aspect, since that is
    what remains of a sprite after trimming.

    Args:
        shape: the object's outline.
        canvas_width_px: width of the canvas.
        canvas_height_px: height of the canvas.
        aspect: the object's width divided by its height.
        fill_share: as in :func:`guide_extent`.

    Returns:
        float32 ``(canvas_height_px, canvas_width_px)`` in ``[0, 1]``: the exact coverage, antialiased.

    Raises:
        ImageError: as :func:`guide_extent`, or the shape covers nothing.
    """
    extent = guide_extent(
        canvas_width_px=canvas_width_px,
        canvas_height_px=canvas_height_px,
        aspect=aspect,
        fill_share=fill_share,
    )
    return shape_coverage(shape, extent, width_px=canvas_width_px, height_px=canvas_height_px)


def draw_guide(  # noqa: PLR0913  # a canvas, an object and its colour; all but the shape by keyword
    shape: Shape,
    *,
    canvas_width_px: int,
    canvas_height_px: int,
    aspect: float,
    fill_rgb: Rgb,
    fill_share: float = FILL_SHARE,
) -> Rgba:
    """Draw the shape of an object on white, in its own colour and softly shaded, for a model to paint over.

    Black silhouettes leak: the model keeps their black. A mid-tone with a little volume does not (quality
    gate D5).

    Args:
        shape: the object's outline.
        canvas_width_px: width of the picture.
        canvas_height_px: height of the picture.
        aspect: the object's width divided by its height.
        fill_rgb: the object's main colour; one too light to be seen on white is toned down, black is lifted a little.
        fill_share: as in :func:`guide_extent`.

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
    )
    return on_white(matte, _cushion(matte), fill_rgb)


def on_white(matte: Floats, light: Floats, fill_rgb: Rgb) -> Rgba:
    """Paint *matte* on white paper, in a colour that is seen there.

    Args:
        matte: ``(height, width)`` in ``[0, 1]``: how much of each pixel is covered; not changed.
        light: ``(height, width)`` in ``[0, 1]``: how much light falls on it; not changed.
        fill_rgb: the colour in full light.

    Returns:
        uint8 ``(height, width, 4)``, opaque.
    """
    toned_down = min(1.0, _BRIGHTEST_LUMA / max(luma(fill_rgb), 1e-6))
    lifted = max(0.0, _DARKEST_LUMA - luma(fill_rgb))
    fill = np.array(fill_rgb, np.float32) * np.float32(toned_down / 255) + np.float32(lifted)
    picture = np.ones((*matte.shape, 4), np.float32)
    picture[..., :3] += matte[..., None] * (light[..., None] * fill - 1)
    return np.asarray(np.rint(picture * 255), np.uint8)


def _cushion(matte: Floats) -> Floats:
    """Return the light on a cushion of this outline, lit from above: 0.72 (lower rim) to 1 (top)."""
    inside = np.pad((matte > 0.5).astype(np.uint8), 1)
    depth_px = cv2.distanceTransform(inside, cv2.DIST_L2, cv2.DIST_MASK_5)[1:-1, 1:-1]
    rim = 1 - np.minimum(depth_px / max(0.6 * float(depth_px.max()), 1.0), 1)
    down = np.linspace(0, 1, len(matte), dtype=np.float32)[:, None]
    shading: Floats = 1 - 0.14 * rim**2 - 0.14 * down
    return shading
