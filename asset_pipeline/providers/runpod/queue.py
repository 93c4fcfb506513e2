"""One queue-based endpoint of RunPod Serverless: run, status, cancel, retry, health.

Never ``/runsync``: a client that gives up waiting for it has no job id, and the worker finishes and bills all the same.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from urllib.parse import quote

from asset_pipeline.errors import OutcomeUnknown, ProviderRejected, ProviderUnavailable
from asset_pipeline.providers.http import Answer, Wire
from asset_pipeline.providers.remote import Json
from asset_pipeline.providers.runpod.health import Health, read_health
from asset_pipeline.providers.runpod.status import QueueStatus, Word, read_status
from asset_pipeline.providers.runpod.words import error_text

LARGEST_BODY = 10_000_000
"""Bytes that ``/run`` takes; base64 makes a picture a third larger than its file."""

_WEEK_MS = 7 * 24 * 3600 * 1000
_NOT_FOUND = frozenset({404})
# A job that ended meanwhile cannot be cancelled; which of these RunPod answers is not documented.
_TOO_LATE = frozenset({400, 404, 409})


class EndpointQueue:
    """The jobs of one endpoint; holds no state, so that any thread or process can go on where another stopped.

    Args:
        wire: speaks to ``https://api.runpod.ai`` with the key in its headers.
        endpoint_id: an own endpoint's id, or a public endpoint's slug.
        provider: whose name errors carry.
        secrets: values to mask in what workers say.
    """

    def __init__(
        self, wire: Wire, endpoint_id: str, provider: str = "runpod", *, secrets: Sequence[str] = ()
    ) -> None:
        self._wire, self.secrets = wire, tuple(secrets)
        self.provider = provider
        self.endpoint_id = endpoint_id
        self._root = f"/v2/{quote(endpoint_id, safe='')}"

    def run(self, input_: Json, *, ttl_s: float, execution_timeout_s: float) -> str:
        """Submit one job: this is the call that is paid for, and it is sent once.

        Args:
            input_: what the worker reads.
            ttl_s: RunPod removes the job after this, even while it runs; 10 seconds to 7 days.
            execution_timeout_s: how long it may run; 5 seconds to 7 days.

        Returns:
            The job's id, suffixes included.

        Raises:
            ProviderRejected: too large, or refused for good; nothing was accepted.
            ProviderUnavailable: nothing was sent, or too many requests; may be repeated.
            OutcomeUnknown: it may have been accepted.
        """
        policy = {
            "executionTimeout": _clamped_ms(execution_timeout_s, 5_000),
            "ttl": _clamped_ms(ttl_s, 10_000),
        }
        body = {"input": input_, "policy": policy}
        self._check_size(body)
        answer = self._wire.post_once(f"{self._root}/run", what=f"submit to {self.endpoint_id}", json=body)
        return self._job_id(answer.body)

    def _check_size(self, body: Json) -> None:
        size = len(json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode())
        if size > LARGEST_BODY:
            raise ProviderRejected(
                self.provider,
                f"submit to {self.endpoint_id}: the request is {size:,} bytes and /run takes {LARGEST_BODY:,}; "
                "send a smaller picture; nothing was sent",
            )

    def _job_id(self, body: Json) -> str:
        found = body.get("id") if isinstance(body, dict) else None
        if isinstance(found, str) and found:
            return found
        said = error_text(body.get("error"), self.secrets) if isinstance(body, dict) else ""
        raise OutcomeUnknown(
            self.provider,
            f"submit to {self.endpoint_id}: the answer holds no job id{': ' + said if said else ''}; it may have been accepted",
        )

    def status(self, job_id: str) -> QueueStatus:
        """Ask how a job is; a 404 is the status ``LOST``, not an error.

        Raises:
            ProviderUnavailable: no answer.
            ProviderRejected: the key is no longer accepted.
        """
        answer = self._wire.get(self._of("status", job_id), what=f"look at job {job_id}", allow=_NOT_FOUND)
        return (
            QueueStatus(Word.LOST)
            if answer.status == 404
            else read_status(self._object(answer, job_id), self.secrets)
        )

    def cancel(self, job_id: str) -> None:
        """Ask for the job to be stopped; look again afterwards, as it may have ended first.

        Raises:
            ProviderError: RunPod did not take the request.
        """
        self._wire.post_again(self._of("cancel", job_id), what=f"cancel job {job_id}", allow=_TOO_LATE)

    def retry(self, job_id: str) -> bool:
        """Have a failed or timed-out job done again under its own id; its input stays, nothing is uploaded twice.

        Returns:
            Whether it is being done again, or may be: look at it. False where it is certain that it is not, as its
            result has expired.

        Raises:
            ProviderUnavailable: nothing was sent, or too many requests.
        """
        try:
            self._wire.post_once(self._of("retry", job_id), what=f"retry job {job_id}", json={})
        except OutcomeUnknown:
            return True  # saying no would have it bought a second time
        except ProviderRejected:
            # Another process may have asked first: then it is in the queue, and must not be bought again.
            return self.status(job_id).word in {Word.IN_QUEUE, Word.IN_PROGRESS, Word.COMPLETED}
        return True

    def health(self) -> Health:
        """Count its jobs and workers.

        Raises:
            ProviderUnavailable: no answer.
            ProviderRejected: no such endpoint, or the key is not accepted.
        """
        return read_health(
            self._object(
                self._wire.get(f"{self._root}/health", what=f"health of endpoint {self.endpoint_id}")
            )
        )

    def _object(self, answer: Answer, job_id: str | None = None) -> Json:
        """An answer that cannot be read says nothing; least of all that there is nothing."""
        if isinstance(answer.body, dict):
            return answer.body
        raise ProviderUnavailable(
            self.provider,
            f"endpoint {self.endpoint_id} answered {answer.text[:80]!r}, which is no JSON object",
            job_id=job_id,
        )

    def _of(self, operation: str, job_id: str) -> str:
        return f"{self._root}/{operation}/{quote(job_id, safe='')}"


def _clamped_ms(seconds: float, least_ms: int) -> int:
    return min(max(round(seconds * 1000), least_ms), _WEEK_MS)
