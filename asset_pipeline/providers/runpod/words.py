"""What RunPod says about a job or a refusal, in one line for a person."""

from __future__ import annotations

import json
from collections.abc import Sequence

from asset_pipeline.providers.http import Answer, redact
from asset_pipeline.providers.remote import Json

_LONGEST = 500
_TRACEBACK = "Traceback (most recent call last)"
# In this order: a worker's exception, then what public endpoints and proxies say.
_ERROR_KEYS = ("error_message", "message", "error", "errors", "detail", "details", "msg", "title")
_REMEDIES = {
    401: "the key is not accepted; check RUNPOD_API_KEY",
    403: "the key may not use this endpoint; check its permissions",
    404: "there is no such endpoint; check its id",
    413: "the request is too large; send smaller or fewer pictures",
}


def error_text(error: Json, secrets: Sequence[str] = ()) -> str:
    """Find the sentence in an ``error`` field: text, JSON inside a text, a list, or an object.

    Args:
        error: the field, or a whole body that reports an error.
        secrets: values that must never be seen.

    Returns:
        At most 500 characters, without traceback, signed URLs or base64; empty where nothing was said.

    >>> error_text('{"error_type": "ValueError", "error_message": "bad sprite size", "error_traceback": "..."}')
    'bad sprite size'
    >>> error_text(["prompt is required", "width is not an int"])
    'prompt is required; width is not an int'
    """
    return redact(_sentence(error, depth=4), secrets)[:_LONGEST]


def _sentence(error: Json, depth: int) -> str:
    if error is None or depth == 0:
        return ""
    if isinstance(error, str):
        inner = _json_object(error)
        return _without_traceback(error) if inner is None else _sentence(inner, depth - 1)
    if isinstance(error, list):
        return "; ".join(filter(None, (_sentence(item, depth - 1) for item in error)))
    if isinstance(error, dict):
        return next(filter(None, (_sentence(error.get(key), depth - 1) for key in _ERROR_KEYS)), "")
    return str(error)


def _json_object(text: str) -> dict[str, Json] | None:
    if not text.lstrip().startswith("{"):
        return None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _without_traceback(text: str) -> str:
    """Keep what stands before a traceback, or its last line, which names the exception."""
    before, mark, _ = text.partition(_TRACEBACK)
    if not mark:
        return text.strip()
    return before.strip() or text.strip().splitlines()[-1].strip()


def explain(answer: Answer) -> str:
    """Say why RunPod refused: its own words where it has some, and what to do where the status tells."""
    said = error_text(answer.body) if isinstance(answer.body, dict | list) else ""
    return "; ".join(filter(None, (said, _REMEDIES.get(answer.status, "")))) or answer.text
