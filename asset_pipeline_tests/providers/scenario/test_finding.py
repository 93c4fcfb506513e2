"""There is no idempotency key: a submission whose answer was lost is found by what it asked, or never sent again."""

from __future__ import annotations

import time
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import pytest

from asset_pipeline.errors import JobFailed, OutcomeUnknown, ProviderUnavailable
from asset_pipeline.jobs.clock import SystemClock
from asset_pipeline.jobs.door import Door
from asset_pipeline.jobs.journal import Journal
from asset_pipeline.jobs.records import Purpose
from asset_pipeline.jobs.schema import ATTEMPTS
from asset_pipeline.providers.operations import Request
from asset_pipeline.providers.remote import Json, Prepared, Ticket
from asset_pipeline.providers.scenario.finding import Likeness, likeness
from asset_pipeline.storage.folder import FolderStore
from asset_pipeline.testing.faults import Fault, FaultPlan
from asset_pipeline.testing.scenario import ScenarioDouble
from asset_pipeline.testing.scenario.tariff import bill
from asset_pipeline_tests.providers.scenario.conftest import (
    Driver,
    MakeDouble,
    MakeProvider,
    cut_out,
    guided,
    knight,
)

LOST = (Fault.DROP_AFTER_ACCEPT, Fault.ERROR_AFTER_ACCEPT)
NEVER_THERE = (Fault.ERROR_BEFORE_ACCEPT, Fault.HTML_BODY)


class Clock:
    """The real time, and as many seconds more as a test says."""

    def __init__(self) -> None:
        self.ahead_s = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead_s


def lost(driver: Driver, request: Request) -> Ticket:
    """Submit, and lose the answer."""
    prepared = driver.prepared(request)
    with pytest.raises(OutcomeUnknown):
        driver.provider.submit(prepared)
    return prepared.ticket


@pytest.mark.parametrize("fault", LOST)
def test_a_job_whose_answer_was_lost_is_found_and_not_paid_twice(
    make_double: MakeDouble, connect: MakeProvider, fault: Fault
) -> None:
    double = make_double(faults=FaultPlan({2: fault}))
    driver = Driver(connect(double))
    driver.submitted(knight(seed=1))
    ticket = lost(driver, knight(seed=2))
    driver.submitted(knight(seed=3))
    job_id = driver.provider.find(ticket)
    assert job_id == double.invoice[1].job_id
    assert len(double.invoice) == 3


@pytest.mark.parametrize("fault", LOST)
def test_another_process_finds_it_from_the_ticket_alone(
    make_double: MakeDouble, connect: MakeProvider, fault: Fault
) -> None:
    """After a crash the ticket is all there is, and it has been through JSON."""
    double = make_double(faults=FaultPlan({1: fault}))
    ticket = lost(Driver(connect(double)), guided())
    again = Ticket.model_validate_json(ticket.model_dump_json())
    assert connect(double).find(again) == double.invoice[0].job_id


@pytest.mark.parametrize("fault", NEVER_THERE)
def test_a_job_that_was_never_accepted_is_certain_only_after_a_while(
    make_double: MakeDouble, connect: MakeProvider, fault: Fault
) -> None:
    """A list may lag behind; "not there yet" is not "not there"."""
    clock = Clock()
    double = make_double(faults=FaultPlan({1: fault}))
    driver = Driver(connect(double, clock=clock))
    ticket = lost(driver, knight())
    with pytest.raises(OutcomeUnknown, match="not in the list yet") as raised:
        driver.provider.find(ticket)
    assert not raised.value.final
    clock.ahead_s = 11
    assert driver.provider.find(ticket) is None
    assert double.invoice == []


def test_the_while_counts_from_the_lost_answer_not_from_the_intent(
    make_double: MakeDouble, connect: MakeProvider
) -> None:
    """A call that hung for a minute may have been accepted at its very end."""
    clock = Clock()
    driver = Driver(connect(make_double(faults=FaultPlan({1: Fault.ERROR_BEFORE_ACCEPT})), clock=clock))
    old = driver.prepared(knight())
    prepared = Prepared(old.ticket.model_copy(update={"created_at": clock() - 60}), old.body, old.quote)
    with pytest.raises(OutcomeUnknown):
        driver.provider.submit(prepared)
    with pytest.raises(OutcomeUnknown, match="not in the list yet"):
        driver.provider.find(prepared.ticket)


