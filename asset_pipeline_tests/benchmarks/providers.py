"""Measure a remote provider's waiting against its ceiling: 30 sprites of two 10 s calls each, at most 10 in flight.

``python -m asset_pipeline_tests.benchmarks.providers [--json]``: the double refuses an eleventh job, counts what is in flight,
and keeps its own invoice. First one run, then the same again, then two runs of two games at once. The limit is
calls x seconds / ceiling; the wall time counts from the first request until the command has ended, and what it takes to start
Python and Dagster stands beside it.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from asset_pipeline.testing.double import Double
from asset_pipeline.testing.serving import double_of, variables_for
from asset_pipeline_tests.benchmarks.report import Figure, emit
from asset_pipeline_tests.chaos import ROOT, game
from asset_pipeline_tests.servers import environment

SPRITES, CALL_S, CEILING = 30, 10.0, 10
LIMIT_S = SPRITES * 2 * CALL_S / CEILING


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    emit("providers", figures(), json=parser.parse_args().json)


def figures() -> list[Figure]:
    """Run one game alone, once more, and then two at once."""
    with tempfile.TemporaryDirectory() as name, double_of("runpod", run_s=CALL_S, ceiling=CEILING) as double:
        folder = Path(name)
        (folder / "games").mkdir()
        (folder / "dagster.yaml").write_text((ROOT / "dagster.yaml").read_text())
        for game_id in ("alone", "left", "right"):
            (folder / "games" / f"{game_id}.yaml").write_text(
                game(SPRITES).replace("id: chaos", f"id: {game_id}")
            )
        start_s, alone_s = _made(folder, double, ["alone"])
        calls = len(double.invoice)
        again_s = sum(_made(folder, double, ["alone"]))
        repeated = len(double.invoice) - calls
        _, both_s = _made(folder, double, ["left", "right"])
        return [
            Figure("start", start_s, "s", None),
            Figure("one_run", alone_s, "s", LIMIT_S * 1.15),
            Figure("one_run_over_limit", alone_s / LIMIT_S, "x", 1.15),
            Figure("two_runs", both_s, "s", 2 * LIMIT_S * 1.15),
            Figure("two_runs_over_limit", both_s / (2 * LIMIT_S), "x", 1.15),
            Figure("most_in_flight", double.max_in_flight, "jobs", CEILING),
            Figure("paid_calls", len(double.invoice), "calls", 3 * SPRITES * 2),
            Figure("second_time", again_s, "s", None),
            Figure("second_time_calls", repeated, "calls", None),
        ]


def _made(folder: Path, double: Double, games: Sequence[str]) -> tuple[float, float]:
    """Make *games* at once, a process each; return the seconds until the first request, and from there to the end."""
    variables = {**variables_for("runpod", double.url), "RUNPOD_MAX_PARALLEL": str(CEILING)}
    began, asked = time.monotonic(), len(double.requests)
    with (folder / "output.log").open("ab") as log:
        runs = [
            subprocess.Popen(
                [sys.executable, "-c", "from asset_pipeline.cli import main; main()", "materialize", one],
                cwd=folder,
                env=environment(folder, **variables),
                stdout=log,
                stderr=log,
            )
            for one in games
        ]
        while len(double.requests) == asked and any(run.poll() is None for run in runs):
            time.sleep(0.02)
        first = time.monotonic()
        failed = [run for run in runs if run.wait()]
    if failed:
        sys.exit(f"a run failed:\n{(folder / 'output.log').read_text()[-4000:]}")
    return first - began, time.monotonic() - first


if __name__ == "__main__":
    main()
