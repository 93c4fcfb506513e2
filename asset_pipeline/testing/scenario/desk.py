"""The part of the API that is about files."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from asset_pipeline.testing.double import content_sha256
from asset_pipeline.testing.loopback import Reply
from asset_pipeline.testing.scenario.files import Files, decoded

Handler: TypeAlias = Callable[[re.Match[str], Mapping[str, str], Mapping[str, str], bytes], Reply]
"""Answers one route: what its pattern found, the query, the headers and the body."""

Route: TypeAlias = tuple[str, re.Pattern[str], Handler]

_UPLOAD_KEYS = frozenset({"fileName", "contentType", "fileSize", "kind", "parts"})


def wrong(status: int, reason: str) -> Reply:
    """Return an error as the service writes most of them."""
    return Reply(status, {"reason": reason})


class FileDesk:
    """Takes files in and tells of them."""

    def __init__(self, files: Files, contents: dict[str, str]) -> None:
        """Keep *files*; write the content hash of every upload into *contents*."""
        self._files, self._contents = files, contents

    def routes(self) -> list[Route]:
        """List what it answers."""
        return [
            ("POST", re.compile(r"/assets"), self._new_asset),
            ("POST", re.compile(r"/assets/get-bulk"), self._bulk),
            ("GET", re.compile(r"/assets/([^/]+)"), self._asset),
            ("POST", re.compile(r"/assets/([^/]+)/download"), self._download),
            ("POST", re.compile(r"/uploads"), self._new_upload),
            ("GET", re.compile(r"/uploads/([^/]+)"), self._upload),
            ("POST", re.compile(r"/uploads/([^/]+)/action"), self._complete),
        ]

    def _new_asset(self, _found: Any, _query: Any, _headers: Any, body: bytes) -> Reply:  # noqa: ANN401
        asked = json.loads(body)
        data = decoded(asked.get("image"))
        asset_id = None if data is None else self._files.add_picture(data)
        if data is None or asset_id is None or not asked.get("name"):
            return wrong(400, "image must be a base64 encoded image, and name a string")
        self._contents[asset_id] = content_sha256(data)
        return Reply(200, {"asset": self._files.described(asset_id, original=True)})

    def _asset(self, found: re.Match[str], query: Mapping[str, str], *_: Any) -> Reply:  # noqa: ANN401
        asset = self._files.described(found[1], original=query.get("originalAssets") == "true")
        return wrong(404, f"Asset {found[1]} not found") if asset is None else Reply(200, {"asset": asset})

    def _bulk(self, _found: Any, _query: Any, _headers: Any, body: bytes) -> Reply:  # noqa: ANN401
        asked = json.loads(body)["assetIds"]
        if not 1 <= len(asked) <= 200:
            return wrong(400, "assetIds must hold 1 to 200 items")
        # In an order of its own.
        rows = [self._files.described(asset_id, original=False, counts=False) for asset_id in sorted(asked)]
        return Reply(200, {"assets": [row for row in rows if row is not None]})

    def _download(self, found: re.Match[str], _query: Any, _headers: Any, body: bytes) -> Reply:  # noqa: ANN401
        wanted = json.loads(body or b"{}").get("targetFormat")
        asset = self._files.described(found[1], original=wanted is None)
        if asset is None:
            return wrong(404, f"Asset {found[1]} not found")
        if wanted not in (None, "jpg", "jpeg"):
            return wrong(400, "Invalid target format")
        return Reply(200, {"url": asset["url"], "mimeType": asset["mimeType"]})

    def _new_upload(self, _found: Any, _query: Any, _headers: Any, body: bytes) -> Reply:  # noqa: ANN401
        asked = json.loads(body)
        if not asked.keys() >= _UPLOAD_KEYS or asked["parts"] < 1:
            return wrong(400, "fileName, contentType, fileSize, kind and parts are required")
        return Reply(200, {"upload": self._files.begin(asked)})

    def _upload(self, found: re.Match[str], *_: Any) -> Reply:  # noqa: ANN401
        upload = self._files.upload(found[1])
        return wrong(404, "Upload not found") if upload is None else Reply(200, {"upload": upload})

    def _complete(self, found: re.Match[str], *_: Any) -> Reply:  # noqa: ANN401
        if found[1] not in self._files.uploads:
            return wrong(404, "Upload not found")
        upload = self._files.complete(found[1])
        if asset_id := self._files.uploads[found[1]].asset_id:
            self._contents[asset_id] = content_sha256(self._files.read(asset_id))
        return Reply(200, {"upload": upload})
