"""When a game is drawn again."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, TypeAlias
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BeforeValidator, Field

from asset_pipeline.manifest.base import Frozen, did_you_mean, plain_error

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_LONGEST_DAY = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_FIELDS = (
    ("minute", 0, 59),
    ("hour", 0, 23),
    ("day of month", 1, 31),
    ("month", 1, 12),
    ("day of week", 0, 7),
)
_SHORTHANDS = ("@hourly", "@daily", "@weekly", "@monthly", "@yearly")
_EXAMPLE = 'for example "0 3 * * 1" (Mondays at 3:00)'


def cron_problem(cron: str) -> str | None:
    """Say what is wrong with *cron*; ``None`` for five classic fields or a shorthand such as ``@daily``.

    Numbers, names, ``*``, lists, rising ranges and steps are known, as in crontab(5).

    >>> cron_problem("0 3 * * 1")
    >>> cron_problem("0 25 * * *")
    "hour '25' is not within 0 to 23"
    >>> cron_problem("0 3 30 feb *")
    'that day never comes: day 30 in month 2'
    """
    if cron in _SHORTHANDS:
        return None
    parts = cron.lower().split()
    if len(parts) != len(_FIELDS):
        return f"{cron!r} is no cron schedule: it has five fields, minute hour day month weekday, {_EXAMPLE}"
    values: list[set[int]] = []
    for part, (what, low, high) in zip(parts, _FIELDS, strict=True):
        found = _values(part, what, low, high)
        if isinstance(found, str):
            return found
        values.append(found)
    _, _, days, months, _ = values
    if parts[4] == "*" and not any(min(days) <= _LONGEST_DAY[month - 1] for month in months):
        return f"that day never comes: day {min(days)} in month {min(months)}"
    return None


def _values(part: str, what: str, low: int, high: int) -> set[int] | str:
    found: set[int] = set()
    for item in part.split(","):
        span, _, step = item.partition("/")
        first, dash, last = ("*", "", "") if span == "*" else span.partition("-")
        ends = (low, high) if first == "*" else (_number(first, what), _number(last if dash else first, what))
        if None in ends or (step and not step.isdecimal()) or item.endswith(("/", "-")):
            return (
                f"{what} {item!r} is not understood; use numbers, *, lists (1,2), ranges (1-5) or steps (*/2)"
            )
        start, end = (int(e) for e in ends if e is not None)
        if not low <= start <= high or not low <= end <= high:
            return f"{what} {item!r} is not within {low} to {high}"
        if start > end or (step and not 1 <= int(step) <= high):
            return f"{what} {item!r} runs backwards or in impossible steps"
        found.update(range(start, end + 1, int(step or 1)))
    return found


def _number(text: str, what: str) -> int | None:
    if re.fullmatch("[0-9]{1,2}", text):
        return int(text)
    names = {"month": _MONTHS, "day of week": _WEEKDAYS}.get(what, ())
    return names.index(text) + (what == "month") if text in names else None


def _checked_cron(text: str) -> str:
    if problem := cron_problem(text):
        raise plain_error(problem)
    return text


def _checked_timezone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # not there, not a name, or a folder of zones such as "Europe"
        near = did_you_mean(name, available_timezones())
        raise plain_error(
            f"{name!r} is no time zone; write UTC or a place such as Europe/Berlin{near}"
        ) from None
    return name


def _long_form(value: Any) -> Any:  # noqa: ANN401 - whatever YAML holds
    return {"cron": value} if isinstance(value, str) else value


class Schedule(Frozen):
    """When and how a game is drawn again.

    Attributes:
        cron: minute, hour, day of month, month, weekday.
        mode: ``stale`` draws what the manifest has changed; ``fresh`` draws everything anew, as another take.
        timezone: whose clock *cron* reads; an IANA name.
    """

    cron: Annotated[str, AfterValidator(_checked_cron)] = Field(
        description=f"When: minute, hour, day of month, month, weekday; {_EXAMPLE}."
    )
    mode: Literal["stale", "fresh"] = Field(
        default="stale", description="stale: what has changed; fresh: everything anew, as another take."
    )
    timezone: Annotated[str, AfterValidator(_checked_timezone)] = Field(
        default="UTC", description="Whose clock the cron reads, such as UTC or Europe/Berlin."
    )


Regenerate: TypeAlias = Annotated[
    Schedule, BeforeValidator(_long_form, json_schema_input_type=str | Schedule)
]
