"""Giving Scenario pictures to work on: the same bytes once, small ones in one call, large ones in parts."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Final

import httpx

from asset_pipeline.errors import ProviderRejected, ProviderUnavailable
from asset_pipeline.providers.http import Wire, is_loopback
from asset_pipeline.providers.remote import Json
from asset_pipeline.providers.scenario.api import Api
from asset_pipeline.providers.scenario.words import NAME, dig, rows_at, text_at

SMALL_BYTES: Final = 4_000_000  # base64 makes it a third more, and the gateway takes about 6 MB
PART_BYTES: Final = 8 * 2**20
_MIME: Final = (
    (b"\x89PNG", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"RIFF", "image/webp"),
    (b"GIF8", "image/gif"),
)


class Uploads:
    """Uploads by content: asset ids by the SHA-256 of the bytes, remembered for the life of this object.

    An upload that Scenario is still looking at raises ``ProviderUnavailable``; asking again goes on from there.
    """

    def __init__(
        self, api: Api, storage: Callable[[str], AbstractContextManager[Wire]], *, allow_loopback: bool
    ) -> None:
        """Upload through *api*.

        Args:
            api: Scenario's own calls.
            storage: opens a wire without credentials to the origin of a signed link.
            allow_loopback: accept signed links to this machine.
        """
        self._api, self._storage, self._allow_loopback = api, storage, allow_loopback
        self._assets: dict[str, str] = {}
        self._under_way: dict[str, Json] = {}
        self._locks: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()

    def asset_of(self, data: bytes, what: str) -> str:
        """Return the id under which Scenario has *data*, uploading it where it has not.

        Raises:
            ProviderRejected: Scenario does not take the file.
            ProviderUnavailable: no answer, or it is not ready yet.
        """
        digest = hashlib.sha256(data).hexdigest()
        with self._lock:
            mine = self._locks.setdefault(digest, threading.Lock())
        with mine:
            if digest not in self._assets:
                send = self._small if len(data) < SMALL_BYTES else self._large
                self._assets[digest] = send(data, digest, what)
            return self._assets[digest]

    def forget(self, asset_ids: set[str]) -> None:
        """Upload these anew next time: somebody may have deleted them."""
        for digest, asset_id in list(self._assets.items()):
            if asset_id in asset_ids:
                self._assets.pop(digest, None)

    def _small(self, data: bytes, digest: str, what: str) -> str:
        asset = self._under_way.get(digest)
        asset = (
            self._api.new_asset(data, _name(data, digest)) if asset is None else self._api.asset(asset["id"])
        )
        asset_id = text_at(asset, "id")
        match text_at(asset, "status") or "success":
            case "success" if asset_id:
                self._under_way.pop(digest, None)
                return asset_id
            case "error":
                self._under_way.pop(digest, None)
                raise ProviderRejected(NAME, f"uploading {what}: Scenario could not read the file")
            case status:
                if asset_id:
                    self._under_way[digest] = {"id": asset_id}
                raise ProviderUnavailable(NAME, f"uploading {what}: the file is still {status}")

    def _large(self, data: bytes, digest: str, what: str) -> str:
        if (known := self._under_way.get(digest)) is None:
            known = {"id": self._in_parts(data, digest, what)}
            self._under_way[digest] = known
        upload = self._api.upload(known["id"])
        if asset_id := text_at(upload, "entityId"):
            self._under_way.pop(digest, None)
            return asset_id
        if text_at(upload, "status") == "failed":
            self._under_way.pop(digest, None)
            reason = text_at(upload, "errorMessage") or "no reason was given"
            raise ProviderRejected(NAME, f"uploading {what}: {reason}")
        status = text_at(upload, "status") or "under way"
        raise ProviderUnavailable(NAME, f"uploading {what}: the file is still {status}")

    def _in_parts(self, data: bytes, digest: str, what: str) -> str:
        count = -(-len(data) // PART_BYTES)
        upload = self._api.new_upload(
            {
                "fileName": _name(data, digest),
                "contentType": _mime(data),
                "fileSize": len(data),
                "kind": "image",
                "parts": count,
                "assetOptions": {"hide": True},
            }
        )
        parts = sorted(rows_at(upload, "parts"), key=lambda part: dig(part, "number") or 0)
        upload_id = text_at(upload, "id")
        if not upload_id or not parts:
            raise ProviderUnavailable(NAME, f"uploading {what}: no link to upload to was given")
        size = -(-len(data) // len(parts))
        for number, part in enumerate(parts):
            self._put(text_at(part, "url"), data[number * size : (number + 1) * size], what)
        self._api.complete(upload_id)
        return upload_id

    def _put(self, url: str, part: bytes, what: str) -> None:
        """Send one part to its signed link, without credentials: the signature is all it wants."""
        origin = _origin(url)
        local = origin.startswith("http://") and is_loopback(httpx.URL(origin).host)
        if not origin.startswith("https://") and not (local and self._allow_loopback):
            raise ProviderRejected(NAME, f"uploading {what}: the link to upload to is not https")
        with self._storage(origin) as wire:
            wire.post_again(url, what=f"uploading a part of {what}", content=part, method="PUT")


def _origin(url: str) -> str:
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL:
        return ""
    return (
        str(parsed.copy_with(raw_path=b"/", userinfo=b"", fragment=None)).rstrip("/") if parsed.host else ""
    )


def _mime(data: bytes) -> str:
    return next((mime for start, mime in _MIME if data.startswith(start)), "application/octet-stream")


def _name(data: bytes, digest: str) -> str:
    """Name a file by its content, so that a person can tell two apart."""
    return f"{digest[:16]}.{_mime(data).rpartition('/')[2].replace('octet-stream', 'bin')}"
