"""ComfyUI as the door sees it: requests in, tickets, states and pictures out."""

from __future__ import annotations

import logging
from collections.abc import Sequence, Set

from asset_pipeline.errors import BadResult, ImageError, ProviderRejected, ProviderUnavailable
from asset_pipeline.providers.capabilities import ModelCard, fitness
from asset_pipeline.providers.comfyui.backend import Backend, Order
from asset_pipeline.providers.comfyui.checkup import Checkup
from asset_pipeline.providers.comfyui.config import ComfyConfig
from asset_pipeline.providers.comfyui.filling import files_of, filled, folders_of
from asset_pipeline.providers.comfyui.layering import layers_of
from asset_pipeline.providers.comfyui.library import Library, card_of
from asset_pipeline.providers.comfyui.orders import Wanted, unfit, wanted
from asset_pipeline.providers.comfyui.quotes import EndpointCosts, ServerCosts
from asset_pipeline.providers.comfyui.server import NAME
from asset_pipeline.providers.comfyui.sprite import sprite_request
from asset_pipeline.providers.comfyui.template import Template
from asset_pipeline.providers.comfyui.weights import weights_of
from asset_pipeline.providers.operations import DecomposeLayers, RemoveBackground, Request
from asset_pipeline.providers.remote import (
    Ceilings,
    Finding,
    JobState,
    Json,
    Patience,
    Plan,
    Prepared,
    Succeeded,
    Ticket,
)

_log = logging.getLogger(__name__)
ANY_ORDER = "the order of the layers is the model's: the farthest is put first only where that can be told from the pictures"


