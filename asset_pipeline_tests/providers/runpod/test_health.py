"""An endpoint without workers is told from one that merely scales to zero."""

from __future__ import annotations

import pytest

from asset_pipeline.errors import ProviderUnavailable
from asset_pipeline.providers.remote import Json
from asset_pipeline.providers.runpod.health import ASLEEP, UNHEALTHY, Health, read_health
from asset_pipeline.providers.runpod.preflight import Preflight
from asset_pipeline.testing.clock import FakeClock
from asset_pipeline.testing.runpod import FLUX_ID, RunPodDouble
from asset_pipeline.testing.runpod_workers import Endpoint
from asset_pipeline_tests.providers.runpod.at_hand import queue_at

WAITING = Health(in_queue=3)


def test_no_worker_and_no_job_is_an_endpoint_at_rest() -> None:
    assert Health().trouble() == ""
    assert Health().trouble(Health()) == ""


def test_no_worker_while_jobs_wait_is_sleep_only_at_the_second_look() -> None:
    """At the first look the job may have come a moment ago, and its worker be on its way."""
    assert WAITING.trouble() == ""
    assert "look again" in WAITING.verdict()
    assert WAITING.trouble(Health()) == ""
    assert WAITING.trouble(Health(in_queue=1)) == ASLEEP
    assert "Max workers" in WAITING.verdict(Health(in_queue=1))


def test_an_endpoint_that_finishes_jobs_between_two_looks_is_not_asleep() -> None:
    assert Health(in_queue=1, completed=9).trouble(Health(in_queue=1, completed=8)) == ""


@pytest.mark.parametrize("worker", ["idle", "running", "initializing", "ready", "throttled"])
def test_any_worker_will_do(worker: str) -> None:
    health = read_health({"jobs": {"inQueue": 3}, "workers": {worker: 1}})
    assert health.trouble(health) == ""


def test_workers_that_are_all_unhealthy_are_trouble_at_once() -> None:
    assert Health(unhealthy=2).trouble() == UNHEALTHY
    assert Health(unhealthy=2, idle=1).trouble() == ""


def test_throttled_workers_are_told_but_not_refused() -> None:
    assert "throttled" in Health(throttled=1, in_queue=1).verdict()


@pytest.mark.parametrize(
    "body",
    [None, {}, [], {"jobs": None, "workers": []}, {"jobs": {"inQueue": "3"}}, {"workers": {"idle": -1}}],
)
def test_what_is_missing_or_no_number_counts_as_nothing(body: Json) -> None:
    assert read_health(body) == Health()


def test_the_preflight_looks_once_for_many_and_again_after_a_while() -> None:
    clock = FakeClock()
    preflight = Preflight(every_s=20, clock=clock.monotonic)
    with RunPodDouble() as double, queue_at(double) as queue:
        for _ in range(5):
            preflight.check(queue)
        assert len(double.requests) == 1
        clock.sleep(21)
        preflight.check(queue)
        assert len(double.requests) == 2


def test_the_preflight_stops_a_batch_before_an_endpoint_that_sleeps() -> None:
    """Its jobs would wait until their time to live is over, one after the other."""
    clock = FakeClock()
    preflight = Preflight(every_s=20, clock=clock.monotonic)
    asleep = {FLUX_ID: Endpoint("flux", handler=dict, workers={"idle": 0, "running": 0})}
    with RunPodDouble(endpoints=asleep) as double, queue_at(double) as queue:
        preflight.check(queue)
        queue.run({"a": 1}, ttl_s=60, execution_timeout_s=60)
        clock.sleep(21)
        preflight.check(queue)
        clock.sleep(21)
        with pytest.raises(ProviderUnavailable, match="asleep") as raised:
            preflight.check(queue)
        assert raised.value.retry_after_s == 20
