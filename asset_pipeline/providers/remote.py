"""What the door for paid work asks of a provider elsewhere: one small method a phase, none of which waits.

The door (``jobs``) owns the order, the journal, retries, deadlines and money; a provider owns its words on the wire. Every
method may be called from many threads at once, and from another process than the one that began.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal, Protocol, TypeAlias

from pydantic import BaseModel, ConfigDict

from asset_pipeline.providers.capabilities import ModelCard
from asset_pipeline.providers.operations import CostBasis, Operation, Request

Json: TypeAlias = Any
"""What ``json.loads`` returns."""


@dataclass(frozen=True)
class Money:
    """US dollars and how they are known."""

    usd: Decimal
    basis: CostBasis


@dataclass(frozen=True)
class Quote:
    """What a call is expected to cost.

    Attributes:
        usd: the likely price.
        worst_usd: what is counted as spent where the outcome stays unknown; at least *usd*.
        basis: ``quoted`` where the provider named the price, ``estimated`` where a dated table did.
        detail: how it was reckoned, for a person.
        start_usd: what a worker's start costs on top where none is warm; a batch pays it once a worker.
        workers: whose start that is: a provider's jobs with the same word share their workers; empty for the model's own.
    """

    usd: Decimal
    worst_usd: Decimal
    basis: Literal["quoted", "estimated", "free"]
    detail: str = ""
    start_usd: Decimal = Decimal(0)
    workers: str = ""

    @property
    def alone_usd(self) -> Decimal:
        """The likely price of one call by itself, which finds no worker warm."""
        return self.usd + self.start_usd


@dataclass(frozen=True)
class Plan:
    """What a request would become, found without the network.

    Attributes:
        model: the model that would do it.
        identity: everything beyond the request that decides the picture (template's hash, endpoint's kind); JSON values.
        quote: the price by dated tables.
        warnings: what the model will ignore.
        weights: names of everything whose licence counts, the model's own weights first; empty for the model alone.
    """

    model: str
    quote: Quote
    identity: Mapping[str, Json] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    weights: tuple[str, ...] = ()


class Ticket(BaseModel):
    """All that is needed to find, watch and collect a job from any machine; survives a trip through JSON.

    Attributes:
        provider: who has the job.
        operation: what was asked.
        model: the model that does it.
        token: ours, a lowercase UUID, new for every attempt.
        job_id: the provider's id; empty until it has accepted the job.
        created_at: when the attempt was written down, seconds since 1970 UTC.
        sent_px: the ``(width, height)`` asked of the provider, where it was asked for a size.
        wanted_px: the ``(width, height)`` of the request.
        count: how many pictures are expected at least.
        seed: the seed of the request, where it has one; the door fills it in.
        notes: what only this provider needs to know again (endpoint, output names, the body to look for); JSON values,
            no secrets, no picture bytes.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    provider: str
    operation: Operation
    model: str
    token: str
    job_id: str = ""
    created_at: float = 0.0
    sent_px: tuple[int, int] | None = None
    wanted_px: tuple[int, int] | None = None
    count: int = 1
    seed: int | None = None
    notes: Mapping[str, Json] = {}


@dataclass(frozen=True)
class Prepared:
    """A request in the provider's words, its inputs uploaded, ready to be sent once.

    Attributes:
        ticket: what the journal keeps before the call.
        body: what will be sent; only the provider reads it.
        quote: the price, by the provider's own dry run where it has one.
        warnings: what the model will ignore.
    """

    ticket: Ticket
    body: Json = field(repr=False)
    quote: Quote
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Queued:
    """Accepted, not begun."""


@dataclass(frozen=True)
class Running:
    """Being worked on; *progress* is 0 to 1 where the provider says."""

    progress: float | None = None


@dataclass(frozen=True)
class Succeeded:
    """Done, by the provider's word.

    Attributes:
        outputs: where the pictures are, for :meth:`RemoteProvider.fetch`.
        cost: what it cost; ``None`` where the provider does not say, so that the quote stands.
        queue_s: how long the job waited there.
        run_s: how long it was worked on.
        warnings: what the provider says went otherwise than asked.
    """

    outputs: Json = field(repr=False)
    cost: Money | None = None
    queue_s: float | None = None
    run_s: float | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Failed:
    """The provider gave up, or somebody cancelled.

    Attributes:
        reason: for a person; no tracebacks, at most 500 characters.
        again: a new, deliberate attempt may help (out of memory, worker lost), as it would not for bad input.
        cost: what it cost all the same; zero where it is refunded.
    """

    reason: str
    again: bool
    cost: Money


