"""One question to a store before anything is paid for: can you be relied on?"""

from __future__ import annotations

from uuid import uuid4

from asset_pipeline.errors import StoreRefused
from asset_pipeline.storage.store import Store


def probe(store: Store) -> None:
    """Write a small object twice under *store*, each time only if it is absent; leave nothing behind.

    Several S3-compatible servers answer 200 to ``If-None-Match: *`` and overwrite all the same, so asking
    twice is the only way to know.

    Raises:
        StoreRefused: both writes went through, or what came back is not what was written.
        StoreUnavailable: the store did not answer, or is full.
    """
    key, first, second = f"probe-{uuid4().hex}", b"first", b"second"
    written = [store.put_if_absent(key, first, content_type="text/plain")]
    try:
        written.append(store.put_if_absent(key, second, content_type="text/plain"))
        came_back = store.get(key)
    finally:
        store.delete(key)
    if (written, came_back) != ([True, False], first):
        raise StoreRefused(
            f"{store.url} overwrites what it was asked to create only if absent, so two runs could replace "
            "each other's pictures. Use a server that honours 'If-None-Match: *' (AWS S3, R2, MinIO, Ceph), "
            "or a folder"
        )
