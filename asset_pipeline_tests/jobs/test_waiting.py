"""A job is looked at patiently and not for ever, and one that is given up is stopped and looked at once more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import accumulate

import pytest

from asset_pipeline.errors import JobTimedOut, ProviderRejected, ProviderUnavailable
from asset_pipeline.jobs.waiting import PAUSE_SHARE, wait
from asset_pipeline.providers.operations import TextToImage
from asset_pipeline.providers.remote import (
    Failed,
    JobState,
    Lost,
    Money,
    Patience,
    Queued,
    Running,
    Succeeded,
    Ticket,
)
from asset_pipeline.testing.clock import FakeClock
from asset_pipeline.testing.scripted import ScriptedJob, ScriptedProvider, unavailable

FREE = Money(Decimal(0), "charged")
DONE = Succeeded("there", run_s=3.0)
PATIENCE = Patience(queue_s=100, run_s=50, first_poll_s=1.0, longest_poll_s=5.0)
TICKET = Ticket(provider="runpod", operation="text_to_image", model="flux", token="t", job_id="job-1")


class RecordingClock(FakeClock):
    """Notes how long each pause was."""

    def __init__(self) -> None:
        super().__init__()
        self.pauses: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        super().sleep(seconds)


def provider(
    *seen: JobState | Exception,
    after_cancel: JobState | Exception | None = None,
    patience: Patience = PATIENCE,
) -> tuple[ScriptedProvider, list[str]]:
    """A provider that tells *seen* one look after the other, the last one again and again, and what was asked of it."""
    asked: list[str] = []
    made = ScriptedProvider(patience=patience)
    told = list(seen)

    def look(_: Ticket) -> JobState:
        asked.append("look")
        state = told.pop(0) if len(told) > 1 else told[0]
        if isinstance(state, Exception):
            raise state
        return state

    def cancel(_: Ticket) -> None:
        asked.append("cancel")
        if after_cancel is not None:
            told[:] = [after_cancel]

    made.look, made.cancel = look, cancel  # type: ignore[method-assign,assignment]
    return made, asked


@pytest.mark.parametrize("end", [DONE, Failed("bad input", again=False, cost=FREE), Lost("404", again=True)])
def test_the_end_of_a_job_comes_back_as_its_provider_tells_it(end: JobState) -> None:
    asked, _ = provider(Queued(), Running(0.5), end)

    assert wait(asked, TICKET, FakeClock()) is end


def test_a_job_that_is_done_already_is_not_waited_for() -> None:
    clock = RecordingClock()
    asked, calls = provider(DONE)

    assert wait(asked, TICKET, clock) is DONE
    assert (calls, clock.pauses) == (["look"], [])


def test_pauses_are_short_at_first_and_grow_to_a_limit() -> None:
    """So that a job of four seconds is seen at once, and one of four minutes does not cost four hundred calls."""
    clock = RecordingClock()
    asked, _ = provider(*[Running()] * 200, DONE, patience=replace(PATIENCE, run_s=9000))
    wait(asked, TICKET, clock)

    waited = [0.0, *accumulate(clock.pauses)]
    assert set(clock.pauses[:20]) == {1.0}
    assert clock.pauses[-1] == 5.0
    assert clock.pauses == sorted(clock.pauses)
    for before, pause in zip(waited, clock.pauses, strict=False):
        assert pause <= max(1.0, PAUSE_SHARE * before) + 1e-6


def test_a_job_that_does_not_begin_in_time_is_stopped_and_another_attempt_may_help() -> None:
    clock = FakeClock()
    began = clock.now()
    asked, calls = provider(Queued(), after_cancel=Failed("cancelled", again=False, cost=FREE))
    end = wait(asked, TICKET, clock)

    assert end == Failed("the job did not begin within 100 s and was cancelled", again=True, cost=FREE)
    assert calls[-2:] == ["cancel", "look"]
    assert calls.count("cancel") == 1
    assert 100 < clock.now() - began <= 106


def test_work_has_a_deadline_of_its_own_that_begins_with_it() -> None:
    """A queue of an hour and a minute of work is not an hour of work."""
    clock = FakeClock()
    began = clock.now()
    cancelled = Failed("cancelled", again=False, cost=Money(Decimal("0.01"), "charged"))
    waiting: list[JobState] = [Queued()] * 25
    asked, _ = provider(*waiting, Running(), after_cancel=cancelled)
    end = wait(asked, TICKET, clock)

    assert end == Failed(
        "the job was not done after 50 s of work and was cancelled", again=True, cost=cancelled.cost
    )
    assert clock.now() - began > 25 + 50


def test_a_job_that_goes_back_into_the_queue_has_no_new_time() -> None:
    clock = FakeClock()
    asked, _ = provider(Running(), Queued(), after_cancel=DONE)
    began = clock.now()
    wait(asked, TICKET, clock)

    assert clock.now() - began < 60


@pytest.mark.parametrize("end", [DONE, Lost("404", again=True)])
def test_what_ended_while_it_was_being_stopped_is_taken_as_it_is(end: JobState) -> None:
    asked, _ = provider(Queued(), after_cancel=end)

    assert wait(asked, TICKET, FakeClock()) is end


def test_a_job_that_does_not_stop_is_named_with_its_id_and_what_to_do() -> None:
    asked, _ = provider(Running())
    with pytest.raises(
        JobTimedOut, match=r"job job-1 was not done after 50 s of work; .*jobs resume"
    ) as raised:
        wait(asked, TICKET, FakeClock())

    assert (raised.value.job_id, raised.value.again) == ("job-1", False)


def test_a_job_that_could_not_be_told_to_stop_says_so() -> None:
    asked, _ = provider(Running())

    def away(_: Ticket) -> None:
        raise unavailable()

    asked.cancel = away  # type: ignore[method-assign,assignment]
    with pytest.raises(JobTimedOut, match=r"and could not be cancelled \(runpod: connection refused"):
        wait(asked, TICKET, FakeClock())


def test_a_provider_that_does_not_answer_for_a_while_has_said_nothing_about_the_job() -> None:
    asked, calls = provider(Queued(), *[unavailable()] * 12, Running(), unavailable(), DONE)

    assert wait(asked, TICKET, FakeClock()) is DONE
    assert "cancel" not in calls


@pytest.mark.parametrize("before", [[], [Queued()], [Running()]])
def test_a_provider_that_stays_away_is_told_as_such_and_its_job_is_left_alone(
    before: Sequence[JobState],
) -> None:
    """It may be done by now: to cancel it blindly could throw away what was paid for."""
    asked, calls = provider(*before, unavailable())
    with pytest.raises(ProviderUnavailable, match="connection refused"):
        wait(asked, TICKET, FakeClock())

    assert "cancel" not in calls


def test_a_provider_that_goes_away_while_a_job_is_stopped_is_told_as_such() -> None:
    asked, _ = provider(Running(), after_cancel=unavailable())
    with pytest.raises(ProviderUnavailable):
        wait(asked, TICKET, FakeClock())


def test_a_key_that_is_no_longer_accepted_ends_the_waiting_at_once() -> None:
    clock = RecordingClock()
    asked, _ = provider(Queued(), ProviderRejected("runpod", "401: key"))
    with pytest.raises(ProviderRejected):
        wait(asked, TICKET, clock)

    assert clock.pauses == [1.0]


def test_time_that_jumps_on_the_wall_moves_no_deadline() -> None:
    """Clocks are set and summer time ends while a job runs."""

    class Jumping(FakeClock):
        def now(self) -> float:
            return super().now() + 86_400 * (self.monotonic() % 2 > 1)

    asked, calls = provider(*[Queued()] * 30, DONE)

    assert wait(asked, TICKET, Jumping()) is DONE
    assert "cancel" not in calls


@pytest.mark.parametrize("stopping", [KeyboardInterrupt, SystemExit])
def test_a_run_that_is_stopped_stops_waiting_and_leaves_the_job(stopping: type[BaseException]) -> None:
    class Stopped(FakeClock):
        def sleep(self, seconds: float) -> None:
            raise stopping(seconds)

    asked, calls = provider(Running())
    with pytest.raises(stopping):
        wait(asked, TICKET, Stopped())

    assert calls == ["look"]


def test_the_scripted_provider_itself_can_be_waited_for() -> None:
    """The double that the door's tests stand on goes through the states it was told."""
    scripted = ScriptedProvider()
    request = TextToImage(prompt="a frog", width_px=64, height_px=64, seed=1)
    states: Callable[[], list[JobState]] = lambda: [Queued(), Running(), DONE]  # noqa: E731 - a new list each
    scripted.jobs["job-1"] = ScriptedJob("job-1", "t", "w", request, states())

    assert wait(scripted, TICKET, FakeClock()) is DONE
