from __future__ import annotations

import string

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from asset_pipeline.manifest.document import MAX_DEPTH, Document, NotYamlError, plain_value


def _means_the_same_unquoted(text: str) -> bool:
    """Leave out texts such as ``1e3``, which a writer of YAML 1.1 need not quote and which YAML 1.2 reads as numbers."""
    return yaml.safe_dump(text)[0] in "'\"" or isinstance(plain_value(text), str)


_TEXTS = st.text(string.printable, max_size=12).filter(_means_the_same_unquoted)
_SCALARS = st.none() | st.booleans() | st.integers(-(10**6), 10**6) | _TEXTS
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(string.ascii_letters, min_size=1), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(_VALUES.filter(lambda value: not isinstance(value, str) or value.strip()))
def test_whatever_yaml_writes_is_read_back(value: object) -> None:
    """The reader builds values itself; a library's writer is an independent witness."""
    assert Document(yaml.safe_dump(value)).value == value


def test_the_line_of_every_value_is_known() -> None:
    document = Document("a: 1\nb:\n  - x\n  - {c: 2}\n")

    assert [document.line_of(p) for p in [("a",), ("b",), ("b", 1), ("b", 1, "c"), ("b", 7)]] == [
        1,
        2,
        4,
        4,
        2,
    ]


def test_an_alias_may_be_poured_into_another_mapping_and_own_keys_win() -> None:
    """Sprites that share settings are written once."""
    document = Document("a: &one {x: 1, y: 2}\nb: {<<: *one, y: 3}\nc: {<<: [{x: 4}, *one]}\n")

    assert document.value == {"a": {"x": 1, "y": 2}, "b": {"x": 1, "y": 3}, "c": {"x": 4, "y": 2}}


def test_a_duplicate_key_is_a_fault_that_names_both_lines() -> None:
    """Plain YAML keeps the last one in silence, and a sprite is lost."""
    document = Document("a: 1\nb: 2\na: 3\n")

    assert document.value == {"a": 1, "b": 2}
    assert document.faults == [(("a",), 3, "'a' stands here twice, first on line 1; keep one")]


def test_an_alias_bomb_is_refused() -> None:
    """A billion laughs: nine lines that stand for ten thousand million values."""
    bomb = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{new}: &{new} [{', '.join([f'*{old}'] * 10)}]\n"
        for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    )

    with pytest.raises(NotYamlError, match="aliases"):
        Document(bomb)


def test_an_alias_to_what_is_around_it_is_a_fault() -> None:
    assert "stands for nothing" in Document("a: &a [*a]\n").faults[0][2]


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
def test_deep_nesting_is_refused_and_does_not_end_the_process(opening: str) -> None:
    """The library's own reader recurses in C and takes the whole process with it."""
    with pytest.raises(NotYamlError, match=f"{MAX_DEPTH} levels|nested"):
        Document(opening * 100_000)


@pytest.mark.parametrize("text", ["a: !!python/object/apply:os.system [ls]", "a: !!int 3", "a: !mine x"])
def test_tags_are_faults_and_never_run(text: str) -> None:
    assert "tag" in Document(text).faults[0][2]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: 1\n\tb: 2\n", 2, "tab"),
        ("a: 1\nb: it is: here\n", 2, "':'"),
        ('a: "open\nb: 2\n', 3, "quote"),
        ("a: 1\nb: @home\n", 2, "quote"),
        ("a: [1, 2\nb: 3\n", 2, "']'"),
        ("a: 1\nb: \x07\n", 2, "does not allow|control"),
        ("a: 1\n---\nb: 2\n", 2, "one game"),
        ("a: [#ff0000]\n", 2, "quotes"),
    ],
)
def test_syntax_is_explained_in_plain_words_with_its_line(text: str, line: int, words: str) -> None:
    with pytest.raises(NotYamlError, match=words) as raised:
        Document(text)

    assert raised.value.line == line
