"""Naming a piece of work by what was asked, so that a double can tell whether it sold the same one twice."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Collection, Mapping
from typing import Any

_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_LONG_BASE64 = re.compile(r"(?:data:[\w/+.-]+;base64,)?([A-Za-z0-9+/\s]{64,}={0,2})\s*")


def work_sha256(
    asked: Any,  # noqa: ANN401  # any JSON, and bytes
    *,
    contents: Mapping[str, str] | None = None,
    without: Collection[str] = (),
) -> str:
    """Name a piece of work by what was asked, whatever it was uploaded as and whoever sent it.

    Args:
        asked: JSON, in which bytes and base64 of pictures may stand.
        contents: names of uploads to the hash of their content; a name anywhere in *asked* counts as its content.
        without: keys to leave out at any depth, such as ``client_id``.

    Returns:
        64 hexadecimal digits. UUIDs, which are tokens, do not change it.

    >>> work_sha256({"image": "a.png", "id": 1}, contents={"a.png": "77"}, without=["id"]) == work_sha256({"image": "77"})
    True
    """
    plain = _plain(asked, contents or {}, frozenset(without))
    return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()


def content_sha256(data: bytes) -> str:
    """Name bytes by their content, for :attr:`Double.contents`."""
    return hashlib.sha256(data).hexdigest()


def _plain(asked: Any, contents: Mapping[str, str], without: frozenset[str]) -> Any:  # noqa: ANN401  # any JSON
    match asked:
        case dict():
            return {
                str(key): _plain(value, contents, without)
                for key, value in asked.items()
                if key not in without
            }
        case list() | tuple():
            return [_plain(value, contents, without) for value in asked]
        case bytes():
            return content_sha256(asked)
        case str():
            return contents.get(asked) or _text(asked)
        case _:
            return asked


def _text(text: str) -> str:
    picture = _LONG_BASE64.fullmatch(text)
    if picture:
        try:
            return content_sha256(base64.b64decode(picture[1]))
        except binascii.Error:
            pass
    return _UUID.sub("<token>", text)
