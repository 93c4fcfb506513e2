"""One behaviour suite over Dagster's in-process and multiprocess executors and ours."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from asset_pipeline_tests.defs.executor_jobs import (
    EXECUTORS,
    MODULE,
    OP_WAITS_S,
    config_of,
    instance_in,
    loadable,
)

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Finished:
    """A run that has ended, and what it left behind."""

    instance: dg.DagsterInstance
    run_id: str
    folder: Path

    @property
    def status(self) -> dg.DagsterRunStatus:
        """Give the run's status as it is stored."""
        return self.instance.get_run_by_id(self.run_id).status  # type: ignore[union-attr]  # it was just made

    @property
    def notes(self) -> list[str]:
        """Give what the ops noted, line by line."""
        return (self.folder / "notes").read_text().splitlines()

    def steps(self) -> dict[str, list[str]]:
        """Give each step's event types in the order in which they were stored."""
        events = defaultdict(list)
        for entry in self.instance.all_logs(self.run_id):
            if entry.is_dagster_event and entry.step_key:
                events[entry.step_key].append(entry.get_dagster_event().event_type_value)
        return events

    def messages(self, containing: str) -> list[tuple[str | None, str]]:
        """Give step and text of every line of the run's log with *containing* in it."""
        log = self.instance.all_logs(self.run_id)
        return [(entry.step_key, entry.user_message) for entry in log if containing in entry.user_message]


def run(folder: Path, job: str, executor: str, **kwargs: Any) -> Finished:  # noqa: ANN401  as execute_job's
    """Run *job* under *executor*, configured by the keyword *config*, on an instance in *folder*."""
    instance = instance_in(folder)
    result = dg.execute_job(
        loadable(job, executor),
        instance,
        run_config=config_of(executor, **kwargs.pop("config", {})),
        tags={"scratch": str(folder)},
        **kwargs,
    )
    return Finished(instance, result.run_id, folder)


each_executor = pytest.mark.parametrize("executor", EXECUTORS)
several_at_once = pytest.mark.parametrize("executor", ["multiprocess", "threaded"])


