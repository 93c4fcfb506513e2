"""What another process does in the tests of ceilings and budgets: ``python -m asset_pipeline_tests.jobs.racers WHAT …``."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from asset_pipeline.errors import BudgetExceeded
from asset_pipeline.jobs.budgets import Budgets
from asset_pipeline.jobs.ceilings import Gate
from asset_pipeline.jobs.clock import SystemClock
from asset_pipeline.jobs.heartbeat import Heartbeat
from asset_pipeline.jobs.journal import Journal
from asset_pipeline.providers.remote import Ceilings, Quote
from asset_pipeline_tests.jobs.at_hand import at_once, sent, work

ROOT = Path(__file__).parents[2]


def crowd(url: str, name: str, ceiling: str, threads: str, log: str) -> None:
    """Have *threads* go through a gate at once, each of which notes in *log* when it is in and when it is out."""
    journal, clock = Journal(url), SystemClock()
    gate = Gate(journal, "runpod", Ceilings(parallel=int(ceiling)), clock)
    heart = Heartbeat(journal, clock)
    notes = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def pass_through(number: int) -> None:
        with heart.owner() as owner, gate.place(f"{name}-{number}", owner):
            os.write(notes, b"+")
            time.sleep(0.02)
            os.write(notes, b"-")

    errors = at_once([lambda n=n: pass_through(n) for n in range(int(threads))])  # type: ignore[misc]
    journal.close()
    sys.stdout.write(f"{errors.count(None)}\n")


def spend(url: str, name: str, limit: str, price: str, threads: str) -> None:
    """Have *threads* write down a request at once, and say how many were within the budget of the month."""
    journal = Journal(url, Budgets(month_usd=Decimal(limit)))
    quote = Quote(Decimal(price), Decimal(price), "quoted")
    with Heartbeat(journal, SystemClock()).owner() as owner:
        found = at_once(
            [lambda n=n: sent(journal, work(f"{name}{n}"), owner, quote) for n in range(int(threads))]  # type: ignore[misc]
        )
    journal.close()
    wrong = [one for one in found if isinstance(one, Exception) and not isinstance(one, BudgetExceeded)]
    if wrong:
        raise wrong[0]
    sys.stdout.write(f"{sum(not isinstance(one, Exception) for one in found)}\n")


def die(url: str, name: str) -> None:
    """Be killed while a job of *name* is in flight."""
    journal, clock = Journal(url), SystemClock()
    gate = Gate(journal, "runpod", Ceilings(parallel=1), clock)
    with (
        Heartbeat(journal, clock).owner() as owner,
        gate.place(work(name).fingerprint, owner),
    ):
        sent(journal, work(name), owner, now=clock.now(), job_id=f"job-{name}")
        os.kill(os.getpid(), signal.SIGKILL)


def race(*commands: Sequence[object]) -> list[str]:
    """Run every command in a process of its own, let all begin together, and return what they said."""
    module = [sys.executable, "-m", "asset_pipeline_tests.jobs.racers"]
    processes = [
        subprocess.Popen(
            [*module, *map(str, command)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for command in commands
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    said = [process.communicate(timeout=60) for process in processes]
    for process, (_, errors) in zip(processes, said, strict=True):
        assert process.returncode in (0, -signal.SIGKILL), errors
    return [out.strip() for out, _ in said]


if __name__ == "__main__":
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    what, *arguments = sys.argv[1:]
    (crowd if what == "crowd" else spend if what == "spend" else die)(*arguments)
