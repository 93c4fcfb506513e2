"""What a double remembers of the jobs it sold: their life by the clock, and the lines of its invoice."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from asset_pipeline.testing.faults import Fault


@dataclass(frozen=True)
class InvoiceLine:
    """One job that was charged.

    Attributes:
        job_id: the provider's id.
        model: what did it.
        usd: what it costs.
        work_sha256: of what was asked, see :func:`work_sha256`; two lines with the same one are paid twice.
        at: when it was accepted, seconds since 1970.
    """

    job_id: str
    model: str
    usd: Decimal
    work_sha256: str
    at: float


class Phase(StrEnum):
    """Where a job is in its life."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass
class Job:
    """One accepted job; the double that speaks for a provider keeps what it likes in *asked* and *notes*.

    Attributes:
        id: as the provider names it.
        model: what does it.
        usd: what it costs.
        work_sha256: see :func:`work_sha256`.
        asked: the request.
        fault: what goes wrong with it.
        accepted_at: by the double's clock.
        queue_s: how long it waits.
        run_s: how long it is worked on.
        cancelled_at: when it was cancelled, by the double's clock.
        notes: whatever else is to be remembered.
    """

    id: str
    model: str
    usd: Decimal
    work_sha256: str
    asked: Any = None
    fault: Fault | None = None
    accepted_at: float = 0.0
    queue_s: float = 0.0
    run_s: float = 0.0
    cancelled_at: float | None = None
    notes: dict[str, Any] = field(default_factory=dict)

    @property
    def begins_at(self) -> float:
        """When it leaves the queue, by the double's clock."""
        return self.accepted_at + self.queue_s

    @property
    def ends_at(self) -> float:
        """When it is done, failed or cancelled, by the double's clock."""
        ends = self.begins_at + self.run_s
        return ends if self.cancelled_at is None else min(ends, self.cancelled_at)
