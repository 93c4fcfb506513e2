"""How the service tells of a job: its words, its history and its bill."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from asset_pipeline.testing.double import Job, Phase
from asset_pipeline.testing.faults import Fault
from asset_pipeline.testing.scenario.tariff import Bill, number

_WORDS: Mapping[Phase, str] = MappingProxyType(
    {
        Phase.QUEUED: "queued",
        Phase.RUNNING: "in-progress",
        Phase.DONE: "success",
        Phase.FAILED: "failure",
        Phase.CANCELLED: "canceled",
    }
)
_ENDED_BADLY = (Phase.FAILED, Phase.CANCELLED)


def told(job: Job, phase: Phase, other_words: Mapping[Phase, str], *, refunds: bool) -> dict[str, Any]:
    """Return a job as the API does, without its metadata.

    Args:
        job: with its price and the time of its acceptance in the notes.
        phase: where it is.
        other_words: what to say in place of the service's own words.
        refunds: whether a job that ended badly costs nothing.
    """
    history = _history(job, phase, other_words)
    return {
        "jobId": job.id,
        "jobType": "custom",
        "status": history[-1]["status"],
        "progress": {Phase.QUEUED: 0, Phase.RUNNING: 0.5}.get(phase, 1),
        "statusHistory": history,
        "billing": _billing(job.notes["price"], ended_badly=phase in _ENDED_BADLY, refunds=refunds),
        "createdAt": iso(job.notes["at"]),
        "updatedAt": history[-1]["date"],
    }


def iso(seconds: float) -> str:
    """Write seconds since 1970 as the API does."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _history(job: Job, phase: Phase, other_words: Mapping[Phase, str]) -> list[dict[str, str]]:
    words = {**_WORDS, **other_words}
    if job.fault is Fault.COLD_START:
        words[Phase.QUEUED] = "warming-up"
    steps = [(Phase.QUEUED, 0.0), (Phase.RUNNING, job.queue_s), (phase, job.queue_s + job.run_s)]
    count = {Phase.QUEUED: 1, Phase.RUNNING: 2}.get(phase, 3)
    return [{"status": words[step], "date": iso(job.notes["at"] + after)} for step, after in steps[:count]]


def _billing(price: Bill, *, ended_badly: bool, refunds: bool) -> dict[str, Any]:
    """After a refund the main price still stands there; only the add-ons drop to zero."""
    details = {name: 0 if ended_badly and refunds else number(value) for name, value in price.details.items()}
    billing: dict[str, Any] = {"cuCost": number(price.cu), "cuDiscount": 0, "cuCostDetails": details}
    return billing if refunds else {**billing, "disableRefund": True}
