"""The cost tables in words, for a terminal and for ``docs/costs.md``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from operator import getitem
from typing import Any

from asset_pipeline.errors import ConfigError
from asset_pipeline.planning.claims import claims, factor, verdict
from asset_pipeline.planning.outlays import SPRITES_A_MONTH, levers, outlays, tries
from asset_pipeline.planning.volumes import cheapest_bill, routes, units_of, volumes
from asset_pipeline.providers.prices import prices

BEGIN = "<!-- written by `asset-pipeline prices --update docs/costs.md`; do not edit -->"
END = "<!-- end of what is written -->"
_MODELS = ("other", "flux-1-dev", "gpt-image-2", "birefnet", "photoroom", "qwen-image-layered")
_TABLES = (
    ("scenario", "plans"),
    ("scenario", "plans_paid_yearly"),
    *(("scenario", "models", model) for model in _MODELS),
    ("runpod", "gpu"),
    ("runpod", "own"),
    ("runpod", "public"),
    ("comfyui", "seconds"),
    ("first_estimate", "claims"),
    ("first_estimate", "batches"),
    ("first_estimate", "tries"),
)


@dataclass(frozen=True)
class PriceTable:
    """One table: its title, its head, its rows, and which columns hold numbers."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: tuple[str, ...] = ()


def price_tables() -> tuple[PriceTable, ...]:
    """Reckon everything from the dated price tables."""
    return (_by_month(), _saved(), _by_sprite(), _by_decision(), _dates())


def markdown(tables: Sequence[PriceTable]) -> str:
    """Write *tables* as Markdown."""
    return "\n\n".join(_markdown(table) for table in tables)


def updated(document: str, tables: Sequence[PriceTable]) -> str:
    """Return *document* (Markdown) with *tables* between its two marks.

    Raises:
        ConfigError: the marks are not there.
    """
    before, begin, rest = document.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ConfigError(f"the document has no place for the tables: two lines, {BEGIN!r} and {END!r}")
    return f"{before}{BEGIN}\n\n{markdown(tables)}\n\n{END}{after}"


def _by_month() -> PriceTable:
    head = ("route", *(f"{volume:,}" for volume in volumes()), "the first estimate was")
    rows = []
    names = {"scenario": "First estimate: Scenario", "runpod": "First estimate: RunPod"}
    for claim in claims():
        rows.append((names[claim.vendor], *(f"{low:,} to {high:,}" for low, high in claim.ranges), ""))
        for route in routes():
            if route.vendor == claim.vendor:
                found = [route.bill(volume) for volume in volumes()]
                rows.append((route.name, *(_cents(usd) for usd in found), verdict(claim, found)))
    return PriceTable("USD for so many pictures a month", head, tuple(rows), head[1:-1])


def _saved() -> PriceTable:
    low, high = prices("first_estimate")["claims"]["saving_percent"]
    scenario = cheapest_bill(units_of("other"))
    rows = tuple(
        (route.name, *(_share(1 - route.bill(volume) / scenario(volume)) for volume in volumes()))
        for route in routes()
        if route.vendor == "runpod"
    )
    title = f"Saved against Scenario's cheapest plan at {units_of('other')} CU; the first estimate said {low} to {high} %"
    head = ("route", *(f"{volume:,}" for volume in volumes()))
    return PriceTable(title, head, rows, head[1:])


def _by_sprite() -> PriceTable:
    measured, hoped_for = tries()
    head = (
        "sprite",
        "made by",
        "paid calls",
        "one try",
        f"accepted, {measured:g} tries",
        f"accepted, {hoped_for:g} tries",
    )
    rows = tuple(
        (
            outlay.kind,
            outlay.name,
            str(outlay.calls),
            _mills(outlay.usd),
            _mills(outlay.accepted_usd(measured)),
            _mills(outlay.accepted_usd(hoped_for)),
        )
        for outlay in outlays()
    )
    return PriceTable(f"USD a sprite, at {SPRITES_A_MONTH:,} a month", head, rows, head[2:])


def _by_decision() -> PriceTable:
    rows = []
    for lever in levers():
        low, high = factor(lever.low), factor(lever.high)
        rows.append((lever.name, low if low == high else f"{low} to {high}"))
    return PriceTable(
        "What a decision is worth", ("decision", "times cheaper"), tuple(rows), ("times cheaper",)
    )


def _dates() -> PriceTable:
    rows = []
    for file, *path in _TABLES:
        table: Any = reduce(getitem, path, prices(file))
        rows.append((f"{file}.toml, {' '.join(path)}", str(table["as_of"]), str(table["source"])))
    return PriceTable("Where the numbers are from", ("table", "as of", "source"), tuple(rows))


def _cents(usd: Decimal) -> str:
    return f"{usd:,.2f}"


def _mills(usd: Decimal) -> str:
    return f"{usd:.4f}"


def _share(share: Decimal) -> str:
    return f"{share * 100:.0f} %"


def _markdown(table: PriceTable) -> str:
    marks = ["---:" if name in table.right else "---" for name in table.head]
    lines = [f"| {' | '.join(cells)} |" for cells in (table.head, marks, *table.rows)]
    return "\n".join([f"### {table.title}", "", *lines])
