"""What may be spent, checked before a call and in the same transaction that writes it down."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa

from asset_pipeline.errors import BudgetExceeded
from asset_pipeline.jobs.records import Purpose
from asset_pipeline.jobs.schema import ATTEMPTS


@dataclass(frozen=True)
class Budgets:
    """Limits in US dollars over everything that was spent or is about to be; ``None`` for no limit.

    Attributes:
        run_usd: one run.
        game_usd: one game, over all time; a game's own ``budget_usd`` wins.
        month_usd: everything in one calendar month, UTC.
    """

    run_usd: Decimal | None = None
    game_usd: Decimal | None = None
    month_usd: Decimal | None = None


def spent(connection: sa.Connection, *where: sa.ColumnElement[bool]) -> Decimal:
    """Add up what the attempts that match *where* count for."""
    total = connection.execute(sa.select(sa.func.sum(ATTEMPTS.c.cost_usd)).where(*where)).scalar()
    return total or Decimal(0)


def require_room(
    connection: sa.Connection, budgets: Budgets, purpose: Purpose, month: str, price: Decimal
) -> None:
    """Refuse a call that would break a budget; the caller holds the journal's budget lock.

    Raises:
        BudgetExceeded: naming every budget that is too small, by how much, and what to do.
    """
    if price == 0:
        return
    game_usd = budgets.game_usd if purpose.game_budget_usd is None else purpose.game_budget_usd
    checks = (
        (
            "this run",
            budgets.run_usd if purpose.run_id else None,
            ATTEMPTS.c.run_id == purpose.run_id,
            "ASSET_PIPELINE_BUDGET_RUN_USD",
        ),
        (
            f"the game {purpose.game}",
            game_usd if purpose.game else None,
            ATTEMPTS.c.game == purpose.game,
            "budget_usd in its manifest, or ASSET_PIPELINE_BUDGET_GAME_USD",
        ),
        (
            f"the month {month}",
            budgets.month_usd,
            ATTEMPTS.c.month == month,
            "ASSET_PIPELINE_BUDGET_MONTH_USD",
        ),
    )
    broken = []
    for what, limit, where, remedy in checks:
        if limit is None:
            continue
        already = spent(connection, where)
        if already + price > limit:
            broken.append(
                f"{what} may cost {usd(limit)} and has spent or reserved {usd(already)}; raise {remedy}"
            )
    if broken:
        raise BudgetExceeded(
            f"{purpose}: the next call would cost {usd(price)}, and nothing was sent: {'; '.join(broken)}"
        )


def usd(amount: Decimal) -> str:
    """Write an amount for a person: cents, and more digits only where it is smaller.

    >>> usd(Decimal("12.5")), usd(Decimal("0.0024")), usd(Decimal(0))
    ('$12.50', '$0.0024', '$0.00')
    """
    cents, exact = amount.quantize(Decimal("0.01")), amount.quantize(Decimal("0.000001"))
    return f"${cents:,}" if cents == exact or amount >= 1 else f"${exact.normalize():f}"
