"""The phases of a job at ``worker-comfyui`` on RunPod Serverless: a ComfyUI that nobody can ask anything between jobs."""

from __future__ import annotations

import base64
import binascii
import time
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from asset_pipeline.errors import BadResult, OutcomeUnknown, ProviderRejected
from asset_pipeline.providers.comfyui.absence import Absence
from asset_pipeline.providers.comfyui.backend import Order
from asset_pipeline.providers.comfyui.quotes import EndpointCosts
from asset_pipeline.providers.comfyui.server import NAME, without_name
from asset_pipeline.providers.comfyui.worker_output import (
    is_out_of_memory,
    partial_failure,
    pictures_of,
    readable,
)
from asset_pipeline.providers.downloads import Downloader
from asset_pipeline.providers.remote import Failed, JobState, Json, Money, Patience, Queued, Succeeded, Ticket
from asset_pipeline.providers.runpod.health import Health
from asset_pipeline.providers.runpod.preflight import Preflight
from asset_pipeline.providers.runpod.queue import EndpointQueue
from asset_pipeline.providers.runpod.status import Word, job_state
from asset_pipeline.providers.runpod.words import error_text

LARGEST_PICTURE = 64 * 2**20


class ServerlessWorker:
    """Jobs at one endpoint.

    Args:
        queue: the endpoint's.
        downloader: for pictures that the worker put into a bucket.
        costs: what its GPU costs.
        patience: how long a job may wait and run; RunPod is told, so that nothing runs and bills after we gave up.
        lost_after_s: how far apart two looks must be that find no job.
        clock: monotonic seconds.
    """

    def __init__(  # noqa: PLR0913  # what a worker needs
        self,
        queue: EndpointQueue,
        downloader: Downloader,
        *,
        costs: EndpointCosts,
        patience: Patience,
        lost_after_s: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._queue, self._downloader = queue, downloader
        self._costs, self._patience = costs.costs, patience
        self._preflight = Preflight(clock=clock)
        self._lost_after_s, self._absence = lost_after_s, Absence(clock)

    @property
    def place(self) -> str:
        """The endpoint: where a job is to be looked for."""
        return f"RunPod endpoint {self._queue.endpoint_id}"

    @property
    def searchable(self) -> bool:
        """No: RunPod cannot be searched."""
        return False

    def prepare(self, order: Order, token: str) -> Json:  # noqa: ARG002  # the graph's prefixes hold the token
        """Write what the worker reads, once the endpoint looks awake.

        Raises:
            ProviderRejected: the pictures are too large for RunPod.
            ProviderUnavailable: no answer, asleep or unhealthy.
        """
        self._preflight.check(self._queue)
        images = [
            {"name": name, "image": base64.b64encode(png).decode("ascii")}
            for name, png in order.pictures.items()
        ]
        return {"workflow": order.graph, **({"images": images} if images else {})}

    def submit(self, body: Json) -> str:
        """Queue the job once; see :meth:`EndpointQueue.run`."""
        patience = self._patience
        ttl_s = patience.queue_s + patience.run_s
        return self._queue.run(body, ttl_s=ttl_s, execution_timeout_s=patience.run_s)

    def find(self, ticket: Ticket) -> str | None:
        """RunPod cannot be searched.

        Raises:
            OutcomeUnknown: always.
        """
        raise OutcomeUnknown(
            NAME,
            f"RunPod cannot be searched for a job; attempt {ticket.token} may have been accepted",
            final=True,
        )

    def look(self, ticket: Ticket, expected: Sequence[str]) -> JobState:
        """Ask once how the job is; a job that failed in part has failed, and one look that finds none proves nothing."""
        status = self._queue.status(ticket.job_id)
        if status.word is not Word.LOST:
            self._absence.ended(ticket.job_id)
        elif self._absence.lasts_s(ticket.job_id) < self._lost_after_s:
            return Queued()
        state = job_state(status, self._costs.reckon)
        if isinstance(state, Failed):
            return _failed(state, status.output, self._queue.secrets)
        return self._succeeded(state, expected) if isinstance(state, Succeeded) else state

    def _succeeded(self, state: Succeeded, expected: Sequence[str]) -> JobState:
        """A worker does not say that it dropped an invalid branch: its pictures are counted."""
        output = state.outputs if isinstance(state.outputs, dict) else {}
        cost = state.cost or Money(Decimal(0), "estimated")
        if complaint := partial_failure(output, self._queue.secrets):
            return Failed(complaint, again=is_out_of_memory(complaint), cost=cost)
        entries = pictures_of(output, expected)
        missing = [node for node in expected if all(entry["node"] != node for entry in entries)]
        if entries and missing:
            said = f"the worker sends no picture of {', '.join(missing)}; a branch of the workflow is invalid"
            return Failed(said, again=False, cost=cost)
        return Succeeded(entries, state.cost, state.queue_s, state.run_s)

    def fetch(self, done: Succeeded, nodes: Sequence[str]) -> list[bytes]:
        """Decode or download what *nodes* saved, in their order.

        Raises:
            BadResult: there is no picture in the answer, or one that is none.
        """
        if not done.outputs:
            raise BadResult(
                NAME,
                "the worker is done and sends no picture; answers over RunPod's limit get lost like this, so give the "
                "endpoint a bucket (BUCKET_ENDPOINT_URL) or ask for smaller pictures",
            )
        return [self._bytes(entry) for node in nodes for entry in done.outputs if entry["node"] == node]

    def cancel(self, ticket: Ticket) -> None:
        """Ask RunPod to stop the job."""
        self._queue.cancel(ticket.job_id)

    def retry(self, ticket: Ticket) -> bool:
        """Have the job done again under its id; its pictures need no second upload."""
        return self._queue.retry(ticket.job_id)

    def health(self) -> Health:
        """Count the endpoint's jobs and workers."""
        return self._queue.health()

    def _bytes(self, entry: Mapping[str, Json]) -> bytes:
        data = entry["data"]
        if data.startswith(("https://", "http://")):
            try:
                return self._downloader.download(data, what="download the picture")
            except ProviderRejected as error:
                raise BadResult(NAME, f"the picture cannot be fetched: {without_name(error)}") from error
        if len(data) > LARGEST_PICTURE * 4 // 3:
            raise BadResult(NAME, f"the picture has more than {LARGEST_PICTURE:,} bytes")
        try:
            return base64.b64decode(data.rpartition(",")[2], validate=True)
        except (binascii.Error, ValueError) as error:
            raise BadResult(NAME, "the picture in the worker's answer is no base64") from error


def _failed(state: Failed, output: Json, secrets: Sequence[str]) -> Failed:
    """Add what the worker says beside its error: which node failed, and how."""
    details = error_text(output.get("details"), secrets) if isinstance(output, dict) else ""
    reason = "; ".join(filter(None, (readable(state.reason), details)))[:500]
    return Failed(reason, state.again or is_out_of_memory(details), state.cost)
