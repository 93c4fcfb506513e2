"""Killing the pipeline anywhere, again and again, and counting what was paid twice or lost.

``python -m asset_pipeline_tests.chaos --kills 50 --json`` makes a 30-sprite game with providers' doubles, kills the run (and all
it started) with SIGKILL at random moments, starts it again each time, and afterwards holds three things against each other:
the doubles' own invoices, our journal, and the store of a run that nobody disturbed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import sqlalchemy as sa

from asset_pipeline.jobs.journal import Journal
from asset_pipeline.jobs.ledger import summary, total_usd
from asset_pipeline.testing.double import Double
from asset_pipeline.testing.postgres import postgres
from asset_pipeline.testing.serving import double_of, variables_for
from asset_pipeline_tests.servers import environment

ROOT = Path(__file__).parents[1]
LONGEST_LIFE_S = 2.5  # from a life's first call: about as long as a sprite takes
LONGEST_SHARED_LIFE_S = (
    5.0  # where several share the work: the others call while the one that was hit is starting
)
LIFE_LIMIT_S = 600.0
MIXES: Mapping[str, Mapping[str, str]] = {
    "mixed": {"image_to_image": "scenario", "remove_background": "comfyui"},
    "scenario": {"image_to_image": "scenario", "remove_background": "scenario"},
    "comfyui": {"image_to_image": "comfyui", "remove_background": "comfyui"},
    "runpod": {"image_to_image": "runpod", "remove_background": "runpod"},
}


@dataclass(frozen=True)
class Tally:
    """What came out.

    Attributes:
        kills: how many runs were killed.
        takes: how often the whole game was made, each time with another roll of the dice.
        paid_jobs: lines of the doubles' invoices.
        duplicate_paid_jobs: of these, how many paid for a piece of work again.
        lost_results: of these, how many brought no picture into the store.
        uncertain: requests of which nobody can tell whether they were accepted; a person must decide.
        store_equal: the store is byte for byte the one of an undisturbed run.
        invoice_usd: what the doubles charged.
        journal_usd: what our journal says.
        seconds: how long it all took.
    """

    kills: int
    takes: int
    paid_jobs: int
    duplicate_paid_jobs: int
    lost_results: int
    uncertain: int
    store_equal: bool
    invoice_usd: str
    journal_usd: str
    seconds: float

    @property
    def good(self) -> bool:
        """Nothing was paid twice or lost."""
        return self.store_equal and not (self.duplicate_paid_jobs or self.lost_results or self.uncertain)


@dataclass
class Studio:
    """A checkout of its own, with its store and journal."""

    folder: Path
    journal_url: str
    variables: Mapping[str, str]

    def start(self, take: int) -> subprocess.Popen[bytes]:
        """Start making the game, as the leader of a process group that can be killed as one."""
        command = "from asset_pipeline.cli import main; main()"
        with (self.folder / "output.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-c", command, "materialize", "chaos", "--take", str(take)],
                cwd=self.folder,
                env=environment(self.folder, **self.variables, ASSET_PIPELINE_JOURNAL=self.journal_url),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def store(self) -> dict[str, str]:
        """Return the hash of every object that a game loads or that is made of it, by its key.

        Left out is what tells how and when it came about, which differs by nature: the record of candidates names the
        providers' jobs, the gallery when each version was made.
        """
        root = self.folder / ".local" / "store"
        files = [path for path in sorted(root.rglob("*")) if path.is_file()]
        return {
            str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in files
            if not {"candidates", "gallery", "work", ".tmp", ".probe"} & set(path.relative_to(root).parts)
        }


def game(sprites: int) -> str:
    """Write a game of *sprites* small entities."""
    lines = [
        "id: chaos",
        "title: Chaos",
        "theme: a stormy sea",
        "style: flat",
        "generation: {size_px: 64}",
        "sprites:",
    ]
    colours = ("red", "green", "blue", "yellow", "purple")
    lines += [
        f"  thing_{n}: {{kind: entity, shape: {'circle' if n % 2 else 'box'}, width: 1, height: 1, role: item, "
        f"description: a {colours[n % 5]} stone number {n}}}"
        for n in range(sprites)
    ]
    return "\n".join(lines)


def chaos(
    kills: int,
    *,
    sprites: int = 30,
    mix: str = "mixed",
    processes: int = 1,
    journal: str = "sqlite",
    seed: int = 0,
) -> Tally:
    """Kill and restart, then count.

    Args:
        kills: how often.
        sprites: how many the game has.
        mix: who does what; a key of ``MIXES``.
        processes: how many make the same game at once.
        journal: ``sqlite`` or ``postgresql``.
        seed: of the moments.
    """
    began = time.monotonic()
    dice = random.Random(seed)  # noqa: S311 - moments, not secrets
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="chaos-")))
        server = stack.enter_context(postgres()) if journal == "postgresql" else None
        disturbed, doubles = stack.enter_context(_studio(folder / "disturbed", sprites, mix, server))
        takes = _disturbed(disturbed, doubles, kills, processes, dice)
        calm, _ = stack.enter_context(_studio(folder / "calm", sprites, mix, server))
        for take in range(takes):
            _finished(calm, calm.start(take))
        return _counted(disturbed, doubles, calm, kills, takes, time.monotonic() - began)


def _disturbed(
    studio: Studio, doubles: Sequence[Double], kills: int, processes: int, dice: random.Random
) -> int:
    """Make the game under fire, with another take whenever it is whole; return how many takes were made.

    Whichever process is hit is started again at once, beside the others that go on.
    """
    take, killed = 0, 0
    lives = [studio.start(take) for _ in range(processes)]
    while killed < kills:
        _first_call(lives, doubles)
        time.sleep(dice.uniform(0.0, LONGEST_LIFE_S if processes == 1 else processes * LONGEST_SHARED_LIFE_S))
        running = [place for place, life in enumerate(lives) if life.poll() is None]
        if running:
            place = dice.choice(running)
            os.killpg(lives[place].pid, signal.SIGKILL)
            lives[place].wait()
            killed += 1
            lives[place] = studio.start(take)
            continue
        for life in lives:
            _finished(studio, life)
        take += 1
        lives = [studio.start(take) for _ in range(processes)]
    for life in lives:
        _finished(studio, life)
    return take + 1


def _first_call(lives: Sequence[subprocess.Popen[bytes]], doubles: Sequence[Double]) -> None:
    """Wait until one of *lives* has called a double, or all are over."""
    asked = sum(len(double.requests) for double in doubles)
    began = time.monotonic()
    while sum(len(double.requests) for double in doubles) == asked and any(
        life.poll() is None for life in lives
    ):
        if time.monotonic() - began > LIFE_LIMIT_S:
            raise AssertionError("a run made no call and did not end")
        time.sleep(0.01)


def _finished(studio: Studio, life: subprocess.Popen[bytes]) -> None:
    if life.wait(LIFE_LIMIT_S):
        raise AssertionError(f"a run failed:\n{(studio.folder / 'output.log').read_text()[-4000:]}")


@contextmanager
def _studio(
    folder: Path, sprites: int, mix: str, server: str | None
) -> Iterator[tuple[Studio, list[Double]]]:
    (folder / "games").mkdir(parents=True)
    (folder / "games" / "chaos.yaml").write_text(game(sprites))
    (folder / "dagster.yaml").write_text((ROOT / "dagster.yaml").read_text())
    with ExitStack() as stack:
        doubles: list[Double] = []
        variables: dict[str, str] = {}
        for name in sorted(set(MIXES[mix].values())):
            options = (
                {"queue_s": 0.02, "run_s": 0.02} if name == "comfyui" else {"queue_s": 0.2, "run_s": 0.6}
            )
            double = stack.enter_context(double_of(name, **options))
            doubles.append(double)
            variables |= variables_for(name, double.url)
        routes = {f"ASSET_PIPELINE_{operation.upper()}": name for operation, name in MIXES[mix].items()}
        url = f"sqlite:///{folder / 'journal.db'}" if server is None else _database(server)
        yield Studio(folder, url, {**variables, **routes, "COMFYUI_MAX_PARALLEL": "8"}), doubles


def _database(server: str) -> str:
    name = f"chaos_{uuid4().hex[:8]}"
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return f"{server.rpartition('/')[0]}/{name}"


def _counted(  # noqa: PLR0917 - everything there is
    studio: Studio, doubles: Sequence[Double], calm: Studio, kills: int, takes: int, seconds: float
) -> Tally:
    invoice = [line for double in doubles for line in double.invoice]
    journal = Journal(studio.journal_url)
    attempts = journal.attempts()
    ours = total_usd(summary(journal, ["provider"]))
    journal.close()
    delivered = {attempt.ticket.job_id for attempt in attempts if attempt.state == "delivered"}
    works = Counter(line.work_sha256 for line in invoice)
    return Tally(
        kills=kills,
        takes=takes,
        paid_jobs=len(invoice),
        duplicate_paid_jobs=sum(count - 1 for count in works.values()),
        lost_results=sum(line.job_id not in delivered for line in invoice),
        uncertain=sum(attempt.state == "uncertain" for attempt in attempts),
        store_equal=studio.store() == calm.store(),
        invoice_usd=str(sum((line.usd for line in invoice), Decimal(0))),
        journal_usd=str(ours),
        seconds=round(seconds, 1),
    )


def main() -> None:
    """Run it as asked; exit code 1 where anything was paid twice or lost."""
    parser = argparse.ArgumentParser(
        description="Kill the pipeline at random moments and count what was paid twice or lost."
    )
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--sprites", type=int, default=30)
    parser.add_argument("--mix", choices=sorted(MIXES), default="mixed")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--journal", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    tally = chaos(
        asked.kills,
        sprites=asked.sprites,
        mix=asked.mix,
        processes=asked.processes,
        journal=asked.journal,
        seed=asked.seed,
    )
    facts = asdict(tally)
    text = json.dumps(facts) if asked.json else "\n".join(f"{name}: {value}" for name, value in facts.items())
    sys.stdout.write(f"{text}\n")
    sys.exit(0 if tally.good else 1)


if __name__ == "__main__":
    main()
