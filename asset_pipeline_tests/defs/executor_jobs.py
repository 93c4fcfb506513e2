"""The jobs of the executors' behaviour suite: the same ops under each executor, loadable in another process.

Ops tell the tests what they did by appending lines to ``notes`` in the folder that the run's ``scratch`` tag
names.

No ``from __future__ import annotations`` here: Dagster wants a context's annotation to be the class itself.
"""

import asyncio
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import dagster as dg

from asset_pipeline.defs.executor import threaded_executor
from asset_pipeline.defs.stopping import pause, run_stopped

MODULE = "asset_pipeline_tests.defs.executor_jobs"

OP_WAITS_S = 60.0
"""How long the op of a run that is to be stopped waits."""

EXECUTORS = {
    "in_process": dg.in_process_executor,
    "multiprocess": dg.multiprocess_executor,
    "threaded": threaded_executor,
}


def note(context: dg.OpExecutionContext, line: str) -> None:
    """Append *line* to the notes of the run's folder."""
    with (scratch_of(context) / "notes").open("a") as notes:
        notes.write(f"{line}\n")


def scratch_of(context: dg.OpExecutionContext) -> Path:
    """Give the folder that the test chose for this run."""
    return Path(context.run.tags["scratch"])


@dg.op(retry_policy=dg.RetryPolicy(max_retries=1, delay=0.3))
def fails_once(context: dg.OpExecutionContext) -> int:
    note(context, f"attempt {context.retry_number} {time.time()}")
    if context.retry_number == 0:
        raise ValueError("not yet")
    return 1


@dg.op(retry_policy=dg.RetryPolicy(max_retries=3))
def gives_up(context: dg.OpExecutionContext) -> int:
    note(context, "gave up")
    raise dg.Failure("the provider refused", allow_retries=False)


@dg.op
def follows(context: dg.OpExecutionContext, number: int) -> None:
    note(context, f"{context.op_handle.name} got {number}")


@dg.op(out=dg.Out(int, is_required=False))
def yields_nothing() -> Iterator[dg.Output[int]]:
    yield from ()


@dg.op(out=dg.DynamicOut(int))
def splits() -> Iterator[dg.DynamicOutput[int]]:
    for number in (2, 3):
        yield dg.DynamicOutput(number, mapping_key=f"n{number}")


@dg.op
def squares(number: int) -> int:
    return number**2


@dg.op
async def adds(numbers: list[int]) -> int:
    await asyncio.sleep(0.01)
    return sum(numbers)


@dg.op
def speaks(context: dg.OpExecutionContext) -> None:
    pause(0.3)
    dg.get_dagster_logger().info(f"words of {context.op_handle.name}")
    print(f"output of {context.op_handle.name}")  # noqa: T201  captured output is what is tested
    pause(0.3)


@dg.success_hook
def on_success(context: dg.HookContext) -> None:
    context.log.info(f"hook saw {context.op.name} succeed")


@dg.failure_hook
def on_failure(context: dg.HookContext) -> None:
    context.log.info(f"hook saw {context.op.name} fail: {context.op_exception}")


@dg.graph
def behaviours() -> None:
    follows.alias("after_retry")(fails_once())
    follows.alias("after_failure")(gives_up.with_hooks({on_success, on_failure})())
    follows.alias("after_skip")(yields_nothing())
    total = adds.with_hooks({on_success, on_failure})(splits().map(squares).collect())
    follows.alias("after_fan")(total)
    speaks.alias("first_speaker")()
    speaks.alias("second_speaker")()


@dg.op(tags={"provider": "slow"}, pool="gpu")
def occupies(context: dg.OpExecutionContext) -> None:
    started = time.time()
    pause(0.3)
    note(context, f"{started} {time.time()}")


@dg.graph
def crowd() -> None:
    for number in range(4):
        occupies.alias(f"occupies_{number}")()


@dg.op
def buys(context: dg.OpExecutionContext) -> int:
    note(context, "bought")
    return 7


@dg.op
def breaks(context: dg.OpExecutionContext, number: int) -> int:
    if not (scratch_of(context) / "mended").exists():
        raise ValueError("broken")
    return number


