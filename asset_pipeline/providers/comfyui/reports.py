"""What a server says about a job, in one form for its two routes, and what that means to the door."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from asset_pipeline.providers.http import redact
from asset_pipeline.providers.remote import Failed, JobState, Json, Money, Queued, Running, Succeeded


class Word(StrEnum):
    """How a job is. The server's own ``error`` covers interrupted jobs, too; its messages tell them apart."""

    WAITING = "waiting"
    RUNNING = "running"
    SUCCESS = "success"
    ERROR = "error"
    INTERRUPTED = "interrupted"


_MEMORY = re.compile(r"out ?of ?memory|\boom\b|allocation on device|cuda error", re.IGNORECASE)
_FOLDERS = re.compile(r"(?:[A-Za-z]:)?[/\\](?:[^\s'\"/\\:]+[/\\])+")
_LONGEST = 400
_ENDS = {"completed": Word.SUCCESS, "failed": Word.ERROR, "cancelled": Word.INTERRUPTED}


@dataclass(frozen=True)
class Report:
    """One answer to "how is this job?".

    Attributes:
        word: the outcome, or how far it is.
        pictures: entries of saved files by the node that saved them; names are not to be trusted.
        why: what went wrong, for a person: no traceback, no folders of the server.
        out_of_memory: it failed for want of memory.
        queue_s: how long it waited, where that is said.
        run_s: how long it was worked on, where that is said.
    """

    word: Word
    pictures: Mapping[str, Sequence[Json]] = field(default_factory=dict, repr=False)
    why: str = ""
    out_of_memory: bool = False
    queue_s: float | None = None
    run_s: float | None = None


def read_job(body: Json) -> Report:
    """Read the answer of ``/api/jobs/{id}``."""
    said = body.get("status")
    if said not in _ENDS:  # a word that we do not know is no end: the deadline decides
        return Report(Word.WAITING if said == "pending" else Word.RUNNING)
    status = _object(body.get("execution_status"))
    return _finished(status, _object(body.get("outputs")), body.get("create_time"), _ENDS[said])


def read_entry(entry: Json) -> Report:
    """Read one entry of ``/history``."""
    status = _object(entry.get("status"))
    good = status.get("status_str") == "success"
    prompt = entry.get("prompt")
    extra = _object(prompt[3]) if isinstance(prompt, list) and len(prompt) > 3 else {}
    outputs = _object(entry.get("outputs"))
    return _finished(status, outputs, extra.get("create_time"), Word.SUCCESS if good else Word.ERROR)


def _finished(status: Json, outputs: Json, created_ms: Json, fallback: Word) -> Report:
    messages = {
        message[0]: _object(message[1])
        for message in status.get("messages") or ()
        if isinstance(message, list) and len(message) == 2
    }
    word = fallback
    if "execution_interrupted" in messages:
        word = Word.INTERRUPTED
    elif status.get("status_str"):
        word = Word.SUCCESS if status["status_str"] == "success" else Word.ERROR
    error = messages.get("execution_error", {})
    started, ended = _times(messages)
    return Report(
        word=word,
        pictures={node: _entries(output) for node, output in outputs.items()},
        why=_why(error) if word is Word.ERROR else "",
        out_of_memory=word is Word.ERROR and _is_memory(error),
        queue_s=_between_s(created_ms, started),
        run_s=_between_s(started, ended),
    )


def job_state(report: Report, expected: Sequence[str], reckon: Callable[[float | None], Money]) -> JobState:
    """Say in the door's words how the job is.

    Args:
        report: what the server said.
        expected: the nodes that must have saved pictures.
        reckon: what so many seconds of work cost.
    """
    match report.word:
        case Word.WAITING:
            return Queued()
        case Word.RUNNING:
            return Running()
        case Word.SUCCESS:
            return _success(report, expected, reckon)
        case Word.INTERRUPTED:
            said = "somebody or we ourselves interrupted it at the server"
            return Failed(said, again=True, cost=reckon(report.run_s))
        case Word.ERROR:
            return Failed(report.why, again=report.out_of_memory, cost=reckon(report.run_s))


def _success(report: Report, expected: Sequence[str], reckon: Callable[[float | None], Money]) -> JobState:
    missing = [node for node in expected if not report.pictures.get(node)]
    cost = reckon(report.run_s)
    if missing and not any(report.pictures.values()):
        said = "the server says success and names no picture, as it does for a graph it remembers; a new attempt helps"
        return Failed(said, again=True, cost=cost)
    if missing:
        said = f"the server says success, but nothing was saved by {', '.join(missing)}"
        return Failed(said, again=False, cost=cost)
    outputs = [{"node": node, **entry} for node in expected for entry in report.pictures[node]]
    return Succeeded(outputs, cost, report.queue_s, report.run_s)


def _why(error: Json) -> str:
    """Say which node failed and how, in one line."""
    kind = str(error.get("exception_type") or "an error").rpartition(".")[2]
    message = str(error.get("exception_message") or "").strip()
    first = _FOLDERS.sub("…/", redact(message.splitlines()[0] if message else "", ()))[:_LONGEST]
    said = f"node {error.get('node_id')} ({error.get('node_type')}) failed with {kind}: {first}".rstrip(": ")
    if _is_memory(error):
        return f"{said}; out of memory: ask for a smaller picture, or use smaller weights"
    return said


def is_out_of_memory(text: str) -> bool:
    """Tell whether a failure's words are about memory.

    >>> is_out_of_memory("torch.OutOfMemoryError"), is_out_of_memory("Invalid image file: room.png")
    (True, False)
    """
    return _MEMORY.search(text) is not None


def _is_memory(error: Json) -> bool:
    return is_out_of_memory(f"{error.get('exception_type')} {error.get('exception_message')}")


def _entries(output: Json) -> list[Json]:
    images = output.get("images") if isinstance(output, dict) else None
    return [entry for entry in images if isinstance(entry, dict)] if isinstance(images, list) else []


def _times(messages: Mapping[str, Json]) -> tuple[Json, Json]:
    ends = ("execution_success", "execution_error", "execution_interrupted")
    ended = next((messages[name].get("timestamp") for name in ends if name in messages), None)
    return messages.get("execution_start", {}).get("timestamp"), ended


def _between_s(start_ms: Json, end_ms: Json) -> float | None:
    if not isinstance(start_ms, int | float) or not isinstance(end_ms, int | float):
        return None
    return max(0.0, (end_ms - start_ms) / 1000)


def _object(value: Json) -> dict[str, Json]:
    return value if isinstance(value, dict) else {}
