"""What the measurements of one picture share: masks, distances, luma and L*a*b*."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from asset_pipeline.errors import ImageError
from asset_pipeline.imaging.alpha import PixelBox
from asset_pipeline.imaging.arrays import Floats, Region, Rgba, require_rgba
from asset_pipeline.imaging.colour import rgb_to_lab

RgbPixels: TypeAlias = NDArray[np.uint8]
"""``(height, width, 3)`` or ``(n, 3)`` uint8, sRGB."""

# More than 0.5, 0.02 and less than 0.98 of 255.
_SOLID_U8, _VISIBLE_U8, _OPAQUE_U8 = 128, 6, 250
_LUMA = np.array([[0.2126, 0.7152, 0.0722]], np.float32) / np.float32(255)


@dataclass(frozen=True, eq=False)
class Maps:
    """A picture and what its measurements share; each map is made when first asked for, then kept.

    All maps are ``(height, width)`` unless said otherwise, and none may be written to.

    Attributes:
        rgba: uint8 ``(height, width, 4)``, straight alpha; not changed.

    Raises:
        ImageError: *rgba* is no picture.

    >>> dot = np.zeros((5, 5, 4), np.uint8)
    >>> dot[2, 1:4] = 255
    >>> maps = Maps(dot)
    >>> maps.area_px, maps.box, float(maps.outside_px[0, 2])
    (3, PixelBox(x=1, y=2, width=3, height=1), 2.0)
    """

    rgba: Rgba = field(repr=False)

    def __post_init__(self) -> None:
        require_rgba(self.rgba)

    @property
    def alpha_u8(self) -> NDArray[np.uint8]:
        """Alpha as it is, uint8."""
        return self.rgba[..., 3]

    @cached_property
    def rgb(self) -> RgbPixels:
        """Colour alone, ``(height, width, 3)`` uint8, contiguous."""
        return np.asarray(cv2.cvtColor(self.rgba, cv2.COLOR_RGBA2RGB), np.uint8)

    @cached_property
    def solid(self) -> Region:
        """M: alpha above 0.5."""
        return np.ascontiguousarray(self.alpha_u8 >= _SOLID_U8)

    @cached_property
    def visible(self) -> Region:
        """Alpha above 0.02."""
        return self.alpha_u8 >= _VISIBLE_U8

    @cached_property
    def semi(self) -> Region:
        """Alpha between 0.02 and 0.98."""
        return self.visible & (self.alpha_u8 < _OPAQUE_U8)

    @cached_property
    def area_px(self) -> int:
        """How many pixels are solid."""
        return int(np.count_nonzero(self.solid))

    @cached_property
    def box(self) -> PixelBox | None:
        """The smallest box around the solid pixels; ``None`` where there are none."""
        if not self.area_px:
            return None
        return PixelBox(*cv2.boundingRect(self.solid.view(np.uint8)))

    @cached_property
    def inside_px(self) -> Floats:
        """Distance of each solid pixel to the nearest one that is not, 1 along the edge; 0 elsewhere.

        The frame of the canvas is no edge: what is cut off there may go on.
        """
        return _distance_px(self.solid)

    @cached_property
    def outside_px(self) -> Floats:
        """Distance of each other pixel to the nearest solid one, 1 next to the edge; 0 where solid."""
        return _distance_px(~self.solid)

    @cached_property
    def luma(self) -> Floats:
        """Y of the sRGB values, 0.2126 R + 0.7152 G + 0.0722 B, float32 in ``[0, 1]``."""
        return luma_of(self.rgb)

    @cached_property
    def lab(self) -> Floats:
        """CIE L*a*b*, float32 ``(height, width, 3)``."""
        return rgb_to_lab(self.rgb)


def luma_of(rgb: RgbPixels) -> Floats:
    """Return Y of the sRGB values of uint8 ``(height, width, 3)`` (or 4, alpha ignored), float32 in ``[0, 1]``."""
    if rgb.shape[2] == 4:
        rgb = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGBA2RGB), np.uint8)
    # Not the @ operator: for such thin matrices numpy's threads only get into each other's way.
    return np.asarray(cv2.transform(rgb.astype(np.float32), _LUMA), np.float32).reshape(rgb.shape[:2])


def nearest_colours(rgba: Rgba, sources: Region, points: Region) -> RgbPixels:
    """Return for each of the *points* the colour of its nearest source.

    Args:
        rgba: uint8 ``(height, width, 4)``; not changed.
        sources: where colours may come from; at least one pixel.
        points: whose nearest source is wanted.

    Returns:
        uint8 ``(points, 3)``, in the order of ``rgba[points]``.
    """
    x, y, width, height = cv2.boundingRect((sources | points).view(np.uint8))
    part = np.s_[y : y + height, x : x + width]
    sources, points = sources[part], points[part]
    label = cv2.distanceTransformWithLabels(
        (~sources).view(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
    )[1]
    packed = _packed(rgba)[part]
    colours = np.zeros(int(np.count_nonzero(sources)) + 1, np.uint32)
    colours[label[sources]] = packed[sources]
    return _unpacked(colours[label[points]])


def colours_at(rgba: Rgba, points: Region) -> RgbPixels:
    """Return ``rgba[points, :3]`` of uint8 ``(height, width, 4)``: the same, several times as fast."""
    return _unpacked(_packed(rgba)[points])


def _packed(rgba: Rgba) -> NDArray[np.uint32]:
    """Return each pixel as one number: those are gathered ten times as fast as rows of four."""
    return np.ascontiguousarray(rgba).view(np.uint32)[..., 0]


def _unpacked(pixels: NDArray[np.uint32]) -> RgbPixels:
    return pixels.view(np.uint8).reshape(-1, 4)[:, :3]


def require_same_size(first: NDArray[np.generic], second: NDArray[np.generic], what: str) -> None:
    """Refuse two pictures or masks of different height or width.

    Raises:
        ImageError: their sizes differ; *what* says what they are.
    """
    if first.shape[:2] != second.shape[:2]:
        sizes = " and ".join(f"{a.shape[1]} x {a.shape[0]} px" for a in (first, second))
        raise ImageError(f"{what} must have one size to be compared, not {sizes}; resize one of them first")


def _distance_px(region: Region) -> Floats:
    """Return the distance to the nearest pixel outside *region*; infinite where there is none."""
    if region.all():
        return np.full(region.shape, np.inf, np.float32)
    distance = cv2.distanceTransform(region.view(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5)
    return distance.astype(np.float32, copy=False)
