"""The provider from a request to its pictures, with everything that can go wrong on the way."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from typing import Any

import pytest

from asset_pipeline.errors import (
    AssetPipelineError,
    BadResult,
    OutcomeUnknown,
    ProviderRejected,
    ProviderUnavailable,
)
from asset_pipeline.imaging.png import decode_image
from asset_pipeline.providers.http import Exchange
from asset_pipeline.providers.operations import Request
from asset_pipeline.providers.remote import Failed, Lost, Queued, RemoteProvider, Succeeded, Ticket
from asset_pipeline.providers.runpod.open import open_runpod
from asset_pipeline.providers.runpod.status import read_status
from asset_pipeline.testing.faults import Fault, FaultPlan
from asset_pipeline.testing.runpod import API_KEY, FLUX_ID, REMOVAL_ID, RunPodDouble, default_endpoints
from asset_pipeline.testing.runpod_shapes import WITHOUT_A_PICTURE, Shape
from asset_pipeline.testing.runpod_workers import Endpoint, flux_endpoint, removal_endpoint, sdxl_endpoint
from asset_pipeline_tests.providers.runpod.at_hand import (
    OWN,
    ball,
    begun,
    config_for,
    ended,
    over_guide,
    provider_at,
    removal,
    words,
)

NO_OWN: dict[str, Any] = dict.fromkeys(OWN)


def small(shape: Shape = Shape.IMAGE) -> dict[str, Endpoint]:
    """An endpoint that answers at once with one small picture."""
    return {FLUX_ID: Endpoint("flux", draw=lambda *_: ball(), shape=shape)}


def met(fault: Fault, *, run_s: float = 0.0, **fields: Any) -> RunPodDouble:  # noqa: ANN401  # of the double
    return RunPodDouble(endpoints=small(), faults=FaultPlan({1: fault}), run_s=run_s, **fields)


# From request to picture ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("request_", "fields"),
    [
        (words(), OWN),
        (over_guide(), OWN),
        (removal(), OWN),
        (words(), {**NO_OWN, "sdxl_endpoint_id": OWN["sdxl_endpoint_id"]}),
        (over_guide(), {**NO_OWN, "sdxl_endpoint_id": OWN["sdxl_endpoint_id"]}),
        (words(model="flux-dev"), NO_OWN),
        (over_guide(), NO_OWN),
    ],
    ids=["flux", "flux over guide", "removal", "sdxl", "sdxl over guide", "public", "public over guide"],
)
def test_a_request_becomes_a_picture(request_: Request, fields: dict[str, Any]) -> None:
    with RunPodDouble() as double, provider_at(double, publish=double.publish, **fields) as provider:
        ticket = begun(provider, request_)
        done = ended(provider, ticket)
        assert isinstance(done, Succeeded)
        (picture,) = provider.fetch(ticket, done)
        rgba = decode_image(picture, what="the picture")
        if ticket.sent_px is not None:
            assert rgba.shape[1::-1] == ticket.sent_px
        assert (rgba[..., 3].min() < 255) == (request_.operation == "remove_background")
        assert len(double.invoice) == 1


def test_the_ticket_survives_json_and_is_all_another_process_needs() -> None:
    with RunPodDouble(endpoints=small(), run_s=0) as double:
        with provider_at(double) as provider:
            kept = begun(provider, words()).model_dump_json()
        # Somewhere else the flux endpoint is another one by now.
        with provider_at(double, flux_endpoint_id="other") as provider:
            ticket = Ticket.model_validate_json(kept)
            done = ended(provider, ticket)
            assert isinstance(done, Succeeded)
            assert provider.fetch(ticket, done) == (ball(),)
    assert ticket.sent_px == (512, 512)
    assert ticket.wanted_px == (64, 64)
    assert API_KEY not in kept


def test_planning_asks_nobody() -> None:
    with RunPodDouble() as double, provider_at(double) as provider:
        plan = provider.plan(words())
        provider.cards()
        assert double.requests == []
    assert plan.model == "flux"
    assert json.loads(json.dumps(dict(plan.identity)))["size"] == [512, 512]


def test_the_plan_names_the_picture_and_not_the_endpoint() -> None:
    """A worker that is deployed anew draws the same; what was paid for stays in the memo."""
    with (
        RunPodDouble() as double,
        provider_at(double) as one,
        provider_at(double, flux_endpoint_id="another") as other,
    ):
        assert one.plan(words()).identity == other.plan(words()).identity
        assert one.plan(words()).identity != one.plan(words(width_px=1024)).identity


def test_the_cards_begin_with_ones_own() -> None:
    with RunPodDouble() as double, provider_at(double, publish=double.publish) as provider:
        assert [card.name for card in provider.cards()][:4] == ["flux", "sdxl", "bg-removal", "flux-dev"]
        kept: RemoteProvider = provider
        assert kept.name == "runpod"


def test_one_provider_serves_many_threads() -> None:
    quick = default_endpoints() | small()
    with RunPodDouble(endpoints=quick, run_s=0.01) as double, provider_at(double) as provider:
        pictures: list[bytes] = []

        def work(seed: int) -> None:
            ticket = begun(provider, words(seed=seed))
            done = ended(provider, ticket)
            assert isinstance(done, Succeeded)
            pictures.extend(provider.fetch(ticket, done))

        threads = [threading.Thread(target=work, args=(seed,)) for seed in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert (
            len(pictures) == len(double.invoice) == len({line.work_sha256 for line in double.invoice}) == 16
        )
        health_looks = [path for _, path in double.requests if path.endswith("/health")]
        assert len(health_looks) == 1


def test_the_real_thing_opens_and_closes() -> None:
    with (
        RunPodDouble(endpoints=small(), run_s=0) as double,
        open_runpod(config_for(double, **OWN)) as provider,
    ):
        assert isinstance(ended(provider, begun(provider, words())), Succeeded)
        assert provider.ceilings.parallel == 10
        assert provider.patience.queue_s == 900


# Shapes ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", sorted(set(Shape) - WITHOUT_A_PICTURE))
def test_a_picture_arrives_in_whatever_shape_it_is_returned(shape: Shape) -> None:
    with RunPodDouble(endpoints=small(shape), run_s=0) as double, provider_at(double) as provider:
        ticket = begun(provider, words())
        done = ended(provider, ticket)
        assert isinstance(done, Succeeded)
        assert provider.fetch(ticket, done) == (ball(),)


@pytest.mark.parametrize("shape", sorted(WITHOUT_A_PICTURE))
def test_completed_without_a_picture_is_an_error_of_its_own(shape: Shape) -> None:
    with RunPodDouble(endpoints=small(shape), run_s=0) as double, provider_at(double) as provider:
        ticket = begun(provider, words())
        done = ended(provider, ticket)
        assert isinstance(done, Succeeded)
        with pytest.raises(BadResult, match="completed without a picture") as raised:
            provider.fetch(ticket, done)
        assert raised.value.job_id == ticket.job_id
        assert not raised.value.again


def test_a_progress_text_is_no_result() -> None:
    endpoints = {FLUX_ID: replace(small()[FLUX_ID], progress="step 3 of 20")}
    with RunPodDouble(endpoints=endpoints, run_s=0.05) as double, provider_at(double) as provider:
        assert isinstance(ended(provider, begun(provider, words())), Succeeded)


def test_a_remover_with_other_names_is_only_a_matter_of_configuration() -> None:
    endpoints = {REMOVAL_ID: removal_endpoint(Shape.IMAGE_B64, image_field="input_image")}
    fields: dict[str, Any] = {"bg_field": "input_image", "bg_encoding": "data_uri"}
    with RunPodDouble(endpoints=endpoints) as double, provider_at(double, **fields) as provider:
        ticket = begun(provider, removal())
        assert isinstance(ended(provider, ticket), Succeeded)


def test_a_worker_that_refuses_its_input_fails_the_job_for_good() -> None:
    with RunPodDouble(endpoints={FLUX_ID: sdxl_endpoint()}) as double, provider_at(double) as provider:
        state = ended(provider, begun(provider, over_guide(denoise_strength=1)))
        assert isinstance(state, Failed)
        assert "image is not a valid input option" in state.reason
        assert not state.again


# Faults ---------------------------------------------------------------------------------------------------------------


def test_a_cold_start_and_a_late_history_only_take_longer() -> None:
    for fault in (Fault.COLD_START, Fault.EMPTY_HISTORY):
        with met(fault) as double, provider_at(double, settle_s=5.0) as provider:
            ticket = begun(provider, words())
            assert provider.look(ticket) == Queued()
            assert isinstance(ended(provider, ticket), Succeeded)


def test_a_stuck_job_stays_in_the_queue_until_it_is_cancelled() -> None:
    with met(Fault.STUCK_QUEUE) as double, provider_at(double) as provider:
        ticket = begun(provider, words())
        assert provider.look(ticket) == Queued()
        provider.cancel(ticket)
        state = provider.look(ticket)
        assert isinstance(state, Failed)
        assert not state.again
        assert double.total_usd == state.cost.usd == 0


def test_too_many_requests_and_too_large_are_certainly_not_accepted() -> None:
    for fault, error in ((Fault.TOO_MANY_REQUESTS, ProviderUnavailable), (Fault.TOO_LARGE, ProviderRejected)):
        with met(fault) as double, provider_at(double) as provider:
            with pytest.raises(error):
                begun(provider, words())
            assert double.invoice == []


@pytest.mark.parametrize(
    ("fault", "paid"),
    [
        (Fault.ERROR_BEFORE_ACCEPT, 0),
        (Fault.HTML_BODY, 0),
        (Fault.ERROR_AFTER_ACCEPT, 1),
        (Fault.DROP_AFTER_ACCEPT, 1),
    ],
)
def test_a_lost_answer_is_unknown_sent_once_and_cannot_be_searched(fault: Fault, paid: int) -> None:
    with met(fault) as double, provider_at(double) as provider:
        prepared = provider.prepare(words(), "11111111-2222-3333-4444-555555555555")
        with pytest.raises(OutcomeUnknown):
            provider.submit(prepared)
        assert len(double.invoice) == paid
        assert [path for _, path in double.requests].count(f"/v2/{FLUX_ID}/run") == 1
        with pytest.raises(OutcomeUnknown, match="look at the endpoint's requests in the console") as raised:
            provider.find(prepared.ticket)
        assert raised.value.final
        assert provider.find(prepared.ticket.model_copy(update={"job_id": "j-u1"})) == "j-u1"


def test_nothing_listening_means_that_nothing_was_sent() -> None:
    with RunPodDouble(endpoints=small()) as double, provider_at(double) as provider:
        prepared = provider.prepare(words(), "11111111-2222-3333-4444-555555555555")
        double.__exit__(None, None, None)
        with pytest.raises(ProviderUnavailable):
            provider.submit(prepared)


@pytest.mark.parametrize("fault", [Fault.VANISHED, Fault.EXPIRED_RESULT])
def test_a_job_that_is_gone_is_lost_and_not_failed(fault: Fault) -> None:
    with met(fault) as double, provider_at(double) as provider:
        state = ended(provider, begun(provider, words()))
        assert isinstance(state, Lost)
        assert state.again
        assert "30 minutes" in state.reason


def test_an_unknown_job_counts_as_not_yet_begun_only_in_the_first_seconds() -> None:
    with met(Fault.VANISHED) as double, provider_at(double, settle_s=5.0) as provider:
        ticket = begun(provider, words())
        assert provider.look(ticket) == Queued()
        old = ticket.model_copy(update={"created_at": ticket.created_at - 6})
        assert isinstance(provider.look(old), Lost)
        assert isinstance(provider.look(ticket.model_copy(update={"created_at": 0.0})), Lost)


def test_an_empty_result_is_said_to_be_one() -> None:
    with met(Fault.EMPTY_RESULT) as double, provider_at(double) as provider:
        ticket = begun(provider, words())
        done = ended(provider, ticket)
        assert isinstance(done, Succeeded)
        with pytest.raises(BadResult, match="completed without a picture"):
            provider.fetch(ticket, done)


def test_damaged_pictures_are_handed_on_for_the_door_to_judge() -> None:
    """Another format is decoded there all the same; a broken file or a wrong shape is refused there."""
    with met(Fault.WRONG_FORMAT) as double, provider_at(double) as provider:
        assert fetched(provider).startswith(b"\xff\xd8\xff")
    with met(Fault.WRONG_SIZE) as double, provider_at(double) as provider:
        assert decode_image(fetched(provider), what="the picture").shape[:2] == (16, 32)
    with met(Fault.TRUNCATED) as double, provider_at(double) as provider:
        assert fetched(provider) == ball()[: len(ball()) // 2]


def fetched(provider: RemoteProvider) -> bytes:
    ticket = begun(provider, words())  # type: ignore[arg-type]  # any provider
    done = ended(provider, ticket)  # type: ignore[arg-type]  # any provider
    assert isinstance(done, Succeeded)
    return provider.fetch(ticket, done)[0]


def test_a_machine_that_failed_is_tried_again_under_the_same_job() -> None:
    with met(Fault.JOB_FAILED) as double, provider_at(double) as provider:
        ticket = begun(provider, words())
        state = ended(provider, ticket)
        assert isinstance(state, Failed)
        assert state.again
        assert state.reason.startswith("CUDA out of memory")
        assert "Traceback" not in state.reason
        assert provider.retry(ticket)
        done = ended(provider, ticket)
        assert isinstance(done, Succeeded)
        assert provider.fetch(ticket, done) == (ball(),)
        assert len(double.invoice) == 1


def test_bad_input_is_not_tried_again() -> None:
    with met(Fault.JOB_FAILED, failure="bad sprite size") as double, provider_at(double) as provider:
        state = ended(provider, begun(provider, words()))
        assert isinstance(state, Failed)
        assert (state.reason, state.again) == ("bad sprite size", False)


def test_a_link_that_is_gone_or_leads_to_no_picture_is_a_bad_result() -> None:
    with RunPodDouble(endpoints=small(Shape.IMAGE_URL), run_s=0) as double, provider_at(double) as provider:
        ticket = begun(provider, words())
        gone = Succeeded(outputs={"image_url": f"{double.url}/images/never.png"})
        with pytest.raises(BadResult, match="links hold 7 days"):
            provider.fetch(ticket, gone)
        page = Succeeded(outputs={"image_url": f"{double.url}/__double__/state"})
        with pytest.raises(BadResult, match="do not begin like a picture"):
            provider.fetch(ticket, page)
        inside = Succeeded(outputs={"image_url": "https://169.254.169.254/latest/meta-data"})
        with pytest.raises(BadResult, match="not on the public internet"):
            provider.fetch(ticket, inside)


def test_the_key_is_never_shown_to_whoever_serves_the_picture() -> None:
    """The double answers a picture's URL with an error where it sees the key."""
    with RunPodDouble(endpoints=small(Shape.IMAGE_URL), run_s=0) as double, provider_at(double) as provider:
        assert fetched(provider) == ball()


