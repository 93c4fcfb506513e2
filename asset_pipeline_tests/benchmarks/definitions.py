"""Measure what loading a location costs, and what a run of one sprite costs in it.

``python -m asset_pipeline_tests.benchmarks.definitions [--json]``: games of 50 sprites in a folder of their own. Loading is
measured in a fresh process, after Dagster is imported. The one-sprite run is launched through a real webserver; what counts
is the processor time of the run's own process, which loads the definitions anew.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from asset_pipeline.testing.daemons import free_ports
from asset_pipeline_tests.benchmarks.report import Figure, emit
from asset_pipeline_tests.servers import ask, environment, served, webserver

SIZES = (100, 1000, 5000)
SPRITES_A_GAME = 50
LAUNCH = """
mutation($selector: JobOrPipelineSelector!) {
  launchRun(executionParams: {selector: $selector, runConfigData: {}, mode: "default"}) {
    __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message } ... on InvalidSubsetError { message }
  }
}
"""
STATUS = "query($id: ID!) { runOrError(runId: $id) { ... on Run { status startTime endTime } } }"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--load", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.load:
        print(json.dumps(load(arguments.load)))
        return
    emit("definitions", figures(), json=arguments.json)


def figures() -> list[Figure]:
    """Load locations of every size; run one sprite in the smallest and in the largest."""
    found: dict[str, float] = {}
    for size in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            write_games(Path(folder), size)
            seconds, megabytes = in_child(Path(folder))
            found |= {f"load_{size}": seconds, f"memory_{size}": megabytes}
            if size in (SIZES[0], SIZES[-1]):
                found[f"run_{size}"] = one_sprite_run_cpu_s(Path(folder))
    small, large = SIZES[0], SIZES[-1]
    return [
        *(
            Figure(f"load_{s}", found[f"load_{s}"], "s", 2.5 * s / 1000 + (0.25 if s < 1000 else 0))
            for s in SIZES
        ),
        *(Figure(f"memory_{s}", found[f"memory_{s}"], "MB", 100 * max(1, s / 1000)) for s in SIZES),
        Figure(f"run_cpu_{small}", found[f"run_{small}"], "s", None),
        Figure(f"run_cpu_{large}", found[f"run_{large}"], "s", 1.25 * found[f"run_{small}"]),
    ]


def write_games(folder: Path, sprites: int) -> None:
    """Write games with *sprites* entities altogether, and a Dagster home that launches runs at once."""
    (folder / "games").mkdir()
    for number in range(sprites // SPRITES_A_GAME):
        lines = [f"id: game_{number}", f"title: Game {number}", "theme: a test", "style: flat", "sprites:"]
        lines += [
            f"  thing_{n}: {{kind: entity, shape: circle, width: 1, height: 1, role: item, description: coin {n}}}"
            for n in range(SPRITES_A_GAME)
        ]
        (folder / "games" / f"game_{number}.yaml").write_text("\n".join(lines) + "\n")
    home = folder / "home"
    home.mkdir()
    (home / "dagster.yaml").write_text(
        "telemetry: {enabled: false}\n"
        "run_coordinator: {module: dagster._core.run_coordinator, class: DefaultRunCoordinator}\n"
    )


def in_child(folder: Path) -> tuple[float, float]:
    """Load the location in a process of its own; return seconds and megabytes."""
    child = subprocess.run(
        [sys.executable, "-m", __spec__.name if __spec__ else __name__, "--load", str(folder)],
        cwd=folder,
        env=environment(folder),
        stdout=subprocess.PIPE,
        check=True,
    )
    seconds, megabytes = json.loads(child.stdout.splitlines()[-1])
    return seconds, megabytes


def load(folder: Path) -> tuple[float, float]:
    """Load the location of *folder* in this process."""
    from asset_pipeline.definitions import build_defs
    from asset_pipeline.settings import Settings

    before, began = psutil.Process().memory_info().rss, time.perf_counter()
    repository = build_defs(Settings.from_environ({}, root=folder)).get_repository_def()
    seconds = time.perf_counter() - began
    assert repository is not None
    return seconds, (psutil.Process().memory_info().rss - before) / 1e6


def one_sprite_run_cpu_s(folder: Path) -> float:
    """Launch a run of one sprite through a webserver and return the processor time of the run's process."""
    [port] = free_ports(1)
    url = f"http://127.0.0.1:{port}"
    with served(webserver(port), folder, url, DAGSTER_HOME=str(folder / "home")) as server:
        selector = {
            "repositoryLocationName": ask(
                url, "{ workspaceOrError { ... on Workspace { locationEntries { name } } } }"
            )["workspaceOrError"]["locationEntries"][0]["name"],
            "repositoryName": "__repository__",
            "pipelineName": "__ASSET_JOB",
            "assetSelection": [{"path": ["game_0", "thing_0"]}],
        }
        known = {child.pid for child in psutil.Process(server.pid).children(recursive=True)}
        launched = ask(url, LAUNCH, {"selector": selector})["launchRun"]
        assert launched["__typename"] == "LaunchRunSuccess", launched
        return _cpu_until_done(server.pid, known, url, launched["run"]["runId"])


def _cpu_until_done(server: int, known: set[int], url: str, run_id: str) -> float:
    """Watch the processes that the launch started; the longest-working one is the run's."""
    spent: dict[int, float] = {}
    asked = 0.0
    while True:
        for child in psutil.Process(server).children(recursive=True):
            if child.pid not in known:
                try:
                    times = child.cpu_times()
                except psutil.NoSuchProcess:
                    continue
                spent[child.pid] = times.user + times.system
        if time.monotonic() - asked > 2:
            status = ask(url, STATUS, {"id": run_id})["runOrError"]["status"]
            asked = time.monotonic()
            if status in ("SUCCESS", "FAILURE", "CANCELED"):
                assert status == "SUCCESS", f"the run ended in {status}"
                return max(spent.values())
        time.sleep(0.02)


if __name__ == "__main__":
    main()
