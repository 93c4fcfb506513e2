from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from asset_pipeline.errors import StoreUnavailable
from asset_pipeline.storage.blobs import IMMUTABLE, Stored, publish, put_blob
from asset_pipeline.storage.folder import FolderStore
from asset_pipeline.storage.keys import blob_key
from asset_pipeline.storage.store import Store

PNG = "image/png"


class DyingStore(FolderStore):
    """Dies before it writes a readable key, as a killed process would between two writes."""

    def put(self, key: str, *_: object, **__: object) -> None:
        """Die."""
        raise StoreUnavailable(f"died before {key}")


def test_publishing_stores_the_bytes_under_their_hash_and_under_the_readable_key(store: Store) -> None:
    sha256 = hashlib.sha256(b"hero").hexdigest()

    stored = publish(store, "pirates/hero.png", b"hero", PNG)

    assert stored == Stored("pirates/hero.png", f"blobs/{sha256[:2]}/{sha256}.png", sha256, 4)
    assert store.get(stored.key) == store.get(stored.blob_key) == b"hero"


def test_a_store_that_dies_between_blob_and_key_keeps_the_old_picture(tmp_path: Path) -> None:
    """A game must never load a picture that was not wholly stored, and a rerun must be able to finish."""
    whole = FolderStore(tmp_path)
    publish(whole, "hero.png", b"old", PNG)

    with pytest.raises(StoreUnavailable):
        publish(DyingStore(tmp_path), "hero.png", b"new", PNG)

    assert whole.get("hero.png") == b"old"
    assert whole.get(blob_key(b"new", ".png")) == b"new"
    publish(whole, "hero.png", b"new", PNG)
    assert whole.get("hero.png") == b"new"


def test_a_blob_is_written_once_and_may_be_kept_for_ever(tmp_path: Path) -> None:
    headers: list[str] = []

    class Watched(FolderStore):
        def put_if_absent(
            self, key: str, data: bytes, *, content_type: str, cache_control: str = "no-cache"
        ) -> bool:
            headers.append(cache_control)
            return super().put_if_absent(key, data, content_type=content_type, cache_control=cache_control)

    store = Watched(tmp_path)
    key = put_blob(store, b"hero")
    written_ns = (tmp_path / key).stat().st_mtime_ns

    assert put_blob(store, b"hero") == key
    assert (tmp_path / key).stat().st_mtime_ns == written_ns
    assert set(headers) == {IMMUTABLE}


def test_a_blob_takes_the_suffix_of_what_it_is(store: Store) -> None:
    assert publish(store, "pirates/catalog.json", b"{}", "application/json").blob_key.endswith(".json")
