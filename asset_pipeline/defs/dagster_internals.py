"""Everything of Dagster that is not its public API, in one place, for the versions in ``HOLDS_FOR``.

Dagster documents how to write an executor but not the parts one is made of; these are the parts its own
in-process and multiprocess executors use. No other module of this package imports a private module of Dagster
or touches a private attribute, so a new version of Dagster is checked by reading this file and running its
tests.
"""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import dagster as dg
import sqlalchemy
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition
from dagster._core.errors import DagsterAssetCheckFailedError
from dagster._core.events import EngineEventData
from dagster._core.execution.api import ExecuteRunWithPlanIterable
from dagster._core.execution.compute_logs import create_compute_log_file_key
from dagster._core.execution.context.system import (
    PlanExecutionContext,
    PlanOrchestrationContext,
    StepExecutionContext,
)
from dagster._core.execution.context_creation_job import PlanExecutionContextManager
from dagster._core.execution.plan.active import ActiveExecution
from dagster._core.execution.plan.execute_plan import (
    _handle_compute_log_setup_error,
    _handle_compute_log_teardown_error,
    _trigger_hook,
    dagster_event_sequence_for_step,
)
from dagster._core.execution.plan.instance_concurrency_context import InstanceConcurrencyContext
from dagster._core.execution.plan.plan import ExecutionPlan
from dagster._core.execution.plan.state import KnownExecutionState
from dagster._core.execution.plan.step import ExecutionStep
from dagster._core.execution.retries import RetryMode, get_retries_config
from dagster._core.execution.tags import get_tag_concurrency_limits_config
from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._grpc.types import ExecuteExternalJobArgs
from dagster._serdes import deserialize_value
from dagster_shared.error import SerializableErrorInfo
from sqlalchemy.pool import StaticPool

__all__ = [
    "HOLDS_FOR",
    "ActiveExecution",
    "DagsterAssetCheckFailedError",
    "ExecutionPlan",
    "ExecutionStep",
    "InstanceConcurrencyContext",
    "KnownExecutionState",
    "PlanExecutionContext",
    "PlanOrchestrationContext",
    "RetryMode",
    "SerializableErrorInfo",
    "UnresolvedAssetJobDefinition",
    "captured_logs",
    "closed_logs",
    "event_log_kept_open",
    "executor_fields",
    "in_this_process",
    "run_event",
    "run_of_this_process",
    "step_events",
    "step_thread_name",
]

HOLDS_FOR = ("1.13.27",)

_STEP_THREAD = "step "


def executor_fields() -> dict[str, dg.Field]:
    """Give the configuration that every executor of Dagster takes, with Dagster's own words for it."""
    retries = get_retries_config()  # type: ignore[no-untyped-call]  # Dagster gives no types here
    limits = get_tag_concurrency_limits_config()  # type: ignore[no-untyped-call]  # nor here
    return {"retries": retries, "tag_concurrency_limits": limits}


def in_this_process(
    plan_context: PlanOrchestrationContext,
    execution_plan: ExecutionPlan,
    steps: Callable[..., Iterator[dg.DagsterEvent]],
) -> Iterator[dg.DagsterEvent]:
    """Open the run's resources, run *steps* with them, and close them, as the in-process executor does.

    Args:
        plan_context: what Dagster hands to an executor.
        execution_plan: the steps to run.
        steps: called with the keywords ``job_context`` and ``execution_plan``.

    Yields:
        The events of the resources and of *steps*.
    """
    resources = PlanExecutionContextManager(
        job=plan_context.job,
        execution_plan=execution_plan,
        run_config=plan_context.run_config,
        dagster_run=plan_context.dagster_run,
        instance=plan_context.instance,
        retry_mode=plan_context.retry_mode,
        raise_on_error=plan_context.raise_on_error,
        output_capture=plan_context.output_capture,
    )
    yield from ExecuteRunWithPlanIterable(
        execution_plan=execution_plan, iterator=steps, execution_context_manager=resources
    )


def run_event(context: PlanExecutionContext | PlanOrchestrationContext, message: str) -> dg.DagsterEvent:
    """Record *message* in the run's log as the executor's own."""
    return dg.DagsterEvent.engine_event(context, message, EngineEventData())


def captured_logs(
    stack: ExitStack, job_context: PlanExecutionContext, execution_plan: ExecutionPlan
) -> Iterator[dg.DagsterEvent]:
    """Capture stdout and stderr of the whole process into one compute log a run, until *stack* closes."""
    manager = job_context.instance.compute_log_manager
    file_key = create_compute_log_file_key()  # type: ignore[no-untyped-call]  # Dagster gives no types here
    log_key = manager.build_log_key_for_run(job_context.run_id, file_key)
    step_keys = [step.key for step in execution_plan.get_steps_to_execute_in_topo_order()]
    try:
        log_context = stack.enter_context(manager.capture_logs(log_key))
        yield dg.DagsterEvent.capture_logs(job_context, step_keys, log_key, log_context)
    except Exception:  # noqa: BLE001  a run without its stdout is better than no run; Dagster does the same
        yield from _handle_compute_log_setup_error(job_context, sys.exc_info())


