"""How a job of a RunPod queue is, and what that means to the door."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import assert_never

from asset_pipeline.providers.remote import Failed, JobState, Json, Lost, Money, Queued, Running, Succeeded
from asset_pipeline.providers.runpod.words import error_text


class Word(StrEnum):
    """A job's status; ``LOST`` and ``UNKNOWN`` are ours: a 404, and a word that we do not know."""

    IN_QUEUE = "IN_QUEUE"
    IN_PROGRESS = "IN_PROGRESS"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"
    TIMED_OUT = "TIMED_OUT"
    LOST = "LOST"
    UNKNOWN = "UNKNOWN"


_WORDS = {word.value: word for word in Word if word not in {Word.LOST, Word.UNKNOWN}}
_WORDS["RUNNING"] = Word.IN_PROGRESS
# What a worker says when the machine, not the request, was at fault.
_MACHINE = re.compile(
    r"out of memory|\boom\b|oom[- ]?killed|cuda error|cudnn|worker (was |has )?(lost|exited|died|crashed|"
    r"stopped|not responding)|lost (connection to )?(the )?worker|worker exit|exit code (137|139)|sigkill|"
    r"node failure|no space left",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class QueueStatus:
    """One answer to "how is this job?".

    Attributes:
        word: the status.
        output: what the worker returned, any JSON; while ``IN_PROGRESS`` it may be a progress text.
        error: why it failed, for a person; empty where nothing was said.
        delay_s: how long it waited, the cold start included.
        run_s: how long the worker worked.
        partial: what it says went wrong although the job is completed.
    """

    word: Word
    output: Json = field(default=None, repr=False)
    error: str = ""
    delay_s: float | None = None
    run_s: float | None = None
    partial: tuple[str, ...] = ()


def read_status(body: Json, secrets: Sequence[str] = ()) -> QueueStatus:
    """Read the answer of ``/status``; every field may be missing, and *secrets* are masked in what it says."""
    body = body if isinstance(body, dict) else {}
    return QueueStatus(
        word=_WORDS.get(str(body.get("status")), Word.UNKNOWN),
        output=body.get("output"),
        error=error_text(body.get("error"), secrets),
        delay_s=_seconds(body.get("delayTime")),
        run_s=_seconds(body.get("executionTime")),
        partial=_partial_errors(body.get("output"), secrets),
    )


def _seconds(milliseconds: Json) -> float | None:
    if isinstance(milliseconds, bool) or not isinstance(milliseconds, int | float) or milliseconds < 0:
        return None
    return milliseconds / 1000


def job_state(status: QueueStatus, reckon: Callable[[QueueStatus], Money | None]) -> JobState:
    """Say in the door's words how the job is.

    ``COMPLETED`` is always :class:`Succeeded`, also without a picture: whoever fetches it finds out, and says so as its own
    error.

    Args:
        status: what RunPod said.
        reckon: what the job cost by its status; asked for jobs that ended, and ``None`` where nobody can tell.
    """
    match status.word:
        case Word.IN_QUEUE:
            return Queued()
        case Word.IN_PROGRESS | Word.UNKNOWN:  # a word we do not know is no end: the deadline decides
            return Running()
        case Word.COMPLETED:
            return Succeeded(
                outputs=status.output,
                cost=reckon(status),
                queue_s=status.delay_s,
                run_s=status.run_s,
                warnings=status.partial,
            )
        case Word.FAILED | Word.CANCELLED | Word.TIMED_OUT:
            return Failed(_reason(status), _again(status), reckon(status) or Money(Decimal(0), "estimated"))
        case Word.LOST:
            return Lost(
                "RunPod knows no such job: its result is kept 30 minutes, and a job past its time to live is removed; "
                "it may have been done and billed",
                again=True,
            )
        case _:
            assert_never(status.word)


def _partial_errors(output: Json, secrets: Sequence[str]) -> tuple[str, ...]:
    errors = output.get("errors") if isinstance(output, dict) else None
    listed = errors if isinstance(errors, list) else [errors]
    return tuple(filter(None, (error_text(error, secrets) for error in listed)))


def _reason(status: QueueStatus) -> str:
    words = {
        Word.CANCELLED: "cancelled",
        Word.TIMED_OUT: "timed out at RunPod, in its queue or at a silent worker",
    }
    return ": ".join(filter(None, (words.get(status.word, ""), status.error))) or "failed without a reason"


def _again(status: QueueStatus) -> bool:
    """A worker that died or fell silent is bad luck; bad input stays bad, and a cancelled job is wanted by nobody."""
    return status.word is Word.TIMED_OUT or (
        status.word is Word.FAILED and _MACHINE.search(status.error) is not None
    )
