"""What a selection costs, in one batch and one by one."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from asset_pipeline.planning.plan import totals
from asset_pipeline.planning.steps import Fate, PlannedCall
from asset_pipeline.providers.remote import Quote


def call(
    usd: str = "0.02",
    start: str = "0",
    *,
    provider: str = "runpod",
    model: str = "flux",
    fate: Fate = "call",
    worst: str = "0.05",
    workers: str = "",
) -> PlannedCall:
    quote = Quote(Decimal(usd), Decimal(worst), "estimated", start_usd=Decimal(start), workers=workers)
    known = quote if fate == "call" else None
    return PlannedCall("pond", "", "frog", "text_to_image", provider, model, fate, known)


def test_calls_add_up_by_provider() -> None:
    found = totals(
        [
            call(),
            call("0.03"),
            call(provider="scenario"),
            call(fate="memo"),
            call(provider="local", fate="free"),
        ],
        {"runpod": 10},
    )

    assert list(found) == ["local", "runpod", "scenario"]
    assert (found["runpod"].calls, found["runpod"].memoised, found["runpod"].usd) == (2, 1, Decimal("0.05"))
    assert (found["scenario"].calls, found["scenario"].usd) == (1, Decimal("0.02"))
    assert (found["local"].calls, found["local"].usd) == (0, Decimal(0))
    assert found["runpod"].worst_usd == Decimal("0.10")


def test_nothing_is_nothing() -> None:
    assert totals([], {}) == {}


def test_what_is_known_or_impossible_costs_nothing() -> None:
    found = totals([call(fate="memo"), call(fate="impossible"), call(fate="free")], {"runpod": 10})

    assert found["runpod"].batch_usd == found["runpod"].alone_usd == found["runpod"].worst_usd == 0


def test_a_batch_starts_each_worker_once_and_single_calls_start_one_each() -> None:
    """Thirty sprites in one go on ten workers: ten starts, not thirty."""
    found = totals([call("0.02", "0.10")] * 30, {"runpod": 10})["runpod"]

    assert found.usd == Decimal("0.60")
    assert found.batch_usd == Decimal("0.60") + 10 * Decimal("0.10")
    assert found.alone_usd == Decimal("0.60") + 30 * Decimal("0.10")


def test_fewer_calls_than_workers_start_only_as_many() -> None:
    found = totals([call("0.02", "0.10")] * 3, {"runpod": 10})["runpod"]

    assert found.starts_usd == Decimal("0.30")
    assert found.batch_usd == found.alone_usd


def test_each_kind_of_job_has_workers_of_its_own_to_start() -> None:
    calls = [call(start="0.10", model="flux")] * 20 + [call(start="0.01", model="rembg")] * 20
    found = totals(calls, {"runpod": 10})["runpod"]

    assert found.starts_usd == 10 * Decimal("0.10") + 10 * Decimal("0.01")


def test_models_that_share_their_workers_share_the_starts() -> None:
    """One ComfyUI endpoint runs every template, so the workers that drew also cut out."""
    drawing = [call(start="0.10", model="sprite-flux-dev", workers="endpoint")] * 20
    cutting = [call(start="0.10", model="rembg", workers="endpoint")] * 20
    found = totals([*drawing, *cutting], {"runpod": 10})["runpod"]

    assert found.starts_usd == 10 * Decimal("0.10")


def test_where_starts_differ_the_dearest_are_counted() -> None:
    """A plan that is too low would be worse than one that is too high."""
    found = totals([call(start=start) for start in ("0.01", "0.09", "0.05")], {"runpod": 2})["runpod"]

    assert found.starts_usd == Decimal("0.14")


def test_a_provider_that_is_paid_by_the_picture_has_no_starts() -> None:
    found = totals([call()] * 7, {"runpod": 1})["runpod"]

    assert found.batch_usd == found.alone_usd == found.usd == Decimal("0.14")


def test_a_provider_of_unknown_ceiling_has_one_worker() -> None:
    assert totals([call(start="0.10")] * 5, {})["runpod"].starts_usd == Decimal("0.10")


def test_further_tries_count_only_at_worst() -> None:
    """One may have to pay for all of them, but should not expect to."""
    once, again = totals([call()], {}), totals([call()], {}, [call()] * 6)

    assert again["runpod"] == replace(once["runpod"], worst_usd=7 * once["runpod"].worst_usd)


def test_a_provider_that_only_further_tries_call_is_told_of() -> None:
    found = totals([call(fate="memo")], {}, [call(provider="scenario")])["scenario"]

    assert (found.calls, found.usd, found.worst_usd) == (0, Decimal(0), Decimal("0.05"))
