from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_pipeline.errors import StoreRefused
from asset_pipeline.manifest.game import RESERVED_GAME_IDS
from asset_pipeline.storage.keys import (
    RESERVED_GAMES,
    blob_key,
    checked_key,
    layer_key,
    sprite_key,
    thumbnail_key,
    work_key,
)

IDS = st.from_regex(r"[a-z][a-z0-9]{0,6}(_[a-z0-9]{1,4}){0,2}", fullmatch=True).filter(
    lambda text: text not in RESERVED_GAMES
)
PLACES = st.tuples(IDS, st.none() | IDS, IDS)


@pytest.mark.parametrize(
    ("key", "mistake"),
    [
        ("", "is empty"),
        ("/hero.png", "begins or ends with a slash"),
        ("pirates/", "begins or ends with a slash"),
        ("pirates//hero.png", "two in a row"),
        ("pirates/../hero.png", "begins with a dot"),
        ("./hero.png", "begins with a dot"),
        (".tmp/hero.png", "begins with a dot"),
        ("pirates\\hero.png", "backslash"),
        ("hero\n.png", "control character"),
        ("hero.png\n", "control character"),
        ("héros.png", "outside ASCII"),
        ("x/" * 256 + "x", "longer than 512"),
        ("x" * 256, "part longer than 255"),
    ],
)
def test_a_bad_key_is_told_what_is_wrong_with_it(key: str, mistake: str) -> None:
    with pytest.raises(StoreRefused, match=mistake):
        checked_key(key)


def test_all_mistakes_of_a_key_are_told_at_once() -> None:
    with pytest.raises(StoreRefused) as raised:
        checked_key("/..\\é")

    for mistake in ("slash", "dot", "backslash", "ASCII"):
        assert mistake in str(raised.value)


@given(st.text(max_size=40))
def test_a_key_that_passes_stays_inside_and_is_unchanged(text: str) -> None:
    try:
        key = checked_key(text)
    except StoreRefused:
        return
    assert key == text
    assert key.isascii()
    assert key.isprintable()
    assert all(part not in {"", ".", ".."} for part in key.split("/"))


@given(PLACES, PLACES)
def test_no_two_sprites_share_any_key(
    one: tuple[str, str | None, str], other: tuple[str, str | None, str]
) -> None:
    """Two sprites of one name in different packs or games must not overwrite each other.

    Within one game either all sprites have a pack or none has.
    """

    def keys(place: tuple[str, str | None, str]) -> set[str]:
        return {sprite_key(*place), thumbnail_key(*place), layer_key(*place, 0), layer_key(*place, 1)}

    assert len(keys(one)) == 4
    assert (one == other) or not keys(one) & keys(other)


@given(st.binary(max_size=64))
def test_a_blob_is_named_by_its_bytes_alone(data: bytes) -> None:
    sha256 = hashlib.sha256(data).hexdigest()

    assert blob_key(data, ".png") == f"blobs/{sha256[:2]}/{sha256}.png"


@pytest.mark.parametrize("game", sorted(RESERVED_GAMES))
def test_a_game_cannot_sit_in_a_folder_of_ours(game: str) -> None:
    """Game 'thumbnails' with pack 'pirates' would overwrite the thumbnails of the game 'pirates'."""
    with pytest.raises(StoreRefused, match="rename it"):
        sprite_key(game, "pirates", "hero")


@pytest.mark.parametrize("sprite", ["a/b", "..", "", "é", "x" * 252])
def test_a_bad_id_makes_no_key(sprite: str) -> None:
    with pytest.raises(StoreRefused):
        sprite_key("pirates", None, sprite)


def test_a_step_of_a_dynamic_graph_has_a_key_too() -> None:
    assert work_key("0b5e", "pirates__hero.layer[2]", "result") == "work/0b5e/pirates__hero.layer[2]/result"


def test_the_manifest_refuses_the_games_that_the_store_has_no_place_for() -> None:
    """A name that only fails when a run stores its first picture fails too late."""
    assert set(RESERVED_GAME_IDS) == set(RESERVED_GAMES)
