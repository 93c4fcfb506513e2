"""Whoever or whatever stops answering in the middle: nothing is sent twice, nothing more is sent, and no job's id is lost."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
import sqlalchemy as sa

from asset_pipeline.errors import JobTimedOut, OutcomeUnknown, ProviderUnavailable
from asset_pipeline.jobs.breaker import OPENS_AFTER, STAYS_OPEN_S
from asset_pipeline.jobs.door import Door
from asset_pipeline.jobs.fingerprint import fingerprint
from asset_pipeline.jobs.journal import Journal
from asset_pipeline.jobs.owners import LEASE_S
from asset_pipeline.jobs.routing import Roster, Router, Routes
from asset_pipeline.jobs.schema import SLOTS
from asset_pipeline.jobs.sending import NOTE_TRIES
from asset_pipeline.providers.operations import Delivery
from asset_pipeline.providers.remote import (
    Ceilings,
    Failed,
    Money,
    Prepared,
    Queued,
    Running,
    Succeeded,
    Ticket,
)
from asset_pipeline.storage.folder import FolderStore
from asset_pipeline.testing.clock import FakeClock
from asset_pipeline.testing.scripted import PRICE, ScriptedProvider, unavailable
from asset_pipeline_tests.jobs.at_hand import NOW, ImpatientClock, states
from asset_pipeline_tests.jobs.conftest import FROG, PURPOSE, Counter
from asset_pipeline_tests.jobs.test_heartbeat import eventually

OTHER = FROG.model_copy(update={"seed": 99})


class StoppedClock(FakeClock):
    """An op's clock once its run is being stopped: no wait begins any more."""

    def sleep(self, seconds: float) -> None:
        raise KeyboardInterrupt(seconds)


def name_of(desk: Counter) -> str:
    return fingerprint("runpod", desk.provider.plan(FROG), FROG)


def away(times: int, journal: Journal) -> None:
    """Have the database be away when a job's id is to be written down, that many times."""
    accepted, left = journal.accepted, times

    def flaky(token: str, job_id: str, now: float) -> None:
        nonlocal left
        left -= 1
        if left >= 0:
            raise sa.exc.OperationalError("UPDATE", {}, Exception("server closed the connection"))
        accepted(token, job_id, now)

    journal.accepted = flaky  # type: ignore[method-assign]


# Two at once ------------------------------------------------------------------------------------------------------


def test_a_request_on_its_way_is_waited_for_however_slow_its_sender_is(desk: Counter) -> None:
    """Its sender lives; whoever took its claim over would find no job yet, and send the request a second time."""
    submit, on_its_way, arrived = desk.provider.submit, threading.Event(), threading.Event()

    def slow(prepared: Prepared) -> str:
        on_its_way.set()
        assert arrived.wait(20)
        return submit(prepared)

    desk.provider.submit = slow  # type: ignore[method-assign]
    clock = FakeClock()
    other = desk.reborn(clock=clock)
    found: list[Delivery] = []
    threads = [threading.Thread(target=lambda d=d: found.append(d.run())) for d in (desk, other)]
    threads[0].start()
    assert on_its_way.wait(20)
    threads[1].start()
    eventually(lambda: clock.now() > NOW + 3 * LEASE_S)
    arrived.set()
    for thread in threads:
        thread.join()

    assert (desk.provider.paid_jobs, len(found)) == (1, 2)
    assert sorted(one.receipt.memoised for one in found) == [False, True]


# The database -----------------------------------------------------------------------------------------------------


def test_a_jobs_id_reaches_the_journal_also_when_the_database_is_away_for_a_moment(
    desk: Counter, caplog: pytest.LogCaptureFixture
) -> None:
    """RunPod has no list of jobs: without its id the job could never be found again."""
    desk.provider.findable = False
    away(3, desk.journal)

    assert desk.run().receipt.job_id == "job-1"
    assert (desk.provider.paid_jobs, states(desk.journal)) == (1, ["delivered"])
    assert sum("job job-1 is not in the journal yet" in message for message in caplog.messages) == 3


def test_a_database_that_stays_away_leaves_the_id_in_the_log_and_nothing_is_sent_again(
    desk: Counter, caplog: pytest.LogCaptureFixture
) -> None:
    away(2 * NOTE_TRIES, desk.journal)
    with pytest.raises(OutcomeUnknown, match="job job-1 was accepted, and the journal's database") as raised:
        desk.run()
    assert raised.value.job_id == "job-1"
    assert "job-1" in caplog.text
    assert states(desk.journal) == ["sending"]

    assert desk.run().receipt.job_id == "job-1"  # found by its token
    assert desk.provider.paid_jobs == 1


def test_an_id_that_its_sender_could_not_write_down_is_written_down_by_the_run(desk: Counter) -> None:
    """The courier's database connection is not the run's: RunPod tells the id once, so it must not end with the courier."""
    desk.provider.findable = False
    away(NOTE_TRIES, desk.journal)

    assert desk.run().receipt.job_id == "job-1"
    assert (desk.provider.paid_jobs, states(desk.journal)) == (1, ["delivered"])