class ComfyUI:
    """A provider that runs workflow templates; safe to use from many threads.

    Args:
        config: how it is reached.
        library: the templates there are.
        backend: where they run.
        costs: what that costs.
        checkup: what ``doctor`` asks.
    """

    def __init__(
        self,
        config: ComfyConfig,
        library: Library,
        backend: Backend,
        costs: ServerCosts | EndpointCosts,
        checkup: Checkup,
    ) -> None:
        self._config, self._library = config, library
        self._backend, self._costs, self._checkup = backend, costs, checkup

    @property
    def name(self) -> str:
        """``comfyui``."""
        return NAME

    @property
    def ceilings(self) -> Ceilings:
        """How hard it may be pressed; a server works on one job at a time and the next waits there."""
        return Ceilings(parallel=self._config.parallel)

    @property
    def patience(self) -> Patience:
        """How long a job may take."""
        return patience_of(self._config)

    @property
    def searchable(self) -> bool:
        """As the place it runs in: a server is, an endpoint of RunPod is not."""
        return self._backend.searchable

    def cards(self) -> tuple[ModelCard, ...]:
        """List the models of all templates."""
        return self._library.cards()

    def plan(self, request: Request) -> Plan:
        """Choose the template and reckon the price, without the network.

        Raises:
            ProviderRejected: no template can do what *request* asks; names every reason.
        """
        template = self._template(request)
        fit = fitness(card_of(template), request)
        wrong = [*fit.mistakes, *unfit(template, request)]
        if wrong:
            raise ProviderRejected(NAME, f"{request.operation} with {template.model}: {'; '.join(wrong)}")
        return Plan(
            model=template.model,
            quote=self._costs.quote(template.model),
            identity={
                "template": template.name,
                "template_sha256": template.sha256,
                "files": files_of(template, self._config.model_files),
            },
            warnings=(*fit.warnings, *_ignored(template, request)),
            weights=weights_of(template, request, self._config.model_files),
        )

    def prepare(self, request: Request, token: str) -> Prepared:
        """Fill the template, check it against the server and upload its pictures.

        Raises:
            ProviderRejected: the request's pictures are none, or the server lacks nodes, weights or choices.
            ProviderUnavailable: no answer, or nobody would do the work.
        """
        plan, template = self.plan(request), self._template(request)
        try:
            asked = wanted(template, request)
        except ImageError as error:
            raise ProviderRejected(NAME, f"{request.operation}: {error}") from error
        ticket = Ticket(
            provider=NAME,
            operation=request.operation,
            model=template.model,
            token=token,
            sent_px=asked.sent_px,
            wanted_px=asked.wanted_px,
            count=request.layer_count if isinstance(request, DecomposeLayers) else 1,
            notes=self._notes(template),
        )
        body = self._backend.prepare(self._order(template, asked, token), token)
        return Prepared(ticket, body, plan.quote, plan.warnings)

    def submit(self, prepared: Prepared) -> str:
        """Queue the job once and return its id, which at a server is the ticket's token."""
        return self._backend.submit(prepared.body)

    def find(self, ticket: Ticket, others: Set[str] = frozenset()) -> str | None:  # noqa: ARG002 - the id is ours
        """Look for a job whose acceptance is unknown; RunPod cannot tell, a server can at the second look."""
        self._check_place(ticket)
        return self._backend.find(ticket)

    def look(self, ticket: Ticket) -> JobState:
        """Ask once how the job is."""
        self._check_place(ticket)
        return self._backend.look(ticket, (*_nodes(ticket, "deliver"), *_nodes(ticket, "keep")))

    def fetch(self, ticket: Ticket, done: Succeeded) -> tuple[bytes, ...]:
        """Download the result as it is, and of a fused workflow the picture before it was cut out.

        Of layers, that of the whole scene is left out where it can be told.
        """
        pictures = self._backend.fetch(done, _nodes(ticket, "deliver"))
        if ticket.operation == "decompose_layers":
            return layers_of(pictures, ticket.count)
        return (*pictures, *self._kept(ticket, done))

    def _kept(self, ticket: Ticket, done: Succeeded) -> Sequence[bytes]:
        """Download what was saved beside the result; the result is paid for and whole without it."""
        nodes = _nodes(ticket, "keep")
        try:
            return self._backend.fetch(done, nodes) if nodes else ()
        except BadResult as error:
            _log.warning("%s: job %s: what was drawn is not to be had: %s", NAME, ticket.job_id, error)
            return ()

    def cancel(self, ticket: Ticket) -> None:
        """Ask for this job to be stopped, and no other."""
        self._check_place(ticket)
        self._backend.cancel(ticket)

    def retry(self, ticket: Ticket) -> bool:
        """Have a failed job done again under its own id, which only RunPod can."""
        self._check_place(ticket)
        return self._backend.retry(ticket)

    def check_up(self) -> tuple[Finding, ...]:
        """Look at the server or endpoint, its version, and the nodes and weights of every template."""
        return self._checkup()

    def fused(self, request: Request) -> Request | None:
        """Return *request* asked of the model that draws and cuts out in one job; see ``sprite``."""
        return sprite_request(request, self.cards())

    def _check_place(self, ticket: Ticket) -> None:
        """A job that was sent elsewhere is not lost because it is not here; it would be paid twice."""
        place = ticket.notes.get("place")
        if place != self._backend.place:
            raise ProviderUnavailable(
                NAME,
                f"the job was sent to {place} and {self._backend.place} is configured now; configure {place} until it is over",
                job_id=ticket.job_id or None,
            )

    def _template(self, request: Request) -> Template:
        """Choose by the request's model, or the first model that fits its operation."""
        models = [card.name for card in self.cards() if request.operation in card.operations]
        model = request.model or (models[0] if models else "")
        found = self._library.find(model, request.operation)
        if found is None:
            listed = f"there are {', '.join(models)}" if models else "no template does"
            raise ProviderRejected(NAME, f"no model {model!r} does {request.operation}; {listed}")
        return found

    def _order(self, template: Template, asked: Wanted, token: str) -> Order:
        graph = filled(template, asked.values, token, self._config.model_files)
        return Order(graph, asked.pictures, folders_of(template))

    def _notes(self, template: Template) -> dict[str, Json]:
        return {
            "template": template.name,
            "place": self._backend.place,
            "deliver": list(template.delivered),
            "keep": list(template.kept),
        }


def patience_of(config: ComfyConfig) -> Patience:
    """Return how long a job may take, and how often to look: short calls, which no proxy cuts."""
    return Patience(queue_s=config.queue_s, run_s=config.run_s, first_poll_s=0.5, longest_poll_s=4.0)


def _nodes(ticket: Ticket, use: str) -> list[str]:
    return [str(node) for node in ticket.notes.get(use, ())]


def _ignored(template: Template, request: Request) -> list[str]:
    """Name what every request has and this template does not read, and what cannot be promised."""
    if isinstance(request, RemoveBackground):
        return []
    if isinstance(request, DecomposeLayers):
        return [ANY_ORDER]
    unread = [name for name in ("prompt", "seed") if name not in template.parameters]
    return [f"{template.model} ignores {name}" for name in unread]
