"""What a killed run paid for is brought home, and nothing is sent for it that costs money."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from asset_pipeline.errors import StoreUnavailable
from asset_pipeline.jobs.journal import Journal
from asset_pipeline.jobs.orphans import bring_home, orphans
from asset_pipeline.jobs.owners import LEASE_S, retire
from asset_pipeline.providers.remote import Failed, Lost, Money, Ticket
from asset_pipeline.testing.scripted import DONE, PRICE, unavailable
from asset_pipeline_tests.jobs.at_hand import ELSEWHERE, NOW, sent, states, work
from asset_pipeline_tests.jobs.conftest import FROG, Counter

FREE = Money(Decimal(0), "charged")


def died(desk: Counter, *, seed: int = 7) -> None:
    """Have a run killed while its job is at the provider."""
    look = desk.provider.look

    def killed(_: Ticket) -> None:
        raise KeyboardInterrupt

    desk.provider.look = killed  # type: ignore[method-assign,assignment]
    with pytest.raises(KeyboardInterrupt):
        desk.run(FROG.model_copy(update={"seed": seed}))
    desk.provider.look = look  # type: ignore[method-assign]


def home(desk: Counter) -> list[tuple[str, bool, bool]]:
    found = orphans(desk.journal, desk.clock.now())
    return [
        (outcome.text, outcome.delivered, outcome.settled)
        for outcome in bring_home(desk.door, {"runpod": desk.provider}, found)
    ]


def names(journal: Journal, now: float = NOW) -> str:
    return "".join(found.fingerprint[0] for found in orphans(journal, now))


def test_an_orphan_is_open_work_that_nobody_alive_has(
    journal: Journal, me: str, living_owner: str, dead_owner: str
) -> None:
    for name, owner in zip("abcd", (me, living_owner, dead_owner, ELSEWHERE), strict=True):
        sent(journal, work(name), owner)
    released = sent(journal, work("e"), me)
    journal.release(released.fingerprint, me)
    for name, state in zip("fgh", ("refused", "failed", "abandoned"), strict=True):
        over = sent(journal, work(name), dead_owner)
        journal.ended(over.token, state, FREE, "over", NOW)  # type: ignore[arg-type]
    journal.claim(work("i"), dead_owner, NOW)  # nothing sent

    assert names(journal) == "ce"
    assert names(journal, NOW + LEASE_S) == "cde"
    retire(me)
    assert names(journal, NOW + LEASE_S) == "acde"


def test_orphans_come_oldest_first_and_in_every_open_state(journal: Journal, dead_owner: str) -> None:
    unknown = sent(journal, work("c"), dead_owner)
    journal.uncertain(unknown.token, Decimal(1), "reset")
    sent(journal, work("a"), dead_owner, job_id="job-a")
    sent(journal, work("b"), dead_owner)

    assert names(journal) == "cab"
    assert states(journal) == ["uncertain", "accepted", "sending"]


def test_a_killed_runs_job_is_brought_home_and_the_next_run_finds_it(desk: Counter) -> None:
    died(desk)

    assert home(desk) == [("delivered", True, True)]
    assert home(desk) == []
    assert desk.run().receipt.memoised
    assert desk.provider.paid_jobs == 1


def test_a_request_that_was_never_accepted_is_settled_and_may_be_sent_by_the_next_run(
    desk: Counter, dead_owner: str
) -> None:
    sent(desk.journal, work(), dead_owner)

    assert home(desk) == [("was never accepted", False, True)]
    assert (states(desk.journal), desk.provider.paid_jobs) == (["refused"], 0)


def test_somebody_who_is_at_it_is_left_alone(desk: Counter, me: str) -> None:
    died(desk)
    [attempt] = orphans(desk.journal, NOW)
    desk.journal.claim(replace(work(), fingerprint=attempt.fingerprint), me, NOW)
    [outcome] = bring_home(desk.door, {"runpod": desk.provider}, [attempt])

    assert (outcome.text, outcome.delivered, outcome.settled) == ("somebody else is at it", False, True)
    assert states(desk.journal) == ["accepted"]


@pytest.mark.parametrize(
    ("end", "state", "cost"),
    [
        (Failed("out of memory", again=True, cost=Money(Decimal("0.01"), "charged")), "failed", "0.01"),
        (Lost("expired", again=True), "lost", "0.04"),
    ],
)
def test_a_job_that_brings_nothing_is_written_off_and_not_paid_for_anew(
    desk: Counter, end: Failed | Lost, state: str, cost: str
) -> None:
    desk.provider.script = (end,)
    died(desk)
    [(text, was_delivered, settled)] = home(desk)

    assert end.reason in text
    assert (was_delivered, settled) == (False, False)
    assert (states(desk.journal), desk.provider.paid_jobs) == ([state], 1)
    assert desk.journal.attempts()[0].cost_usd == Decimal(cost)
    assert home(desk) == []


def test_a_provider_that_does_not_answer_keeps_its_orphan_for_later(desk: Counter) -> None:
    died(desk)
    look = desk.provider.look

    def away(_: Ticket) -> None:
        raise unavailable()

    desk.provider.look = away  # type: ignore[method-assign,assignment]
    [(text, *_)] = home(desk)
    assert "connection refused" in text
    assert states(desk.journal) == ["accepted"]

    desk.provider.look = look  # type: ignore[method-assign]
    assert home(desk) == [("delivered", True, True)]


def test_a_provider_that_does_not_answer_is_waited_for_once_not_once_a_job(desk: Counter) -> None:
    """Else thirty jobs of a provider that is down would take a quarter of an hour each."""
    for seed in range(3):
        died(desk, seed=seed)

    def away(_: Ticket) -> None:
        raise unavailable()

    desk.provider.look = away  # type: ignore[method-assign,assignment]
    began = desk.clock.now()
    told = [text for text, *_ in home(desk)]

    assert told[1:] == ["runpod does not answer; its jobs are left for later"] * 2
    assert desk.clock.now() - began < 2 * desk.provider.patience.queue_s
    assert states(desk.journal) == ["accepted"] * 3


def test_what_nobody_can_tell_stays_open_at_its_worst_until_a_person_decides(
    desk: Counter, dead_owner: str
) -> None:
    desk.provider.findable = False
    sent(desk.journal, work(), dead_owner)
    for _ in range(2):
        [(text, was_delivered, settled)] = home(desk)
        assert "asset-pipeline jobs give-up a00000000000" in text
        assert (was_delivered, settled) == (False, False)

    [attempt] = desk.journal.attempts()
    assert (attempt.state, attempt.cost_usd) == ("uncertain", attempt.quote.worst_usd)


def test_a_provider_that_is_not_configured_here_is_named(desk: Counter, dead_owner: str) -> None:
    sent(desk.journal, work("a", provider="scenario"), dead_owner)
    [outcome] = bring_home(desk.door, {"runpod": desk.provider}, orphans(desk.journal, NOW))

    assert (outcome.text, outcome.settled) == ("scenario is not configured here", False)


def test_one_that_fails_does_not_keep_the_others_from_home(
    desk: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    for seed in range(3):
        died(desk, seed=seed)
    put, calls = type(desk.store).put_if_absent, 0

    def full_once(*args: object, **fields: object) -> bool:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise StoreUnavailable("no room")
        return put(*args, **fields)  # type: ignore[arg-type]

    monkeypatch.setattr(type(desk.store), "put_if_absent", full_once)
    assert [text for text, *_ in home(desk)] == ["no room", "delivered", "delivered"]
    assert [text for text, *_ in home(desk)] == ["delivered"]
    assert desk.provider.paid_jobs == 3
    assert sum(found.cost_usd for found in desk.journal.attempts()) == PRICE * 3


def test_bringing_home_sends_nothing(desk: Counter) -> None:
    died(desk)
    desk.provider.submits = [AssertionError("this would be paid for")]
    desk.provider.script = (DONE,)

    assert home(desk) == [("delivered", True, True)]
    assert desk.provider.submits