# Stopping ---------------------------------------------------------------------------------------------------------


def test_a_run_that_is_being_stopped_pays_for_nothing_more(desk: Counter) -> None:
    """Its steps that were queueing for a place get one when the others stop."""
    stopped = desk.reborn(clock=StoppedClock())
    with pytest.raises(KeyboardInterrupt):
        stopped.run()

    assert desk.provider.paid_jobs == 0
    assert desk.journal.attempts() == []
    assert desk.run().receipt.cost_usd == PRICE


def test_a_run_that_is_stopped_while_it_waits_leaves_its_job_for_the_next_one(desk: Counter) -> None:
    desk.provider.script = (Queued(), Running(), Succeeded(None))
    submit = desk.provider.submit
    clock = FakeClock()

    def then_stop(prepared: Prepared) -> str:
        clock.sleep = StoppedClock().sleep  # type: ignore[method-assign]
        return submit(prepared)

    desk.provider.submit = then_stop  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        desk.reborn(clock=clock).run()
    desk.provider.submit = submit  # type: ignore[method-assign]

    assert states(desk.journal) == ["accepted"]
    assert desk.run().receipt.job_id == "job-1"


# Places in flight -------------------------------------------------------------------------------------------------


def test_a_job_that_an_earlier_run_left_is_collected_without_a_place(
    desk: Counter, living_owner: str
) -> None:
    """RunPod forgets a result after half an hour; a queue before one place can be longer than that."""
    look = desk.provider.look

    def died(_: Ticket) -> None:
        raise KeyboardInterrupt

    desk.provider.look = died  # type: ignore[method-assign,assignment]
    with pytest.raises(KeyboardInterrupt):
        desk.run()
    desk.provider.look = look  # type: ignore[method-assign]
    desk.provider.ceilings = Ceilings(parallel=1)
    with desk.journal.engine.begin() as connection:
        connection.execute(SLOTS.delete())
        connection.execute(
            SLOTS.insert().values(
                provider="runpod", holder="another", owner=living_owner, lease_until=NOW + 9999
            )
        )

    assert desk.reborn(clock=ImpatientClock()).run().receipt.job_id == "job-1"


def test_a_job_that_is_done_again_is_so_in_the_place_it_has(desk: Counter) -> None:
    """Else another one takes its place, and there are two in flight."""
    held: list[list[str]] = []

    class Reviving(ScriptedProvider):
        def retry(self, ticket: Ticket) -> bool:
            with desk.journal.reading() as connection:
                held.append(list(connection.execute(sa.select(SLOTS.c.holder)).scalars()))
            return super().retry(ticket)

    desk.provider = Reviving(
        script=(Failed("worker lost", again=True, cost=Money(PRICE, "charged")),), revives=True
    )
    assert desk.run().receipt.job_id == "job-1"
    assert held == [[name_of(desk)]]
    with desk.journal.reading() as connection:
        assert connection.execute(sa.select(SLOTS)).all() == []


def test_a_job_that_cannot_be_stopped_keeps_its_place_for_a_while(desk: Counter) -> None:
    desk.provider.script = (Running(),)
    desk.provider.cancel = lambda _: None  # type: ignore[method-assign,assignment]
    with pytest.raises(JobTimedOut):
        desk.run()

    with desk.journal.reading() as connection:
        assert connection.execute(sa.select(SLOTS.c.holder)).scalars().all() == [name_of(desk)]


def test_two_requests_of_one_desk_do_not_meet(desk: Counter) -> None:
    """What one sprite's job does to its claim, place and row touches no other's."""
    desk.provider.submits = ["drop"]
    desk.provider.findable = False
    with pytest.raises(OutcomeUnknown):
        desk.run()

    assert desk.run(OTHER).receipt.job_id == "job-2"
    assert states(desk.journal) == ["uncertain", "delivered"]


# Fallbacks --------------------------------------------------------------------------------------------------------


@pytest.fixture
def runpod() -> ScriptedProvider:
    return ScriptedProvider(name="runpod")


def router(tmp_path: Path, *remote: ScriptedProvider, clock: FakeClock | None = None) -> Router:
    """Ask RunPod first and Scenario next; the breakers have a clock of their own."""
    journal = Journal(f"sqlite:///{tmp_path / 'journal.db'}")
    door = Door(journal, FolderStore(tmp_path / "store"), FakeClock())
    roster = Roster({}, {one.name: one for one in remote})
    return Router(Routes(("runpod", "scenario")), roster, door, clock or FakeClock())