@pytest.fixture(scope="module", params=EXECUTORS)
def behaved(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """The job ``behaviours``, run once under each executor."""
    return run(tmp_path_factory.mktemp(request.param), "behaviours", request.param)


def test_a_step_is_retried_after_its_delay(behaved: Finished) -> None:
    """A retry at once would meet the same overloaded provider."""
    first, second = (line.split() for line in behaved.notes if line.startswith("attempt"))

    assert [first[1], second[1]] == ["0", "1"]
    assert float(second[2]) - float(first[2]) >= 0.3
    assert "after_retry got 1" in behaved.notes


def test_a_failure_that_forbids_retries_is_not_retried(behaved: Finished) -> None:
    """Asking a provider again for what it refused costs money and changes nothing."""
    assert behaved.notes.count("gave up") == 1


def test_a_failed_step_stops_only_what_depends_on_it(behaved: Finished) -> None:
    """One bad sprite must not stop the other ninety-nine."""
    assert behaved.status == dg.DagsterRunStatus.FAILURE
    assert "after_failure" not in behaved.steps()
    assert "after_fan got 13" in behaved.notes


def test_a_step_without_its_optional_input_is_skipped(behaved: Finished) -> None:
    assert behaved.steps()["after_skip"] == ["STEP_SKIPPED"]


def test_dynamic_outputs_fan_out_and_in_again(behaved: Finished) -> None:
    """Parallax layers are made this way; the op that gathers them is ``async``."""
    assert {"squares[n2]", "squares[n3]"} <= set(behaved.steps())
    assert "after_fan got 13" in behaved.notes


def test_hooks_run_on_success_and_on_failure_and_see_the_error(behaved: Finished) -> None:
    assert ("adds", "hook saw adds succeed") in behaved.messages("hook saw")
    assert ("gives_up", "hook saw gives_up fail: the provider refused") in [
        (step, text.replace("dagster._core.definitions.events.Failure: ", ""))
        for step, text in behaved.messages("hook saw")
    ]


def test_a_line_of_a_python_logger_is_stored_once_under_the_step_that_wrote_it(behaved: Finished) -> None:
    """Steps on threads share Python's loggers; without care each line is stored under every running step."""
    assert sorted(behaved.messages("words of")) == [
        ("first_speaker", "words of first_speaker"),
        ("second_speaker", "words of second_speaker"),
    ]


def test_every_step_keeps_its_events_in_dagsters_own_order(behaved: Finished, reference: Finished) -> None:
    """Retry from failure, the UI and sensors all read that order."""
    assert comparable(behaved.steps()) == comparable(reference.steps())


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """The job ``behaviours`` under Dagster's simplest executor."""
    return run(tmp_path_factory.mktemp("reference"), "behaviours", "in_process")


def comparable(steps: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Leave out what is about worker processes, and sort the hooks, which come last and in no order."""
    process = ("STEP_WORKER", "RESOURCE_INIT", "LOGS_CAPTURED")
    own = {
        step: [event for event in events if not event.startswith(process)] for step, events in steps.items()
    }
    return {
        step: sorted(events, key=lambda event: event if event.startswith("HOOK") else "")
        for step, events in own.items()
    }


def test_what_a_step_prints_is_in_a_compute_log_that_names_the_step(behaved: Finished) -> None:
    """The UI finds a step's stdout through the event that lists the steps of a captured log."""
    manager = behaved.instance.compute_log_manager
    for entry in behaved.instance.all_logs(behaved.run_id, of_type=dg.DagsterEventType.LOGS_CAPTURED):
        data = entry.get_dagster_event().logs_captured_data
        if "first_speaker" in (data.step_keys or ()):
            log = manager.get_log_data(manager.build_log_key_for_run(behaved.run_id, data.file_key))
            assert b"output of first_speaker" in (log.stdout or b"")
            return
    pytest.fail("no captured log names the step")


@each_executor
def test_a_failed_blocking_check_keeps_what_depends_on_the_asset_from_running(
    executor: str, tmp_path: Path
) -> None:
    """A sprite that fails its gate must not reach the atlas; other sprites are made all the same."""
    finished = run(tmp_path, "assets", executor)
    made = {
        key: entry.asset_materialization
        for key in ("sprite", "atlas", "hero")
        if (entry := finished.instance.get_latest_materialization_event(dg.AssetKey(["game", key])))
    }

    assert finished.status == dg.DagsterRunStatus.FAILURE
    assert set(made) == {"sprite", "hero"}
    assert made["sprite"] is not None
    assert made["sprite"].metadata["width_px"].value == 64
    order = ["STEP_OUTPUT", "ASSET_MATERIALIZATION", "HANDLED_OUTPUT", "STEP_SUCCESS"]
    assert finished.steps()["game__sprite"][-4:] == order


@each_executor
def test_retry_from_failure_runs_only_what_did_not_finish(executor: str, tmp_path: Path) -> None:
    """What was paid for is not bought again."""
    failed = run(tmp_path, "purchase", executor)
    (tmp_path / "mended").touch()

    again = reexecuted("purchase", executor, failed)

    assert again.status == dg.DagsterRunStatus.SUCCESS
    assert again.notes == ["bought", "follows got 7"]


def reexecuted(job: str, executor: str, failed: Finished) -> Finished:
    """Retry *failed* from where it failed, as the UI does."""
    result = dg.execute_job(
        loadable(job, executor),
        failed.instance,
        reexecution_options=dg.ReexecutionOptions.from_failure(failed.run_id, failed.instance),
        tags={"scratch": str(failed.folder)},
    )
    return Finished(failed.instance, result.run_id, failed.folder)


@each_executor
def test_a_pool_that_another_run_has_filled_is_waited_for(executor: str, tmp_path: Path) -> None:
    """Pools are how two games share one GPU endpoint."""
    with instance_in(tmp_path) as instance:
        log = instance.event_log_storage
        log.set_concurrency_slots("gpu", 1)
        other_run = "00000000-0000-0000-0000-000000000000"
        assert log.claim_concurrency_slot("gpu", other_run, "their_step").is_claimed
        freed_at: list[float] = []

        def free() -> None:
            freed_at.append(time.time())
            log.free_concurrency_slot_for_step(other_run, "their_step")

        timer = threading.Timer(2.0, free)
        timer.start()
        finished = run(tmp_path, "crowd", executor, op_selection=["occupies_0", "occupies_1"])
        timer.join()

    times = spans(finished)
    assert finished.status == dg.DagsterRunStatus.SUCCESS
    assert min(start for start, _ in times) >= freed_at[0]
    assert most_at_once(times) == 1


@several_at_once
def test_a_tag_limit_holds_inside_a_run(executor: str, tmp_path: Path) -> None:
    limit = {"key": "provider", "value": "slow", "limit": 1}
    finished = run(tmp_path, "crowd", executor, config={"tag_concurrency_limits": [limit]})

    assert len(spans(finished)) == 4
    assert most_at_once(spans(finished)) == 1


def test_no_more_steps_run_at_once_than_configured_and_no_fewer(tmp_path: Path) -> None:
    finished = run(tmp_path, "crowd", "threaded", config={"max_concurrent": 2})

    assert len(spans(finished)) == 4
    assert most_at_once(spans(finished)) == 2


def spans(finished: Finished) -> list[tuple[float, float]]:
    """Give start and end of every ``occupies`` in seconds."""
    return [(float(line.split()[0]), float(line.split()[1])) for line in finished.notes]


def most_at_once(times: Sequence[tuple[float, float]]) -> int:
    """Count how many spans were open together at most."""
    return max(sum(start <= moment < end for start, end in times) for moment, _ in times)


@pytest.fixture
def started(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A run in a process of its own, whose op has begun to wait."""
    job, executor = request.param
    command = [sys.executable, "-m", MODULE, str(tmp_path), job, executor]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with (tmp_path / "console").open("wb") as console:
        process = subprocess.Popen(command, stderr=console, stdout=console, env=environment, cwd=ROOT)
        notes = tmp_path / "notes"
        until_s = time.monotonic() + 120
        while not (notes.exists() and "waiting" in notes.read_text()):
            assert process.poll() is None, (tmp_path / "console").read_text()
            assert time.monotonic() < until_s
            time.sleep(0.05)
        yield process
        process.kill()
        process.wait()


def cancel(process: subprocess.Popen[bytes], folder: Path) -> Finished:
    """Stop the run as the UI does: note the request, then signal. It must end long before its op would."""
    with instance_in(folder) as instance:
        (record,) = instance.get_runs()
        instance.report_run_canceling(record)
        process.send_signal(signal.SIGTERM)
        process.wait(OP_WAITS_S / 2)
        return Finished(instance, record.run_id, folder)


@pytest.mark.parametrize("started", [("long_wait", name) for name in EXECUTORS], indirect=True, ids=EXECUTORS)
def test_a_cancelled_run_interrupts_its_waiting_op_and_ends(
    started: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    """A person who presses Terminate must not wait for a provider that takes minutes."""
    finished = cancel(started, tmp_path)

    assert finished.status == dg.DagsterRunStatus.CANCELED
    assert finished.notes == ["bought", "waiting", "interrupted"]


@pytest.mark.parametrize("started", [("deaf", "threaded")], indirect=True)
def test_a_cancelled_run_leaves_an_op_behind_that_does_not_listen(
    started: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    """Nothing can interrupt ``time.sleep`` on a thread; the run says which op it left, and ends."""
    finished = cancel(started, tmp_path)

    assert finished.status == dg.DagsterRunStatus.CANCELED
    assert [text for _, text in finished.messages("Left behind")] != []


@pytest.mark.parametrize("started", [("long_wait", "threaded")], indirect=True)
def test_a_killed_run_has_lost_no_finished_step(started: subprocess.Popen[bytes], tmp_path: Path) -> None:
    """The event log stays open between events, but each event is committed before its step goes on."""
    started.kill()
    started.wait()
    with instance_in(tmp_path) as instance:
        (killed,) = instance.get_runs()
        steps = Finished(instance, killed.run_id, tmp_path).steps()

        assert steps["buys"][-1] == "STEP_SUCCESS"
        assert steps["waits"][-1] == "STEP_INPUT"

        instance.report_run_failed(killed)
        (tmp_path / "mended").touch()
        again = reexecuted("long_wait", "threaded", Finished(instance, killed.run_id, tmp_path))
        assert again.notes == ["bought", "waiting", "waiting", "follows got 7"]


def test_waiting_steps_use_no_processor(tmp_path: Path) -> None:
    """Waiting is most of what a run does; thirty-two pollers would keep a core busy."""
    finished = run(tmp_path, "idle", "threaded")

    busy_s = [float(line) for line in finished.notes]
    assert len(busy_s) == 16
    assert min(busy_s) < 0.1


def test_an_error_that_is_to_be_raised_stops_the_other_steps_first(tmp_path: Path) -> None:
    """Resources are closed after that; a step that still runs would use them."""
    with pytest.raises(ValueError, match="raised on purpose"):
        run(tmp_path, "one_raises", "threaded", raise_on_error=True)

    assert (tmp_path / "notes").read_text() == "told: True\n"


def test_a_width_at_which_nothing_could_run_is_refused(tmp_path: Path) -> None:
    finished = run(tmp_path, "idle", "threaded", config={"max_concurrent": 0})

    assert finished.status == dg.DagsterRunStatus.FAILURE
    (failure,) = finished.instance.all_logs(finished.run_id, of_type=dg.DagsterEventType.RUN_FAILURE)
    assert "max_concurrent is 0" in str(failure.get_dagster_event().job_failure_data.error)
