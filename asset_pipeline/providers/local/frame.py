"""Where a shape goes: centre and half sizes in pixels, so that features follow any outline."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from asset_pipeline.providers.local.shapes import Points, turned


@dataclass(frozen=True)
class Frame:
    """A place for a shape that fills ``[-1, 1]`` both ways.

    Attributes:
        x_px: its centre from the left.
        y_px: its centre from the top.
        half_width_px: from the centre to the right side.
        half_height_px: from the centre to the lower side.
        turn_deg: clockwise rotation of what is placed.
    """

    x_px: float
    y_px: float
    half_width_px: float
    half_height_px: float
    turn_deg: float = 0.0

    @property
    def unit_px(self) -> float:
        """Half the short side: the measure of features that must not be stretched."""
        return min(self.half_width_px, self.half_height_px)

    @property
    def aspect(self) -> float:
        """Width over height."""
        return self.half_width_px / self.half_height_px

    def spot(
        self, u: float, v: float, width: float, height: float | None = None, turn_deg: float = 0.0
    ) -> Frame:
        """Place something unstretched: centre in ``[-1, 1]`` of this frame, half sizes in its units."""
        return Frame(
            self.x_px + u * self.half_width_px,
            self.y_px + v * self.half_height_px,
            width * self.unit_px,
            (width if height is None else height) * self.unit_px,
            turn_deg,
        )

    def area(self, left: float, top: float, right: float, bottom: float) -> Frame:
        """Take a part of this frame, stretched with it; all in ``[-1, 1]``."""
        return Frame(
            self.x_px + (left + right) / 2 * self.half_width_px,
            self.y_px + (top + bottom) / 2 * self.half_height_px,
            (right - left) / 2 * self.half_width_px,
            (bottom - top) / 2 * self.half_height_px,
        )

    def square(self, u: float = 0.0, v: float = 0.0, size: float = 1.0) -> Frame:
        """The largest unstretched frame here, scaled by *size*, at ``(u, v)`` of the room that is left."""
        unit = self.unit_px
        return Frame(
            self.x_px + u * (self.half_width_px - unit),
            self.y_px + v * (self.half_height_px - unit),
            unit * size,
            unit * size,
        )

    def points(self, shape: Points) -> Points:
        """Carry *shape* into pixels."""
        scale = np.array([self.half_width_px, self.half_height_px])
        placed = turned(shape * scale, self.turn_deg) if self.turn_deg else shape * scale
        return np.asarray(placed + np.array([self.x_px, self.y_px]), np.float64)
