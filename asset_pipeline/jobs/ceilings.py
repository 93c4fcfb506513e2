"""How much of a provider's work is in flight at once, over all processes and machines that share a journal."""

from __future__ import annotations

import math
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from asset_pipeline.jobs.clock import Clock
from asset_pipeline.jobs.journal import Journal
from asset_pipeline.jobs.owners import LEASE_S, is_at_work
from asset_pipeline.jobs.records import OPEN
from asset_pipeline.jobs.schema import ATTEMPTS, RATES, SLOTS
from asset_pipeline.providers.remote import Ceilings

SHORTEST_WAIT_S, LONGEST_WAIT_S = 0.05, 0.5  # between two looks into the database
SLICE_S = 0.02


class Gate:
    """Lets as many pieces of work through as one provider takes at once.

    A place belongs to a fingerprint, not to a process: whoever resumes work that is still in flight at the provider takes its
    place over. Within a process the threads queue at a lock, so that only one of them asks the database again and again.
    """

    def __init__(self, journal: Journal, provider: str, ceilings: Ceilings, clock: Clock) -> None:
        self._journal = journal
        self._provider = provider
        self._ceilings = ceilings
        self._clock = clock
        self._next = threading.Lock()
        self._given_back = threading.Event()

    @contextmanager
    def place(self, fingerprint: str, owner: str, *, in_flight: bool = False) -> Iterator[None]:
        """Wait for a place in flight and keep it until the block ends.

        Args:
            fingerprint: the piece of work.
            owner: who is at it.
            in_flight: its job is at the provider already, so it has a place, however many others there are: while it waited for
                one, its result might expire.
        """
        if in_flight:
            self._taken(fingerprint, owner, of=math.inf)
        else:
            self._queue(fingerprint, owner)
        try:
            yield
        except BaseException:
            # What was accepted goes on at the provider; its place is kept as if this process had died.
            self._give_back(fingerprint, owner, _NOTHING_OPEN)
            raise
        self._give_back(fingerprint, owner)

    def pace(self) -> None:
        """Wait until another submission is within the provider's rate."""
        per_second = self._ceilings.per_second
        if per_second is None:
            return
        now = self._clock.now()
        with self._journal.engine.begin() as connection:
            self._journal.lock(connection, f"rate {self._provider}")
            found = connection.execute(
                sa.select(RATES.c.next_at).where(RATES.c.provider == self._provider)
            ).scalar()
            mine = max(now, found or 0.0)
            if found is None:
                connection.execute(RATES.insert().values(provider=self._provider, next_at=0.0))
            connection.execute(
                RATES.update().where(RATES.c.provider == self._provider).values(next_at=mine + 1 / per_second)
            )
        if mine > now:
            self._clock.sleep(mine - now)

    def _queue(self, fingerprint: str, owner: str) -> None:
        with self._next:
            wait_s = SHORTEST_WAIT_S
            while not self._taken(fingerprint, owner, of=self._ceilings.parallel):
                self._pause(wait_s * random.uniform(0.7, 1.3))  # noqa: S311 - spreads the askers
                wait_s = min(wait_s * 1.3, LONGEST_WAIT_S)

    def _pause(self, seconds: float) -> None:
        """Wait, but no longer than until a thread of this process gives its place back."""
        self._given_back.clear()
        until = self._clock.monotonic() + seconds
        while self._clock.monotonic() < until and not self._given_back.is_set():
            self._clock.sleep(SLICE_S)

    def _taken(self, fingerprint: str, owner: str, *, of: float) -> bool:
        now = self._clock.now()
        with self._journal.reading() as connection:
            if len(self._held_by_others(connection, fingerprint, now)) >= of:
                return False
        with self._journal.engine.begin() as connection:
            self._journal.lock(connection, f"slots {self._provider}")
            others = self._held_by_others(connection, fingerprint, now)
            if len(others) >= of:
                return False
            # Those whose time ran out, and our own from an earlier life.
            connection.execute(
                SLOTS.delete().where(SLOTS.c.provider == self._provider, SLOTS.c.holder.not_in(others))
            )
            connection.execute(
                SLOTS.insert().values(
                    provider=self._provider, holder=fingerprint, owner=owner, lease_until=now + LEASE_S
                )
            )
        return True

    def _held_by_others(self, connection: sa.Connection, fingerprint: str, now: float) -> list[str]:
        """Name the work of others that is in flight; a process that died may have left a job that still runs."""
        rows = connection.execute(
            sa.select(
                SLOTS.c.holder,
                SLOTS.c.owner,
                SLOTS.c.lease_until,
                sa.func.count(ATTEMPTS.c.number).label("open"),
            )
            .outerjoin(
                ATTEMPTS, sa.and_(ATTEMPTS.c.fingerprint == SLOTS.c.holder, ATTEMPTS.c.state.in_(OPEN))
            )
            .where(SLOTS.c.provider == self._provider, SLOTS.c.holder != fingerprint)
            .group_by(SLOTS.c.holder, SLOTS.c.owner, SLOTS.c.lease_until)
        )
        return [
            row.holder
            for row in rows
            if (row.open and row.lease_until > now) or is_at_work(row.owner, row.lease_until, now)
        ]

    def _give_back(self, fingerprint: str, owner: str, *where: sa.ColumnElement[bool]) -> None:
        with self._journal.engine.begin() as connection:
            connection.execute(
                SLOTS.delete().where(
                    SLOTS.c.provider == self._provider,
                    SLOTS.c.holder == fingerprint,
                    SLOTS.c.owner == owner,  # somebody else may have taken it over
                    *where,
                )
            )
        self._given_back.set()


_NOTHING_OPEN = ~sa.exists().where(ATTEMPTS.c.fingerprint == SLOTS.c.holder, ATTEMPTS.c.state.in_(OPEN))
