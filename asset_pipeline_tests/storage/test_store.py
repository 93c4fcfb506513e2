"""What every store promises, asked of a folder, of Ceph and of ministack."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier, Event

import pytest

from asset_pipeline.errors import ObjectNotFound, StoreRefused
from asset_pipeline.storage.store import Store

PNG = "image/png"


@pytest.mark.parametrize("size_bytes", [0, 1, 300_000])
def test_what_is_put_comes_back(store: Store, size_bytes: int) -> None:
    data = random.Random(size_bytes).randbytes(size_bytes)  # noqa: S311 - no secret

    store.put("pirates/hero.png", data, content_type=PNG)

    assert store.get("pirates/hero.png") == data
    assert store.exists("pirates/hero.png")


@pytest.mark.parametrize(
    "key", ["a b/100%/x#1?.png", "a+b&c=d.png", "~/[0]/'q\".png", "x" * 255 + "/" + "y" * 255]
)
def test_any_printable_key_is_its_own_object(store: Store, key: str) -> None:
    """Escaping once too often or too seldom would lose a picture or serve another one."""
    store.put(key, key.encode(), content_type=PNG)

    assert store.get(key) == key.encode()
    assert list(store.list_keys()) == [key]


def test_a_put_replaces(store: Store) -> None:
    store.put("hero.png", b"old, and longer", content_type=PNG)
    store.put("hero.png", b"new", content_type=PNG)

    assert store.get("hero.png") == b"new"


def test_it_tells_when_something_was_written(store: Store) -> None:
    before = datetime.now(UTC) - timedelta(seconds=5)  # servers' clocks, and stamps of whole seconds
    store.put("hero.png", b"new", content_type=PNG)

    assert before < store.written_at("hero.png") < before + timedelta(minutes=5)
    with pytest.raises(ObjectNotFound):
        store.written_at("villain.png")


def test_readers_see_the_old_picture_or_the_new_one_never_half(store: Store) -> None:
    """A game reloads its pictures while a backfill replaces them."""
    versions = [bytes([fill]) * size_bytes for fill, size_bytes in ((1, 150_000), (2, 90_000))]
    store.put("hero.png", versions[0], content_type=PNG)
    done = Event()

    def read() -> set[bytes]:
        seen = set()
        while not done.is_set():
            seen.add(store.get("hero.png"))
        return seen

    with ThreadPoolExecutor(3) as pool:
        readers = [pool.submit(read) for _ in range(3)]
        try:
            for turn in range(30):
                store.put("hero.png", versions[turn % 2], content_type=PNG)
        finally:
            done.set()
        seen = set().union(*(reader.result() for reader in readers))

    assert seen
    assert seen <= set(versions)


def test_of_eight_writers_at_once_one_creates_the_object(store: Store) -> None:
    """Two runs that make the same picture must agree on whose bytes are kept."""
    barrier = Barrier(8)

    def race(key: str, writer: int) -> bool:
        barrier.wait()
        return store.put_if_absent(key, bytes([writer]) * 1000, content_type=PNG)

    with ThreadPoolExecutor(8) as pool:
        for key in (f"race-{turn}.png" for turn in range(10)):
            won = list(pool.map(race, [key] * 8, range(8)))

            assert won.count(True) == 1
            assert store.get(key) == bytes([won.index(True)]) * 1000


def test_what_is_there_is_not_created_again(store: Store) -> None:
    store.put("hero.png", b"first", content_type=PNG)

    assert not store.put_if_absent("hero.png", b"second", content_type=PNG)
    assert store.get("hero.png") == b"first"


def test_a_missing_object_is_named(store: Store) -> None:
    with pytest.raises(ObjectNotFound, match=r"pirates/nobody\.png"):
        store.get("pirates/nobody.png")

    assert not store.exists("pirates/nobody.png")


def test_a_folder_is_not_an_object(store: Store) -> None:
    store.put("pirates/hero.png", b"x", content_type=PNG)

    assert not store.exists("pirates")
    with pytest.raises(ObjectNotFound):
        store.get("pirates")
    with pytest.raises(ObjectNotFound):
        store.get("pirates/hero.png/hat")


def test_keys_are_listed_in_one_order_by_any_store(store: Store) -> None:
    """A catalog written from a listing must not change because the studio moved to a bucket."""
    keys = ["a-b/x.png", "a.png", "a/b.png", "a/b/c.png", "a/bc.png", "aa/x.png", "b.png"]
    for key in reversed(keys):
        store.put(key, b"", content_type=PNG)

    assert list(store.list_keys()) == sorted(keys)
    assert list(store.list_keys("a/")) == ["a/b.png", "a/b/c.png", "a/bc.png"]
    assert list(store.list_keys("a/b")) == ["a/b.png", "a/b/c.png", "a/bc.png"]
    assert list(store.list_keys("a/b/c.png")) == ["a/b/c.png"]
    assert list(store.list_keys("../")) == []


def test_more_keys_than_one_page_are_all_listed(store: Store) -> None:
    """S3 answers a thousand keys at a time."""
    keys = [f"many/{number:04}.png" for number in range(1001)]
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda key: store.put(key, b"", content_type=PNG), keys))

    assert list(store.list_keys("many/")) == keys


def test_what_is_deleted_is_gone_and_may_be_deleted_again(store: Store) -> None:
    store.put("hero.png", b"x", content_type=PNG)

    store.delete("hero.png")
    store.delete("hero.png")
    store.delete("pirates/never.png")

    assert not store.exists("hero.png")
    assert list(store.list_keys()) == []


def test_a_bad_key_is_refused_at_every_door(store: Store) -> None:
    """An id from a manifest must not reach outside the store."""
    doors = [
        lambda key: store.put(key, b"", content_type=PNG),
        lambda key: store.put_if_absent(key, b"", content_type=PNG),
        store.get,
        store.exists,
        store.delete,
        store.uri,
        store.permanent_url,
        store.browser_url,
    ]
    for door in doors:
        with pytest.raises(StoreRefused, match="begins with a dot"):
            door("../outside.png")


def test_a_check_passes_twice_and_leaves_nothing(store: Store) -> None:
    store.check()
    store.check()

    assert list(store.list_keys()) == []


def test_a_store_says_where_it_is(store: Store) -> None:
    """An error or a log line that holds a store must lead a person to it."""
    assert store.uri("pirates/hero.png") == f"{store.url}/pirates/hero.png"
    assert store.url in repr(store)
