"""Never more in flight than a provider takes, over all threads, processes and machines, whoever dies or sleeps."""

from __future__ import annotations

import threading
import time
from itertools import accumulate
from pathlib import Path

import pytest
import sqlalchemy as sa

from asset_pipeline.jobs.ceilings import Gate
from asset_pipeline.jobs.clock import Clock, SystemClock
from asset_pipeline.jobs.journal import Journal
from asset_pipeline.jobs.owners import LEASE_S, retire
from asset_pipeline.jobs.schema import RATES, SLOTS
from asset_pipeline.providers.remote import Ceilings, Money
from asset_pipeline.testing.clock import FakeClock
from asset_pipeline_tests.jobs.at_hand import (
    ELSEWHERE,
    NOW,
    ImpatientClock,
    OutOfPatienceError,
    at_once,
    sent,
    work,
)
from asset_pipeline_tests.jobs.racers import race

A, B, C = (work(name).fingerprint for name in "abc")


def gate(journal: Journal, clock: Clock | None = None, parallel: int = 1, rate: float | None = None) -> Gate:
    return Gate(journal, "runpod", Ceilings(parallel, rate), clock or ImpatientClock())


def holders(journal: Journal) -> list[str]:
    with journal.reading() as connection:
        return list(connection.execute(sa.select(SLOTS.c.holder).order_by(SLOTS.c.holder)).scalars())


def left_behind(journal: Journal, holder: str, owner: str, lease_until: float = NOW + LEASE_S) -> None:
    """As a process leaves its place that is killed."""
    with journal.engine.begin() as connection:
        connection.execute(
            SLOTS.insert().values(provider="runpod", holder=holder, owner=owner, lease_until=lease_until)
        )


def is_full(journal: Journal, fingerprint: str, owner: str, *, now: float = NOW, parallel: int = 1) -> bool:
    """Tell whether somebody who asks for a place waits in vain."""
    try:
        with gate(journal, ImpatientClock(now), parallel).place(fingerprint, owner):
            return False
    except OutOfPatienceError:
        return True


def test_a_place_is_kept_while_it_is_needed_and_then_free(journal: Journal, me: str) -> None:
    with gate(journal).place(A, me):
        assert is_full(journal, B, me)
        assert not is_full(journal, B, me, parallel=2)
    assert holders(journal) == []
    assert not is_full(journal, B, me)


def test_each_provider_has_its_own_ceiling(journal: Journal, me: str) -> None:
    other = Gate(journal, "scenario", Ceilings(1), ImpatientClock())
    with gate(journal).place(A, me), other.place(B, me):
        assert len(holders(journal)) == 2


def test_two_processes_together_are_never_above_the_ceiling(journal_url: str, tmp_path: Path) -> None:
    log = tmp_path / "log"
    said = race(*[("crowd", journal_url, name, 3, 10, log) for name in ("p", "q")])

    assert said == ["10", "10"]
    in_flight = list(accumulate(1 if note == "+" else -1 for note in log.read_text()))
    assert 1 < max(in_flight) <= 3
    assert (in_flight[-1], len(in_flight)) == (0, 40)


def test_a_killed_processs_job_keeps_its_place_until_somebody_sees_to_it(
    journal_url: str, journal: Journal, me: str
) -> None:
    """The job still runs at the provider; a second one beside it would be one too many."""
    race(("die", journal_url, "a"))
    now = time.time()

    assert holders(journal) == [A]
    assert is_full(journal, B, me, now=now)
    with gate(journal).place(A, me, in_flight=True):
        assert is_full(journal, B, me, now=now)
    assert not is_full(journal, B, me, now=now)


def test_nobody_waits_for_ever_for_a_job_that_nobody_sees_to(
    journal: Journal, me: str, dead_owner: str
) -> None:
    sent(journal, work("a"), dead_owner, job_id="job-1")
    left_behind(journal, A, dead_owner)

    assert is_full(journal, B, me, now=NOW + LEASE_S - 10)
    assert not is_full(journal, B, me, now=NOW + LEASE_S)
    assert holders(journal) == []


@pytest.mark.parametrize("state", ["failed", "refused", "lost"])
def test_a_dead_processs_place_is_free_at_once_where_its_job_is_over(
    journal: Journal, me: str, dead_owner: str, state: str
) -> None:
    attempt = sent(journal, work("a"), dead_owner, job_id="job-1")
    journal.ended(attempt.token, state, Money(attempt.cost_usd, "charged"), "over", NOW)  # type: ignore[arg-type]
    left_behind(journal, A, dead_owner)

    assert not is_full(journal, B, me)


def test_a_dead_processs_place_is_free_at_once_where_it_had_sent_nothing(
    journal: Journal, me: str, dead_owner: str
) -> None:
    left_behind(journal, A, dead_owner)

    assert not is_full(journal, B, me)