def test_a_provider_that_stops_answering_with_a_job_of_ours_is_not_replaced(
    tmp_path: Path, runpod: ScriptedProvider
) -> None:
    """It works on, and bills; a rerun collects what a second provider would have been paid for, too."""
    scenario = ScriptedProvider(name="scenario")
    look = runpod.look

    def gone(_: Ticket) -> None:
        raise unavailable()

    runpod.look = gone  # type: ignore[method-assign,assignment]
    asked = router(tmp_path, runpod, scenario)
    with pytest.raises(ProviderUnavailable) as raised:
        asked.run(FROG, {}, PURPOSE)
    assert raised.value.job_id == "job-1"

    runpod.look = look  # type: ignore[method-assign]
    assert asked.run(FROG, {}, PURPOSE).receipt.provider == "runpod"
    assert (runpod.paid_jobs, scenario.paid_jobs) == (1, 0)


def test_a_result_that_cannot_be_downloaded_now_is_not_bought_elsewhere(
    tmp_path: Path, runpod: ScriptedProvider
) -> None:
    scenario = ScriptedProvider(name="scenario")
    runpod.pictures = [unavailable() for _ in range(3)]
    asked = router(tmp_path, runpod, scenario)
    with pytest.raises(ProviderUnavailable):
        asked.run(FROG, {}, PURPOSE)

    assert asked.run(FROG, {}, PURPOSE).receipt.provider == "runpod"
    assert (runpod.paid_jobs, scenario.paid_jobs) == (1, 0)


def test_a_job_that_cannot_be_stopped_is_not_replaced(tmp_path: Path, runpod: ScriptedProvider) -> None:
    scenario = ScriptedProvider(name="scenario")
    runpod.script = (Running(),)
    runpod.cancel = lambda _: None  # type: ignore[method-assign,assignment]
    with pytest.raises(JobTimedOut):
        router(tmp_path, runpod, scenario).run(FROG, {}, PURPOSE)

    assert scenario.paid_jobs == 0


def test_what_went_before_is_told_also_where_a_fallback_is_not_allowed_to_follow(
    tmp_path: Path, runpod: ScriptedProvider
) -> None:
    runpod.submits = [unavailable() for _ in range(20)]
    scenario = ScriptedProvider(name="scenario", submits=["drop"], findable=False)
    comfyui = ScriptedProvider(name="comfyui")
    asked = router(tmp_path, runpod, scenario, comfyui)
    asked.routes = Routes(("runpod", "scenario", "comfyui"))
    with pytest.raises(OutcomeUnknown) as raised:
        asked.run(FROG, {}, PURPOSE)

    assert raised.value.__notes__ == ["before that: runpod: connection refused"]
    assert comfyui.paid_jobs == 0


def test_what_is_known_is_not_bought_elsewhere_while_its_provider_is_left_alone(
    tmp_path: Path, runpod: ScriptedProvider
) -> None:
    """The memo needs nobody's answer."""
    scenario = ScriptedProvider(name="scenario")
    asked = router(tmp_path, runpod, scenario)
    made = asked.run(FROG, {}, PURPOSE)
    runpod.submits = [unavailable() for _ in range(99)]
    for seed in range(100, 100 + OPENS_AFTER):
        asked.run(FROG.model_copy(update={"seed": seed}), {}, PURPOSE)
    prepared = runpod.prepared

    again = asked.run(FROG, {}, PURPOSE)
    assert (again.images, again.receipt.provider, again.receipt.memoised) == (made.images, "runpod", True)
    asked.run(OTHER, {}, PURPOSE)
    assert runpod.prepared == prepared  # a memo does not mean that it answers again
    assert (runpod.paid_jobs, scenario.paid_jobs) == (1, OPENS_AFTER + 1)


def test_a_job_under_way_is_collected_while_its_provider_is_left_alone(
    tmp_path: Path, runpod: ScriptedProvider
) -> None:
    scenario = ScriptedProvider(name="scenario")
    asked = router(tmp_path, runpod, scenario)
    runpod.pictures = [unavailable() for _ in range(3)]
    with pytest.raises(ProviderUnavailable):
        asked.run(FROG, {}, PURPOSE)
    runpod.submits = [unavailable() for _ in range(99)]
    for seed in range(100, 100 + OPENS_AFTER):
        asked.run(FROG.model_copy(update={"seed": seed}), {}, PURPOSE)

    assert asked.run(FROG, {}, PURPOSE).receipt.provider == "runpod"
    assert (runpod.paid_jobs, scenario.paid_jobs) == (1, OPENS_AFTER)


def test_a_provider_that_is_left_alone_is_tried_again_after_a_while_however_many_ask_meanwhile(
    tmp_path: Path, runpod: ScriptedProvider
) -> None:
    clock = FakeClock()
    asked = router(tmp_path, runpod, ScriptedProvider(name="scenario"), clock=clock)
    runpod.submits = [unavailable() for _ in range(8 * OPENS_AFTER)]
    for seed in range(12):
        asked.run(FROG.model_copy(update={"seed": seed}), {}, PURPOSE)
    clock.sleep(STAYS_OPEN_S + 1)

    assert asked.run(OTHER, {}, PURPOSE).receipt.provider == "runpod"
