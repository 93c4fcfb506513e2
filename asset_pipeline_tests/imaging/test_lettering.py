from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asset_pipeline.errors import ImageError
from asset_pipeline.imaging.guide_layouts import Grid
from asset_pipeline.imaging.lettering import Align, draw_lettering, letter_cells, letter_lines

FONT = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
needs_font = pytest.mark.skipif(not FONT.exists(), reason="this machine has no DejaVu Sans")
words = st.text("ABCMWabcgjpqy!?19", min_size=1, max_size=9)


@given(st.lists(words, min_size=1, max_size=3), st.sampled_from(["left", "centre", "right"]))
@settings(max_examples=30, deadline=None)
def test_letters_stay_on_the_canvas_in_cells_of_their_own(lines: list[str], align: Align) -> None:
    text = "\n".join(lines)

    done = letter_lines(text, width_px=320, height_px=160, align=align)

    assert "".join(letter.text for letter in done.letters) == "".join(lines)
    assert done.matte.shape == (160, 320)
    for letter, (x, y, width, height) in done.letters:
        ink = done.matte[y : y + height, max(0, x) : x + width] > 0.5
        assert ink.any(), letter
    for (_, cell), (_, after) in zip(done.letters, done.letters[1:], strict=False):
        assert cell.x + cell.width <= after.x or after.y >= cell.y + cell.height
    assert not done.matte[[0, -1]].any()


def test_the_same_text_is_laid_out_the_same() -> None:
    first, second = (letter_lines("Lantern Lake", width_px=320, height_px=160) for _ in range(2))

    assert first.letters == second.letters
    assert np.array_equal(first.matte, second.matte)


def test_lines_are_aligned() -> None:
    ends = {}
    for align in ("left", "centre", "right"):
        short = letter_lines("MMMM\nM", width_px=320, height_px=160, align=align).letters[-1].cell
        ends[align] = short.x + short.width / 2

    assert ends["left"] < ends["centre"] == pytest.approx(160, abs=1)
    assert ends["right"] - ends["centre"] == pytest.approx(ends["centre"] - ends["left"], abs=2)


def test_letters_of_a_grid_stand_on_one_baseline_each_within_its_cell() -> None:
    grid = Grid(4, 2, 40, 40, spacing_px=4)
    boxes = grid.boxes(canvas_width_px=200, canvas_height_px=100)

    done = letter_cells(list("AB gEHx"), boxes, width_px=200, height_px=100)

    assert [letter.text for letter in done.letters] == list("ABgEHx")
    inside = np.zeros((100, 200), bool)
    lowest = {}
    for letter, (x, y, width, height) in done.letters:
        inside[y : y + height, x : x + width] = True
        lowest[letter] = int(
            np.flatnonzero((done.matte[y : y + height, x : x + width] > 0.5).any(axis=1))[-1]
        )
    assert not done.matte[~inside].any()
    assert len({lowest[letter] for letter in "ABEHx"}) == 1
    assert lowest["g"] > lowest["A"]


@needs_font
def test_marks_stay_with_their_base() -> None:
    """A caret above the x is drawn there, and is no letter of its own."""
    font = FONT.read_bytes()
    plain, marked = (
        letter_lines(text, width_px=320, height_px=160, font=font) for text in ("axa", "ax\u0302a")
    )

    assert [letter.text for letter in marked.letters] == ["a", "x\u0302", "a"]
    assert len(plain.letters) == 3
    cell = marked.letters[1].cell
    above = marked.matte[cell.y : cell.y + cell.height // 4, cell.x : cell.x + cell.width]
    assert above.max() == 1


@needs_font
def test_letters_beyond_ascii_need_a_font_that_has_them() -> None:
    with pytest.raises(ImageError, match="the font has no 'é'"):
        letter_lines("Café", width_px=320, height_px=160)
    assert letter_lines("Café", width_px=320, height_px=160, font=FONT.read_bytes()).letters


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (" \n", "nothing to letter"),
        ("\u05e9\u05dc\u05d5\u05dd", "right to left"),
        ("\u0928\u093f", "shaped"),
        ("M" * 400, "does not fit"),
    ],
)
def test_what_cannot_be_lettered_is_refused(text: str, complaint: str) -> None:
    with pytest.raises(ImageError, match=complaint):
        letter_lines(text, width_px=320, height_px=160)


def test_a_file_that_is_no_font_and_cells_of_several_letters_are_refused() -> None:
    with pytest.raises(ImageError, match="font cannot be read"):
        letter_lines("A", width_px=320, height_px=160, font=b"no font")
    boxes = Grid(1, 1, 40, 40).boxes(canvas_width_px=40, canvas_height_px=40)
    for letters in (["AB"], ["A", "B"]):
        with pytest.raises(ImageError, match="1 cells take one letter each"):
            letter_cells(letters, boxes, width_px=40, height_px=40)


def test_the_guide_shows_the_letters_on_white_in_their_colour() -> None:
    lettering = letter_lines("HI", width_px=160, height_px=80)

    guide = draw_lettering(lettering, (30, 90, 200))

    assert (guide[lettering.matte == 0] == 255).all()
    assert np.array_equal(np.unique(guide[lettering.matte == 1], axis=0), [[30, 90, 200, 255]])
