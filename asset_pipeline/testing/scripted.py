"""A provider in memory whose every answer a test decides; below it there is nothing, above it the real door."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence, Set
from dataclasses import dataclass, field
from decimal import Decimal

from asset_pipeline.errors import BadResult, OutcomeUnknown, ProviderUnavailable
from asset_pipeline.providers.capabilities import ModelCard
from asset_pipeline.providers.local import LocalProvider
from asset_pipeline.providers.operations import Request
from asset_pipeline.providers.remote import (
    Ceilings,
    Failed,
    Finding,
    JobState,
    Lost,
    Money,
    Patience,
    Plan,
    Prepared,
    Queued,
    Quote,
    Running,
    Succeeded,
    Ticket,
)

PRICE = Decimal("0.02")
DONE = Succeeded(outputs=None)
CEILINGS = Ceilings(parallel=8)
PATIENCE = Patience(queue_s=60, run_s=60, first_poll_s=0.01, longest_poll_s=0.05)


@dataclass
class ScriptedJob:
    """A job that was accepted and billed."""

    job_id: str
    token: str
    work: str
    request: Request
    states: list[JobState]
    cancelled: bool = False


@dataclass
class ScriptedProvider:
    """Accepts, bills and delivers as told.

    Attributes:
        script: states that each new job goes through, one a look; the last one stays.
        submits: what the next submissions meet, in order: an error to raise, ``"drop"`` to accept and lose the answer, or
            ``None`` for an ordinary one; ordinary when it is empty.
        findable: whether a lost job can be found again.
        revives: whether a failed job can be done again under its own id.
        pictures: what the next downloads bring instead of the picture: bytes, or an error to raise.
        jobs: all that was accepted, which is what is billed.
    """

    name: str = "runpod"
    ceilings: Ceilings = CEILINGS
    patience: Patience = PATIENCE
    script: Sequence[JobState] = (Queued(), Running(), DONE)
    submits: list[Exception | str | None] = field(default_factory=list)
    findable: bool = True
    revives: bool = False
    pictures: list[bytes | Exception] = field(default_factory=list)
    jobs: dict[str, ScriptedJob] = field(default_factory=dict)
    prepared: int = 0
    in_flight_now: int = 0
    most_in_flight: int = 0
    price: Decimal = PRICE
    _lock: threading.RLock = field(default_factory=threading.RLock)

    @property
    def searchable(self) -> bool:
        """As *findable* says."""
        return self.findable

    @property
    def paid_jobs(self) -> int:
        """How many were accepted."""
        return len(self.jobs)

    def cards(self) -> tuple[ModelCard, ...]:
        """One model that can do everything."""
        every = frozenset({"text_to_image", "image_to_image", "remove_background", "decompose_layers"})
        return (ModelCard("scripted", every),)  # type: ignore[arg-type] # the four operations

    def plan(self, request: Request) -> Plan:
        """Reckon the price."""
        return Plan("scripted", self._quote(), {"about": request.operation})

    def prepare(self, request: Request, token: str) -> Prepared:
        """Write the ticket."""
        self.prepared += 1
        ticket = Ticket(provider=self.name, operation=request.operation, model="scripted", token=token)
        return Prepared(ticket, request, self._quote())

    def submit(self, prepared: Prepared) -> str:
        """Accept and bill, or do what ``submits`` says."""
        with self._lock:
            event = self.submits.pop(0) if self.submits else None
            if isinstance(event, Exception):
                raise event
            job_id = f"job-{len(self.jobs) + 1}"
            work = hashlib.sha256(repr(sorted(dict(prepared.body).items())).encode()).hexdigest()
            self.jobs[job_id] = ScriptedJob(
                job_id, prepared.ticket.token, work, prepared.body, list(self.script)
            )
            self.in_flight_now += 1
            self.most_in_flight = max(self.most_in_flight, self.in_flight_now)
        if event == "drop":
            raise OutcomeUnknown(self.name, "the connection was reset")
        return job_id

    def find(self, ticket: Ticket, others: Set[str] = frozenset()) -> str | None:  # noqa: ARG002 - tokens are unique
        """Look for the ticket's token."""
        if not self.findable:
            raise OutcomeUnknown(self.name, "jobs cannot be searched here", final=True)
        return next((job.job_id for job in self.jobs.values() if job.token == ticket.token), None)

    def look(self, ticket: Ticket) -> JobState:
        """Go one state on."""
        with self._lock:
            job = self.jobs.get(ticket.job_id)
            if job is None:
                return Lost("no such job", again=False)
            state = job.states.pop(0) if len(job.states) > 1 else job.states[0]
            if isinstance(state, Succeeded | Failed | Lost) and job.states != [state]:
                job.states = [state]
            if isinstance(state, Succeeded | Failed | Lost) and not job.work.startswith("-"):
                self.in_flight_now -= 1
                job.work = f"-{job.work}"
            return state

    def fetch(self, ticket: Ticket, done: Succeeded) -> tuple[bytes, ...]:  # noqa: ARG002 - the protocol's
        """Draw the picture, or bring what ``pictures`` says."""
        with self._lock:
            if self.pictures:
                picture = self.pictures.pop(0)
                if isinstance(picture, Exception):
                    raise picture
                return (picture,)
        return LocalProvider().run(self.jobs[ticket.job_id].request).images

    def cancel(self, ticket: Ticket) -> None:
        """Stop the job."""
        job = self.jobs[ticket.job_id]
        job.cancelled = True
        if not isinstance(job.states[0], Succeeded):
            job.states = [Failed("cancelled", again=False, cost=Money(Decimal(0), "charged"))]

    def retry(self, ticket: Ticket) -> bool:
        """Begin again where ``revives`` says so."""
        if self.revives:
            self.jobs[ticket.job_id].states = [Running(), DONE]
        return self.revives

    def fused(self, request: Request) -> Request | None:  # noqa: ARG002 - no model here does both
        """Return ``None``: drawing and cutting out are two jobs here."""
        return None

    def check_up(self) -> tuple[Finding, ...]:
        """Find everything good."""
        return (Finding(self.name, ok=True, detail="scripted"),)

    def _quote(self) -> Quote:
        return Quote(self.price, self.price * 2, "quoted")


def unavailable(name: str = "runpod") -> ProviderUnavailable:
    """Return what a refused connection raises."""
    return ProviderUnavailable(name, "connection refused", retry_after_s=0.01)


def empty_result(name: str = "runpod") -> BadResult:
    """Return what a finished job without a picture raises."""
    return BadResult(name, "the job is done, but there is no picture")
