"""Whoever works says so again and again, and a database that is away for a moment does not silence them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence

import pytest
import sqlalchemy as sa

from asset_pipeline.jobs.heartbeat import Heartbeat
from asset_pipeline.jobs.journal import Journal
from asset_pipeline.jobs.owners import is_at_work
from asset_pipeline.jobs.schema import JOBS
from asset_pipeline.testing.clock import FakeClock
from asset_pipeline_tests.jobs.at_hand import NOW, at_once, work

BEAT_S = 0.005


def eventually(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.001)


def lease_of(journal: Journal, name: str) -> float:
    with journal.reading() as connection:
        return float(
            connection.execute(
                sa.select(JOBS.c.lease_until).where(JOBS.c.fingerprint == work(name).fingerprint)
            ).scalar_one()
        )


def hearts() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "journal-heartbeat"]


def test_claims_last_while_their_owner_works(journal: Journal) -> None:
    clock = FakeClock(NOW)
    heart = Heartbeat(journal, clock, every_s=BEAT_S)
    with heart.owner() as first, heart.owner() as second:
        journal.claim(work("a"), first, NOW)
        journal.claim(work("b"), second, NOW)
        clock.sleep(1000)
        eventually(lambda: lease_of(journal, "a") > NOW + 1000 and lease_of(journal, "b") > NOW + 1000)


def test_when_nobody_works_nobody_beats_and_the_next_one_begins_anew(journal: Journal) -> None:
    heart = Heartbeat(journal, FakeClock(NOW), every_s=BEAT_S)
    for _ in range(3):
        with heart.owner():
            eventually(lambda: len(hearts()) == 1)
        eventually(lambda: not hearts())


def test_an_owner_is_at_work_until_its_block_ends_also_by_an_error(journal: Journal) -> None:
    heart = Heartbeat(journal, FakeClock(NOW))

    def stopped() -> None:
        with heart.owner() as owner:
            owners.append(owner)
            assert is_at_work(owner, NOW, NOW)
            raise KeyboardInterrupt

    owners: list[str] = []
    with pytest.raises(KeyboardInterrupt):
        stopped()

    assert not is_at_work(owners[0], NOW + 1, NOW)
    eventually(lambda: not hearts())


def test_a_database_that_is_away_for_a_moment_does_not_end_the_beating(
    journal: Journal, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    renew, failures = journal.renew, 0

    def away_twice(owners: Sequence[str], now: float) -> None:
        nonlocal failures
        failures += 1
        if failures <= 2:
            raise sa.exc.OperationalError("UPDATE jobs", {}, Exception("server closed the connection"))
        renew(owners, now)

    monkeypatch.setattr(journal, "renew", away_twice)
    clock = FakeClock(NOW)
    with Heartbeat(journal, clock, every_s=BEAT_S).owner() as owner:
        journal.claim(work("a"), owner, NOW)
        clock.sleep(1000)
        eventually(lambda: lease_of(journal, "a") > NOW + 1000)

    assert caplog.messages == ["the journal could not be told that this process lives"] * 2


def test_a_hundred_owners_share_one_heart(journal: Journal) -> None:
    heart = Heartbeat(journal, FakeClock(NOW), every_s=BEAT_S)
    ready = threading.Barrier(33)

    def work_a_while() -> str:
        with heart.owner() as owner:
            ready.wait(20)  # all are at work
            ready.wait(20)  # and have been counted
            return owner

    counted: list[int] = []

    def count() -> None:
        ready.wait(20)
        eventually(lambda: len(hearts()) == 1)  # those of earlier tests may be ending
        counted.append(len(hearts()))
        ready.wait(20)

    owners = at_once([count, *[work_a_while] * 32])
    assert counted == [1]
    assert len(set(owners)) == 33
