"""What paid work has cost, as an asset: a picture and a JSON for producers, remade whenever somebody asks."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import dagster as dg

from asset_pipeline.export.cost_chart import Bar, cost_chart
from asset_pipeline.imaging.png import encode_png
from asset_pipeline.imaging.thumbnail import inline_markdown
from asset_pipeline.jobs.journal import Journal
from asset_pipeline.jobs.ledger import Line, summary, total_usd
from asset_pipeline.reviews.candidates import Drawn, accepted_by_game
from asset_pipeline.storage.blobs import publish
from asset_pipeline.storage.keys import money_key
from asset_pipeline.storage.store import Store

COST_REPORT = dg.AssetKey(["money", "cost_report"])
BY = ("month", "game", "provider", "operation")
NEWEST_BARS = 24
COLUMNS = dg.TableSchema(  # also where there are no lines yet
    [
        *map(dg.TableColumn, BY),
        dg.TableColumn("requests", "int"),
        dg.TableColumn("delivered", "int"),
        *map(dg.TableColumn, ("quoted_usd", "cost_usd", "charged_usd", "usd_per_delivered")),
        dg.TableColumn("seconds_of_work", "float"),
    ]
)

GAME_COLUMNS = dg.TableSchema(
    [
        dg.TableColumn("game"),
        dg.TableColumn("cost_usd"),
        *(dg.TableColumn(name, "int") for name in ("sprites", "accepted", "candidates")),
        dg.TableColumn("usd_per_accepted"),
    ]
)


@dg.asset(
    key=COST_REPORT,
    group_name="money",
    kinds={"png"},
    description="What every game, provider and month has cost: expected before the call, and as charged or reckoned after it.",
)
def cost_report(
    context: dg.AssetExecutionContext, store: dg.ResourceParam[Store], journal: dg.ResourceParam[Journal]
) -> dg.MaterializeResult[None]:
    """Add the journal up, draw it, and publish both."""
    lines = summary(journal, BY)
    month = datetime.now(UTC).strftime("%Y-%m")
    subtitle = f"{month}: ${_of_month(lines, month):.2f} · in all: ${total_usd(lines):.2f}"
    chart = cost_chart("What the art cost", subtitle, [_bar(line) for line in lines[-NEWEST_BARS:]])
    png = publish(store, money_key("cost_report.png"), encode_png(chart), content_type="image/png")
    games = _games(lines, accepted_by_game(store))
    document = json.dumps({"lines": [_row(line) for line in lines], "games": games}, indent=2).encode()
    publish(store, money_key("cost_report.json"), document, content_type="application/json")
    context.log.info(f"{len(lines)} lines, ${total_usd(lines):.4f} in all")
    url = store.browser_url(png.key)
    return dg.MaterializeResult(
        metadata={
            "preview": dg.MetadataValue.md(inline_markdown(chart, "cost report")),
            **({} if url is None else {"picture": dg.MetadataValue.md(f"![costs]({url})")}),
            "cost_usd_month": float(_of_month(lines, month)),
            "cost_usd_all": float(total_usd(lines)),
            "costs": dg.MetadataValue.table([dg.TableRecord(_row(line)) for line in lines[-200:]], COLUMNS),
            "accepted": dg.MetadataValue.table([dg.TableRecord(game) for game in games], GAME_COLUMNS),
            **({} if url is None else {"url": dg.MetadataValue.url(url)}),
        },
        data_version=dg.DataVersion(png.sha256),
    )


def _games(lines: list[Line], drawn: Mapping[str, Drawn]) -> list[dict[str, Any]]:
    """Tell of every game what it cost in all, and what one sprite that passed its gates did."""
    names = sorted({line.group[1] for line in lines if line.group[1]} | drawn.keys())
    rows = []
    for name in names:
        cost_usd = total_usd([line for line in lines if line.group[1] == name])
        of_game = drawn.get(name, Drawn(0, 0, 0))
        rows.append(
            {
                "game": name,
                "cost_usd": str(cost_usd),
                "sprites": of_game.sprites,
                "accepted": of_game.accepted,
                "candidates": of_game.candidates,
                "usd_per_accepted": f"{cost_usd / of_game.accepted:.6f}" if of_game.accepted else "",
            }
        )
    return rows


def _of_month(lines: list[Line], month: str) -> Decimal:
    return total_usd([line for line in lines if line.group[0] == month])


def _bar(line: Line) -> Bar:
    month, game, provider, operation = line.group
    return Bar(
        label=f"{month}  {game or 'single tries'}  {provider}",
        cost_usd=line.cost_usd,
        charged_usd=line.charged_usd,
        quoted_usd=line.quoted_usd,
        note=f"{line.delivered} x {operation.replace('_', ' ')}",
    )


def _row(line: Line) -> dict[str, Any]:
    each = line.cost_usd / line.delivered if line.delivered else None
    return {
        **dict(zip(BY, line.group, strict=True)),
        "requests": line.attempts,
        "delivered": line.delivered,
        "quoted_usd": str(line.quoted_usd),
        "cost_usd": str(line.cost_usd),
        "charged_usd": str(line.charged_usd),
        "usd_per_delivered": "" if each is None else f"{each:.6f}",
        "seconds_of_work": round(line.run_s, 1),
    }