def test_an_endpoint_that_is_unhealthy_gets_no_work() -> None:
    sick = {FLUX_ID: Endpoint("flux", handler=dict, workers={"unhealthy": 2})}
    with RunPodDouble(endpoints=sick) as double, provider_at(double) as provider:
        with pytest.raises(ProviderUnavailable, match="unhealthy"):
            provider.prepare(words(), "t")
        assert double.invoice == []


def test_an_endpoint_that_does_not_exist_is_refused_before_anything_is_paid() -> None:
    with (
        RunPodDouble() as double,
        provider_at(double, flux_endpoint_id="nosuch") as provider,
        pytest.raises(ProviderRejected, match="check its id"),
    ):
        provider.prepare(words(), "t")


def test_as_many_jobs_as_allowed_run_at_once_and_the_next_is_told_to_wait() -> None:
    with RunPodDouble(endpoints=small(), run_s=30, ceiling=2) as double, provider_at(double) as provider:
        for seed in range(2):
            begun(provider, words(seed=seed))
        with pytest.raises(ProviderUnavailable):
            begun(provider, words(seed=9))
        assert (double.in_flight, double.max_in_flight, len(double.invoice)) == (2, 2, 2)


# Secrets --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", [None, *Fault])
def test_no_error_repr_or_record_shows_the_key_a_link_or_a_picture(fault: Fault | None) -> None:
    seen: list[Exchange] = []
    plan = FaultPlan({1: fault} if fault else {})
    endpoints = {FLUX_ID: flux_endpoint(Shape.IMAGE_URL)}
    failure = f"bad key {API_KEY} at https://b.example/a.png?X-Amz-Signature=0123456789abcdef"
    with (
        RunPodDouble(endpoints=endpoints, faults=plan, run_s=0, failure=failure) as double,
        provider_at(double, record=seen) as provider,
    ):
        double.endpoints[FLUX_ID] = replace(double.endpoints[FLUX_ID], draw=lambda *_: ball())
        said = [repr(provider.cards()), *story(provider)]
    text = " ".join([*said, *(repr(exchange) for exchange in seen)])
    assert API_KEY not in text
    assert "0123456789abcdef" not in text
    assert "iVBOR" not in text


