"""RunPod Serverless on loopback: queues, workers, public endpoints and an invoice, as the contract says production behaves."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from decimal import ROUND_CEILING, Decimal
from types import TracebackType
from typing import Any

from asset_pipeline.providers.prices import prices
from asset_pipeline.testing.double import Double, Job, Phase, Reply, work_sha256
from asset_pipeline.testing.faults import Fault, FaultPlan
from asset_pipeline.testing.loopback import Hangup
from asset_pipeline.testing.runpod_shapes import MISSING, damaged, damaged_output, shaped
from asset_pipeline.testing.runpod_wire import PAGE, envelope, new_id, times_ms, worker_exception
from asset_pipeline.testing.runpod_workers import (
    Draw,
    Endpoint,
    WorkerError,
    flux_endpoint,
    inline,
    public_endpoints,
    public_size,
    removal_endpoint,
    sdxl_endpoint,
)

API_KEY = "rpa_DOUBLE0KEY0NOT0A0SECRET"
FLUX_ID, SDXL_ID, REMOVAL_ID = "doubleflux1", "doublesdxl1", "doublerembg1"
LARGEST_RUN = 10_000_000
_LASTS_S = 1.0  # what lasts as long is worked on while it lasts, what is shorter when somebody looks
_BLIND_LOOKS = 2  # of a job that meets EMPTY_HISTORY
OUT_OF_MEMORY = "CUDA out of memory. Tried to allocate 2.25 GiB"


class RunPodDouble(Double):
    """Answers at ``/v2/{endpoint}/{operation}`` with a Bearer key.

    Attributes:
        endpoints: what there is, by id or slug; may be changed while it runs.
        failure: what a job that meets ``JOB_FAILED`` says.
        retention_s: how long a result is kept.
    """

    def __init__(  # noqa: PLR0913  # a provider has that many sides
        self,
        *,
        api_key: str = API_KEY,
        endpoints: Mapping[str, Endpoint] | None = None,
        gpu: str = "4090",
        failure: str = OUT_OF_MEMORY,
        retention_s: float = 1800.0,
        faults: FaultPlan | None = None,
        queue_s: float = 0.0,
        run_s: float = 0.02,
        ceiling: int | None = None,
        port: int = 0,
    ) -> None:
        """Set up, without listening yet.

        Args:
            api_key: the key that is accepted.
            endpoints: own ones with Flux, SDXL and background removal, and all public ones, by default.
            gpu: whose rate own endpoints are billed by.
            failure: what a job that meets ``JOB_FAILED`` says.
            retention_s: how long a result is kept.
            faults: as for every double.
            queue_s: as for every double.
            run_s: as for every double.
            ceiling: as for every double.
            port: as for every double.
        """
        super().__init__(faults=faults, queue_s=queue_s, run_s=run_s, ceiling=ceiling, port=port)
        self.endpoints = dict(endpoints if endpoints is not None else default_endpoints())
        self.failure, self.retention_s = failure, retention_s
        self._api_key = api_key
        table = prices("runpod")
        self._rate = Decimal(table["gpu"]["usd_per_second"][gpu])
        self._idle_s = Decimal(table["own"]["idle_s"])
        self._files: dict[str, bytes] = {}
        self._worker = ThreadPoolExecutor(max_workers=1)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._worker.shutdown(wait=False, cancel_futures=True)
        super().__exit__(kind, error, trace)

    def publish(self, png: bytes) -> str:
        """Keep *png* where the workers can read it, and return its URL; a store in miniature."""
        name = f"/published/{hashlib.sha256(png).hexdigest()}.png"
        with self.lock:
            self._files[name] = png
            self.contents[self.url + name] = hashlib.sha256(png).hexdigest()
        return self.url + name

    def handle(
        self,
        method: str,
        path: str,
        query: Mapping[str, str],  # noqa: ARG002  # the double's own signature
        headers: Mapping[str, str],
        body: bytes,
    ) -> Reply:
        """Answer one request."""
        if path.startswith(("/images/", "/published/")):
            return self._file(path, headers)
        if headers.get("authorization") != f"Bearer {self._api_key}":
            return Reply(401, "Unauthorized", {"Content-Type": "text/plain"})
        return self._routed(method, path.strip("/").split("/"), body)

    def _routed(self, method: str, parts: list[str], body: bytes) -> Reply:
        match method, parts:
            case "POST", ["v2", endpoint_id, "run"] if endpoint_id in self.endpoints:
                return self._run(endpoint_id, body)
            case "GET", ["v2", endpoint_id, "health"] if endpoint_id in self.endpoints:
                return self._health(endpoint_id)
            case "GET", ["v2", endpoint_id, "status", job_id]:
                return self._with_job(endpoint_id, job_id, self._status)
            case "POST", ["v2", endpoint_id, "cancel", job_id]:
                return self._with_job(endpoint_id, job_id, self._cancel)
            case "POST", ["v2", endpoint_id, "retry", job_id]:
                return self._with_job(endpoint_id, job_id, self._retry)
            case _:
                return Reply(404, {"error": "endpoint not found"})

    def _file(self, path: str, headers: Mapping[str, str]) -> Reply:
        """Hand out a picture; a client that shows its key here would show it to anybody."""
        if "authorization" in headers:
            return Reply(400, {"error": "pictures need no key; this one has been shown to a stranger"})
        with self.lock:
            data = self._files.get(path)
        return (
            Reply(404, {"error": "not found"})
            if data is None
            else Reply(200, data, {"Content-Type": "image/png"})
        )

    # Submitting ---------------------------------------------------------------------------------------------------

    def _run(self, endpoint_id: str, body: bytes) -> Reply:
        endpoint = self.endpoints[endpoint_id]
        if len(body) > LARGEST_RUN:
            return Reply(413, {"error": "request body is larger than 10 MB"})
        asked = envelope(body)
        if isinstance(asked, str):
            return Reply(400, {"error": asked})
        if endpoint.public and (mistake := endpoint.public.mistake(asked["input"])):
            return Reply(400, {"id": new_id(), "status": "FAILED", "error": mistake})
        fault = self.faults.next()
        refusals = {
            Fault.TOO_MANY_REQUESTS: Reply(429, {"error": "too many requests"}, {"Retry-After": "0.05"}),
            Fault.TOO_LARGE: Reply(413, {"error": "request entity too large"}),
            Fault.ERROR_BEFORE_ACCEPT: Reply(502, PAGE, {"Content-Type": "text/html"}),
            Fault.HTML_BODY: Reply(200, PAGE, {"Content-Type": "text/html"}),
        }
        if fault in refusals:
            return refusals[fault]
        job = self._accepted(endpoint_id, endpoint, asked, fault)
        if fault is Fault.ERROR_AFTER_ACCEPT:
            return Reply(502, PAGE, {"Content-Type": "text/html"})
        if fault is Fault.DROP_AFTER_ACCEPT:
            raise Hangup(reset=True)
        return Reply(200, {"id": job.id, "status": "IN_QUEUE"})

    def _accepted(
        self, endpoint_id: str, endpoint: Endpoint, asked: dict[str, Any], fault: Fault | None
    ) -> Job:
        policy = asked.get("policy", {})
        timeout_s = policy.get("executionTimeout", 600_000) / 1000
        with self.lock:
            job = self.accept(
                new_id(),
                model=endpoint.model,
                usd=Decimal(0),
                work_sha256=work_sha256({"at": endpoint_id, "input": asked["input"]}, contents=self.contents),
                asked=asked["input"],
                fault=fault,
                queue_s=float("inf") if endpoint.asleep else None,
                run_s=min(self.run_s, timeout_s),
            )
            job.notes |= {
                "endpoint": endpoint_id,
                "ttl_s": policy.get("ttl", 86_400_000) / 1000,
                "before": Decimal(0),
            }
            job.notes["timed_out"] = self.run_s > timeout_s
            self._charge(job)
        if endpoint.draw is not None and job.run_s >= _LASTS_S:
            self._worker.submit(self._begin, endpoint.draw, job.asked)
        return job

    def _begin(self, draw: Draw, asked: Any) -> None:  # noqa: ANN401  # any JSON
        """Draw a picture while its job lasts, so that it is known when somebody looks, as at any provider."""
        with suppress(WorkerError):  # is told when somebody looks
            draw(asked, self._read)

    def _charge(self, job: Job) -> None:
        """Write down what *job* costs by now: seconds of a worker, or the price of a picture that is not refused."""
        endpoint = self.endpoints[job.notes["endpoint"]]
        if endpoint.public is None:
            self.bill(job, job.notes["before"] + self._seconds_usd(job))
        elif job.fault is Fault.JOB_FAILED or job.cancelled_at is not None or job.notes["timed_out"]:
            self.refund(job)
        else:
            self.bill(job, endpoint.public.usd(*public_size(job.asked, self._read)))

    def _seconds_usd(self, job: Job) -> Decimal:
        """Bill a worker from its start to its stop: start, work and idle time-out, rounded up."""
        delay_ms, run_ms = times_ms(job)
        stopped = job.cancelled_at is not None or job.fault is Fault.JOB_FAILED
        if run_ms is None or (stopped and not run_ms):
            return Decimal(0)
        seconds = Decimal(delay_ms + run_ms) / 1000 + self._idle_s
        return seconds.to_integral_value(ROUND_CEILING) * self._rate

    # Looking ------------------------------------------------------------------------------------------------------

    def _with_job(self, endpoint_id: str, job_id: str, answer: Any) -> Reply:  # noqa: ANN401  # a bound method
        job = self.job(job_id)
        if job is None or job.notes.get("endpoint") != endpoint_id or self._gone(job):
            return Reply(404, {"error": "job not found"})
        reply: Reply = answer(job)
        return reply

    def _gone(self, job: Job) -> bool:
        """Whether the job was removed: past its time to live, its result expired, or not visible yet."""
        now, phase = time.monotonic(), self.state_of(job)
        if phase in {Phase.QUEUED, Phase.RUNNING}:
            return now > job.accepted_at + job.notes["ttl_s"] or self._hidden(job)
        expired = job.fault is Fault.EXPIRED_RESULT and phase is Phase.DONE
        return expired or now > job.ends_at + self.retention_s or self._hidden(job)

    def _hidden(self, job: Job) -> bool:
        if job.fault is not Fault.EMPTY_HISTORY:
            return False
        with self.lock:
            job.notes["looks"] = job.notes.get("looks", 0) + 1
            return bool(job.notes["looks"] <= _BLIND_LOOKS)

    def _status(self, job: Job) -> Reply:
        delay_ms, run_ms = times_ms(job)
        said: dict[str, Any] = {"id": job.id}
        match self.state_of(job):
            case Phase.QUEUED:
                return Reply(200, said | {"status": "IN_QUEUE"})
            case Phase.RUNNING:
                progress = self.endpoints[job.notes["endpoint"]].progress
                said |= {"status": "IN_PROGRESS", "delayTime": delay_ms, "workerId": "w1"}
                return Reply(200, said | ({"output": progress} if progress else {}))
            case Phase.CANCELLED:
                said |= {"status": "CANCELLED"}
            case Phase.FAILED:
                said |= {"status": "FAILED", "error": worker_exception(self.failure)}
            case Phase.DONE:
                said |= self._ended(job)
        times = {} if run_ms is None else {"delayTime": delay_ms, "executionTime": run_ms, "workerId": "w1"}
        return Reply(200, said | times)

    def _ended(self, job: Job) -> dict[str, Any]:
        """Say how a job ended that nobody stopped; its work is done at the first look."""
        if job.notes["timed_out"]:
            return {"status": "TIMED_OUT", "error": "job exceeded its executionTimeout"}
        with self.lock:
            if "ended" not in job.notes:
                job.notes["ended"] = self._worked(job)
        ended: dict[str, Any] = job.notes["ended"]
        return ended

    def _worked(self, job: Job) -> dict[str, Any]:
        endpoint = self.endpoints[job.notes["endpoint"]]
        try:
            output = self._output(job, endpoint)
        except WorkerError as error:
            if endpoint.public:
                self.refund(job)
            return {"status": "FAILED", "error": error.error}
        if output is MISSING or job.fault is Fault.EMPTY_RESULT:
            return {"status": "COMPLETED"}
        return {"status": "COMPLETED", "output": output}

    def _output(self, job: Job, endpoint: Endpoint) -> Any:  # noqa: ANN401  # any JSON
        if endpoint.handler is not None:
            return damaged_output(endpoint.handler(job.asked), job.fault)
        if endpoint.draw is None:
            raise WorkerError("this endpoint has no handler")
        png = damaged(endpoint.draw(job.asked, self._read), job.fault)
        name = f"/images/{job.id}.png"
        self._files[name] = png
        output = shaped(endpoint.shape, png, self.url + name)
        if endpoint.public and isinstance(output, dict):
            output["cost"] = float(endpoint.public.usd(*public_size(job.asked, self._read)))
        return output

    def _read(self, text: str) -> bytes:
        if not text.startswith("http"):
            return inline(text)
        with self.lock:
            data = self._files.get(text.removeprefix(self.url))
        if data is None:
            raise WorkerError("Failed to download the image: 404 Client Error")
        return data

    # The rest -----------------------------------------------------------------------------------------------------

    def _cancel(self, job: Job) -> Reply:
        with self.lock:
            if not self.cancel(job):
                return Reply(400, {"error": "job is not in the queue or in progress"})
            self._charge(job)
        return Reply(200, {"id": job.id, "status": "CANCELLED"})

    def _retry(self, job: Job) -> Reply:
        """Do a failed job again under its id; its first run stays on the bill."""
        with self.lock:
            failed = job.notes["timed_out"] or self.state_of(job) is Phase.FAILED
            failed = failed or job.notes.get("ended", {}).get("status") == "FAILED"
            if not failed or self.state_of(job) not in {Phase.FAILED, Phase.DONE}:
                return Reply(400, {"error": "only failed or timed-out jobs can be retried"})
            before = job.notes["before"] + self._seconds_usd(job)
            job.notes |= {"before": before, "timed_out": False}
            job.notes.pop("ended", None)
            job.fault, job.accepted_at = None, time.monotonic()
            self._open.append(job)
            self._max_in_flight = max(self._max_in_flight, self.in_flight)
            self._charge(job)
        return Reply(200, {"id": job.id, "status": "IN_QUEUE"})

    def _health(self, endpoint_id: str) -> Reply:
        phases = [self.state_of(job) for job in self.jobs() if job.notes.get("endpoint") == endpoint_id]
        jobs = {
            "completed": phases.count(Phase.DONE),
            "failed": phases.count(Phase.FAILED),
            "inProgress": phases.count(Phase.RUNNING),
            "inQueue": phases.count(Phase.QUEUED),
            "retried": 0,
        }
        return Reply(200, {"jobs": jobs, "workers": dict(self.endpoints[endpoint_id].workers)})


def default_endpoints() -> dict[str, Endpoint]:
    """Return own endpoints with Flux, worker-sdxl and background removal, and all public ones."""
    own = {FLUX_ID: flux_endpoint(), SDXL_ID: sdxl_endpoint(), REMOVAL_ID: removal_endpoint()}
    return {**own, **public_endpoints()}
