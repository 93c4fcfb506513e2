"""Whether to ask again: one pure function of what came back, and how long to wait before."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import Enum, auto

import httpx

LONGEST_WAIT_S = 600.0
# Raised before the first byte of a request leaves: no connection, no tunnel, no free place in the pool.
_NOTHING_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
_NEVER_SENT = (httpx.UnsupportedProtocol, httpx.InvalidURL)


class Verdict(Enum):
    """What an answer, or the lack of one, means for the one who asked."""

    GOOD = auto()
    """It is what was asked for."""
    REFUSED = auto()
    """Asking again will not help."""
    LATER = auto()
    """Nothing was accepted, or the call is free to repeat: asking again may help."""
    UNKNOWN = auto()
    """A paid call may have been accepted."""


def verdict(outcome: int | Exception, *, paid: bool, readable: bool = True) -> Verdict:
    """Decide what *outcome* means.

    Args:
        outcome: the HTTP status, or what was raised instead of an answer.
        paid: the call costs money where it is accepted.
        readable: the body is JSON; matters to paid calls, whose job id is in it.

    >>> verdict(503, paid=False).name, verdict(503, paid=True).name
    ('LATER', 'UNKNOWN')
    """
    if isinstance(outcome, _NEVER_SENT):
        return Verdict.REFUSED
    if isinstance(outcome, _NOTHING_SENT) or outcome == 429:
        return Verdict.LATER
    if isinstance(outcome, Exception) or outcome == 408 or outcome >= 500:
        return Verdict.UNKNOWN if paid else Verdict.LATER
    if outcome >= 400:
        return Verdict.REFUSED
    if 200 <= outcome < 300:
        return Verdict.UNKNOWN if paid and not readable else Verdict.GOOD
    return Verdict.UNKNOWN if paid else Verdict.REFUSED


def retry_after_s(value: str | None, *, now: datetime | None = None) -> float | None:
    """Read a ``Retry-After`` header, in seconds or as a date; at most ten minutes.

    Returns:
        Seconds, 0 for a date that has passed; ``None`` where there is no header, or one that says nothing.

    >>> retry_after_s("90"), retry_after_s("1e9"), retry_after_s("soon")
    (90.0, 600.0, None)
    """
    if value is None:
        return None
    try:
        wait_s = float(value)
    except ValueError:
        wait_s = _until(value, now or datetime.now(UTC))
    if wait_s != wait_s:  # noqa: PLR0124  # not a number
        return None
    return min(max(wait_s, 0.0), LONGEST_WAIT_S)


def _until(date: str, now: datetime) -> float:
    try:
        when = parsedate_to_datetime(date)
    except (ValueError, OverflowError):
        return float("nan")
    return ((when if when.tzinfo else when.replace(tzinfo=UTC)) - now).total_seconds()
