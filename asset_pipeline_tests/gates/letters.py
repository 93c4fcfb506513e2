"""Lettered titles: as they were laid out, with outlines and a little off; and with letters that are others, or missing."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from asset_pipeline.gates.case import Case
from asset_pipeline.imaging.arrays import Rgba
from asset_pipeline.imaging.lettering import Lettering, letter_lines
from asset_pipeline.imaging.regions import grown
from asset_pipeline_tests.gates.fixtures import Fixture

# What was asked for, and what a model made of it: each differs in one letter that looks unlike the right one.
_MISSPELT = (
    ("PLAY NOW", "PLAX NOW"),
    ("GAME OVER", "GAME OLER"),
    ("Orbit Golf", "Orbit Wolf"),
    ("Lantern", "Lanxern"),
    ("START", "STMRT"),
    ("Level 7", "Level M"),
    ("BONUS", "BOWUS"),
    ("Quest", "Quwst"),
    ("Frogs", "Frovs"),
)


def fixtures() -> Iterator[Fixture]:
    """Yield them all."""
    for number, (text, wrong) in enumerate(_MISSPELT):
        layout = _laid_out(text)
        yield _title(f"{text} with an outline", layout, _inked(layout, outline_px=2 + number % 4))
        off = np.roll(_inked(layout, outline_px=3), (1, -1), (0, 1))
        yield _title(f"{text} a little off", layout, off)
        yield _title(
            f"{text} misspelt", layout, _inked(_as_laid_out(layout, wrong), outline_px=3), "letter_iou"
        )
        lost = _inked(layout, outline_px=3)
        x, _, width, _ = layout.letters[number % len(layout.letters)].cell
        lost[:, x : x + width] = 0
        yield _title(f"{text} without a letter", layout, lost, "letter_iou")


def _laid_out(text: str) -> Lettering:
    return letter_lines(text, width_px=480, height_px=120)


def _title(name: str, layout: Lettering, rgba: Rgba, *faults: str) -> Fixture:
    return Fixture(
        name, Case(rgba, lettering=layout), frozenset(faults), kind="title", lettered=True, open_to=_OTHERS
    )


# Flat letters on nothing say nothing about edges and content: that is what other fixtures are for.
_OTHERS = frozenset({"luma_std", "entropy_bits", "coverage", "border_touch"})


def _inked(layout: Lettering, *, outline_px: int) -> Rgba:
    solid = grown(layout.matte > 0.5, outline_px)
    ink = np.where(
        layout.matte[..., None] > 0.5, np.array((246, 215, 67), np.uint8), np.array((34, 48, 107), np.uint8)
    )
    rgba = np.dstack([ink, np.where(solid, np.uint8(255), np.uint8(0))])
    rgba[~solid] = 0
    return np.asarray(rgba, np.uint8)


def _as_laid_out(layout: Lettering, wrong: str) -> Lettering:
    """Set *wrong* letter for letter into the cells of *layout*."""
    other = _laid_out(wrong)
    matte = layout.matte.copy()
    for letter, false in zip(layout.letters, other.letters, strict=True):
        if letter.text == false.text:
            continue
        x, y, width, height = letter.cell
        matte[y : y + height, x : x + width] = 0
        from_x, from_y, from_width, from_height = false.cell
        wide, high = min(width, from_width), min(height, from_height)
        matte[y : y + high, x : x + wide] = other.matte[from_y : from_y + high, from_x : from_x + wide]
    return Lettering(layout.letters, matte)