def story(provider: RemoteProvider) -> list[str]:
    """Everything that is said on the way, whatever happens."""
    said = []
    try:
        prepared = provider.prepare(over_guide(), "11111111-2222-3333-4444-555555555555")
        said.append(repr(prepared))
        ticket = prepared.ticket.model_copy(update={"job_id": provider.submit(prepared)})
        state = provider.look(ticket)
        said.append(repr(state))
        if isinstance(state, Succeeded):
            provider.fetch(ticket, state)
    except AssetPipelineError as error:
        said += [str(error), repr(error), repr(error.__cause__)]
    return said


@pytest.mark.parametrize("output", [{"output": {"error": "who uses {} there?"}}, {"result": "no, {} it is."}])
def test_the_key_is_masked_in_what_a_worker_returns_in_place_of_a_picture(output: dict[str, Any]) -> None:
    said = json.loads(json.dumps(output).replace("{}", API_KEY))
    endpoints = {FLUX_ID: Endpoint("flux", handler=lambda _: said)}
    with RunPodDouble(endpoints=endpoints) as double, provider_at(double) as provider:
        ticket = begun(provider, words())
        done = ended(provider, ticket)
        assert isinstance(done, Succeeded)
        with pytest.raises(BadResult, match=r"\*\*\*") as raised:
            provider.fetch(ticket, done)

    assert API_KEY not in str(raised.value)


def test_the_key_is_masked_in_what_a_worker_says_beside_its_picture() -> None:
    body = {"status": "COMPLETED", "output": {"images": [], "errors": [f"key {API_KEY}"]}}

    assert read_status(body, (API_KEY,)).partial == ("key ***",)
