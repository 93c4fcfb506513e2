"""Clients that test for ``failed`` and ``cancelled`` poll a failed job until they time out; its words are others."""

from __future__ import annotations

from decimal import Decimal

import pytest

from asset_pipeline.providers.remote import Json, Money, Queued, Running
from asset_pipeline.providers.scenario import money, states

RATE = Decimal("0.01")
FREE = Money(Decimal(0), "charged")


def job(status: str, **more: Json) -> Json:
    return {"jobId": "job_1", "status": status, **more}


@pytest.mark.parametrize("word", ["pending", "queued", "warming-up", "Queued"])
def test_a_job_that_waits_is_queued(word: str) -> None:
    assert states.unfinished(job(word)) == Queued()


@pytest.mark.parametrize("word", ["in-progress", "finalizing", "some-new-word", ""])
def test_any_other_word_is_work_under_way(word: str) -> None:
    assert states.unfinished(job(word, progress=0.25)) == Running(0.25)
    assert states.unfinished(job(word, progress="half")) == Running(None)
    assert states.unfinished(job(word, progress=7)) == Running(1.0)


@pytest.mark.parametrize("word", ["failure", "failed"])
def test_a_failure_says_why(word: str) -> None:
    assert states.word_of(job(word)) in states.FAILED
    told = job(word, metadata={"error": "out of\n memory", "hint": "try again"}, billing={"cuCost": 9})
    found = states.failed(told, RATE)
    assert (found.reason, found.again, found.cost) == ("out of memory - try again", True, FREE)


@pytest.mark.parametrize("word", ["canceled", "cancelled"])
def test_a_cancellation_is_a_failure_that_may_be_repeated(word: str) -> None:
    found = states.failed(job(word), RATE)
    assert (found.reason, found.again, found.cost) == ("it was cancelled", True, FREE)


@pytest.mark.parametrize(
    "reason",
    ["Content flagged by moderation", "NSFW content", "Input width must be at least 672", "Invalid asset"],
)
def test_bad_input_is_not_worth_another_attempt(reason: str) -> None:
    assert not states.failed(job("failure", metadata={"error": reason}), RATE).again


def test_a_failure_is_refunded_although_the_bill_still_shows_its_price() -> None:
    bill = {"cuCost": 9, "cuCostDetails": {"quality-gate": 0}}
    assert money.kept(job("failure", billing=bill), RATE) == FREE


def test_a_failure_that_is_not_refunded_costs_its_price_and_is_not_repeated() -> None:
    bill = {"cuCost": 9, "cuCostDetails": {"quality-gate": 1.75}, "disableRefund": True}
    found = states.failed(job("failure", billing=bill), RATE)
    assert found.cost == Money(Decimal("0.1075"), "charged")
    assert not found.again


def test_the_cost_is_the_main_action_and_its_add_ons() -> None:
    bill = {"cuCost": 9, "cuDiscount": 0, "cuCostDetails": {"quality-gate": 1.75}}
    assert money.charged(job("success", billing=bill), RATE) == Money(Decimal("0.1075"), "charged")


@pytest.mark.parametrize("billing", [None, {}, {"cuCost": None}, {"cuCost": "n/a"}, {"cuCost": True}])
def test_a_bill_that_names_no_price_leaves_the_quote_standing(billing: Json) -> None:
    assert money.charged(job("success", billing=billing), RATE) is None


def test_a_long_reason_is_cut() -> None:
    assert len(states.failed(job("failure", metadata={"error": "x" * 900}), RATE).reason) == 500


def test_no_reason_is_said_so() -> None:
    assert states.failed(job("failure", metadata=None), RATE).reason == "no reason was given"


def test_times_come_from_the_history_and_strange_dates_are_passed_over() -> None:
    history = [
        {"status": "queued", "date": "2026-10-09T12:00:00.000Z"},
        {"status": "warming-up", "date": "2026-10-09T12:00:01.000Z"},
        {"status": "in-progress", "date": "2026-10-09T12:00:04.500Z"},
        {"status": "finalizing", "date": "yesterday"},
        {"status": "success", "date": "2026-10-09T12:00:10.000Z"},
    ]
    assert states.seconds(job("success", statusHistory=history)) == (4.5, 5.5)
    assert states.seconds(job("success")) == (None, None)


@pytest.mark.parametrize(
    ("reply", "units"),
    [
        (
            {"creativeUnitsCost": 10.75, "costDetails": {"custom-generation": 9, "quality-gate": 1.75}},
            "10.75",
        ),
        ({"creativeUnitsCost": 3}, "3"),
        ({"creativeUnitsCost": 3, "ipDetection": {"creativeUnitsCharged": 0.5}}, "3.5"),
    ],
)
def test_a_dry_run_is_read_in_decimals(reply: Json, units: str) -> None:
    quote = money.quote(reply, RATE)
    assert quote is not None
    assert quote.usd == quote.worst_usd == Decimal(units) * RATE
    assert quote.basis == "quoted"


def test_a_dry_run_without_a_price_is_no_quote() -> None:
    assert money.quote({"job": {}}, RATE) is None
