"""Content-addressed blobs, then the readable key last."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

from asset_pipeline.storage.keys import blob_key, checked_key
from asset_pipeline.storage.store import Store

IMMUTABLE = "public, max-age=31536000, immutable"
"""Cache header of a blob: the bytes under a hash never change, so a browser need not ask again for a year."""


@dataclass(frozen=True)
class Stored:
    """What was published, and where.

    Attributes:
        key: the readable key; what is under it changes when the sprite is made again.
        blob_key: the same bytes under their hash; never replaced.
        sha256: hash of the bytes, 64 hexadecimal digits.
        size_bytes: how many there are.
    """

    key: str
    blob_key: str
    sha256: str
    size_bytes: int


def put_blob(store: Store, data: bytes, suffix: str = ".png", content_type: str = "image/png") -> str:
    """Store *data* under its hash, unless it is there already, and return the key."""
    key = blob_key(data, suffix)
    store.put_if_absent(key, data, content_type=content_type, cache_control=IMMUTABLE)
    return key


def publish(store: Store, key: str, data: bytes, content_type: str) -> Stored:
    """Store *data* as a blob, then under its readable *key*, in that order.

    A store that dies in between leaves what was under *key* before, whole, and a blob that the next attempt
    finds.

    Args:
        store: where to.
        key: the readable key; the blob takes its suffix.
        data: the bytes of the object.
        content_type: media type a browser is told, such as ``image/png``.
    """
    stored_as = put_blob(store, data, PurePosixPath(checked_key(key)).suffix, content_type)
    store.put(key, data, content_type=content_type)
    return Stored(key, stored_as, sha256=PurePosixPath(stored_as).stem, size_bytes=len(data))
