"""What was spent, added up from the journal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa

from asset_pipeline.jobs.journal import Journal
from asset_pipeline.jobs.records import Purpose
from asset_pipeline.jobs.schema import ATTEMPTS
from asset_pipeline.providers.operations import Receipt


@dataclass(frozen=True)
class Line:
    """One group of attempts.

    Attributes:
        group: the values of the columns it was grouped by.
        attempts: how many were accepted, or may have been.
        delivered: how many brought pictures.
        quoted_usd: what they were expected to cost.
        cost_usd: what they count for.
        charged_usd: the part of it that the provider itself named.
        run_s: seconds of work at the provider, where it says so.
    """

    group: tuple[str, ...]
    attempts: int
    delivered: int
    quoted_usd: Decimal
    cost_usd: Decimal
    charged_usd: Decimal
    run_s: float


def summary(journal: Journal, by: Sequence[str], *where: sa.ColumnElement[bool]) -> list[Line]:
    """Add up everything that was sent, grouped and sorted by the columns *by*; what was refused does not count.

    Args:
        journal: the record.
        by: columns of the attempts, such as ``("provider", "month")``.
        where: conditions on the attempts' columns.
    """
    columns = [ATTEMPTS.c[name] for name in by]
    charged = sa.case((ATTEMPTS.c.cost_basis == "charged", ATTEMPTS.c.cost_usd), else_=0)
    delivered = sa.case((ATTEMPTS.c.state == "delivered", 1), else_=0)
    query = (
        sa.select(
            *columns,
            sa.func.count().label("attempts"),
            sa.func.sum(delivered).label("delivered"),
            sa.func.sum(ATTEMPTS.c.quoted_usd).label("quoted_usd"),
            sa.func.sum(ATTEMPTS.c.cost_usd).label("cost_usd"),
            sa.type_coerce(sa.func.sum(charged), ATTEMPTS.c.cost_usd.type).label("charged_usd"),
            sa.func.sum(ATTEMPTS.c.run_s).label("run_s"),
        )
        .where(ATTEMPTS.c.state != "refused", *where)
        .group_by(*columns)
        .order_by(*columns)
    )
    with journal.reading() as connection:
        rows = connection.execute(query).all()
    return [
        Line(
            group=tuple(getattr(row, name) for name in by),
            attempts=row.attempts,
            delivered=int(row.delivered),
            quoted_usd=row.quoted_usd,
            cost_usd=row.cost_usd,
            charged_usd=row.charged_usd,
            run_s=row.run_s or 0.0,
        )
        for row in rows
    ]


def spent_usd(journal: Journal, purpose: Purpose, receipts: Sequence[Receipt]) -> Decimal:
    """Return what a sprite has cost in one run, what brought no picture with it.

    Args:
        journal: the record.
        purpose: the sprite and the run; retries of a run are one with it.
        receipts: of the pictures that came of it. One that the run paid for tells nothing new; one of a job that a killed run
            left behind does; one from the memo cost nothing now.
    """
    names = ("run_id", "game", "pack", "sprite")
    lines = summary(journal, ["fingerprint"], *(ATTEMPTS.c[name] == getattr(purpose, name) for name in names))
    told = {line.group[0] for line in lines}
    brought_home = [one for one in receipts if not one.memoised and one.fingerprint not in told]
    return total_usd(lines) + sum((one.cost_usd for one in brought_home), Decimal(0))


def total_usd(lines: Sequence[Line]) -> Decimal:
    """Add up what the lines count for."""
    return sum((line.cost_usd for line in lines), Decimal(0))
