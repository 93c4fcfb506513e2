"""What pictures cost by the month and by the route: the first estimate, done again from the dated price tables.

Asks nobody and pays nothing. A picture is one generation; cutting it out, splitting it and trying again come on top, see
``outlays``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, TypeAlias

from asset_pipeline.providers.fitting import Fit
from asset_pipeline.providers.prices import prices
from asset_pipeline.providers.runpod.costs import OwnCosts, own_run_s, public_quote

Vendor: TypeAlias = Literal["scenario", "runpod"]
Bill: TypeAlias = Callable[[int], Decimal]
"""From pictures a month to US dollars a month."""

GPU = "4090"
PUBLIC = ("flux-schnell", "z-image-turbo", "qwen-edit", "flux-dev", "kontext")
SIDES_PX = (1024, 512)


@dataclass(frozen=True)
class Route:
    """One way to have pictures drawn.

    Attributes:
        vendor: who is paid, and whose claim it is held against.
        name: for a person.
        bill: what so many pictures a month cost.
    """

    vendor: Vendor
    name: str
    bill: Bill


def volumes() -> tuple[int, ...]:
    """Return the volumes of the first estimate, in pictures a month."""
    return tuple(prices("first_estimate")["claims"]["volumes"])


def batch_size() -> int:
    """Return how many pictures share one start of a worker."""
    return int(prices("first_estimate")["batches"]["pictures"])


def routes() -> tuple[Route, ...]:
    """List every route: Scenario by plan and by model, RunPod's public models, an endpoint of one's own."""
    return (*_scenario(), *_public(), *_own())


# Scenario ---------------------------------------------------------------------------------------------------------


def plans(table: str = "plans") -> Mapping[str, Mapping[str, Any]]:
    """Return Scenario's plans by name; ``plans_paid_yearly`` is the other table."""
    return {name: row for name, row in prices("scenario")[table].items() if isinstance(row, Mapping)}


def units_of(model: str) -> Decimal:
    """Return how many creative units one call of *model* likely takes."""
    return Decimal(prices("scenario")["models"][model]["cu"])


def plan_bill(plan: Mapping[str, Any], units_each: Decimal) -> Bill:
    """Price calls on one plan: its monthly fee, and beyond its allowance every further unit at the plan's own rate."""

    def bill(count: int) -> Decimal:
        fee, rate = Decimal(plan["usd_per_month"]), Decimal(plan["usd_per_cu"])
        beyond = max(units_each * count - Decimal(plan["cu_per_month"]), Decimal(0))
        return fee + rate * beyond

    return bill


def cheapest_bill(units_each: Decimal, table: str = "plans") -> Bill:
    """Price calls on whichever plan is the cheapest at that volume."""
    bills = [plan_bill(plan, units_each) for plan in plans(table).values()]
    return lambda count: min(bill(count) for bill in bills)


def _scenario() -> Iterator[Route]:
    usual = units_of("other")
    yield Route("scenario", f"Scenario, {usual} CU a picture, cheapest plan", cheapest_bill(usual))
    for name, plan in plans().items():
        yield Route("scenario", f"- {name.title()} plan, {plan['cu_per_month']:,} CU", plan_bill(plan, usual))
    yield Route("scenario", "- cheapest plan, paid yearly", cheapest_bill(usual, "plans_paid_yearly"))
    for model in ("flux-1-dev", "gpt-image-2"):
        units = units_of(model)
        yield Route("scenario", f"Scenario {model}, {units} CU, cheapest plan", cheapest_bill(units))


# RunPod -----------------------------------------------------------------------------------------------------------


def public_bill(model: str, side_px: int) -> Bill:
    """Price square pictures of one of RunPod's hosted models."""
    each = public_quote(model, Fit(side_px, side_px)).usd
    return lambda count: each * count


def own_bill(run_s: Decimal, batch: int) -> Bill:
    """Price jobs at an endpoint of one's own: every batch starts one worker, which stays for its idle time-out."""
    costs = OwnCosts.of(GPU)

    def started(jobs: int) -> Decimal:
        return costs.usd(costs.cold_s + jobs * run_s + costs.idle_s) if jobs else Decimal(0)

    def bill(count: int) -> Decimal:
        full, rest = divmod(count, batch)
        return full * started(batch) + started(rest)

    return bill


def _public() -> Iterator[Route]:
    for side_px in SIDES_PX:
        for model in PUBLIC:
            yield Route(
                "runpod", f"RunPod public {model}, {side_px} x {side_px}", public_bill(model, side_px)
            )


def _own() -> Iterator[Route]:
    run_s, batch = own_run_s("flux"), batch_size()
    yield Route("runpod", f"RunPod own {GPU} with Flux, batches of {batch}", own_bill(run_s, batch))
    yield Route("runpod", f"RunPod own {GPU} with Flux, one cold call a picture", own_bill(run_s, 1))
