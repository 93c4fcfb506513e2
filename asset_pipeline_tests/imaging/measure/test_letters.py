from __future__ import annotations

import cv2
import numpy as np
import pytest

from asset_pipeline.errors import ImageError
from asset_pipeline.imaging.arrays import Floats, Rgba
from asset_pipeline.imaging.lettering import letter_lines
from asset_pipeline.imaging.measure.letters import LetterFit, letter_fit
from asset_pipeline.imaging.measure.maps import Maps
from asset_pipeline.imaging.regions import grown

LAYOUT = letter_lines("PLAY NOW", width_px=480, height_px=120)


def drawn(matte: Floats, *, outline_px: int = 0) -> Rgba:
    """Letters as a model might draw them: any colour, with an outline."""
    solid = grown(matte > 0.5, outline_px) if outline_px else matte > 0.5
    return np.dstack([np.full((*matte.shape, 3), 90), solid * 255]).astype(np.uint8)


def fit(rgba: Rgba) -> LetterFit:
    found = letter_fit(Maps(rgba), LAYOUT)
    assert found is not None
    return found


def test_letters_drawn_as_they_were_laid_out_fit_wholly() -> None:
    assert fit(drawn(LAYOUT.matte)).ious == (1,) * 7


@pytest.mark.parametrize("outline_px", [2, 4, 7])
def test_an_outline_is_no_fault(outline_px: int) -> None:
    """Every logo has one; without this none would pass."""
    found = fit(drawn(LAYOUT.matte, outline_px=outline_px))

    assert found.outline_px == outline_px
    assert min(found.ious) > 0.93


def test_letters_that_moved_a_little_still_fit() -> None:
    moved = np.roll(drawn(LAYOUT.matte, outline_px=3), (1, 2), (0, 1))

    assert min(fit(moved).ious) > 0.75


@pytest.mark.parametrize(
    ("text", "wrong"), [("PLAX NOW", 3), ("PLAY NOV", 6), ("FLAY NOW", 0), ("PLAY MOW", 4)]
)
def test_a_wrong_letter_is_found(text: str, wrong: int) -> None:
    """Models misspell; the letter that differs is the one that fits worst."""
    cells = [letter.cell for letter in LAYOUT.letters]
    other = letter_lines(text, width_px=480, height_px=120)
    x, y, width, height = cells[wrong]
    matte = LAYOUT.matte.copy()
    from_x, _, from_width, _ = other.letters[wrong].cell
    matte[y : y + height, x : x + width] = cv2.resize(
        other.matte[y : y + height, from_x : from_x + from_width], (width, height)
    )

    found = fit(drawn(matte, outline_px=2))

    assert found.worst == wrong
    assert found.ious[wrong] < 0.8
    assert min(iou for number, iou in enumerate(found.ious) if number != wrong) > 0.9


def test_a_missing_letter_fits_not_at_all_and_is_marked() -> None:
    matte = LAYOUT.matte.copy()
    x, y, width, height = LAYOUT.letters[2].cell
    matte[y : y + height, x : x + width] = 0

    found = fit(drawn(matte))

    assert found.ious[2] < 0.05
    assert found.offending[y : y + height, x : x + width].any()


def test_another_size_is_refused() -> None:
    with pytest.raises(ImageError, match="one size"):
        letter_fit(Maps(drawn(LAYOUT.matte)[:, :-1]), LAYOUT)