def test_a_job_that_shows_up_late_is_found_later(make_double: MakeDouble, connect: MakeProvider) -> None:
    double = make_double()
    driver = Driver(connect(double))
    prepared = driver.prepared(knight())
    job_id = driver.provider.submit(prepared)
    job = double.job(job_id)
    assert job is not None
    job.notes["hidden"] = 1
    other = connect(double)
    with pytest.raises(OutcomeUnknown, match="not in the list yet"):
        other.find(prepared.ticket)
    assert other.find(prepared.ticket) == job_id


def test_two_jobs_that_did_the_same_cannot_be_told_apart(
    double: ScenarioDouble, connect: MakeProvider
) -> None:
    """Adopting one of two may collect somebody else's; the door reports it to a person instead."""
    for _ in range(2):
        driver = Driver(connect(double))
        prepared = driver.prepared(knight())
        driver.provider.submit(prepared)
    with pytest.raises(OutcomeUnknown, match="2 jobs did exactly what was asked") as raised:
        connect(double).find(prepared.ticket)
    assert raised.value.final


def test_a_job_that_is_known_to_be_another_attempts_is_no_match(
    make_double: MakeDouble, connect: MakeProvider
) -> None:
    """The first attempt failed and stands in the list with the very same body."""
    double = make_double(faults=FaultPlan({1: Fault.JOB_FAILED, 2: Fault.DROP_AFTER_ACCEPT}))
    first = Driver(connect(double)).submitted(knight())
    second = lost(Driver(connect(double)), knight())
    assert connect(double).find(second, {first.job_id}) == double.invoice[-1].job_id != first.job_id


@pytest.mark.parametrize("fault", [*LOST, *NEVER_THERE])
def test_the_failed_jobs_of_an_earlier_run_are_never_taken_for_the_one_whose_answer_was_lost(
    make_double: MakeDouble, connect: MakeProvider, tmp_path: Path, fault: Fault
) -> None:
    """Another process tries again within the minute that the list is read back: only the journal tells the jobs apart."""
    double = make_double(faults=FaultPlan({1: Fault.JOB_FAILED, 2: Fault.JOB_FAILED, 3: fault}))
    clock = SystemClock(lambda seconds: time.sleep(min(seconds, 0.02)))
    with closing(Journal(f"sqlite:///{tmp_path / 'journal.db'}")) as journal:
        door = Door(journal, FolderStore(tmp_path / "store"), clock)
        with pytest.raises(JobFailed):
            door.run(connect(double), knight(), Purpose())
        failed = journal.attempts()
        delivery = door.run(connect(double, grace_s=0.2), knight(), Purpose())

        assert delivery.receipt.job_id not in ("", *(attempt.ticket.job_id for attempt in failed))
        assert [attempt.ticket.job_id for attempt in journal.attempts(ATTEMPTS.c.state == "delivered")] == [
            delivery.receipt.job_id
        ]
        assert [line.job_id for line in double.invoice] == [delivery.receipt.job_id]


def test_a_job_on_a_later_page_is_found_too(double: ScenarioDouble, connect: MakeProvider) -> None:
    driver = Driver(connect(double))
    prepared = driver.prepared(cut_out())
    job_id = driver.provider.submit(prepared)
    body = driver.prepared(knight()).body
    model = double.models["model_bfl-flux-1-dev"]
    for seed in range(250):
        double._submitted(model, {**body, "seed": seed}, bill(model, body))  # 250 jobs, quickly
    assert connect(double).find(prepared.ticket) == job_id
    assert [path for _, path in double.requests].count("/v1/jobs") == 4  # the empty page, and three more


def test_an_echo_with_defaults_filled_in_is_still_ours(
    make_double: MakeDouble, connect: MakeProvider
) -> None:
    double = make_double(faults=FaultPlan({1: Fault.DROP_AFTER_ACCEPT}))
    double.echo_defaults = True
    ticket = lost(Driver(connect(double)), knight())
    assert connect(double).find(ticket) == double.invoice[0].job_id


