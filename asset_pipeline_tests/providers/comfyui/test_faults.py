"""Every way in which a server fails, and what the client makes of it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from asset_pipeline.errors import (
    BadResult,
    ImageError,
    OutcomeUnknown,
    ProviderRejected,
    ProviderUnavailable,
)
from asset_pipeline.imaging.png import decode_image
from asset_pipeline.providers.comfyui import ComfyConfig, ComfyUI, open_comfyui
from asset_pipeline.providers.operations import ImageToImage, RemoveBackground
from asset_pipeline.providers.remote import Failed, Lost, Prepared, Queued, Running, Succeeded, Ticket
from asset_pipeline.testing.clock import FakeClock
from asset_pipeline.testing.comfyui import ComfyDouble
from asset_pipeline.testing.faults import Fault, FaultPlan
from asset_pipeline.testing.pictures import picture
from asset_pipeline_tests.providers.comfyui.at_hand import done, ended, opened, prepared, submitted

REQUEST = RemoveBackground(image=picture("a green frog, plain background", 64, 64, 3))


@contextmanager
def meeting(*faults: Fault, clock: FakeClock | None = None) -> Iterator[tuple[ComfyUI, ComfyDouble]]:
    """A server whose submissions meet *faults*, in order."""
    plan = FaultPlan(dict(enumerate(faults, 1)))
    with ComfyDouble(faults=plan, run_s=0.01) as double, opened(double, clock or FakeClock()) as provider:
        yield provider, double


def sent(ready: Prepared) -> Ticket:
    return ready.ticket


@pytest.mark.parametrize("fault", [Fault.ERROR_AFTER_ACCEPT, Fault.DROP_AFTER_ACCEPT])
def test_a_job_whose_answer_was_lost_is_found_by_our_own_id(fault: Fault) -> None:
    with meeting(fault) as (provider, double):
        ready = prepared(provider, REQUEST)
        with pytest.raises(OutcomeUnknown):
            provider.submit(ready)
        assert provider.find(ready.ticket) == ready.ticket.token
        ticket = ready.ticket.model_copy(update={"job_id": ready.ticket.token})
        assert len(provider.fetch(ticket, done(provider, ticket))) == 1
        assert len(double.invoice) == 1


@pytest.mark.parametrize("fault", [Fault.ERROR_BEFORE_ACCEPT, Fault.HTML_BODY])
def test_a_job_that_was_never_accepted_is_certain_only_at_the_second_look(fault: Fault) -> None:
    """500 in plain text mostly means that the body was no good; it may mean anything."""
    clock = FakeClock()
    with meeting(fault, clock=clock) as (provider, double):
        ready = prepared(provider, REQUEST)
        with pytest.raises(OutcomeUnknown):
            provider.submit(ready)
        with pytest.raises(OutcomeUnknown, match="look again in 2 s") as raised:
            provider.find(ready.ticket)
        assert not raised.value.final
        clock.sleep(1)
        with pytest.raises(OutcomeUnknown):
            provider.find(ready.ticket)
        clock.sleep(1)
        assert provider.find(ready.ticket) is None
        assert double.invoice == []
        assert provider.submit(ready) == ready.ticket.token


def test_an_overloaded_proxy_says_when_to_come_back() -> None:
    with meeting(Fault.TOO_MANY_REQUESTS) as (provider, double):
        ready = prepared(provider, REQUEST)
        with pytest.raises(ProviderUnavailable) as raised:
            provider.submit(ready)
        assert raised.value.retry_after_s == 0.05
        assert double.invoice == []


def test_a_body_that_is_too_large_is_refused_for_good() -> None:
    with meeting(Fault.TOO_LARGE) as (provider, double):
        ready = prepared(provider, REQUEST)
        with pytest.raises(ProviderRejected, match="too large"):
            provider.submit(ready)
        assert double.invoice == []


def test_a_picture_that_is_too_large_to_upload_is_refused() -> None:
    with (
        ComfyDouble(max_upload_bytes=1000) as double,
        opened(double, FakeClock()) as provider,
        pytest.raises(ProviderRejected, match="shrink it"),
    ):
        prepared(provider, REQUEST)


def test_nothing_was_sent_to_a_server_that_is_down() -> None:
    with meeting() as (provider, double):
        ready = prepared(provider, REQUEST)
        double.__exit__(None, None, None)
        with pytest.raises(ProviderUnavailable):
            provider.submit(ready)
        double.__enter__()
        assert provider.submit(ready) == ready.ticket.token


def test_a_job_that_vanished_is_lost_only_at_the_second_look() -> None:
    clock = FakeClock()
    with meeting(Fault.VANISHED, clock=clock) as (provider, _):
        ticket = submitted(provider, REQUEST)
        assert provider.look(ticket) == Running()
        clock.sleep(2.9)
        assert provider.look(ticket) == Running()
        clock.sleep(0.2)
        state = provider.look(ticket)
        assert isinstance(state, Lost)
        assert state.again
        assert isinstance(provider.look(ticket), Lost)


def test_a_restart_loses_every_job() -> None:
    clock = FakeClock()
    with meeting(clock=clock) as (provider, double):
        ticket = submitted(provider, REQUEST)
        done(provider, ticket)
        double.restart()
        assert provider.look(ticket) == Running()
        clock.sleep(5)
        assert isinstance(provider.look(ticket), Lost)


def test_a_finished_job_that_is_not_in_the_history_yet_is_waited_for() -> None:
    clock = FakeClock()
    with meeting(Fault.EMPTY_HISTORY, clock=clock) as (provider, _):
        ticket = submitted(provider, REQUEST)
        state = ended(lambda: provider.look(ticket))
        assert isinstance(state, Succeeded)


def test_a_gap_between_two_looks_does_not_add_up() -> None:
    """A job that was missing once, came back, and is missing again an hour later, is not lost."""
    clock = FakeClock()
    with meeting(clock=clock) as (provider, double):
        ticket = submitted(provider, REQUEST)
        job = double.jobs()[0]
        job.notes["deleted"] = True
        assert provider.look(ticket) == Running()
        job.notes["deleted"] = False
        done(provider, ticket)
        clock.sleep(3600)
        job.notes["deleted"] = True
        assert provider.look(ticket) == Running()


def test_success_without_pictures_is_a_failure_worth_another_try() -> None:
    with meeting(Fault.EMPTY_RESULT) as (provider, _):
        ticket = submitted(provider, REQUEST)
        state = ended(lambda: provider.look(ticket))
        assert isinstance(state, Failed)
        assert state.again


def test_out_of_memory_frees_the_server_and_is_worth_another_try() -> None:
    with meeting(Fault.JOB_FAILED) as (provider, double):
        ticket = submitted(provider, REQUEST)
        state = ended(lambda: provider.look(ticket))
        assert isinstance(state, Failed)
        assert state.again
        assert "out of memory" in state.reason
        assert ("POST", "/api/free") in double.requests


def test_a_fault_of_the_input_is_not_worth_another_try() -> None:
    failure = ("PIL.UnidentifiedImageError", "cannot identify image file '/data/input/secret/a.png'")
    plan = FaultPlan({1: Fault.JOB_FAILED})
    with ComfyDouble(faults=plan, failure=failure) as double, opened(double, FakeClock()) as provider:
        ticket = submitted(provider, REQUEST)
        state = ended(lambda: provider.look(ticket))
        assert isinstance(state, Failed)
        assert not state.again
        assert "UnidentifiedImageError" in state.reason
        assert "secret" not in state.reason
        assert "every word" not in state.reason


def test_a_picture_that_is_gone_is_a_bad_result() -> None:
    with meeting(Fault.EXPIRED_RESULT) as (provider, _):
        ticket = submitted(provider, REQUEST)
        with pytest.raises(BadResult, match="cannot be fetched"):
            provider.fetch(ticket, done(provider, ticket))


@pytest.mark.parametrize("fault", [Fault.WRONG_FORMAT, Fault.WRONG_SIZE, Fault.TRUNCATED])
def test_bytes_come_as_they_are_and_the_door_finds_out(fault: Fault) -> None:
    with meeting(fault) as (provider, _):
        ticket = submitted(provider, REQUEST)
        (data,) = provider.fetch(ticket, done(provider, ticket))
        if fault is Fault.WRONG_FORMAT:
            assert data.startswith(b"\xff\xd8")
        elif fault is Fault.TRUNCATED:
            with pytest.raises(ImageError):
                decode_image(data, what="it")
        else:
            assert decode_image(data, what="it").shape[:2] != (64, 64)


def test_a_cold_start_is_waiting_not_failing() -> None:
    with meeting(Fault.COLD_START) as (provider, double):
        double.cold_start_s = 0.1
        ticket = submitted(provider, REQUEST)
        assert provider.look(ticket) == Queued()
        done(provider, ticket)


@pytest.mark.parametrize("how", ["stuck", "dead"])
def test_a_dead_worker_is_told_from_a_busy_one(how: str) -> None:
    clock = FakeClock()
    with meeting(*([Fault.STUCK_QUEUE] if how == "stuck" else []), clock=clock) as (provider, double):
        if how == "dead":
            double.kill_worker()
        ticket = submitted(provider, REQUEST)
        assert provider.look(ticket) == Queued()
        clock.sleep(9)
        assert provider.look(ticket) == Queued()
        clock.sleep(2)
        with pytest.raises(ProviderUnavailable, match="Restart ComfyUI"):
            provider.look(ticket)
        with pytest.raises(ProviderUnavailable, match="worker is dead"):
            prepared(provider, REQUEST)
        provider.cancel(ticket)
        assert double.total_usd == 0


def test_a_job_that_is_cancelled_while_it_waits_costs_nothing() -> None:
    clock = FakeClock()
    with meeting(clock=clock) as (provider, double):
        double.queue_s = 60
        ticket = submitted(provider, REQUEST)
        provider.cancel(ticket)
        assert provider.look(ticket) == Running()
        clock.sleep(4)
        assert isinstance(provider.look(ticket), Lost)
        assert double.invoice == []


@pytest.mark.parametrize("old", [False, True])
def test_a_job_that_is_cancelled_while_it_runs_has_failed(old: bool) -> None:
    request = ImageToImage(
        prompt="x", width_px=64, height_px=64, seed=1, image=REQUEST.image, model="pixel-finish"
    )
    with ComfyDouble(old=old, run_s=60) as double, opened(double, FakeClock()) as provider:
        mine, others = submitted(provider, request), submitted(provider, request)
        provider.cancel(mine)
        state = provider.look(mine)
        assert isinstance(state, Failed)
        assert "interrupted" in state.reason
        assert provider.look(others) == Queued()


def test_a_graph_that_is_only_partly_taken_is_cancelled_and_refused() -> None:
    with meeting() as (provider, double):
        ready = prepared(provider, REQUEST)
        graph = ready.body["graph"]
        graph["bad"] = {
            "class_type": "EmptyImage",
            "inputs": {"width": 0, "height": 8, "batch_size": 1, "color": 0},
        }
        graph["other"] = {
            "class_type": "SaveImage",
            "inputs": {"filename_prefix": "x", "images": ["bad", 0]},
        }
        double.run_s = 60
        with pytest.raises(ProviderRejected, match="only a part of the workflow") as raised:
            provider.submit(ready)
        assert "node bad (EmptyImage): Value 0 smaller than min of 1 width" in str(raised.value)
        assert raised.value.job_id == ready.ticket.token
        assert ("POST", f"/api/jobs/{ready.ticket.token}/cancel") in double.requests


def test_the_same_job_sent_twice_costs_nothing_more_and_brings_its_pictures() -> None:
    """A server remembers graphs, and forgets their pictures where no client id is sent."""
    with meeting() as (provider, double):
        ready = prepared(provider, REQUEST)
        provider.submit(ready)
        ticket = ready.ticket.model_copy(update={"job_id": ready.ticket.token})
        done(provider, ticket)
        provider.submit(ready)
        assert len(provider.fetch(ticket, done(provider, ticket))) == 1
        assert len(double.invoice) == 1
        assert all(job.notes["extra"]["client_id"] not in {None, ticket.token} for job in double.jobs())


def test_ids_are_in_the_one_form_that_servers_take() -> None:
    with meeting() as (provider, double):
        ticket = submitted(provider, REQUEST)
        assert str(uuid.UUID(ticket.job_id)) == ticket.job_id
        assert "number" not in double.jobs()[0].notes["extra"]


def test_a_proxy_that_wants_credentials_is_told_so() -> None:
    with (
        ComfyDouble(token="sesame-0123456789") as double,
        opened(double, FakeClock()) as provider,
        pytest.raises(ProviderRejected, match="wants credentials"),
    ):
        prepared(provider, REQUEST)


def test_a_wrong_url_is_told_from_a_failure() -> None:
    with (
        ComfyDouble() as double,
        open_comfyui(ComfyConfig(url=f"{double.url}/elsewhere")) as provider,
        pytest.raises(ProviderUnavailable, match="no ComfyUI answers"),
    ):
        prepared(provider, REQUEST)
