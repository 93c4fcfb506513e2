"""Where a subject stands in the picture that a game loads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from asset_pipeline.imaging.alpha import PixelBox

Anchor: TypeAlias = Literal["centre", "bottom", "top"]

_FULL_ENOUGH = 0.95


def fitting_scale(across: float, down: float, *, whole: bool) -> float:
    """Choose the scale at which something fits both ways.

    Args:
        across: the largest scale at which its width fits.
        down: the largest scale at which its height fits.
        whole: enlarge by a whole number where that leaves no more than a twentieth free: a grid enlarged by 2.03 would
            have cells of two sizes.

    >>> fitting_scale(2.03, 4, whole=True), fitting_scale(2.6, 4, whole=True)
    (2, 2.6)
    """
    scale = min(across, down)
    return int(scale) if whole and int(scale) >= _FULL_ENOUGH * scale else scale


@dataclass(frozen=True)
class Room:
    """Where a subject may stand.

    Attributes:
        width: of the whole canvas, in its own pixels.
        height: of the whole canvas.
        border: kept free on every side, for a line around the subject.
        anchor: where it stands in a canvas that is higher than it needs.
    """

    width: int
    height: int
    border: int
    anchor: Anchor

    def fit(self, box: PixelBox, *, whole: bool) -> PixelBox:
        """Scale a subject into the room, keep its proportions and place it.

        Args:
            box: the subject; only its size counts.
            whole: as for :func:`fitting_scale`.

        >>> Room(100, 100, border=0, anchor="bottom").fit(PixelBox(7, 7, 20, 10), whole=False)
        PixelBox(x=0, y=50, width=100, height=50)
        """
        across, down = max(1, self.width - 2 * self.border), max(1, self.height - 2 * self.border)
        scale = fitting_scale(across / box.width, down / box.height, whole=whole)
        width, height = max(1, round(box.width * scale)), max(1, round(box.height * scale))
        free = self.height - height
        y = {"top": self.border, "centre": free // 2, "bottom": free - self.border}[self.anchor]
        return PixelBox((self.width - width) // 2, max(0, y), width, height)
