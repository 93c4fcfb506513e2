"""Whether letters are those that were laid out."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from asset_pipeline.imaging.arrays import Region
from asset_pipeline.imaging.lettering import Letter, Lettering
from asset_pipeline.imaging.measure.maps import Maps, require_same_size
from asset_pipeline.imaging.regions import distance_px

_WIDEST_OUTLINE = 0.12  # of a letter's height


@dataclass(frozen=True, eq=False)
class LetterFit:
    """How well drawn letters fill their layout.

    Attributes:
        ious: for each letter, within its cell, shared pixels of all that drawing or layout cover, 0..1; a letter that
            is missing, or another, is low.
        worst: index of the lowest.
        outline_px: how much wider than the layout the letters are drawn on all sides: their outline, which is no fault.
        offending: what only one of the two covers.
    """

    ious: tuple[float, ...]
    worst: int
    outline_px: int
    offending: Region = field(repr=False)


def letter_fit(maps: Maps, lettering: Lettering) -> LetterFit | None:
    """Compare the shape of drawn letters with their layout, letter by letter.

    Says nothing of letters whose shapes are close, such as O and Q: look at the lowest.

    Args:
        maps: the lettering as it was drawn, cut out of its background.
        lettering: as it was laid out, on a canvas of the same size.

    Returns:
        The fit at the outline that fits best, of up to 12 % of the letters' height; ``None`` where nothing was laid out.

    Raises:
        ImageError: the sizes differ.
    """
    require_same_size(maps.solid, lettering.matte, "drawn letters and their layout")
    if not lettering.letters:
        return None
    away_px = distance_px(lettering.matte > 0.5)
    highest_px = max(letter.cell.height for letter in lettering.letters)
    fits = [
        _at_outline(maps.solid, away_px <= outline_px, lettering.letters, outline_px)
        for outline_px in range(int(_WIDEST_OUTLINE * highest_px) + 1)
    ]
    return max(fits, key=lambda fit: sum(fit.ious))


def _at_outline(drawn: Region, wanted: Region, letters: tuple[Letter, ...], outline_px: int) -> LetterFit:
    ious = []
    for _, (x, y, width, height) in letters:
        cell = np.s_[max(0, y - outline_px) : y + height + outline_px, max(0, x) : x + width]
        both = int(np.count_nonzero(drawn[cell] & wanted[cell]))
        either = int(np.count_nonzero(drawn[cell] | wanted[cell]))
        ious.append(both / either if either else 0.0)
    return LetterFit(tuple(ious), int(np.argmin(ious)), outline_px, drawn ^ wanted)
