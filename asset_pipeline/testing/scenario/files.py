"""The double's files: assets, uploads in parts to signed links, and a CDN whose links expire and want no credentials."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from asset_pipeline.errors import ImageError
from asset_pipeline.imaging.png import decode_image
from asset_pipeline.testing.loopback import Reply
from asset_pipeline.testing.pictures import jpeg
from asset_pipeline.testing.scenario.drawing import Result

DENIED = b"<?xml version='1.0'?><Error><Code>AccessDenied</Code><Message>Access denied</Message></Error>"


@dataclass
class Asset:
    """A file of the service's; *pending* looks go by before it can be used, *dead* links before one works."""

    id: str
    result: Result
    pending: int = 0
    dead: int = 0
    data: bytes | None = None
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)


@dataclass
class Upload:
    """An upload in parts."""

    id: str
    name: str
    size: int
    count: int
    parts: dict[int, bytes] = field(default_factory=dict)
    status: str = "pending"
    asset_id: str = ""
    error: str = ""
    looks: int = 0


class Files:
    """All files of the double; safe to use from many threads."""

    def __init__(self, base: Callable[[], str], *, looks: int, link_life_s: float) -> None:
        """Keep files under links at *base*; an upload is ready after *looks* looks at it."""
        self._base, self._looks, self.link_life_s = base, looks, link_life_s
        self._key = secrets.token_bytes(16)
        self.assets: dict[str, Asset] = {}
        self.uploads: dict[str, Upload] = {}
        self._lock = threading.RLock()

    def add(self, result: Result, *, pending: int = 0, dead: int = 0) -> str:
        """Take a file in; return its id."""
        asset = Asset(_name("asset"), result, pending, dead)
        with self._lock:
            self.assets[asset.id] = asset
        return asset.id

    def add_picture(self, data: bytes) -> str | None:
        """Take an uploaded picture in; ``None`` where it is none."""
        try:
            height, width = decode_image(data, what="an upload").shape[:2]
        except ImageError:
            return None
        made = Result(lambda: data, type="uploaded", width=width, height=height)
        return self.add(made, pending=self._looks)

    def read(self, asset_id: str) -> bytes:
        """Return an asset's bytes, made once."""
        asset = self.assets[asset_id]
        with asset.lock:
            if asset.data is None:
                asset.data = asset.result.make()
            return asset.data

    def described(self, asset_id: str, *, original: bool, counts: bool = True) -> dict[str, Any] | None:
        """Return an asset as the API does, with a new link.

        Args:
            asset_id: which one.
            original: the link is to the file as it was made, not to a smaller rendition.
            counts: this look is one of those that find it pending, and its link one of those that are dead.
        """
        if (asset := self.assets.get(asset_id)) is None:
            return None
        made = asset.result
        with self._lock:
            status = "pending" if asset.pending > 0 else "success"
            dead = asset.dead > 0 and counts
            if counts:
                asset.pending, asset.dead = max(0, asset.pending - 1), max(0, asset.dead - 1)
        metadata: dict[str, Any] = {"type": made.type}
        if made.bbox is not None:
            metadata["bbox"] = made.bbox
        sizes = {"width": made.width, "height": made.height}
        return {
            "id": asset.id,
            "url": self._link(asset, original=original, dead=dead),
            "mimeType": made.mime if original or made.kind != "image" else "image/jpeg",
            "kind": made.kind,
            "status": status,
            "properties": {name: value for name, value in sizes.items() if value is not None},
            "metadata": metadata,
            "outputIndex": 0,
            "nsfw": [],
        }

    def begin(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Begin an upload in parts."""
        upload = Upload(_name("upload"), asked["fileName"], asked["fileSize"], asked["parts"])
        self.uploads[upload.id] = upload
        urls = [f"{self._base()}/storage/{upload.id}/{number + 1}" for number in range(upload.count)]
        parts = [
            {"number": number, "url": f"{url}?X-Amz-Signature={secrets.token_hex(32)}", "expires": "…"}
            for number, url in enumerate(urls, 1)
        ]
        return {"id": upload.id, "status": "pending", "parts": parts}

    def put(self, upload_id: str, number: int, headers: Mapping[str, str], body: bytes) -> Reply:
        """Store a part; the signature of the link is all that may be given."""
        upload = self.uploads.get(upload_id)
        if "authorization" in headers or upload is None or not 1 <= number <= upload.count:
            return Reply(400, DENIED, {"Content-Type": "application/xml"})
        upload.parts[number] = body
        return Reply(200, b"", {"ETag": f'"{hashlib.sha256(body).hexdigest()[:32]}"'})

    def complete(self, upload_id: str) -> dict[str, Any]:
        """End an upload: its parts are put together and looked at."""
        upload = self.uploads[upload_id]
        data = b"".join(upload.parts[number] for number in sorted(upload.parts))
        if len(data) != upload.size or len(upload.parts) != upload.count:
            upload.status, upload.error = "failed", f"expected {upload.size} bytes, got {len(data)}"
        elif (asset_id := self.add_picture(data)) is None:
            upload.status, upload.error = "failed", "unsupported file"
        else:
            upload.status, upload.asset_id = "validating", asset_id
        return {"id": upload.id, "status": upload.status}

    def upload(self, upload_id: str) -> dict[str, Any] | None:
        """Return an upload as the API does; a good one is imported after some looks."""
        if (upload := self.uploads.get(upload_id)) is None:
            return None
        upload.looks += 1
        if upload.status == "validating" and upload.looks > self._looks:
            upload.status = "imported"
        found: dict[str, Any] = {"id": upload.id, "fileName": upload.name, "status": upload.status}
        if upload.status == "imported":
            found["entityId"] = upload.asset_id
        return {**found, "errorMessage": upload.error} if upload.error else found

    def serve(self, asset_id: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Reply:
        """Answer for the CDN: a link is good until it expires, and for nobody who shows credentials."""
        if "authorization" in headers:
            return Reply(
                400, b"<Error><Code>InvalidArgument</Code></Error>", {"Content-Type": "application/xml"}
            )
        policy = _policy(query.get("Policy", ""))
        good = hmac.compare_digest(query.get("Signature", ""), self._signed(query.get("Policy", "")))
        asset = self.assets.get(asset_id)
        if asset is None or not good or policy.get("asset") != asset_id or policy["until"] <= time.time():
            return Reply(403, DENIED, {"Content-Type": "application/xml"})
        data = self.read(asset_id)
        if policy["original"] or asset.result.kind != "image":
            return Reply(200, data, {"Content-Type": asset.result.mime})
        return Reply(200, jpeg(data), {"Content-Type": "image/jpeg"})

    def _link(self, asset: Asset, *, original: bool, dead: bool) -> str:
        until = time.time() + (-1 if dead else self.link_life_s)
        words = json.dumps({"asset": asset.id, "until": until, "original": original})
        policy = base64.urlsafe_b64encode(words.encode()).decode()
        query = f"Policy={policy}&Signature={self._signed(policy)}&Key-Pair-Id=KDOUBLE"
        return f"{self._base()}/cdn/{asset.id}?{query}"

    def _signed(self, policy: str) -> str:
        return hmac.new(self._key, policy.encode(), hashlib.sha256).hexdigest()


def decoded(text: object) -> bytes | None:
    """Read base64, with or without the start of a data URL; ``None`` where it is none."""
    if not isinstance(text, str):
        return None
    try:
        return base64.b64decode(text.rpartition(",")[2], validate=True)
    except binascii.Error:
        return None


def _name(kind: str) -> str:
    return f"{kind}_{secrets.token_urlsafe(18).replace('-', 'x').replace('_', 'y')}"


def _policy(text: str) -> dict[str, Any]:
    try:
        return dict(json.loads(base64.urlsafe_b64decode(text)))
    except (ValueError, binascii.Error):
        return {"until": 0.0}
