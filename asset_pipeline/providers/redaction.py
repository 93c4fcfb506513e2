"""Taking secrets out of whatever a person may read: messages, logs, recorded exchanges."""

from __future__ import annotations

import base64
import json
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

MASK = "***"
LONGEST_TEXT = 500
# What writes whole addresses into the log at INFO, and whole headers at DEBUG; filters hold for one logger, not for those below.
_TALKATIVE = (
    "httpx",
    *(f"httpcore.{part}" for part in ("connection", "http11", "http2", "proxy", "socks")),
)
_LONGEST_STRING = 20_000
_LONGEST_SEARCHED = 2**16
_URL_WITH_QUERY = re.compile(
    # Up to the next URL at most: text that only repeats "http://" must not take quadratic time.
    r"(https?:(?:\\?/){2}(?:(?!https?:)[^\s\"'<>?])+)\?([^\s\"'<>]+)",
    re.IGNORECASE,
)
_USER_IN_URL = re.compile(r"(https?:(?:\\?/){2})[^\s\"'<>/@\\]+@", re.IGNORECASE)
# A parameter that signs, or any value too long to be a setting.
_SIGNED = re.compile(
    r"(?:x-amz|x-goog|signature|policy|key-pair|credential|token|secret|password|api_?key|sig=|expires)"
    r"|=[^&\\;]{24,}",
    re.IGNORECASE,
)
_PARAMETER = re.compile(
    r"\b((?:x-(?:amz|goog)-)?(?:signature|credential|security-token|access_?token|token|api_?key|secret"
    r"|password|sig|policy|key-pair-id))=[^&\s\"'<>\\]+",
    re.IGNORECASE,
)
_AUTHORIZATION = re.compile(
    r"((?:proxy-)?authorization\\?[\"']?\s*[:=,]\s*\\?[\"']?)[^\"'\r\n\\,}]+", re.IGNORECASE
)
_BEARER = re.compile(r"\b(Bearer\s+)[\w.~+/=-]{4,}", re.IGNORECASE)
# Unlike "basic background": with a capital, a digit or padding somewhere behind the first letter.
_BASIC = re.compile(r"\b([Bb]asic\s+)(?=\S*[A-Z0-9=+/])[\w+/=-]{6,}")
_NAMED = re.compile(
    r"(\\?[\"'][\w-]*(?:api_?key|secret|password|access_?token|auth_?token)[\w-]*\\?[\"']\s*:\s*\\?[\"'])"
    r"[^\"'\\]+",
    re.IGNORECASE,
)
_SPACE_AND_REST = re.compile(r"(?:^|\s)\S*\Z")
_BASE64 = re.compile(r"(?:[A-Za-z0-9_-]|\\?[+/]|(?<=[A-Za-z0-9+/]{60})(?:\\r)?(?:\\n|\n)){160,}={0,2}")


@dataclass(frozen=True)
class Exchange:
    """One request and what came back, fit for a person's eyes: redacted, bodies cut.

    Attributes:
        method: ``GET`` or ``POST`` …
        url: with its query, without anything that signs.
        status: HTTP status; ``None`` where no answer came.
        request_body: what was sent, pictures left out.
        response_body: what came, pictures left out; the error where no answer came.
        seconds: from sending to the last byte.
    """

    method: str
    url: str
    status: int | None
    request_body: str
    response_body: str
    seconds: float


def redact(text: str, secrets: Sequence[str] = ()) -> str:
    """Mask *secrets* in any spelling, credentials, the queries of signed URLs, and leave out long base64.

    Args:
        text: anything; not cut.
        secrets: values that must never be seen; blank ones are ignored.

    >>> redact("sent k3y-of-mine with Basic dXNlcjpwYXNz", ["k3y-of-mine"])
    'sent *** with Basic ***'
    >>> redact("see https://cdn.example/a.png?Policy=abc&Signature=def")
    'see https://cdn.example/a.png?***'
    """
    for secret in _spellings(secrets):
        text = text.replace(secret, MASK)
    text = _BASE64.sub(lambda found: f"<base64, {len(found[0])} characters>", text)
    text = _USER_IN_URL.sub(rf"\1{MASK}@", text)
    text = _URL_WITH_QUERY.sub(_without_signature, text)
    text = _PARAMETER.sub(rf"\1={MASK}", text)
    text = _AUTHORIZATION.sub(rf"\1{MASK}", text)
    text = _BEARER.sub(rf"\1{MASK}", text)
    text = _BASIC.sub(rf"\1{MASK}", text)
    return _NAMED.sub(rf"\1{MASK}", text)


def readable(body: object, secrets: Sequence[str] = (), *, longest: int = LONGEST_TEXT) -> str:
    """Write *body* (text, bytes or JSON) as redacted text of at most *longest* characters.

    Long strings inside JSON, which are pictures, are counted instead of searched. It is cut between words before
    redaction, and where it must be after it, so that no half of a secret is left at the end.
    """
    if isinstance(body, bytes | bytearray):
        return f"<{len(body)} bytes>"
    text = body if isinstance(body, str) else json.dumps(_shortened(body), default=str, ensure_ascii=False)
    if len(text) > _LONGEST_SEARCHED:
        text = _SPACE_AND_REST.sub("", text[:_LONGEST_SEARCHED]) + " …"
    text = redact(text, secrets)
    return text if len(text) <= longest else text[: longest - 1] + "…"


class _Redacting(logging.Filter):
    """Masks what a log record says before any handler, Dagster's included, writes it down."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = redact(record.getMessage()), None
        return True


for _name in _TALKATIVE:
    logging.getLogger(_name).addFilter(_Redacting())


def _spellings(secrets: Sequence[str]) -> list[str]:
    """Return every way a secret may be written, longest first, so that none hides part of another."""
    found = set()
    for secret in filter(str.strip, secrets):
        found |= {secret, quote(secret, safe=""), json.dumps(secret)[1:-1]}
        found.add(base64.b64encode(secret.encode()).decode().rstrip("="))
    return sorted(found, key=len, reverse=True)


def _without_signature(found: re.Match[str]) -> str:
    return f"{found[1]}?{MASK}" if _SIGNED.search(found[2]) else found[0]


def _shortened(body: object) -> object:
    match body:
        case str() if len(body) > _LONGEST_STRING:
            return f"<{len(body)} characters>"
        case dict():
            return {str(key): _shortened(value) for key, value in body.items()}
        case list() | tuple():
            return [_shortened(value) for value in body]
        case bytes():
            return f"<{len(body)} bytes>"
        case _:
            return body
