"""What the doubles of all providers have in common: jobs that live by the clock, and an invoice they keep themselves."""

from __future__ import annotations

import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import asdict
from decimal import Decimal
from types import TracebackType
from typing import Any, Self

from asset_pipeline.testing.faults import Fault, FaultPlan
from asset_pipeline.testing.ledger import InvoiceLine, Job, Phase
from asset_pipeline.testing.loopback import Asked, Hangup, Loopback, Reply
from asset_pipeline.testing.work import content_sha256, work_sha256

__all__ = [
    "Asked",
    "Double",
    "Full",
    "Hangup",
    "InvoiceLine",
    "Job",
    "Phase",
    "Reply",
    "content_sha256",
    "work_sha256",
]

STATE_PATH = "/__double__/state"


class Full(Exception):
    """As many jobs are in flight as the ceiling allows; answered with :meth:`Double.too_many`."""


class Double(ABC):
    """A provider on loopback; subclasses answer in the words of one.

    A context manager: the server runs inside the block. Leaving it raises ``AssertionError`` where the double itself
    made a mistake.

    Attributes:
        faults: which submission meets which fault.
        contents: content hash of every picture by the name under which it was uploaded, for :func:`work_sha256`.
        lock: held by the helpers; a subclass may hold it around its own tables (it can be entered again).
        clock: what jobs live by, in seconds; a test may put its own here.
        cold_start_s: how much longer a job waits that meets ``COLD_START``.
    """

    cold_start_s = 0.3

    def __init__(
        self,
        *,
        faults: FaultPlan | None = None,
        queue_s: float = 0.0,
        run_s: float = 0.02,
        ceiling: int | None = None,
        port: int = 0,
    ) -> None:
        """Set up, without listening yet.

        Args:
            faults: none by default.
            queue_s: how long a job waits.
            run_s: how long it is worked on.
            ceiling: how many jobs may be in flight; ``None`` for any number.
            port: where to listen; 0 for any free port.
        """
        self.faults = faults or FaultPlan()
        self.queue_s, self.run_s, self.ceiling = queue_s, run_s, ceiling
        self.contents: dict[str, str] = {}
        self.lock = threading.RLock()
        self.clock: Callable[[], float] = time.monotonic
        self._port = port
        self._loopback: Loopback | None = None
        self._jobs: dict[str, Job] = {}
        self._open: list[Job] = []
        self._max_in_flight = 0
        self._invoice: dict[str, InvoiceLine] = {}
        self._requests: list[tuple[str, str]] = []

    def __enter__(self) -> Self:
        self._loopback = Loopback(self._reply, port=self._port)
        self._port = self._loopback.port
        self._loopback.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._loopback is None:
            return
        self._loopback.__exit__(kind, error, trace)
        mistakes, self._loopback = self._loopback.mistakes, None
        if mistakes and kind is None:
            raise AssertionError(f"{type(self).__name__} made a mistake:\n{mistakes[0]}")

    @property
    def url(self) -> str:
        """Where it answers, without a slash at the end."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def invoice(self) -> list[InvoiceLine]:
        """What was charged, in order."""
        with self.lock:
            return list(self._invoice.values())

    @property
    def total_usd(self) -> Decimal:
        """The sum of the invoice."""
        return sum((line.usd for line in self.invoice), Decimal(0))

    @property
    def in_flight(self) -> int:
        """How many jobs are queued or running now."""
        with self.lock:
            now = self.clock()
            self._open = [job for job in self._open if job.ends_at > now]
            return len(self._open)

    @property
    def max_in_flight(self) -> int:
        """The most jobs that were queued or running at once."""
        with self.lock:
            return self._max_in_flight

    @property
    def requests(self) -> list[tuple[str, str]]:
        """Method and path of every request, in order."""
        with self.lock:
            return list(self._requests)

    @abstractmethod
    def handle(
        self, method: str, path: str, query: Mapping[str, str], headers: Mapping[str, str], body: bytes
    ) -> Reply:
        """Answer one request; called from many threads at once.

        Args:
            method: ``GET`` …
            path: as it was sent, without the query.
            query: the last value of each parameter.
            headers: names in small letters.
            body: as it was sent.

        Raises:
            Hangup: to drop the connection.
            Full: to answer with :meth:`too_many`.
        """

    def too_many(self) -> Reply:
        """Answer a submission beyond the ceiling."""
        return Reply(429, {"error": "too many requests"})

    def accept(  # noqa: PLR0913  # a job has that many sides
        self,
        job_id: str,
        *,
        model: str,
        usd: Decimal,
        work_sha256: str,
        asked: Any = None,  # noqa: ANN401  # any JSON
        fault: Fault | None = None,
        queue_s: float | None = None,
        run_s: float | None = None,
    ) -> Job:
        """Take a job in and bill it.

        Args:
            job_id: as the provider names it.
            model: what does it.
            usd: what it costs; see :meth:`bill` and :meth:`refund` for later changes.
            work_sha256: see :func:`work_sha256`.
            asked: the request, to be found again in the job.
            fault: what goes wrong with it.
            queue_s: how long it waits; the double's by default.
            run_s: how long it is worked on; the double's by default.

        Raises:
            Full: the ceiling is reached; nothing was accepted.
        """
        waits_s = self.queue_s if queue_s is None else queue_s
        job = Job(
            id=job_id,
            model=model,
            usd=usd,
            work_sha256=work_sha256,
            asked=asked,
            fault=fault,
            queue_s=waits_s + _longer_s(fault, self.cold_start_s),
            run_s=self.run_s if run_s is None else run_s,
        )
        with self.lock:
            if self.ceiling is not None and self.in_flight >= self.ceiling:
                raise Full
            job.accepted_at = self.clock()
            self._jobs[job_id] = job
            self._open.append(job)
            self._max_in_flight = max(self._max_in_flight, self.in_flight)
            self.bill(job, usd)
        return job

    def job(self, job_id: str) -> Job | None:
        """Find a job; ``None`` for one that never was, was forgotten, or met ``VANISHED``."""
        with self.lock:
            job = self._jobs.get(job_id)
        return None if job is None or job.fault is Fault.VANISHED else job

    def jobs(self) -> list[Job]:
        """List the jobs that are still known, in the order of acceptance."""
        with self.lock:
            return [job for job in self._jobs.values() if job.fault is not Fault.VANISHED]

    def state_of(self, job: Job) -> Phase:
        """Tell where *job* is by now."""
        now = self.clock()
        if job.cancelled_at is not None and job.cancelled_at <= now:
            return Phase.CANCELLED
        if now < job.begins_at:
            return Phase.QUEUED
        if now < job.ends_at:
            return Phase.RUNNING
        return Phase.FAILED if job.fault is Fault.JOB_FAILED else Phase.DONE

    def cancel(self, job: Job) -> bool:
        """End *job* now; false where it had ended before. What it costs then is the subclass's affair."""
        with self.lock:
            if self.state_of(job) not in {Phase.QUEUED, Phase.RUNNING}:
                return False
            job.cancelled_at = self.clock()
            return True

    def bill(self, job: Job, usd: Decimal) -> None:
        """Charge *usd* for *job*, in place of what was charged before."""
        with self.lock:
            before = self._invoice.get(job.id)
            at = before.at if before else time.time()
            self._invoice[job.id] = InvoiceLine(job.id, job.model, usd, job.work_sha256, at)

    def refund(self, job: Job) -> None:
        """Take *job* off the invoice."""
        with self.lock:
            self._invoice.pop(job.id, None)

    def forget(self) -> None:
        """Lose every job, as a server does that restarts; the invoice stays."""
        with self.lock:
            self._jobs.clear()
            self._open.clear()

    def state(self) -> dict[str, Any]:
        """What another process may ask for at ``/__double__/state``; dollars as text."""
        with self.lock:
            return {
                "invoice": [{**asdict(line), "usd": str(line.usd)} for line in self._invoice.values()],
                "total_usd": str(self.total_usd),
                "in_flight": self.in_flight,
                "max_in_flight": self._max_in_flight,
                "submissions": self.faults.submissions,
            }

    def _reply(self, asked: Asked) -> Reply:
        if asked.path == STATE_PATH:
            return Reply(200, self.state())
        with self.lock:
            self._requests.append((asked.method, asked.path))
        try:
            return self.handle(asked.method, asked.path, asked.query, asked.headers, asked.body)
        except Full:
            return self.too_many()


def _longer_s(fault: Fault | None, cold_start_s: float) -> float:
    if fault is Fault.STUCK_QUEUE:
        return float("inf")
    return cold_start_s if fault is Fault.COLD_START else 0.0
