"""Each way in which Scenario can fail, as its double plays it: no money is lost, and nothing is paid twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from asset_pipeline.errors import BadResult, ImageError, OutcomeUnknown, ProviderRejected, ProviderUnavailable
from asset_pipeline.imaging.png import decode_image
from asset_pipeline.providers.remote import Failed, Lost, Queued, Running, Succeeded, Ticket
from asset_pipeline.testing.faults import Fault, FaultPlan
from asset_pipeline.testing.scenario import ScenarioDouble
from asset_pipeline_tests.providers.scenario.conftest import Driver, MakeDouble, MakeProvider, knight


class Met:
    """One submission that met a fault."""

    def __init__(self, make_double: MakeDouble, connect: MakeProvider, fault: Fault) -> None:
        self.double: ScenarioDouble = make_double(faults=FaultPlan({1: fault}))
        self.double.cold_start_s = 0.4
        self.driver = Driver(connect(self.double))

    def submitted(self) -> Ticket:
        return self.driver.submitted(knight())

    def picture(self) -> bytes:
        ticket = self.submitted()
        return self.driver.provider.fetch(ticket, self.driver.done(ticket))[0]

    @property
    def bought(self) -> int:
        return len(self.double.invoice)


@pytest.fixture
def met(make_double: MakeDouble, connect: MakeProvider, request: pytest.FixtureRequest) -> Met:
    return Met(make_double, connect, request.param)


def meets(fault: Fault) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("met", [fault], indirect=True)


@meets(Fault.COLD_START)
def test_a_cold_start_is_waiting_and_then_a_picture(met: Met) -> None:
    ticket = met.submitted()
    assert met.driver.provider.look(ticket) == Queued()
    assert isinstance(met.driver.ended(ticket), Succeeded)


@meets(Fault.STUCK_QUEUE)
def test_a_stuck_queue_stays_waiting_also_after_a_cancellation(met: Met) -> None:
    ticket = met.submitted()
    met.driver.provider.cancel(ticket)
    assert met.driver.provider.look(ticket) == Queued()


@meets(Fault.TOO_MANY_REQUESTS)
def test_a_ceiling_accepts_nothing_and_may_be_asked_again(met: Met) -> None:
    with pytest.raises(ProviderUnavailable):
        met.submitted()
    assert met.bought == 0
    met.submitted()
    assert met.bought == 1


@meets(Fault.TOO_LARGE)
def test_a_body_that_is_too_large_is_refused_for_good(met: Met) -> None:
    with pytest.raises(ProviderRejected, match="413"):
        met.submitted()
    assert met.bought == 0


@meets(Fault.ERROR_BEFORE_ACCEPT)
def test_an_error_of_the_server_leaves_the_outcome_unknown(met: Met) -> None:
    with pytest.raises(OutcomeUnknown):
        met.submitted()
    assert met.bought == 0


@meets(Fault.ERROR_AFTER_ACCEPT)
def test_an_error_after_accepting_looks_the_same_and_costs(met: Met) -> None:
    with pytest.raises(OutcomeUnknown):
        met.submitted()
    assert met.bought == 1


@meets(Fault.DROP_AFTER_ACCEPT)
def test_a_dropped_connection_leaves_the_outcome_unknown(met: Met) -> None:
    with pytest.raises(OutcomeUnknown):
        met.submitted()
    assert met.bought == 1


@meets(Fault.HTML_BODY)
def test_a_page_in_place_of_json_leaves_the_outcome_unknown(met: Met) -> None:
    with pytest.raises(OutcomeUnknown):
        met.submitted()
    assert met.bought == 0


@meets(Fault.EXPIRED_RESULT)
def test_an_expired_link_is_replaced_by_a_fresh_one(met: Met) -> None:
    """Links live for days and assets for ever: a dead link is no lost picture."""
    assert met.picture().startswith(b"\x89PNG")
    paths = [path for _, path in met.double.requests]
    assert len([path for path in paths if path.startswith("/cdn/")]) == 2
    assert met.bought == 1


@meets(Fault.EMPTY_RESULT)
def test_a_job_that_is_done_without_a_picture_is_its_own_error(met: Met) -> None:
    ticket = met.submitted()
    done = met.driver.done(ticket)
    with pytest.raises(BadResult, match="there is no picture") as raised:
        met.driver.provider.fetch(ticket, done)
    assert raised.value.job_id == ticket.job_id
    assert done.cost is not None
    assert done.cost.usd == met.double.total_usd


@meets(Fault.WRONG_FORMAT)
def test_a_jpeg_in_place_of_a_png_is_handed_over_as_it_is(met: Met) -> None:
    """The door sniffs, decodes and re-encodes whatever comes."""
    assert met.picture().startswith(b"\xff\xd8\xff")


@meets(Fault.WRONG_SIZE)
def test_a_picture_of_another_shape_is_handed_over_to_be_refused(met: Met) -> None:
    assert decode_image(met.picture(), what="a picture").shape[:2] == (128, 64)


@meets(Fault.TRUNCATED)
def test_a_picture_that_breaks_off_is_handed_over_to_be_refused(met: Met) -> None:
    with pytest.raises(ImageError):
        decode_image(met.picture(), what="a picture")


@meets(Fault.SPOILED)
def test_a_spoiled_picture_is_whole_and_for_the_gates_to_find(met: Met) -> None:
    sound = met.driver.provider.fetch(ticket := met.submitted(), met.driver.done(ticket))[0]
    assert decode_image(met.picture(), what="a picture").shape == decode_image(sound, what="a picture").shape


@meets(Fault.VANISHED)
def test_a_job_that_vanished_is_lost_and_not_silently_bought_again(met: Met) -> None:
    ticket = met.submitted()
    old = ticket.model_copy(update={"created_at": ticket.created_at - 60})
    state = met.driver.provider.look(old)
    assert isinstance(state, Lost)
    assert not state.again


@meets(Fault.EMPTY_HISTORY)
def test_a_job_that_is_not_there_yet_is_waited_for(met: Met) -> None:
    ticket = met.submitted()
    assert met.driver.provider.look(ticket) == Queued()
    assert met.driver.provider.look(ticket) == Queued()
    assert isinstance(met.driver.ended(ticket), Succeeded)


@meets(Fault.JOB_FAILED)
def test_a_failed_job_is_refunded_and_may_be_tried_again(met: Met) -> None:
    state = met.driver.ended(met.submitted())
    assert isinstance(state, Failed)
    assert (state.reason, state.again) == ("CUDA out of memory on the worker - try again", True)
    assert state.cost.usd == met.double.total_usd == 0


@meets(Fault.JOB_FAILED)
def test_a_failed_job_that_is_not_refunded_costs_its_price(met: Met) -> None:
    met.double.not_refunded.add("model_bfl-flux-1-dev")
    state = met.driver.ended(met.submitted())
    assert isinstance(state, Failed)
    assert state.cost.usd == met.double.total_usd > 0
    assert not state.again


@meets(Fault.JOB_FAILED)
def test_what_moderation_refused_is_not_tried_again(met: Met) -> None:
    met.double.failure = {"error": "The provider's moderation flagged this prompt"}
    state = met.driver.ended(met.submitted())
    assert isinstance(state, Failed)
    assert not state.again


def test_every_fault_of_the_plan_is_met_here() -> None:
    """A fault that is added to the plan must be thought about here as well."""
    text = Path(__file__).read_text("utf-8")
    assert [fault for fault in Fault if f"@meets(Fault.{fault.name})" not in text] == []


def test_a_link_that_expires_at_once_is_a_bad_result_and_not_a_wait(
    make_double: MakeDouble, connect: MakeProvider
) -> None:
    driver = Driver(connect(make_double(link_life_s=-5)))
    ticket = driver.submitted(knight())
    with pytest.raises(BadResult, match="cannot be downloaded") as raised:
        driver.provider.fetch(ticket, driver.done(ticket))
    assert "Signature" not in str(raised.value)


def test_a_job_under_way_is_running(make_double: MakeDouble, connect: MakeProvider) -> None:
    driver = Driver(connect(make_double(run_s=30)))
    assert isinstance(driver.provider.look(driver.submitted(knight())), Running)
