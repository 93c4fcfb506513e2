"""Measure a run of sprites that mostly wait.

``python -m asset_pipeline_tests.benchmarks.throughput [--json]``: a hundred sprites of four ops, two of which
wait 3 s, 32 at once, on a SQLite instance of its own, in a process of its own; and Dagster's multiprocess
executor with 6 of the same sprites, as the rival. The wall clock runs from before the run is created to after
its last event. 200 waits on 32 threads cannot take less than 7 x 3 s, which is 1.12 of the limit.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import dagster as dg
import psutil

from asset_pipeline.defs.dagster_internals import event_log_kept_open
from asset_pipeline_tests.benchmarks.report import Figure, emit
from asset_pipeline_tests.benchmarks.throughput_assets import WAIT_S, build_job

SPRITES = 100
RIVAL_SPRITES = 6
WIDTH = 32
STEPS_A_SPRITE = 4
WAITS_A_SPRITE = 2


@dataclass(frozen=True)
class Measured:
    """What one run took.

    Attributes:
        wall_s: from creating the run to its last event.
        cpu_s: user and system time of the process and of its children in that time.
        memory_mb: the most that process and children held at once, as proportional set size.
    """

    wall_s: float
    cpu_s: float
    memory_mb: float


def main() -> None:
    """Run both executors and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        print(json.dumps(asdict(measure(**json.loads(arguments.measure)))))
        return
    emit("throughput", figures(), json=arguments.json)


def figures() -> list[Figure]:
    """Measure ours and the rival, one after the other."""
    ours = in_child(executor="threaded", sprite_count=SPRITES, config={"max_concurrent": WIDTH})
    rival = in_child(executor="multiprocess", sprite_count=RIVAL_SPRITES, config={})
    ideal_s = SPRITES * WAITS_A_SPRITE * WAIT_S / WIDTH
    steps = SPRITES * STEPS_A_SPRITE
    rival_steps = RIVAL_SPRITES * STEPS_A_SPRITE
    return [
        Figure("wall", ours.wall_s, "s", 1.25 * ideal_s),
        Figure("wall_over_ideal", ours.wall_s / ideal_s, "x", 1.25),
        Figure("cpu_a_step", 1000 * ours.cpu_s / steps, "ms", 30),
        Figure("peak_memory", ours.memory_mb, "MB", 300),
        Figure("multiprocess_wall_a_step", 1000 * rival.wall_s / rival_steps, "ms", None),
        Figure("multiprocess_cpu_a_step", 1000 * rival.cpu_s / rival_steps, "ms", None),
        Figure("multiprocess_peak_memory", rival.memory_mb, "MB", None),
        Figure("cpu_less_than_multiprocess", (rival.cpu_s / rival_steps) / (ours.cpu_s / steps), "x", None),
    ]


def in_child(**run: Any) -> Measured:  # noqa: ANN401  the arguments of measure
    """Call ``measure`` in a process and a DAGSTER_HOME of its own."""
    with tempfile.TemporaryDirectory() as home:
        (Path(home) / "dagster.yaml").write_text("telemetry: {enabled: false}\n")
        child = subprocess.run(
            [
                sys.executable,
                "-m",
                "asset_pipeline_tests.benchmarks.throughput",
                "--measure",
                json.dumps(run),
            ],
            env={**os.environ, "DAGSTER_HOME": home},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            check=True,
        )
    return Measured(**json.loads(child.stdout.splitlines()[-1]))


def measure(executor: str, sprite_count: int, config: dict[str, Any]) -> Measured:
    """Run *sprite_count* sprites under *executor* in this process."""
    arguments: Any = (executor, sprite_count)
    job = dg.build_reconstructable_job(build_job.__module__, build_job.__name__, arguments)
    # The event log is kept open for both; the rival gains a little by it, in its parent process.
    with dg.DagsterInstance.get() as instance, event_log_kept_open(instance), peak_memory_mb() as peak:
        wall_s, cpu_s = time.monotonic(), cpu_used_s()
        result = dg.execute_job(job, instance, run_config={"execution": {"config": config}})
        wall_s, cpu_s = time.monotonic() - wall_s, cpu_used_s() - cpu_s
    if not result.success:
        sys.exit(f"the run under {executor} failed")
    return Measured(wall_s, cpu_s, max(peak))


def cpu_used_s() -> float:
    """Give the user and system time of this process and of its children that have ended."""
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return math.fsum(usage.ru_utime + usage.ru_stime for usage in usages)


@contextmanager
def peak_memory_mb() -> Iterator[list[float]]:
    """Give a list that grows by the memory of this process and its children, twice a second, in MB."""
    samples: list[float] = []
    ended = threading.Event()

    def sample() -> None:
        while not ended.wait(0.5):
            samples.append(memory_mb())

    sampler = threading.Thread(target=sample, daemon=True)
    sampler.start()
    yield samples
    ended.set()
    sampler.join()


def memory_mb() -> float:
    """Give the proportional set size of this process and its children in MB."""
    size_bytes = 0
    own = psutil.Process()
    for process in (own, *own.children(recursive=True)):
        try:
            size_bytes += process.memory_full_info().pss
        except psutil.NoSuchProcess:
            continue
    return size_bytes / 1e6


if __name__ == "__main__":
    main()
