"""The silhouette: what it covers, where there is room in it, and how it may be cut."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from asset_pipeline.imaging.arrays import Floats
from asset_pipeline.providers.local.frame import Frame
from asset_pipeline.providers.local.sampling import blurred, depth_px, distance_px, resized
from asset_pipeline.providers.local.shapes import Points

_KEPT_AREA = 0.982  # cutting stops here, so that the guide's shape stays recognisable to the gates
_ROOM_SIDE_PX = 160  # the search for a place is done on a small copy


@dataclass(frozen=True)
class Area:
    """A soft-edged area: a rectangle of the canvas and how much of each pixel is covered."""

    rows: slice
    columns: slice
    cover: Floats


class Outline:
    """A silhouette on a canvas and the frame around it.

    Attributes:
        cover: how much of each pixel it covers, ``(height, width)`` float32 in ``[0, 1]``.
        frame: its bounding box.
    """

    def __init__(self, cover: Floats) -> None:
        self.cover = cover
        rows, columns = np.flatnonzero((cover > 0.5).any(1)), np.flatnonzero((cover > 0.5).any(0))
        top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
        self.frame = Frame((left + right) / 2, (top + bottom) / 2, (right - left) / 2, (bottom - top) / 2)
        self._least_area = float(cover.sum()) * _KEPT_AREA

    def area(self, shape: Points, frame: Frame | None = None) -> Area | None:
        """Cover *shape* in *frame* (the whole silhouette's by default); ``None`` where none is in view."""
        points = (frame or self.frame).points(shape)
        height, width = self.cover.shape
        left, top = (int(max(0, edge - 2)) for edge in points.min(0))
        right, bottom = (
            int(min(size, edge + 3)) for size, edge in zip((width, height), points.max(0), strict=True)
        )
        if right <= left or bottom <= top:
            return None
        drawn = np.zeros((bottom - top, right - left), np.uint8)
        fixed = np.round((points - [left, top] - 0.5) * 16).astype(np.int32)
        cv2.fillPoly(drawn, [fixed], 255, cv2.LINE_AA, 4)
        return Area(slice(top, bottom), slice(left, right), drawn.astype(np.float32) / np.float32(255))

    def whole(self) -> Area:
        """Cover the silhouette."""
        frame, (height, width) = self.frame, self.cover.shape
        top, left = (
            int(max(0, edge - 2))
            for edge in (frame.y_px - frame.half_height_px, frame.x_px - frame.half_width_px)
        )
        rows = slice(top, min(height, int(frame.y_px + frame.half_height_px) + 3))
        columns = slice(left, min(width, int(frame.x_px + frame.half_width_px) + 3))
        return Area(rows, columns, self.cover[rows, columns])

    def roomiest(self, right: float, down: float, size: float) -> Frame:
        """Place the largest circle that fits, pulled *right* and *down* where several do, times *size*."""
        height, width = self.cover.shape
        small = min(1.0, _ROOM_SIDE_PX / max(height, width))
        fit = (max(2, round(width * small)), max(2, round(height * small)))
        room = depth_px(resized(self.cover, *fit, cv2.INTER_AREA))
        y, x = np.mgrid[0 : room.shape[0], 0 : room.shape[1]].astype(np.float32) / np.float32(small)
        u, v = (
            (x - self.frame.x_px) / self.frame.half_width_px,
            (y - self.frame.y_px) / self.frame.half_height_px,
        )
        # Depth is blurred a little: the middle of a ridge is a better place than its end.
        liked = blurred(room, 2.0) / room.max() + u * right + v * down - np.abs(u) * 0.06
        row, column = np.unravel_index(
            int(np.argmax(np.where(room > 0.3 * room.max(), liked, -9))), room.shape
        )
        half_px = float(room[row, column]) / small * size
        return Frame((float(column) + 0.5) / small, (float(row) + 0.5) / small, half_px, half_px)

    def soften(self) -> None:
        """Round the silhouette's outward corners, as far as its shape stays recognisable.

        This is an opening by a disc (Matheron, 1975) made of two distance transforms.
        """
        depth = depth_px(self.cover)
        for radius_px in np.array([0.34, 0.26, 0.19, 0.13, 0.08, 0.05]) * self.frame.unit_px:
            beyond = distance_px(depth < radius_px)
            opened = np.minimum(self.cover, np.clip(np.float32(radius_px + 0.5) - beyond, 0, 1))
            if float(opened.sum()) >= self._least_area and self._keeps_its_box(opened):
                self.cover = opened
                return

    def _keeps_its_box(self, cover: Floats) -> bool:
        """Tell whether *cover* is, within a hundredth, as wide and as high as the frame."""
        wide, high = ((cover > 0.5).any(axis).sum() for axis in (0, 1))
        frame = self.frame
        return bool(wide >= 1.98 * frame.half_width_px and high >= 1.98 * frame.half_height_px)

    def carve(self, shape: Points, frame: Frame) -> None:
        """Take *shape* out of the silhouette, unless that would take too much of it."""
        area = self.area(shape, frame)
        if area is None:
            return
        kept = self.cover[area.rows, area.columns] * (1 - area.cover)
        if self.cover.sum() - (self.cover[area.rows, area.columns] - kept).sum() >= self._least_area:
            self.cover[area.rows, area.columns] = kept


def intersection(one: Area, other: Area) -> Area | None:
    """Cover what both cover; ``None`` where that is nothing."""
    rows = slice(max(one.rows.start, other.rows.start), min(one.rows.stop, other.rows.stop))
    columns = slice(max(one.columns.start, other.columns.start), min(one.columns.stop, other.columns.stop))
    if rows.stop <= rows.start or columns.stop <= columns.start:
        return None
    covers = [
        a.cover[
            rows.start - a.rows.start : rows.stop - a.rows.start,
            columns.start - a.columns.start : columns.stop - a.columns.start,
        ]
        for a in (one, other)
    ]
    return Area(rows, columns, covers[0] * covers[1])