def closed_logs(stack: ExitStack, job_context: PlanExecutionContext) -> Iterator[dg.DagsterEvent]:
    """Close *stack*, where a log that cannot be uploaded becomes an event and not a failed run."""
    try:
        stack.close()
    except Exception:  # noqa: BLE001  as above
        yield from _handle_compute_log_teardown_error(job_context, sys.exc_info())


def step_thread_name(step: ExecutionStep) -> str:
    """Name the thread that is to run *step*; ``step_events`` tells by it whose log records are whose."""
    return f"{_STEP_THREAD}{step.key}"


def step_events(
    job_context: PlanExecutionContext, step: ExecutionStep, known_state: KnownExecutionState
) -> Iterator[dg.DagsterEvent]:
    """Run *step* and then its hooks on this thread.

    Args:
        job_context: the run's resources; shared by all threads.
        step: what to run.
        known_state: retries so far and dynamic outputs so far.

    Yields:
        Each event, after it was written to the event log.
    """
    step_context = job_context.for_step(step, known_state)
    _capture_own_records_only(step_context)
    with asyncio.Runner() as runner:
        # An event loop runs on one thread; Dagster's own belongs to the whole run.
        step_context._event_loop = runner.get_loop()
        events = []
        for event in dagster_event_sequence_for_step(step_context):
            events.append(event)
            yield event
        yield from _trigger_hook(step_context, events)


def _capture_own_records_only(step_context: StepExecutionContext) -> None:
    """Keep what other steps log out of this step's log.

    Dagster hangs each running step's handler on the logger ``get_dagster_logger`` gives, which belongs to the
    process: without this, a line is stored under whichever running step began first. The handler's own method
    is wrapped because Dagster's handler does not ask the filters one can add to it.
    """
    own = threading.current_thread().name
    handler = step_context.log._dagster_handler
    accepts = handler.filter

    def accepts_own(record: logging.LogRecord) -> bool:
        name = record.threadName or ""
        return (name == own or not name.startswith(_STEP_THREAD)) and accepts(record)

    vars(handler)["filter"] = accepts_own


@contextmanager
def event_log_kept_open(instance: dg.DagsterInstance) -> Iterator[None]:
    """Let a SQLite event log keep its databases open, instead of opening and closing them for every event.

    Dagster makes a new SQLAlchemy engine an event: it connects, compiles the statement and, as the last to
    close, checkpoints and deletes the write-ahead log. Without that a step costs 12 ms of CPU instead of 27.

    Nothing is batched: an event is committed before its step goes on, so ``kill -9`` loses none.
    ``synchronous=NORMAL`` is SQLite's own advice for a write-ahead log: no event waits for the disk, and a
    power cut may take the last moments of a run's history but never damages the file. Other storages are left
    alone.
    """
    log = instance.event_log_storage
    if not isinstance(log, SqliteEventLogStorage) or "_connect" in vars(log):
        yield
        return
    connect_once = log._connect
    one_at_a_time = log._db_lock
    engines: dict[str, sqlalchemy.Engine] = {}

    @contextmanager
    def connect(shard: str) -> Iterator[sqlalchemy.Connection]:
        if shard not in engines:
            with connect_once(shard):  # creates the database where there is none
                pass
        with one_at_a_time:
            if shard not in engines:
                engines[shard] = _open_for_many_threads(log.conn_string_for_shard(shard))
            with engines[shard].begin() as connection:
                yield connection

    vars(log)["_connect"] = connect
    try:
        yield
    finally:
        with one_at_a_time:
            del vars(log)["_connect"]
            for engine in engines.values():
                engine.dispose()


def _open_for_many_threads(url: str) -> sqlalchemy.Engine:
    """Open the SQLite database at *url* with one connection, which its user locks."""
    arguments = {"timeout": SQLITE_BUSY_TIMEOUT_SECONDS, "check_same_thread": False}
    engine = sqlalchemy.create_engine(url, poolclass=StaticPool, connect_args=arguments)
    with engine.connect() as connection:
        connection.execute(sqlalchemy.text("PRAGMA synchronous=NORMAL"))
    return engine


def run_of_this_process() -> dg.DagsterRun | None:
    """Return the run that this process was started to carry out; ``None`` in every other process.

    A code server starts each run in a process of its own and hands it the run's id, but loads the definitions before it
    says which run it is; so they would be built for every game there is. The id is among the process's own arguments.
    """
    arguments = getattr(multiprocessing.current_process(), "_args", ())
    for text in arguments:
        if isinstance(text, str) and "ExecuteExternalPipelineArgs" in text[:64]:
            args = deserialize_value(text, ExecuteExternalJobArgs)
            if args.instance_ref is None:
                return None
            with dg.DagsterInstance.from_ref(args.instance_ref) as instance:
                return instance.get_run_by_id(args.run_id)
    return None
