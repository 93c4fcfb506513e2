from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_pipeline.imaging.graphemes import graphemes


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("Lake", ["L", "a", "k", "e"]),
        ("e\u0301x\u0302\u0323", ["\u00e9", "x\u0323\u0302"]),  # composed, and marks in canonical order
        ("\u1112\u1161\u11ab", ["\ud55c"]),  # Hangul
        ("\U0001f44b\U0001f3fd!", ["\U0001f44b\U0001f3fd", "!"]),  # a tone of skin
        ("\U0001f469\u200d\U0001f680", ["\U0001f469\u200d\U0001f680"]),  # joined
        (
            "\U0001f1eb\U0001f1f7\U0001f1e9\U0001f1ea",
            ["\U0001f1eb\U0001f1f7", "\U0001f1e9\U0001f1ea"],
        ),  # flags
        ("\u2764\ufe0fa", ["\u2764\ufe0f", "a"]),
        ("a\r\n\u0301", ["a", "\r\n", "\u0301"]),
        ("", []),
    ],
)
def test_letters_are_what_a_reader_counts(text: str, letters: list[str]) -> None:
    assert list(graphemes(text)) == letters


@given(st.text())
def test_nothing_is_lost_and_splitting_again_changes_nothing(text: str) -> None:
    letters = graphemes(text)

    assert graphemes("".join(letters)) == letters
    assert all(letters)
