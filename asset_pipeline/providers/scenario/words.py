"""Reading what Scenario answers: nothing is taken for granted, and no reply makes us stumble."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from email.utils import parsedate_to_datetime
from typing import Final

from asset_pipeline.providers.http import Answer
from asset_pipeline.providers.remote import Json

NAME: Final = "scenario"
_LONGEST = 500


def dig(body: Json, *path: str) -> Json | None:
    """Follow *path* into nested objects; ``None`` where it ends early.

    >>> dig({"job": {"jobId": "job_1"}}, "job", "jobId"), dig([], "job")
    ('job_1', None)
    """
    for key in path:
        if not isinstance(body, Mapping):
            return None
        body = body.get(key)
    return body


def text_at(body: Json, *path: str) -> str:
    """Read the text at *path*; empty where there is none."""
    found = dig(body, *path)
    return found if isinstance(found, str) else ""


def rows_at(body: Json, *path: str) -> list[Json]:
    """Read the list at *path*; empty where there is none."""
    found = dig(body, *path)
    return list(found) if isinstance(found, list) else []


def units(value: Json) -> Decimal | None:
    """Read creative units as they are written: 10.75, never 10.

    >>> units(10.75), units("nine"), units(True)
    (Decimal('10.75'), None, None)
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def moment(value: Json) -> float | None:
    """Read an ISO time such as ``2026-10-09T12:00:00.000Z`` as seconds since 1970."""
    try:
        when = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()


def iso(seconds: float) -> str:
    """Write seconds since 1970 as Scenario does: UTC with milliseconds.

    >>> iso(0.25)
    '1970-01-01T00:00:00.250Z'
    """
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def server_time(answer: Answer) -> float | None:
    """Read the server's own clock, in whole seconds since 1970; ``None`` where it does not show it."""
    try:
        return parsedate_to_datetime(answer.headers.get("date", "")).timestamp()
    except (TypeError, ValueError):
        return None


def explain(answer: Answer) -> str:
    """Say what an error reply says is wrong, its name and its details included."""
    body = answer.body
    words = _reason(body) or answer.text
    notes = [words[:_LONGEST]]
    if (name := text_at(body, "name")) and name not in words:
        notes.append(f"({name})")
    details = dig(body, "details")
    if plan := text_at(details, "requiredPlan"):
        notes.append(f"- this model needs the plan {plan}; upgrade, or choose another model")
    if limit := dig(details, "actionLimit"):
        action = text_at(details, "actionName") or "jobs at once"
        notes.append(f"- the ceiling for {action} is {limit}")
    return " ".join(notes)


def _reason(body: Json) -> str:
    """Find the sentence, in the order in which its many services write it."""
    for path in (("reason",), ("message",), ("error", "message"), ("error",), ("detail",)):
        if found := text_at(body, *path).strip():
            return found
    return ""
