"""Sets of pixels: their connected parts, distances from them, what grows or shrinks them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from asset_pipeline.imaging.alpha import PixelBox
from asset_pipeline.imaging.arrays import Floats, Region

_Value = TypeVar("_Value", bound=np.generic)


@dataclass(frozen=True, eq=False)
class Parts:
    """The connected parts of a region; number 0 is all that is not in it.

    Attributes:
        label: int32 ``(height, width)``, the number of each pixel's part.
        area_px: intp ``(count,)``, the size of each part.
        corners: intp ``(count, 4)``, left, top, right, bottom of each part; right and bottom lie just outside.
        middle: float64 ``(count, 2)``, x and y of each part's centre.
    """

    label: NDArray[np.int32]
    area_px: NDArray[np.intp]
    corners: NDArray[np.intp]
    middle: NDArray[np.float64]

    def numbers(self, chosen: NDArray[np.bool_], *, at_most: int | None = None) -> list[int]:
        """Return the numbers of the parts for which *chosen*, bool ``(count,)``, is true; never 0.

        Of more than *at_most*, the largest.
        """
        found = np.array([number for number in np.flatnonzero(chosen) if number], np.intp)
        if at_most is not None and len(found) > at_most:
            found = np.sort(found[np.argsort(-self.area_px[found], kind="stable")[:at_most]])
        return [int(number) for number in found]

    def region(self, chosen: NDArray[np.bool_]) -> Region:
        """Return the pixels of the parts for which *chosen*, bool ``(count,)``, is true; never those of 0."""
        chosen = chosen.copy()
        chosen[0] = False
        return chosen[self.label]

    def box(self, number: int) -> PixelBox:
        """Return the box of one part."""
        left, top, right, bottom = self.corners[number].tolist()
        return PixelBox(left, top, right - left, bottom - top)

    def around(self, number: int, margin_px: int) -> tuple[slice, slice]:
        """Return rows and columns of the box of one part, with a margin as far as the picture goes."""
        left, top, right, bottom = self.corners[number].tolist()
        return (
            slice(max(0, top - margin_px), bottom + margin_px),
            slice(max(0, left - margin_px), right + margin_px),
        )


def parts_of(region: Region, *, diagonal: bool = False) -> Parts:
    """Find the connected parts of a region, bool ``(height, width)``; pixels that touch at a corner count if *diagonal*.

    >>> parts_of(np.array([[True, False, True]])).area_px.tolist()
    [1, 1, 1]
    """
    _, label, stats, middle = cv2.connectedComponentsWithStats(
        region.astype(np.uint8), connectivity=8 if diagonal else 4
    )
    corners = np.asarray(stats[:, :4], np.intp)
    corners[:, 2:] += corners[:, :2]
    return Parts(
        label=np.asarray(label, np.int32),
        area_px=np.asarray(stats[:, cv2.CC_STAT_AREA], np.intp),
        corners=corners,
        middle=np.asarray(middle, np.float64),
    )


def reached(seeds: Region, passable: Region) -> Region:
    """Return the connected parts of *passable*, bool ``(height, width)``, that hold a pixel of *seeds*."""
    count, label = cv2.connectedComponents(passable.astype(np.uint8), connectivity=4)
    found = np.zeros(count, np.bool_)
    found[label[seeds & passable]] = True
    return np.asarray(found[label], np.bool_)


def reached_from_border(seeds: Region, passable: Region) -> Region:
    """Return the connected parts of *passable* that hold a pixel of *seeds* at the border of the picture."""
    count, label = cv2.connectedComponents(passable.astype(np.uint8), connectivity=4)
    found = np.zeros(count, np.bool_)
    for side in (np.s_[0], np.s_[-1], np.s_[:, 0], np.s_[:, -1]):
        found[label[side][seeds[side] & passable[side]]] = True
    return np.asarray(found[label], np.bool_)


def distance_px(region: Region) -> Floats:
    """Measure how far each pixel lies outside of a region, float32; far beyond the picture where it is empty."""
    distance = cv2.distanceTransform((~region).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5)
    return np.asarray(distance, np.float32)


def nearest_of(
    region: Region, values: NDArray[_Value], where: NDArray[np.intp] | None = None
) -> tuple[Floats, NDArray[_Value]]:
    """Return for each pixel how far it lies from a region, and the value at the nearest pixel of it.

    Args:
        region: bool ``(height, width)``; not changed.
        values: of any type, ``(height, width, ...)``; not changed.
        where: the pixels whose value is wanted, as indices into the flat picture; all of them if left out.

    Returns:
        float32 ``(height, width)``; and an array like *values*, or ``(n, ...)`` for *where*. Zeros where the
        region is empty.
    """
    distance, label = cv2.distanceTransformWithLabels(
        (~region).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
    )
    table = np.zeros((int(label.max()) + 1, *values.shape[2:]), values.dtype)
    table[label[region]] = values[region]
    return np.asarray(distance, np.float32), table[label if where is None else label.reshape(-1)[where]]


def grown(region: Region, radius_px: int) -> Region:
    """Add all pixels within *radius_px* of a region."""
    return np.asarray(cv2.dilate(region.astype(np.uint8), _disc(radius_px)) > 0, np.bool_)


def shrunk(region: Region, radius_px: int) -> Region:
    """Take away all pixels within *radius_px* of what is not in a region; beyond the picture it goes on."""
    return np.asarray(cv2.erode(region.astype(np.uint8), _disc(radius_px)) > 0, np.bool_)


def _disc(radius_px: int) -> cv2.typing.MatLike:
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius_px + 1, 2 * radius_px + 1))
