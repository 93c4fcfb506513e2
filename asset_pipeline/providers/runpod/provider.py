"""The provider: what the door asks of RunPod, one small method a phase."""

from __future__ import annotations

import time
from collections.abc import Callable, Set

from asset_pipeline.errors import OutcomeUnknown
from asset_pipeline.providers.capabilities import ModelCard
from asset_pipeline.providers.downloads import Downloader
from asset_pipeline.providers.fitting import Fit
from asset_pipeline.providers.http import Wire
from asset_pipeline.providers.operations import ImageToImage, Request, TextToImage
from asset_pipeline.providers.remote import (
    Ceilings,
    Finding,
    JobState,
    Patience,
    Plan,
    Prepared,
    Queued,
    Quote,
    Succeeded,
    Ticket,
)
from asset_pipeline.providers.runpod.canvas import Publish, asked_size, encoded_pictures
from asset_pipeline.providers.runpod.catalogue import Catalogue, Choice
from asset_pipeline.providers.runpod.checkup import check_up
from asset_pipeline.providers.runpod.collect import collect
from asset_pipeline.providers.runpod.config import RunPodConfig
from asset_pipeline.providers.runpod.costs import OwnCosts, own_run_s, public_cost, public_quote
from asset_pipeline.providers.runpod.preflight import Preflight
from asset_pipeline.providers.runpod.queue import EndpointQueue
from asset_pipeline.providers.runpod.status import Word, job_state
from asset_pipeline.providers.runpod.wiring import write_input

_TTL_MARGIN_S = 300.0  # beyond our own deadlines, so that only a job nobody waits for is removed