@dataclass(frozen=True)
class Lost:
    """The provider knows no such job: expired, deleted, restarted. *again*: a new attempt is the cure."""

    reason: str
    again: bool


JobState: TypeAlias = Queued | Running | Succeeded | Failed | Lost


@dataclass(frozen=True)
class Ceilings:
    """How hard a provider may be pressed, over all our processes and machines.

    Attributes:
        parallel: jobs in flight.
        per_second: submissions a second; ``None`` for no limit.
    """

    parallel: int
    per_second: float | None = None


@dataclass(frozen=True)
class Patience:
    """How long to wait for a job, and how often to look.

    Attributes:
        queue_s: until it begins.
        run_s: from there until it is done.
        first_poll_s: shortest pause between two looks.
        longest_poll_s: what the pause grows to, as a share of the time waited.
    """

    queue_s: float = 900.0
    run_s: float = 600.0
    first_poll_s: float = 0.5
    longest_poll_s: float = 5.0


@dataclass(frozen=True)
class Finding:
    """One line of a check-up: what was looked at, whether it is good, and what to do where it is not."""

    what: str
    ok: bool
    detail: str
    remedy: str = ""


class RemoteProvider(Protocol):
    """A provider whose work costs money or takes a machine of its own."""

    @property
    def name(self) -> str:
        """``scenario``, ``runpod`` or ``comfyui``."""

    @property
    def ceilings(self) -> Ceilings:
        """How hard it may be pressed."""

    @property
    def patience(self) -> Patience:
        """How long a job may take."""

    @property
    def searchable(self) -> bool:
        """Whether :meth:`find` can tell what became of a request whose answer was lost."""

    def cards(self) -> tuple[ModelCard, ...]:
        """List its models as data, without the network; the first that fits an operation is that operation's default."""

    def plan(self, request: Request) -> Plan:
        """Choose the model and reckon the price, without the network.

        Raises:
            ProviderRejected: no model of this provider can do what *request* asks; names every reason.
        """

    def prepare(self, request: Request, token: str) -> Prepared:
        """Check, upload and quote: everything before the paid call that is free and may be repeated.

        Raises:
            ProviderRejected: the request is wrong, or the provider lacks a model, node or key.
            ProviderUnavailable: no answer, or its endpoint is asleep or unhealthy.
        """

    def submit(self, prepared: Prepared) -> str:
        """Send the paid request once and return the provider's job id.

        Raises:
            ProviderRejected: refused for good; nothing was accepted.
            ProviderUnavailable: nothing was sent or accepted (connection refused, 429); may be repeated.
            OutcomeUnknown: it may have been accepted (time-out, reset, 5xx, an answer that cannot be read).
        """

    def find(self, ticket: Ticket, others: Set[str] = frozenset()) -> str | None:
        """Look for a job whose acceptance is unknown, by the ticket's token or notes.

        Args:
            ticket: the attempt.
            others: ids of this provider's jobs that are known to be other attempts', such as an earlier one of the same work;
                none of them is the one.

        Returns:
            The job id, or ``None`` where it is certain that no such job was accepted.

        Raises:
            OutcomeUnknown: this provider cannot tell, or not yet.
            ProviderUnavailable: it did not answer.
        """

    def look(self, ticket: Ticket) -> JobState:
        """Ask once how the job is.

        Raises:
            ProviderUnavailable: it did not answer; ask again later.
            ProviderRejected: the key is no longer accepted.
        """

    def fetch(self, ticket: Ticket, done: Succeeded) -> tuple[bytes, ...]:
        """Download the pictures as they are, in the order that matters.

        Raises:
            BadResult: there is no picture in the answer, or not enough of them.
            ProviderUnavailable: the download failed; may be repeated.
        """

    def cancel(self, ticket: Ticket) -> None:
        """Ask for the job to be stopped; best effort, look again afterwards."""

    def retry(self, ticket: Ticket) -> bool:
        """Have a failed job done again under its own id; false where the provider has no such thing."""

    def check_up(self) -> tuple[Finding, ...]:
        """Look at key, endpoints and models for ``asset-pipeline doctor``; never raises for what it finds."""

    def fused(self, request: Request) -> Request | None:
        """Return *request* asked of a model that also cuts out, in one job; ``None`` where there is none for it."""
