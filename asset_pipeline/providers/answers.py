"""What comes back over the wire, read under caps and made fit for a person's eyes."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import httpx

from asset_pipeline.providers.redaction import Exchange, readable
from asset_pipeline.providers.remote import Json

_MAX_BYTES = 128 * 2**20
_TOTAL_S = 300.0
_LONGEST_BODY = 2_000


@dataclass(frozen=True)
class Answer:
    """What came back.

    Attributes:
        status: HTTP status.
        body: the parsed JSON, unredacted; ``None`` where there is none.
        text: the body as a person may read it: at most 500 characters, secrets and signed URLs masked.
        headers: names in any case.
    """

    status: int
    body: Json | None = field(repr=False)
    text: str
    headers: Mapping[str, str] = field(repr=False)


def read_answer(response: httpx.Response, secrets: Sequence[str]) -> Answer:
    """Read the body of an open *response*.

    Raises:
        httpx.HTTPError: it breaks off, is larger than 128 MB or takes longer than five minutes.
    """
    content = _content(response)
    body = as_json(content)
    shown = content.decode("utf-8", "replace") if body is None or len(content) < 2**16 else body
    return Answer(response.status_code, body, readable(shown, secrets), response.headers)


def exchange(
    request: httpx.Request, got: Answer | Exception, seconds: float, secrets: Sequence[str]
) -> Exchange:
    """Write down one request and its answer, or what was raised in its place, redacted."""

    def shown(body: object) -> str:
        return readable(body, secrets, longest=_LONGEST_BODY)

    if isinstance(got, Answer):
        status, answer = got.status, shown(got.text if got.body is None else got.body)
    else:
        status, answer = None, shown(f"{type(got).__name__}: {got}")
    return Exchange(request.method, shown(str(request.url)), status, shown(_sent(request)), answer, seconds)


def as_json(content: bytes) -> Json | None:
    """Parse *content*; ``None`` where it is no JSON, or JSON made to exhaust a parser."""
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def _content(response: httpx.Response) -> bytes:
    deadline = time.monotonic() + _TOTAL_S
    parts, size = [], 0
    for part in response.iter_bytes():
        parts.append(part)
        size += len(part)
        if size > _MAX_BYTES:
            raise httpx.ReadError(f"the answer is larger than {_MAX_BYTES:,} bytes")
        if time.monotonic() > deadline:
            raise httpx.ReadTimeout(f"the answer is not complete after {_TOTAL_S:g} s")
    return b"".join(parts)


def _sent(request: httpx.Request) -> Json:
    try:
        content = request.content
    except httpx.RequestNotRead:  # a form is sent as a stream
        return "<form>"
    body = as_json(content)
    return body if body is not None else content or ""
