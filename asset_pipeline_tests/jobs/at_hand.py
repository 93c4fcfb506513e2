"""What the tests of the journal have at hand: work, tickets, prices, and processes that live or died."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Any
from uuid import uuid4

from asset_pipeline.jobs.journal import Journal
from asset_pipeline.jobs.records import Attempt, Purpose, Work
from asset_pipeline.jobs.schema import ATTEMPTS
from asset_pipeline.providers.operations import Receipt
from asset_pipeline.providers.remote import Quote, Ticket
from asset_pipeline.testing.clock import FakeClock

NOW = 1_790_000_000.0  # 2026-09-21
ELSEWHERE = "another-machine|7|1234|abcdef"
POND = Purpose(game="pond", sprite="frog", run_id="run-1")
CENTS_2 = Quote(Decimal("0.02"), Decimal("0.05"), "quoted")


def work(name: str = "a", purpose: Purpose = POND, provider: str = "runpod") -> Work:
    """A piece of work; *name* is its fingerprint's beginning."""
    return Work(name.ljust(64, "0"), provider, "flux", "text_to_image", {"prompt": name}, purpose)


def ticket(token: str | None = None, **fields: Any) -> Ticket:  # noqa: ANN401 - any field
    given = {"provider": "runpod", "operation": "text_to_image", "model": "flux", "created_at": NOW}
    return Ticket(**{**given, "token": token or str(uuid4()), **fields})


def receipt(of: Attempt | None = None, **fields: Any) -> Receipt:  # noqa: ANN401 - any field
    cost = CENTS_2.usd if of is None else of.quote.usd
    given = {"provider": "runpod", "operation": "text_to_image", "model": "flux", "cost_usd": cost}
    return Receipt(**{**given, "cost_basis": "charged", **fields})


def sent(
    journal: Journal, asked: Work, owner: str, quote: Quote = CENTS_2, *, now: float = NOW, job_id: str = ""
) -> Attempt:
    """Claim *asked* and write a request for it down; its job's id too, where one is given."""
    assert journal.claim(asked, owner, now) == "mine"
    mine = ticket(created_at=now, provider=asked.provider)
    journal.intend(asked, owner, mine, quote)
    if job_id:
        journal.accepted(mine.token, job_id, now)
    return attempt(journal, mine.token)


def delivered(
    journal: Journal,
    asked: Work,
    owner: str,
    quote: Quote = CENTS_2,
    *,
    now: float = NOW,
    **fields: Any,  # noqa: ANN401 - fields of the receipt
) -> Attempt:
    """Carry *asked* to its end."""
    made = sent(journal, asked, owner, quote, now=now, job_id=f"job-{asked.fingerprint.rstrip('0')}")
    journal.delivered(made, ["blobs/aa/aa.png"], receipt(made, **fields), now)
    return attempt(journal, made.token)


def attempt(journal: Journal, token: str) -> Attempt:
    [found] = journal.attempts(ATTEMPTS.c.token == token)
    return found


def states(journal: Journal) -> list[str]:
    return [found.state for found in journal.attempts()]


@contextmanager
def process_with_an_owner() -> Iterator[str]:
    """A process of this machine that lives until the block ends, and the name of an owner in it."""
    code = "import sys; from asset_pipeline.jobs.owners import new_owner; print(new_owner(), flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()


class OutOfPatienceError(Exception):
    """A test has waited long enough."""


class ImpatientClock(FakeClock):
    """Gives up after *patience_s* of sleep, for what would wait for ever."""

    def __init__(self, now: float = NOW, *, patience_s: float = 5.0) -> None:
        super().__init__(now)
        self._until = now + patience_s

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        if self.now() > self._until:
            raise OutOfPatienceError


def at_once(calls: Sequence[Callable[[], object]]) -> list[object]:
    """Make all *calls* on threads of their own that begin together; return what they returned or raised."""
    ready = threading.Barrier(len(calls))
    found: list[object] = [None] * len(calls)

    def call(number: int) -> None:
        ready.wait()
        try:
            found[number] = calls[number]()
        except Exception as error:  # noqa: BLE001 - it is what the test asks about
            found[number] = error

    threads = [threading.Thread(target=call, args=(number,)) for number in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found
