"""The phases of a job at a server: check, upload, queue, look, fetch."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from uuid import NAMESPACE_URL, uuid5

from asset_pipeline.errors import (
    BadResult,
    OutcomeUnknown,
    ProviderError,
    ProviderRejected,
    ProviderUnavailable,
)
from asset_pipeline.providers.comfyui.absence import Absence
from asset_pipeline.providers.comfyui.backend import Order
from asset_pipeline.providers.comfyui.graphs import Graph
from asset_pipeline.providers.comfyui.preflight import findings
from asset_pipeline.providers.comfyui.quotes import ServerCosts
from asset_pipeline.providers.comfyui.reports import Word, job_state
from asset_pipeline.providers.comfyui.server import NAME, ComfyServer, without_name
from asset_pipeline.providers.comfyui.watch import WorkerWatch
from asset_pipeline.providers.comfyui.words import node_errors
from asset_pipeline.providers.remote import Failed, JobState, Json, Lost, Running, Succeeded, Ticket

_FIND_APART_S = 2.0
_MOST_FINDINGS = 20


class DirectServer:
    """Jobs at one server.

    Args:
        server: speaks to it.
        costs: what its work costs.
        lost_after_s: how far apart two looks must be that find no job.
        dead_after_s: how long jobs may wait while none runs.
        clock: monotonic seconds.
    """

    place = "a server"

    def __init__(
        self,
        server: ComfyServer,
        *,
        costs: ServerCosts,
        lost_after_s: float,
        dead_after_s: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._server, self._costs, self._lost_after_s = server, costs, lost_after_s
        self._watch = WorkerWatch(dead_after_s, clock)
        self._absence = Absence(clock)
        self._lock = threading.Lock()
        self._classes: tuple[str, Mapping[str, Json]] | None = None

    @property
    def searchable(self) -> bool:
        """Yes: a job has the id that we chose."""
        return True

    def prepare(self, order: Order, token: str) -> Json:
        """Check the graph against the server, upload its pictures, and return the body to send.

        Raises:
            ProviderRejected: names every node, file of weights and choice that the server lacks.
            ProviderUnavailable: no answer, or its worker is dead.
        """
        self._check(order)
        self._check_worker()
        names = {name: self._server.upload(png) for name, png in order.pictures.items()}
        return {"graph": _renamed(order.graph, names), "token": token}

    def submit(self, body: Json) -> str:
        """Queue the graph once, under the token as the job's id.

        Raises:
            ProviderRejected: the server refused it, or would have run only a part of it, which was cancelled.
        """
        token = body["token"]
        accepted = self._server.queue(body["graph"], token, _client_id(token))
        if accepted.node_errors:
            raise self._partly(accepted.prompt_id, accepted.node_errors)
        return accepted.prompt_id

    def find(self, ticket: Ticket) -> str | None:
        """Look for a job whose acceptance is unknown by the id that we chose.

        Raises:
            OutcomeUnknown: not there at the first look; look again in two seconds.
        """
        if self._server.report(ticket.token) is not None:
            self._absence.ended(ticket.token)
            return ticket.token
        if self._absence.lasts_s(ticket.token) < _FIND_APART_S:
            raise OutcomeUnknown(
                NAME,
                f"the server knows no job {ticket.token} yet; look again in {_FIND_APART_S:g} s",
                job_id=ticket.token,
            )
        return None

    def look(self, ticket: Ticket, expected: Sequence[str]) -> JobState:
        """Ask once how the job is; lost only after two looks that find nothing.

        Raises:
            ProviderUnavailable: no answer, or jobs wait at a dead worker.
        """
        job_id = ticket.job_id or ticket.token
        report = self._server.report(job_id)
        if report is None:
            return self._maybe_lost(job_id)
        self._absence.ended(job_id)
        if report.word is Word.WAITING:
            self._check_worker()
        state = job_state(report, expected, self._costs.reckon)
        if isinstance(state, Failed) and report.out_of_memory:
            self._server.free_memory()
        return state

    def fetch(self, done: Succeeded, nodes: Sequence[str]) -> list[bytes]:
        """Download what *nodes* saved, in their order.

        Raises:
            BadResult: one of them saved nothing that can be fetched.
        """
        entries = [entry for node in nodes for entry in done.outputs if entry.get("node") == node]
        if not entries:
            raise BadResult(NAME, "the job is done, and no picture is named", again=True)
        return [self._server.view(entry) for entry in entries]

    def cancel(self, ticket: Ticket) -> None:
        """Stop this job and no other."""
        self._server.cancel(ticket.job_id or ticket.token)

    def retry(self, ticket: Ticket) -> bool:  # noqa: ARG002  # the protocol's
        """Servers have no such thing."""
        return False

    def classes(self, *, fresh: bool = False) -> Mapping[str, Json]:
        """Return the server's node classes, read once for each version of it."""
        version = str(self._server.stats().get("comfyui_version"))
        with self._lock:  # all of them together are large, and one reading serves every thread
            known = self._classes
            if known is None or known[0] != version or fresh:
                self._classes = known = version, self._server.object_info()
            return known[1]

    def _check(self, order: Order) -> None:
        found = findings(order.graph, self.classes(), order.folders)
        if found:  # somebody may have installed it since
            found = findings(order.graph, self.classes(fresh=True), order.folders)
        if found:
            more = [f"and {len(found) - _MOST_FINDINGS} more"] if len(found) > _MOST_FINDINGS else []
            said = "\n".join(f"- {each}" for each in [*found[:_MOST_FINDINGS], *more])
            raise ProviderRejected(NAME, f"the server cannot run this workflow; nothing was queued:\n{said}")

    def _check_worker(self) -> None:
        if self._watch.is_dead(*self._server.in_queue()):
            raise ProviderUnavailable(
                NAME,
                "jobs wait at the server and none runs: its worker is dead while it still answers. Restart ComfyUI",
            )

    def _partly(self, prompt_id: str, errors: Mapping[str, Json]) -> ProviderError:
        try:
            self._server.cancel(prompt_id)
            rest = "the rest was cancelled"
        except ProviderError as error:
            rest = f"the rest could not be cancelled ({without_name(error)})"
        said = "; ".join(node_errors(errors)) or "a branch is invalid"
        return ProviderRejected(
            NAME, f"the server took only a part of the workflow, {rest}: {said}", job_id=prompt_id
        )

    def _maybe_lost(self, job_id: str) -> JobState:
        if self._absence.lasts_s(job_id) < self._lost_after_s:
            return Running()
        return Lost("the server knows no such job: it was restarted, or somebody deleted the job", again=True)


def _client_id(token: str) -> str:
    """Return another id than the job's, the same for the same job; without one a remembered graph ends without pictures."""
    return str(uuid5(NAMESPACE_URL, token))


def _renamed(graph: Graph, names: Mapping[str, str]) -> Graph:
    """Return *graph* with pictures called as the server stored them."""
    if all(name == stored for name, stored in names.items()):
        return graph
    return {
        node_id: {
            **node,
            "inputs": {
                name: names.get(value, value) if isinstance(value, str) else value
                for name, value in node["inputs"].items()
            },
        }
        for node_id, node in graph.items()
    }
