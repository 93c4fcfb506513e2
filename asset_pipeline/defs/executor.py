"""The thread-pool executor: a run's steps on threads of one process, because a step is mostly waiting.

Only the run's main thread decides what runs next (Dagster's ``ActiveExecution``). Each step gets a thread of
its own, at most ``max_concurrent`` at once, and hands its events over when it is done. What differs from
Dagster's own executors:

* Resources and IO managers are shared by all threads of a run, so they must be safe to share.
* The stdout and stderr of all steps are one compute log a run.
* Nothing can be raised into a thread that sleeps. An op waits with ``stopping.pause`` or watches
  ``stopping.run_stopped``; one that does neither is left behind ``STOP_GRACE_S`` after the run was told to
  stop.
* Steps that need the processor take turns. Where they also need memory, give them a tag and a
  ``tag_concurrency_limits`` entry.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Any

import dagster as dg

from asset_pipeline.defs import dagster_internals as internals
from asset_pipeline.defs.stopping import stoppable_by

STOP_GRACE_S = 5.0
"""How long ops get to notice that their run is being stopped."""

_TICK_S = 0.25
"""How often the main thread looks for a signal, a due retry or a free pool slot while no step ends."""


@dataclass(frozen=True)
class _Done:
    """A step that has left its thread.

    Attributes:
        step_key: which step.
        events: all it recorded, its hooks' events last.
        error: what it raised past Dagster's own handling: an interruption, or anything under
            ``raise_on_error``.
    """

    step_key: str
    events: Sequence[dg.DagsterEvent]
    error: BaseException | None


@dataclass
class _ThreadedRun:
    """One run on its threads; all but ``_work`` happens on the run's main thread."""

    job_context: internals.PlanExecutionContext
    active: internals.ActiveExecution
    max_concurrent: int
    in_flight: set[str] = field(default_factory=set)
    done: SimpleQueue[_Done] = field(default_factory=SimpleQueue)
    stopped: threading.Event = field(default_factory=threading.Event)
    error: BaseException = field(default_factory=dg.DagsterExecutionInterruptedError)
    deadline_s: float = 0.0

    def events(self) -> Iterator[dg.DagsterEvent]:
        """Run every step that can be run.

        Yields:
            The events of each step once it is done, each already written to the event log.

        Raises:
            DagsterExecutionInterruptedError: the run was stopped by a signal.
            BaseException: whatever escaped from a step; the others were stopped.
        """
        try:
            while self.in_flight or not (self.stopped.is_set() or self.active.is_complete):
                yield from self._heed_interrupt()
                yield from self._start_steps()
                yield from self._finish_steps()
                yield from self._leave_behind_overdue()
            if self.stopped.is_set():
                raise self.error
        finally:
            self.stopped.set()

    def _heed_interrupt(self) -> Iterator[dg.DagsterEvent]:
        if self.active.check_for_interrupts():
            running = ", ".join(sorted(self.in_flight)) or "none"
            yield internals.run_event(self.job_context, f"Stopping: asking steps to end. Running: {running}.")
            self.active.mark_interrupted()
            self._stop()

    def _stop(self) -> None:
        self.stopped.set()
        self.deadline_s = time.monotonic() + STOP_GRACE_S

    def _start_steps(self) -> Iterator[dg.DagsterEvent]:
        free = self.max_concurrent - len(self.in_flight)
        if self.stopped.is_set() or not free:
            return
        steps = self.active.get_steps_to_execute(limit=free)
        known_state = self.active.get_known_state() if steps else None
        for step in steps:
            self.in_flight.add(step.key)
            name = internals.step_thread_name(step)
            threading.Thread(target=self._work, args=(step, known_state), name=name, daemon=True).start()
        yield from self.active.concurrency_event_iterator(self.job_context)

    def _work(self, step: internals.ExecutionStep, known_state: internals.KnownExecutionState) -> None:
        events: list[dg.DagsterEvent] = []
        error = None
        try:
            with stoppable_by(self.stopped):
                events.extend(internals.step_events(self.job_context, step, known_state))
        except BaseException as raised:  # noqa: BLE001  raised again on the main thread
            error = raised
        self.done.put(_Done(step.key, events, error))

    def _finish_steps(self) -> Iterator[dg.DagsterEvent]:
        finished = list(self._wait_for_steps())
        for step in finished:
            self.in_flight.discard(step.step_key)
            for event in step.events:
                yield event
                self.active.handle_event(event)
            self.active.verify_complete(self.job_context, step.step_key)
            if step.error and not self.stopped.is_set():
                self.error = step.error
                self._stop()
        if finished:
            yield from self.active.plan_events_iterator(self.job_context)

    def _wait_for_steps(self) -> Iterator[_Done]:
        """Give the steps that are done, after waiting up to a tick for the first."""
        try:
            yield self.done.get(timeout=_TICK_S)
            while True:
                yield self.done.get_nowait()
        except Empty:
            return

    def _leave_behind_overdue(self) -> Iterator[dg.DagsterEvent]:
        if self.in_flight and self.stopped.is_set() and time.monotonic() > self.deadline_s:
            names = ", ".join(sorted(self.in_flight))
            message = (
                f"Left behind, still running {STOP_GRACE_S:g} s after the run was told to stop: {names}."
            )
            yield internals.run_event(self.job_context, message)
            for step_key in self.in_flight:
                self.active.verify_complete(self.job_context, step_key)
            self.in_flight.clear()


