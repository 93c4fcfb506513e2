"""The protocol of a store."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol


class Store(Protocol):
    """Named bytes, written whole or not at all; safe to use from many threads at once.

    Keys are relative, ``/``-separated, ASCII; ``keys.checked_key`` says which ones are refused. Every method
    raises :class:`~asset_pipeline.errors.StoreRefused` for a wrong key, credentials, permissions or bucket
    and :class:`~asset_pipeline.errors.StoreUnavailable` for a server that does not answer or a full disk,
    naming the store, the key and what to do.
    """

    @property
    def url(self) -> str:
        """What the store was opened from, without secrets: ``file:///…`` or ``s3://bucket/prefix``."""

    def check(self) -> None:
        """Prove that the store can be written and that create-if-absent has one winner.

        Raises:
            StoreRefused: it cannot, or the server silently ignores ``If-None-Match: *``; says what to do.
        """

    def put(self, key: str, data: bytes, *, content_type: str, cache_control: str = "no-cache") -> None:
        """Write *data* under *key*, replacing what was there, atomically."""

    def put_if_absent(
        self, key: str, data: bytes, *, content_type: str, cache_control: str = "no-cache"
    ) -> bool:
        """Write *data* under *key* unless the key is there; true for the one caller that wrote it."""

    def get(self, key: str) -> bytes:
        """Return the bytes under *key*.

        Raises:
            ObjectNotFound: there is no such object.
        """

    def exists(self, key: str) -> bool:
        """Tell whether *key* is there; a store that cannot be asked raises, it never answers false."""

    def written_at(self, key: str) -> datetime:
        """Return when what is under *key* was written, UTC.

        Raises:
            ObjectNotFound: there is no such object.
        """

    def list_keys(self, prefix: str = "") -> Iterator[str]:
        """Yield the keys that begin with *prefix*, sorted."""

    def delete(self, key: str) -> None:
        """Remove *key*; removing what is not there is no error."""

    def uri(self, key: str) -> str:
        """Name *key* for a person: ``file:///…/key`` or ``s3://bucket/prefix/key``."""

    def permanent_url(self, key: str) -> str | None:
        """Return the ``http(s)`` URL of *key* below the public base URL, or ``None``; it is the same for ever."""

    def browser_url(self, key: str) -> str | None:
        """Return a URL for a person to open now, the permanent one or a link that expires, or ``None``."""
