"""Money: quotes by the dated table, charges by RunPod's own figure, estimates where it names none."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from asset_pipeline.errors import ConfigError
from asset_pipeline.providers.fitting import Fit
from asset_pipeline.providers.remote import Failed, Money, Succeeded
from asset_pipeline.providers.runpod.costs import OwnCosts, own_run_s, public_cost, public_quote
from asset_pipeline.providers.runpod.public import public_models
from asset_pipeline.providers.runpod.status import QueueStatus, Word
from asset_pipeline.testing.faults import Fault, FaultPlan
from asset_pipeline.testing.runpod import RunPodDouble, default_endpoints
from asset_pipeline_tests.providers.runpod.at_hand import ball, begun, ended, over_guide, provider_at, words

RATE = Decimal("0.00031")


def done(**fields: Any) -> QueueStatus:  # noqa: ANN401  # any field
    return QueueStatus(Word.COMPLETED, **fields)


def test_the_contracts_own_example_is_reckoned_exactly() -> None:
    assert public_quote("flux-dev", Fit(1024, 1024)).usd == Decimal("0.02097152")
    assert public_quote("flux-dev", Fit(512, 512)).usd == Decimal("0.00524288")
    assert public_quote("z-image-turbo", Fit(1024, 1024)).usd == Decimal("0.005")


@pytest.mark.parametrize(
    ("model", "size", "sample"),
    [
        ("qwen-image", (1328, 1328), "0.035267"),
        ("seedream-4-edit", (1024, 1024), "0.028311"),
        ("seedream-4", (2048, 2048), "0.113246"),
        ("qwen-edit", (1024, 1024), "0.020972"),
    ],
)
def test_the_sample_answers_of_the_pages_are_met_where_the_listed_price_is_not(
    model: str, size: tuple[int, int], sample: str
) -> None:
    assert abs(public_quote(model, Fit(*size)).usd - Decimal(sample)) < Decimal("0.00001")


def test_a_page_whose_sample_charges_more_than_its_price_is_feared_but_not_expected() -> None:
    quote = public_quote("kontext", Fit(1024, 1024))
    assert quote.usd == Decimal("0.025")
    assert round(quote.worst_usd, 6) == Decimal("0.031457")
    assert "2026-08-20" in quote.detail


def test_an_own_endpoint_is_quoted_warm_with_the_cold_price_beside_it_and_the_deadline_as_the_worst() -> None:
    quote = OwnCosts.of("4090").quote(own_run_s("flux"), deadline_s=600)
    assert quote.usd == 17 * RATE
    assert quote.worst_usd == 665 * RATE
    assert quote.basis == "estimated"
    assert "0.02387 USD where it starts" in quote.detail


def test_seconds_are_rounded_up_and_waiting_beyond_a_start_is_free() -> None:
    costs = OwnCosts.of("4090")
    assert costs.reckon(done(delay_s=0.2, run_s=3.9)) == Money(10 * RATE, "estimated")
    assert costs.reckon(done(delay_s=3600.0, run_s=3.0)) == Money(68 * RATE, "estimated")
    assert costs.reckon(done(run_s=0.0)) == Money(5 * RATE, "estimated")


def test_a_job_that_never_reached_a_worker_costs_nothing() -> None:
    costs, nothing = OwnCosts.of("4090"), Money(Decimal(0), "estimated")
    for word in (Word.FAILED, Word.CANCELLED, Word.TIMED_OUT):
        assert costs.reckon(QueueStatus(word)) == nothing
        assert costs.reckon(QueueStatus(word, delay_s=9.0)) == nothing
    assert costs.reckon(QueueStatus(Word.FAILED, delay_s=1.0, run_s=2.0)) == Money(8 * RATE, "estimated")


def test_a_job_without_any_times_leaves_the_quote_to_stand() -> None:
    assert OwnCosts.of("4090").reckon(done()) is None


def test_gpus_are_named_in_any_case_and_an_unknown_one_is_refused_with_the_known() -> None:
    assert OwnCosts.of("H100").rate == Decimal("0.00116")
    with pytest.raises(ConfigError, match=r"'5090'.*4090"):
        OwnCosts.of("5090")


@pytest.mark.parametrize(
    ("output", "usd"),
    [
        ({"cost": 0.02097152}, "0.02097152"),
        ({"cost": "0.003"}, "0.003"),
        ({"cost": 1e-05}, "0.00001"),
        ({"cost": 0}, "0"),
        ({"output": {"cost": 0.1}}, "0.1"),
    ],
)
def test_what_a_public_endpoint_charges_is_read_to_the_last_digit(output: Any, usd: str) -> None:  # noqa: ANN401
    assert public_cost(done(output=output)) == Money(Decimal(usd), "charged")


@pytest.mark.parametrize(
    "output", [None, "https://x", {}, {"cost": "free"}, {"cost": True}, {"cost": -1}, {"cost": float("nan")}]
)
def test_what_is_no_price_is_not_taken_for_one(output: Any) -> None:  # noqa: ANN401
    assert public_cost(done(output=output)) is None


@pytest.mark.parametrize("model", public_models("data_uri"), ids=lambda model: model.name)
def test_quote_charge_and_invoice_agree_to_the_cent_for_every_public_model(model: Any) -> None:  # noqa: ANN401
    quick = {
        slug: replace(endpoint, draw=lambda *_: ball()) for slug, endpoint in default_endpoints().items()
    }
    sizes = {"width_px": 640, "height_px": 640, "model": model.name}
    request = words(**sizes) if "text_to_image" in model.card.operations else over_guide(**sizes)
    with RunPodDouble(endpoints=quick, run_s=0) as double, provider_at(double) as provider:
        quote = provider.plan(request).quote
        state = ended(provider, begun(provider, request))
        assert isinstance(state, Succeeded)
        assert state.cost == Money(quote.usd, "charged")
        assert double.total_usd == quote.usd


def test_a_public_request_that_failed_is_neither_charged_nor_invoiced() -> None:
    plan = FaultPlan({1: Fault.JOB_FAILED})
    with RunPodDouble(faults=plan) as double, provider_at(double) as provider:
        state = ended(provider, begun(provider, words(model="flux-dev")))
        assert isinstance(state, Failed)
        assert state.cost == Money(Decimal(0), "charged")
        assert double.invoice == []


@pytest.mark.parametrize("fault", [None, Fault.JOB_FAILED, Fault.COLD_START])
def test_the_estimate_for_an_own_endpoint_meets_the_invoice(fault: Fault | None) -> None:
    plan = FaultPlan({1: fault} if fault else {})
    with RunPodDouble(faults=plan, run_s=0.03) as double, provider_at(double) as provider:
        state = ended(provider, begun(provider, words()))
        assert isinstance(state, Succeeded | Failed)
        assert state.cost == Money(double.total_usd, "estimated")
        assert double.total_usd == 6 * RATE


def test_a_job_cancelled_in_the_queue_costs_nothing_and_one_at_work_its_seconds() -> None:
    with RunPodDouble(queue_s=30, run_s=30) as double, provider_at(double) as provider:
        waiting = begun(provider, words())
        provider.cancel(waiting)
        working = begun(provider, words(seed=8))
        double.jobs()[1].accepted_at -= 31.5
        provider.cancel(working)
        states = [provider.look(ticket) for ticket in (waiting, working)]
        costs = [state.cost.usd for state in states if isinstance(state, Failed)]
        assert costs[0] == 0
        assert costs[1] >= 36 * RATE
        assert sum(costs) == double.total_usd
