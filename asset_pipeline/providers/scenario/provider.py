"""Scenario as the door sees it: one small method a phase, none of which waits."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Set
from contextlib import contextmanager
from typing import Final, Self

from asset_pipeline.errors import OutcomeUnknown, ProviderUnavailable
from asset_pipeline.providers.capabilities import ModelCard
from asset_pipeline.providers.downloads import Downloader
from asset_pipeline.providers.http import Answer, Exchange, Wire, open_http
from asset_pipeline.providers.operations import Request
from asset_pipeline.providers.remote import (
    Ceilings,
    Finding,
    JobState,
    Lost,
    Patience,
    Plan,
    Prepared,
    Queued,
    Succeeded,
    Ticket,
)
from asset_pipeline.providers.scenario import money, states
from asset_pipeline.providers.scenario.api import Api, job_id_of
from asset_pipeline.providers.scenario.catalogue import CARDS
from asset_pipeline.providers.scenario.config import ScenarioConfig
from asset_pipeline.providers.scenario.doctor import check_up
from asset_pipeline.providers.scenario.finding import Finder
from asset_pipeline.providers.scenario.preparing import Preparer
from asset_pipeline.providers.scenario.results import Results, described, skipped
from asset_pipeline.providers.scenario.uploads import Uploads
from asset_pipeline.providers.scenario.words import NAME, explain

CEILING_PAUSE_S: Final = 10.0
"""How long to wait after a 429 that names no time: it is a ceiling on jobs at once, and jobs take that long."""


class ScenarioProvider:
    """Scenario.com; safe to use from many threads, closed after use.

    Attributes:
        config: how it is reached.
    """

    def __init__(
        self,
        config: ScenarioConfig,
        *,
        record: Callable[[Exchange], None] | None = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Open the clients; nothing is sent yet.

        Args:
            config: how it is reached.
            record: is given every exchange, redacted.
            sleep: waits between the tries of what is free to repeat.
            clock: seconds since 1970.
        """
        self.config = config
        self._record, self._sleep, self._clock = record, sleep, clock
        self._secrets = (config.api_key, config.api_secret, config.basic)
        headers = {"Authorization": config.authorization}
        self._http = open_http(config.base_url, headers=headers, timeout_s=config.timeout_s)
        self._downloader = Downloader(NAME, allow_loopback=config.allow_loopback)
        wire = Wire(NAME, self._http, secrets=self._secrets, explain=explain, record=record, sleep=sleep)
        self._api = Api(wire, project_id=config.project_id)
        uploads = Uploads(self._api, self._storage, allow_loopback=config.allow_loopback)
        self._preparer = Preparer(self._api, uploads, config, clock=clock)
        self._results = Results(self._api, self._downloader)
        self._finder = Finder(self._api, grace_s=config.grace_s, clock=clock)
        self._lock = threading.Lock()
        self._lost_at: dict[str, float] = {}

    def close(self) -> None:
        """Close every connection."""
        self._http.close()
        self._downloader.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def name(self) -> str:
        """Always ``scenario``."""
        return NAME

    @property
    def ceilings(self) -> Ceilings:
        """How hard it may be pressed."""
        return Ceilings(self.config.parallel, self.config.per_second)

    @property
    def patience(self) -> Patience:
        """How long a job may take."""
        return self.config.patience

    @property
    def searchable(self) -> bool:
        """Yes: its jobs can be listed, with what was asked."""
        return True

    def cards(self) -> tuple[ModelCard, ...]:
        """List the models we know by name; any ``model_...`` id of Scenario's may be asked for as well."""
        return CARDS

    def plan(self, request: Request) -> Plan:
        """Choose the model and reckon the price by the dated tables; see :meth:`Preparer.plan`."""
        return self._preparer.plan(request)

    def prepare(self, request: Request, token: str) -> Prepared:
        """Check, upload and quote; see :meth:`Preparer.prepare`."""
        return self._preparer.prepare(request, token)

    def submit(self, prepared: Prepared) -> str:
        """Send the paid call, once.

        Raises:
            ProviderRejected: refused for good.
            ProviderUnavailable: nothing was sent, or the ceiling of parallel jobs is reached.
            OutcomeUnknown: it may have been accepted.
        """
        ticket = prepared.ticket
        try:
            return _named(self._api.generate(ticket.notes["model_id"], prepared.body))
        except OutcomeUnknown:
            with self._lock:
                self._lost_at[ticket.token] = self._clock()
            raise
        except ProviderUnavailable as error:
            if not _is_ceiling(error):
                raise
            message = str(error).removeprefix(f"{NAME}: ")
            raise ProviderUnavailable(NAME, message, retry_after_s=CEILING_PAUSE_S) from error

    def find(self, ticket: Ticket, others: Set[str] = frozenset()) -> str | None:
        """Look through the jobs since the submission for the one that was asked exactly this and is none of *others*.

        Raises:
            OutcomeUnknown: two were, or it is too early to tell.
            ProviderUnavailable: it did not answer.
        """
        with self._lock:
            sent_at = max(ticket.created_at, self._lost_at.get(ticket.token, 0.0))
        contract = self._preparer.contracts.at_hand(str(ticket.notes.get("model_id", "")))
        return self._finder.find(ticket, contract, sent_at=sent_at, others=others)

    def look(self, ticket: Ticket) -> JobState:
        """Ask once how the job is.

        Raises:
            ProviderUnavailable: it did not answer.
            ProviderRejected: the key is no longer accepted.
        """
        job = self._api.job(ticket.job_id)
        if job is None:
            return self._unknown(ticket)
        rate, word = money.usd_per_cu(self.config), states.word_of(job)
        if word in states.FAILED | states.CANCELLED:
            return states.failed(job, rate)
        if word not in states.DONE:
            return states.unfinished(job)
        assets = described(self._api, states.asset_ids(job))
        return states.succeeded(job, rate, {"assets": assets}, skipped(assets))

    def fetch(self, ticket: Ticket, done: Succeeded) -> tuple[bytes, ...]:
        """Download the pictures, each by a fresh link.

        Raises:
            BadResult: there is none, or not enough of them.
            ProviderUnavailable: a download failed.
        """
        return self._results.fetch(ticket, done)

    def cancel(self, ticket: Ticket) -> None:
        """Ask for the job to be stopped; Scenario refuses that for most, and the job goes on and is charged."""
        self._api.cancel(ticket.job_id)

    def retry(self, ticket: Ticket) -> bool:  # noqa: ARG002  # the protocol's
        """Scenario has no such thing."""
        return False

    def fused(self, request: Request) -> Request | None:  # noqa: ARG002 - no model here does both
        """Return ``None``: drawing and cutting out are two jobs here."""
        return None

    def check_up(self) -> tuple[Finding, ...]:
        """Look at key, models, ceilings and credits."""
        return check_up(self._api, self._preparer.catalogue, self.config)

    def _unknown(self, ticket: Ticket) -> JobState:
        """Read a 404: right after the submission the job may not be there yet; later, somebody must have deleted it."""
        if self._clock() - ticket.created_at < self.config.grace_s:
            return Queued()
        return Lost(
            f"Scenario knows no job {ticket.job_id} (404), though it forgets none: is the key of the same project?",
            again=False,
        )

    @contextmanager
    def _storage(self, origin: str) -> Iterator[Wire]:
        """Open a wire without credentials, for a signed link."""
        with open_http(origin, timeout_s=self.config.timeout_s) as http:
            yield Wire(NAME, http, secrets=self._secrets, record=self._record, sleep=self._sleep)


def _named(answer: Answer) -> str:
    if job_id := job_id_of(answer.body):
        return job_id
    raise OutcomeUnknown(NAME, f"work was sent, and the answer names no job: {answer.text}")


def _is_ceiling(error: ProviderUnavailable) -> bool:
    """Tell a 429 that names no wait: of answers to a paid call only 429 means later; the rest were no answers."""
    return error.__cause__ is None and error.retry_after_s is None