def test_another_machines_place_is_kept_as_long_as_its_lease(journal: Journal, me: str) -> None:
    left_behind(journal, A, ELSEWHERE)

    assert is_full(journal, B, me, now=NOW + LEASE_S - 10)
    assert not is_full(journal, B, me, now=NOW + LEASE_S)


def test_a_laptop_that_slept_does_not_forget_what_it_has_in_flight(
    journal: Journal, me: str, living_owner: str
) -> None:
    """Its leases all look over when it wakes, its jobs are not."""
    left_behind(journal, A, living_owner)
    with gate(journal, parallel=2).place(B, me):
        assert is_full(journal, C, me, now=NOW + 8 * 3600, parallel=2)


def test_a_job_that_still_runs_when_its_watcher_gives_up_keeps_its_place(journal: Journal, me: str) -> None:
    """A run that is stopped leaves its jobs at the provider, as one that is killed does."""

    def stopped() -> None:
        with gate(journal).place(A, me):
            sent(journal, work("a"), me, job_id="job-1")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    retire(me)

    assert is_full(journal, B, me)
    assert not is_full(journal, B, me, now=NOW + LEASE_S + 1)


def test_an_error_before_anything_was_accepted_gives_the_place_back(journal: Journal, me: str) -> None:
    def rejected() -> None:
        with gate(journal).place(A, me):
            attempt = sent(journal, work("a"), me)
            journal.ended(attempt.token, "refused", Money(attempt.cost_usd * 0, "charged"), "400", NOW)
            raise ValueError("400")

    with pytest.raises(ValueError, match="400"):
        rejected()
    assert holders(journal) == []


def test_a_job_that_is_in_flight_already_does_not_wait_for_a_place(journal: Journal, me: str) -> None:
    """It is there whether it is counted or not, and its result may expire while it waits to be looked at."""
    with gate(journal).place(A, me), gate(journal).place(B, me, in_flight=True):
        assert holders(journal) == [A, B]
        assert is_full(journal, C, me, parallel=2)


def test_the_place_of_one_who_took_over_survives_the_former_owners_end(journal: Journal, me: str) -> None:
    with gate(journal).place(A, ELSEWHERE):
        somebody = gate(journal).place(A, me, in_flight=True)  # after the lease
        somebody.__enter__()
    assert holders(journal) == [A]
    somebody.__exit__(None, None, None)
    assert holders(journal) == []


def test_a_run_that_is_stopped_while_it_queues_leaves_no_trace_and_lets_the_next_one_pass(
    journal: Journal, me: str
) -> None:
    queue = gate(journal, ImpatientClock(patience_s=1))
    with gate(journal).place(A, me), pytest.raises(OutOfPatienceError):
        queue.place(B, me).__enter__()

    assert holders(journal) == []
    with queue.place(B, me):
        assert holders(journal) == [B]


def test_everybody_gets_a_turn(journal: Journal, me: str) -> None:
    """Thirty threads before one place: each passes, one after the other."""
    queue, inside, most = gate(journal, SystemClock()), 0, 0
    lock = threading.Lock()

    def pass_through(number: int) -> None:
        nonlocal inside, most
        with queue.place(work(f"{number:02}").fingerprint, me):
            with lock:
                inside += 1
                most = max(most, inside)
            with lock:
                inside -= 1

    assert at_once([lambda n=n: pass_through(n) for n in range(30)]) == [None] * 30  # type: ignore[misc]
    assert most == 1
    assert holders(journal) == []


# Rate -------------------------------------------------------------------------------------------------------------


def test_submissions_of_two_processes_keep_the_rate_together(journal: Journal, journal_url: str) -> None:
    second = Journal(journal_url)
    clocks = FakeClock(NOW), FakeClock(NOW)
    gates = gate(journal, clocks[0], rate=2.0), gate(second, clocks[1], rate=2.0)
    begun = []
    for number in range(6):
        clock = clocks[number % 2]
        gates[number % 2].pace()
        begun.append(clock.now() - NOW)
    second.close()

    assert begun == pytest.approx([0.0, 0.5, 1.0, 1.5, 2.0, 2.5])


def test_who_comes_late_is_not_made_to_wait_and_gets_no_credit(journal: Journal) -> None:
    clock = FakeClock(NOW)
    paced = gate(journal, clock, rate=1.0)
    paced.pace()
    clock.sleep(100)
    for _ in range(3):
        paced.pace()

    assert clock.now() - NOW == pytest.approx(102)


def test_many_at_once_are_spread_out(journal: Journal) -> None:
    clocks = [FakeClock(NOW) for _ in range(10)]
    at_once([gate(journal, clock, rate=10.0).pace for clock in clocks])

    assert sorted(clock.now() - NOW for clock in clocks) == pytest.approx(
        [n / 10 for n in range(10)], abs=1e-5
    )


def test_without_a_rate_nothing_is_written_and_nobody_waits(journal: Journal) -> None:
    clock = FakeClock(NOW)
    gate(journal, clock).pace()

    assert clock.now() == NOW
    with journal.reading() as connection:
        assert connection.execute(sa.select(RATES)).all() == []
