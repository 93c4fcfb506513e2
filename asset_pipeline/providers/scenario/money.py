"""Creative units and dollars: what a call would cost, what it is quoted at, and what it cost."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from asset_pipeline.providers.prices import prices
from asset_pipeline.providers.remote import Json, Money, Quote
from asset_pipeline.providers.scenario.config import ScenarioConfig
from asset_pipeline.providers.scenario.words import NAME, dig, units

FREE = Money(Decimal(0), "charged")


def usd_per_cu(config: ScenarioConfig) -> Decimal:
    """Return the price of one creative unit: as configured, or of the usual plan by the dated table."""
    if config.usd_per_cu is not None:
        return config.usd_per_cu
    plans = prices(NAME)["plans"]
    return Decimal(plans[plans["default"]]["usd_per_cu"])


def estimate(name: str, rate: Decimal) -> Quote:
    """Reckon the price of one call of a model from the dated table, without asking anybody."""
    models = prices(NAME)["models"]
    row = models.get(name, models["other"])
    likely, worst = Decimal(row["cu"]), Decimal(row["worst_cu"])
    detail = f"{likely} CU at {rate} USD by the table of {row['as_of']}: {row['source']}"
    return Quote(likely * rate, worst * rate, "estimated", detail)


def quote(dry_run: Json, rate: Decimal) -> Quote | None:
    """Read the price out of a dry run's reply; ``None`` where it names none."""
    cost = units(dig(dry_run, "creativeUnitsCost"))
    if cost is None:
        return None
    extra = units(dig(dry_run, "ipDetection", "creativeUnitsCharged")) or Decimal(0)
    usd = (cost + extra) * rate
    return Quote(usd, usd, "quoted", f"{cost + extra} CU at {rate} USD, by a dry run")


def charged(job: Json, rate: Decimal) -> Money | None:
    """Read what a finished job cost; ``None`` where it does not say.

    The main action and each add-on stand apart; the total is their sum.
    """
    cost = units(dig(job, "billing", "cuCost"))
    if cost is None:
        return None
    details = dig(job, "billing", "cuCostDetails")
    extras = details.values() if isinstance(details, Mapping) else ()
    total = sum((found for value in extras if (found := units(value)) is not None), cost)
    return Money(total * rate, "charged")


def kept(job: Json, rate: Decimal) -> Money:
    """Say what a failed or cancelled job cost all the same.

    They are refunded, and ``cuCost`` goes on showing the old price; only where ``disableRefund`` is set was it kept.
    """
    if dig(job, "billing", "disableRefund") is not True:
        return FREE
    return charged(job, rate) or FREE