class ThreadedExecutor(dg.Executor):
    """Runs the steps of a run on threads; see the module for what that means.

    Args:
        max_concurrent: how many steps may run at once.
        tag_concurrency_limits: how many steps with a tag may run at once, written as for Dagster's executors.
        retries: whether an op's retry policy is followed.
    """

    def __init__(
        self,
        max_concurrent: int,
        tag_concurrency_limits: list[dict[str, Any]],
        retries: internals.RetryMode,
    ) -> None:
        self._max_concurrent = max_concurrent
        self._tag_concurrency_limits = tag_concurrency_limits
        self._retries = retries

    @property
    def retries(self) -> internals.RetryMode:
        """Whether an op's retry policy is followed."""
        return self._retries

    def execute(
        self, plan_context: internals.PlanOrchestrationContext, execution_plan: internals.ExecutionPlan
    ) -> Iterator[dg.DagsterEvent]:
        """Run *execution_plan*.

        Args:
            plan_context: the run, its instance and its configuration.
            execution_plan: the steps to run.

        Yields:
            Every event of the run's steps.
        """
        count = len(execution_plan.step_keys_to_execute)
        width = self._max_concurrent
        with internals.event_log_kept_open(plan_context.instance):
            message = f"Running {count} steps, up to {width} at once, on threads of process {os.getpid()}."
            yield internals.run_event(plan_context, message)
            yield from internals.in_this_process(plan_context, execution_plan, self._run_steps)

    def _run_steps(
        self, job_context: internals.PlanExecutionContext, execution_plan: internals.ExecutionPlan
    ) -> Iterator[dg.DagsterEvent]:
        with (
            internals.InstanceConcurrencyContext(job_context.instance, job_context.dagster_run) as slots,
            internals.ActiveExecution(
                execution_plan,
                retry_mode=self._retries,
                max_concurrent=self._max_concurrent,
                tag_concurrency_limits=self._tag_concurrency_limits,
                instance_concurrency_context=slots,
            ) as active,
            ExitStack() as logs,
        ):
            yield from internals.captured_logs(logs, job_context, execution_plan)
            yield from _ThreadedRun(job_context, active, self._max_concurrent).events()
            yield from internals.closed_logs(logs, job_context)


@dg.executor(
    name="threaded",
    config_schema={
        "max_concurrent": dg.Field(
            int, default_value=32, description="How many steps may run at once; they mostly wait."
        ),
        **internals.executor_fields(),
    },
)
def threaded_executor(init_context: dg.InitExecutorContext) -> ThreadedExecutor:
    """Run the steps of a run on threads of one process.

    Configure it as any executor of Dagster, in the launchpad or for a job::

        execution:
          config:
            max_concurrent: 32
            tag_concurrency_limits:
              - {key: provider, value: scenario, limit: 8}

    Raises:
        DagsterInvariantViolationError: ``max_concurrent`` is below 1; the run fails before its first step.
    """
    config: Any = init_context.executor_config
    if config["max_concurrent"] < 1:
        raise dg.DagsterInvariantViolationError(
            f"execution.config.max_concurrent is {config['max_concurrent']}, so no step could ever run; "
            "set it to 1 or more."
        )
    return ThreadedExecutor(
        max_concurrent=config["max_concurrent"],
        tag_concurrency_limits=config.get("tag_concurrency_limits", []),
        retries=internals.RetryMode(next(iter(config["retries"]))),
    )
