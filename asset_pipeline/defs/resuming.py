"""Paid jobs that nobody watches any more: a job that brings them home, and a sensor that sees them.

Both cost nothing: what is resumed was paid for by the run that was killed.
"""

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing

import dagster as dg

from asset_pipeline.errors import ConfigError
from asset_pipeline.jobs.journal import Journal
from asset_pipeline.jobs.orphans import bring_home, orphans
from asset_pipeline.jobs.records import Attempt
from asset_pipeline.jobs.routing import Router

SENSOR_INTERVAL_S = 120
TRY_AGAIN_S = 3600  # a provider that was down is asked again after this


@dg.op
def resume_orphans(context: dg.OpExecutionContext, router: dg.ResourceParam[Router]) -> None:
    """Carry every job that was accepted and is watched by nobody to its end; sends nothing that costs money."""
    if router.door is None:
        raise ConfigError(
            "no remote provider is configured here; `asset-pipeline doctor` says what is missing"
        )
    found = orphans(router.door.journal, time.time())
    delivered, left = 0, []
    for outcome in bring_home(router.door, router.remote, found):
        context.log.info(f"{outcome.attempt.purpose}, {outcome.attempt.fingerprint[:12]}: {outcome.text}")
        delivered += outcome.delivered
        left += [] if outcome.settled else [f"{outcome.attempt.purpose}: {outcome.text}"]
    context.add_output_metadata({"found": len(found), "delivered": delivered})
    if left:
        raise dg.Failure("these could not be brought home:\n" + "\n".join(left), allow_retries=False)


@dg.job(
    name="resume_paid_jobs",
    description="Brings home jobs that a killed run left at a provider: their pictures are paid for.",
)
def resume_paid_jobs() -> None:
    """One op; the next materialization finds what it brought in the memo."""
    resume_orphans()


def orphan_sensor(open_journal: Callable[[], Journal]) -> dg.SensorDefinition:
    """Return the sensor that starts ``resume_paid_jobs`` when there is something to bring home.

    Args:
        open_journal: opens the record of paid work for one look.
    """

    @dg.sensor(
        name="orphaned_jobs",
        job_name=resume_paid_jobs.name,  # by name: Dagster 1.13 copies a sensor that holds a job, and warns about it
        minimum_interval_seconds=SENSOR_INTERVAL_S,
        default_status=dg.DefaultSensorStatus.STOPPED,
        description="Starts resume_paid_jobs when a killed run has left paid jobs behind. Costs nothing.",
    )
    def sensor() -> Iterator[dg.RunRequest | dg.SkipReason]:
        now = time.time()
        with closing(open_journal()) as journal:
            found = orphans(journal, now)
        if found:
            yield dg.RunRequest(run_key=run_key_of(found, now))
        else:
            yield dg.SkipReason("every paid job is over, or somebody watches it")

    return sensor


def run_key_of(found: Sequence[Attempt], now: float) -> str:
    """Name a set of orphans at a moment: the same ones are asked for once an hour.

    Short, however many they are, as PostgreSQL's index refuses a tag beyond 2,704 bytes.
    """
    numbers = ",".join(str(attempt.number) for attempt in found)
    return f"{now // TRY_AGAIN_S:.0f}:{hashlib.sha256(numbers.encode()).hexdigest()}"
