"""Whether an endpoint has somebody to do the work."""

from __future__ import annotations

from dataclasses import dataclass

from asset_pipeline.providers.remote import Json

ASLEEP = (
    "asleep: jobs wait and it has no worker; after 7 days without requests RunPod lowers the maximum of workers to 0 and "
    "leaves it there. Raise it in the console (Serverless, endpoint, Edit, Max workers)"
)
UNHEALTHY = "all its workers are unhealthy; look at their logs in the console, then redeploy the endpoint"
THROTTLED = "all its workers are throttled: no GPU of its type is free; wait, or allow more GPU types"


@dataclass(frozen=True)
class Health:
    """What ``/health`` counts; what it does not name counts as 0.

    Attributes:
        completed: jobs done.
        failed: jobs failed.
        in_progress: jobs at a worker.
        in_queue: jobs that wait.
        retried: jobs that RunPod began again by itself; each may be billed twice.
        idle: workers that wait for a job.
        running: workers that work.
        initializing: workers that start.
        ready: workers that can take a job.
        throttled: workers for which no GPU is free.
        unhealthy: workers that do not answer.
    """

    completed: int = 0
    failed: int = 0
    in_progress: int = 0
    in_queue: int = 0
    retried: int = 0
    idle: int = 0
    running: int = 0
    initializing: int = 0
    ready: int = 0
    throttled: int = 0
    unhealthy: int = 0

    @property
    def at_work(self) -> int:
        """Workers that take jobs now or soon."""
        return self.idle + self.running + self.initializing + self.ready

    @property
    def looks_asleep(self) -> bool:
        """Jobs wait and there is no worker at all: asleep, or a job came a moment ago."""
        return self.in_queue > 0 and self.at_work + self.throttled + self.unhealthy == 0

    def trouble(self, earlier: Health | None = None) -> str:
        """Say why a job would wait in vain; empty where nothing speaks against sending one.

        No worker and an empty queue is normal: the endpoint scales to zero. One look at no worker and a waiting job is no
        proof either, as the job may have come a moment ago; two looks are.

        Args:
            earlier: what was counted at least some seconds before, where it is known.
        """
        if self.looks_asleep and earlier is not None and earlier.looks_asleep:
            moved = self.completed + self.failed > earlier.completed + earlier.failed
            return "" if moved else ASLEEP
        if self.unhealthy and not self.at_work + self.throttled:
            return UNHEALTHY
        return ""

    def verdict(self, earlier: Health | None = None) -> str:
        """Say in one line how the endpoint is, for a person."""
        if trouble := self.trouble(earlier):
            return trouble
        if self.looks_asleep:
            return f"{self.in_queue} jobs wait and no worker has come yet; look again in a minute, it may be {ASLEEP}"
        if self.throttled and not self.at_work:
            return THROTTLED
        workers = f"{self.idle} idle, {self.running} running, {self.initializing} starting"
        return f"workers: {workers}; jobs: {self.in_queue} waiting, {self.in_progress} at work"


def read_health(body: Json) -> Health:
    """Read the answer of ``/health``.

    >>> read_health({"jobs": {"inQueue": 2}, "workers": {"idle": 1}}).verdict()
    'workers: 1 idle, 0 running, 0 starting; jobs: 2 waiting, 0 at work'
    """
    jobs, workers = _counters(body, "jobs"), _counters(body, "workers")
    return Health(
        completed=jobs.get("completed", 0),
        failed=jobs.get("failed", 0),
        in_progress=jobs.get("inProgress", 0),
        in_queue=jobs.get("inQueue", 0),
        retried=jobs.get("retried", 0),
        idle=workers.get("idle", 0),
        running=workers.get("running", 0),
        initializing=workers.get("initializing", 0),
        ready=workers.get("ready", 0),
        throttled=workers.get("throttled", 0),
        unhealthy=workers.get("unhealthy", 0),
    )


def _counters(body: Json, part: str) -> dict[str, int]:
    found = body.get(part) if isinstance(body, dict) else None
    if not isinstance(found, dict):
        return {}
    return {name: count for name, count in found.items() if isinstance(count, int) and count >= 0}