class RunPodProvider:
    """RunPod Serverless; one instance serves any number of threads.

    Args:
        config: what is configured.
        wire: speaks to ``config.base_url`` with the key in its headers.
        downloader: fetches pictures by URL.
        publish: for workers that read their input by URL only; without it they are not asked for pictures.
        preflight: looks at endpoints' health.
        now: seconds since 1970.

    Raises:
        ConfigError: the price table has no such GPU.
    """

    def __init__(  # noqa: PLR0913  # the last ones are for tests
        self,
        config: RunPodConfig,
        wire: Wire,
        downloader: Downloader,
        *,
        publish: Publish | None = None,
        preflight: Preflight | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._config, self._wire, self._downloader = config, wire, downloader
        self._publish, self._now = publish, now
        self._preflight = preflight or Preflight()
        self._catalogue = Catalogue(config, can_publish=publish is not None)
        self._own_costs = OwnCosts.of(config.gpu)
        self._ttl_s = config.queue_s + config.run_s + _TTL_MARGIN_S

    @property
    def name(self) -> str:
        """``runpod``."""
        return "runpod"

    @property
    def ceilings(self) -> Ceilings:
        """How hard it may be pressed."""
        return Ceilings(self._config.parallel, self._config.per_second)

    @property
    def patience(self) -> Patience:
        """How long a job may take."""
        config = self._config
        return Patience(config.queue_s, config.run_s, config.first_poll_s, config.longest_poll_s)

    @property
    def searchable(self) -> bool:
        """No: it has neither a search nor a reference of ours on its jobs."""
        return False

    def cards(self) -> tuple[ModelCard, ...]:
        """List the models: own endpoints first; public ones beside them only for those who name them."""
        return tuple(model.card for model in self._catalogue.models)

    def plan(self, request: Request) -> Plan:
        """Choose the model and reckon the price, without the network.

        Raises:
            ProviderRejected: no model can do what *request* asks.
        """
        choice = self._catalogue.choose(request)
        asked = asked_size(choice, request)
        identity = {
            "endpoint": choice.model.endpoint_id if choice.model.public else "own",
            "fields": dict(choice.wiring.fields),
            "fixed": dict(choice.wiring.fixed),
            "size": None if asked is None else [asked.width_px, asked.height_px],
        }
        return Plan(choice.model.name, self._quote(choice, asked), identity, choice.warnings)

    def _quote(self, choice: Choice, asked: Fit | None) -> Quote:
        if choice.model.public and asked is not None:
            return public_quote(choice.model.name, asked)
        return self._own_costs.quote(own_run_s(choice.model.name), deadline_s=self._config.run_s)

    def prepare(self, request: Request, token: str) -> Prepared:
        """Look at the endpoint's health and write the body; nothing is uploaded but what a worker reads by URL.

        Raises:
            ProviderRejected: no model can do it, its picture cannot be read, or there is no such endpoint.
            ProviderUnavailable: the endpoint does not answer, is asleep or unhealthy.
        """
        choice = self._catalogue.choose(request)
        asked = asked_size(choice, request)
        pictures = encoded_pictures(choice, request, asked, self._publish)
        if not choice.model.public:
            self._preflight.check(self._queue(choice.model.endpoint_id))
        body = write_input(choice.wiring, request, asked, pictures)
        ticket = self._ticket(choice, request, asked, token)
        return Prepared(ticket, body, self._quote(choice, asked), choice.warnings)

    def _ticket(self, choice: Choice, request: Request, asked: Fit | None, token: str) -> Ticket:
        wanted_px = None
        if isinstance(request, TextToImage | ImageToImage):
            wanted_px = request.width_px, request.height_px
        return Ticket(
            provider=self.name,
            operation=request.operation,
            model=choice.model.name,
            token=token,
            created_at=self._now(),
            sent_px=None if asked is None else (asked.width_px, asked.height_px),
            wanted_px=wanted_px,
            notes={"endpoint_id": choice.model.endpoint_id, "public": choice.model.public},
        )

    def submit(self, prepared: Prepared) -> str:
        """Send the paid request once and return the job's id.

        Raises:
            ProviderRejected: refused for good; nothing was accepted.
            ProviderUnavailable: nothing was sent or accepted; may be repeated.
            OutcomeUnknown: it may have been accepted.
        """
        queue = self._queue_of(prepared.ticket)
        return queue.run(prepared.body, ttl_s=self._ttl_s, execution_timeout_s=self._config.run_s)

    def find(self, ticket: Ticket, others: Set[str] = frozenset()) -> str | None:  # noqa: ARG002 - no search
        """Give up: RunPod has neither a search nor a reference of ours on its jobs.

        Raises:
            OutcomeUnknown: always, unless the job's id is known.
        """
        if ticket.job_id:
            return ticket.job_id
        raise OutcomeUnknown(
            self.name,
            f"RunPod cannot search its jobs, so whether endpoint {ticket.notes.get('endpoint_id')} accepted this request stays "
            "unknown; look at the endpoint's requests in the console around the time it was sent. If it was accepted, RunPod "
            f"removes it {self._ttl_s / 60:.0f} minutes later at the latest",
            final=True,
        )

    def look(self, ticket: Ticket) -> JobState:
        """Ask once how the job is; "no such job" right after the submission counts as not yet begun.

        Raises:
            ProviderUnavailable: no answer; ask again later.
            ProviderRejected: the key is no longer accepted.
        """
        status = self._queue_of(ticket).status(ticket.job_id)
        if status.word is Word.LOST and 0 <= self._now() - ticket.created_at < self._config.settle_s:
            return Queued()
        return job_state(status, public_cost if ticket.notes.get("public") else self._own_costs.reckon)

    def fetch(self, ticket: Ticket, done: Succeeded) -> tuple[bytes, ...]:
        """Find the pictures in the output, and download those that are links.

        Raises:
            BadResult: completed without a picture, or with something that is none.
            ProviderUnavailable: a download failed; may be repeated.
        """
        return collect(ticket, done.outputs, self._downloader, (self._config.api_key,))

    def cancel(self, ticket: Ticket) -> None:
        """Ask for the job to be stopped; look again afterwards."""
        self._queue_of(ticket).cancel(ticket.job_id)

    def retry(self, ticket: Ticket) -> bool:
        """Have a failed job done again under its own id; its input stays at RunPod."""
        return self._queue_of(ticket).retry(ticket.job_id)

    def fused(self, request: Request) -> Request | None:  # noqa: ARG002 - no model here does both
        """Return ``None``: drawing and cutting out are two jobs here."""
        return None

    def check_up(self) -> tuple[Finding, ...]:
        """Look at the key and at every endpoint of one's own; costs nothing and raises nothing."""
        return tuple(check_up(self._config, self._catalogue.models, self._queue))

    def _queue_of(self, ticket: Ticket) -> EndpointQueue:
        return self._queue(str(ticket.notes.get("endpoint_id", "")))

    def _queue(self, endpoint_id: str) -> EndpointQueue:
        return EndpointQueue(self._wire, endpoint_id, self.name, secrets=(self._config.api_key,))