def test_a_job_that_the_list_does_not_quote_is_read_alone(
    make_double: MakeDouble, connect: MakeProvider
) -> None:
    double = make_double(faults=FaultPlan({1: Fault.DROP_AFTER_ACCEPT}))
    double.hide_input = True
    ticket = lost(Driver(connect(double)), knight())
    assert connect(double).find(ticket) == double.invoice[0].job_id


def test_a_job_that_the_service_forgot_is_certain_only_after_a_while(
    make_double: MakeDouble, connect: MakeProvider
) -> None:
    clock = Clock()
    driver = Driver(connect(make_double(faults=FaultPlan({1: Fault.VANISHED})), clock=clock))
    ticket = driver.submitted(knight())
    with pytest.raises(OutcomeUnknown, match="not in the list yet"):
        driver.provider.find(ticket)
    clock.ahead_s = 11
    assert driver.provider.find(ticket) is None


def test_a_service_that_does_not_answer_leaves_it_open(driver: Driver, double: ScenarioDouble) -> None:
    ticket = driver.prepared(knight()).ticket
    double.__exit__(None, None, None)
    with pytest.raises(ProviderUnavailable):
        driver.provider.find(ticket)


def test_a_clock_of_ours_that_runs_ahead_does_not_hide_the_job(
    make_double: MakeDouble, connect: MakeProvider
) -> None:
    """Two hours ahead, "since a minute ago" would be in Scenario's future, and the job be paid again."""
    clock = Clock()
    clock.ahead_s = 7200
    double = make_double(faults=FaultPlan({1: Fault.DROP_AFTER_ACCEPT}))
    driver = Driver(connect(double, clock=clock))
    ticket = lost(driver, knight())
    assert ticket.notes["clock_ahead_s"] == pytest.approx(-7200, abs=2)
    assert driver.provider.find(ticket) == double.invoice[0].job_id


def test_a_ticket_without_a_body_is_never_guessed_at(driver: Driver) -> None:
    ticket = Ticket(provider="scenario", operation="text_to_image", model="flux-1-dev", token=str(uuid4()))
    with pytest.raises(OutcomeUnknown) as raised:
        driver.provider.find(ticket)
    assert raised.value.final


SENT = {"prompt": "a frog", "seed": 5, "guidance": 3.0, "loras": ["model_a"]}
KNOWN = {"prompt", "seed", "guidance", "loras", "strength"}


@pytest.mark.parametrize(
    ("echo", "expected"),
    [
        (SENT, Likeness.SAME),
        ({**SENT, "guidance": 3}, Likeness.SAME),
        ({**SENT, "strength": 0.8}, Likeness.SAME),
        ({**SENT, "teamId": "t"}, Likeness.LIKE),
        ({**SENT, "guidance": 4}, Likeness.LIKE),
        ({"prompt": "a frog", "seed": 5}, Likeness.LIKE),
        ({**SENT, "seed": 6}, Likeness.OTHER),
        ({**SENT, "prompt": "a toad"}, Likeness.OTHER),
        ({}, Likeness.OTHER),
        (None, Likeness.LIKE),
        ("text", Likeness.LIKE),
    ],
)
def test_how_alike_two_bodies_are(echo: Json, expected: Likeness) -> None:
    assert likeness(SENT, echo, KNOWN) is expected


@pytest.mark.parametrize(
    ("echo", "expected"),
    [
        ({"image": "asset_1"}, Likeness.SAME),
        ({"image": "asset_1", "backgroundColor": ""}, Likeness.LIKE),
        ({"images": ["asset_1"]}, Likeness.LIKE),
        ({"image": "asset_2"}, Likeness.OTHER),
    ],
)
def test_pictures_tell_bodies_without_words_apart(echo: Json, expected: Likeness) -> None:
    """Another model's job on the same picture is neither adopted nor taken for proof that ours is missing."""
    assert likeness({"image": "asset_1"}, echo, {"image"}) is expected


def test_true_is_not_one() -> None:
    assert likeness({"prompt": "x", "seed": 1}, {"prompt": "x", "seed": True}) is Likeness.OTHER
