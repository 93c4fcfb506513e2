"""Paid work that nobody watches any more: its run was killed, or gave up waiting."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from asset_pipeline.errors import AssetPipelineError, ProviderUnavailable
from asset_pipeline.jobs.door import Door
from asset_pipeline.jobs.journal import Journal
from asset_pipeline.jobs.owners import is_at_work
from asset_pipeline.jobs.records import OPEN, Attempt
from asset_pipeline.jobs.schema import ATTEMPTS, JOBS
from asset_pipeline.providers.remote import RemoteProvider


@dataclass(frozen=True)
class Outcome:
    """What became of one orphan.

    Attributes:
        attempt: the orphan.
        text: what became of it, in words.
        delivered: its pictures are in the store now.
        settled: nobody need look after it any more: it is delivered, was never accepted, or somebody else is at it.
    """

    attempt: Attempt
    text: str
    delivered: bool = False
    settled: bool = False


def orphans(journal: Journal, now: float) -> list[Attempt]:
    """Return the open attempts whose work nobody alive has claimed, oldest first."""
    with journal.reading() as connection:
        rows = connection.execute(
            sa.select(JOBS.c.fingerprint, JOBS.c.owner, JOBS.c.lease_until)
            .join(ATTEMPTS, ATTEMPTS.c.fingerprint == JOBS.c.fingerprint)
            .where(ATTEMPTS.c.state.in_(OPEN))
        ).all()
    free = [
        row.fingerprint
        for row in rows
        if row.owner is None or not is_at_work(row.owner, row.lease_until, now)
    ]
    return journal.attempts(ATTEMPTS.c.fingerprint.in_(free), ATTEMPTS.c.state.in_(OPEN))


def bring_home(
    door: Door, providers: Mapping[str, RemoteProvider], attempts: list[Attempt]
) -> Iterator[Outcome]:
    """Carry each attempt to its end, without sending anything that costs money.

    Args:
        door: the door of the journal that holds them.
        providers: those that are ready, by name.
        attempts: what to bring home.
    """
    away: set[str] = set()
    for attempt in attempts:
        name = attempt.ticket.provider
        provider = providers.get(name)
        if provider is None or name in away:
            why = (
                "is not configured here"
                if provider is None
                else "does not answer; its jobs are left for later"
            )
            yield Outcome(attempt, f"{name} {why}")
            continue
        try:
            text = door.resume(provider, attempt)
        except AssetPipelineError as error:
            if isinstance(error, ProviderUnavailable):
                away.add(name)  # each of its jobs would be waited for as long as this one was
            yield Outcome(attempt, str(error))
        else:
            yield Outcome(attempt, text, delivered=text == "delivered", settled=True)
