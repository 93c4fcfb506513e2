"""From Scenario's word for a job to ours; pure functions of one reply."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from asset_pipeline.providers.remote import Failed, Json, Queued, Running, Succeeded
from asset_pipeline.providers.scenario.money import charged, kept
from asset_pipeline.providers.scenario.words import dig, moment, rows_at, text_at, units

DONE: Final = frozenset({"success"})
# Its own words are `failure` and `canceled`; the others stand in public clients that never saw a job fail.
FAILED: Final = frozenset({"failure", "failed"})
CANCELLED: Final = frozenset({"canceled", "cancelled"})
WAITING: Final = frozenset({"pending", "queued", "warming-up"})
_BAD_INPUT: Final = re.compile(
    r"moderat|nsfw|safety|sensitive|polic(y|ies)|prohibited|flagged|copyright|invalid|must be|not supported|unsupported",
    re.IGNORECASE,
)
_LONGEST = 500


def word_of(job: Json) -> str:
    """Return the status of a job, in small letters."""
    return text_at(job, "status").strip().lower()


def asset_ids(job: Json) -> tuple[str, ...]:
    """Return the ids of a job's results, in their order."""
    return tuple(item for item in rows_at(job, "metadata", "assetIds") if isinstance(item, str))


def unfinished(job: Json) -> Queued | Running:
    """Read a job that is under way; a word we do not know is one of those, under the door's deadline."""
    if word_of(job) in WAITING:
        return Queued()
    progress = units(dig(job, "progress"))
    return Running(None if progress is None else min(max(float(progress), 0.0), 1.0))


def failed(job: Json, rate: Decimal) -> Failed:
    """Read a job that was given up.

    Another attempt may help, but not where the input is to blame, nor where this one was paid for all the same.
    """
    cancelled = word_of(job) in CANCELLED
    reason = " - ".join(filter(None, (text_at(job, "metadata", "error"), text_at(job, "metadata", "hint"))))
    reason = " ".join(reason.split()) or ("it was cancelled" if cancelled else "no reason was given")
    cost = kept(job, rate)
    again = not _BAD_INPUT.search(reason) and not cost.usd
    return Failed(reason[:_LONGEST], again, cost)


def succeeded(job: Json, rate: Decimal, outputs: Json, warnings: tuple[str, ...]) -> Succeeded:
    """Read a job that is done."""
    queue_s, run_s = seconds(job)
    return Succeeded(outputs, charged(job, rate), queue_s, run_s, warnings)


def seconds(job: Json) -> tuple[float | None, float | None]:
    """Read from its history how long a job waited and how long it was worked on; ``None`` where it does not say."""
    steps = [
        (text_at(row, "status").lower(), when)
        for row in rows_at(job, "statusHistory")
        if (when := moment(dig(row, "date"))) is not None
    ]
    begun = [when for word, when in steps if word not in WAITING | DONE | FAILED | CANCELLED]
    ended = [when for word, when in steps if word in DONE | FAILED | CANCELLED]
    if not steps or not begun:
        return None, None
    queue_s = max(0.0, begun[0] - steps[0][1])
    return queue_s, max(0.0, ended[-1] - begun[0]) if ended else None