@dg.graph
def purchase() -> None:
    follows(breaks(buys()))


@dg.op
def waits(context: dg.OpExecutionContext, number: int) -> int:
    note(context, "waiting")
    try:
        pause(0 if (scratch_of(context) / "mended").exists() else OP_WAITS_S)
    except dg.DagsterExecutionInterruptedError:
        note(context, "interrupted")
        raise
    return number


@dg.graph
def long_wait() -> None:
    follows(waits(buys()))


@dg.op
def sleeps(context: dg.OpExecutionContext) -> int:
    note(context, "waiting")
    time.sleep(OP_WAITS_S)
    return 1


@dg.graph
def deaf() -> None:
    follows(sleeps())


@dg.op
def waits_idly(context: dg.OpExecutionContext) -> None:
    pause(0.5)
    before_s = time.process_time()
    pause(1.0)
    note(context, f"{time.process_time() - before_s}")


@dg.graph
def idle() -> None:
    for number in range(16):
        waits_idly.alias(f"waits_idly_{number}")()


@dg.op
def raises() -> None:
    pause(0.2)
    raise ValueError("raised on purpose")


@dg.op
def watches(context: dg.OpExecutionContext) -> None:
    note(context, f"told: {run_stopped().wait(20)}")


@dg.graph
def one_raises() -> None:
    raises()
    watches()


@dg.asset(key=["game", "sprite"])
def sprite() -> dg.Output[int]:
    return dg.Output(1, metadata={"width_px": 64})


@dg.asset_check(asset=sprite, blocking=True)
def is_opaque(sprite: int) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(passed=False, metadata={"coverage": sprite / 100})


@dg.graph_asset(key=["game", "atlas"], ins={"sprite": dg.AssetIn(["game", "sprite"])})
def atlas(sprite: int) -> Any:  # noqa: ANN401  composing a graph gives Dagster's own stand-ins
    return squares(sprite)


@dg.graph_asset(key=["game", "hero"])
def hero() -> Any:  # noqa: ANN401  as above
    return adds(splits().map(squares).collect())


GRAPHS: Mapping[str, dg.GraphDefinition] = {
    graph.name: graph for graph in (behaviours, crowd, purchase, long_wait, deaf, idle, one_raises)
}


def build_job(name: str, executor: str) -> dg.JobDefinition:
    """Make the job *name* under *executor*; also what a step's process calls."""
    if name in GRAPHS:
        return GRAPHS[name].to_job(executor_def=EXECUTORS[executor])
    assets: Any = [sprite, atlas, hero]
    everything = dg.define_asset_job("assets", "*")
    defs = dg.Definitions(
        assets=assets, asset_checks=[is_opaque], jobs=[everything], executor=EXECUTORS[executor]
    )
    return defs.resolve_job_def("assets")


def loadable(name: str, executor: str) -> Any:  # noqa: ANN401  Dagster does not export the class
    """Give a job that another process can load."""
    arguments: Any = (name, executor)  # Dagster's annotation allows one argument, its code any number
    return dg.build_reconstructable_job(MODULE, "build_job", arguments)


def instance_in(folder: Path) -> dg.DagsterInstance:
    """Open the SQLite instance in *folder*; it reports nothing to anyone."""
    return dg.DagsterInstance.local_temp(str(folder), overrides={"telemetry": {"enabled": False}})


def config_of(executor: str, **config: Any) -> dict[str, Any]:  # noqa: ANN401  as Dagster's run config
    """Give the run config of *executor*: quick starts for the steps' processes, and *config*."""
    quick_start = {"start_method": {"forkserver": {"preload_modules": [MODULE]}}}
    return {"execution": {"config": {**(quick_start if executor == "multiprocess" else {}), **config}}}


if __name__ == "__main__":
    in_folder, job_name, executor_name = sys.argv[1:]
    with instance_in(Path(in_folder)) as opened:
        dg.execute_job(
            loadable(job_name, executor_name),
            opened,
            run_config=config_of(executor_name),
            tags={"scratch": in_folder},
        )
