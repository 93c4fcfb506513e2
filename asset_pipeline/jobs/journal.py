"""What is written down about paid work, each step before the next one is taken.

One row a piece of work (``jobs``): who works on it, and in the end its result, which is the memo. One row a paid request
(``attempts``). Every method is one transaction and may be called from many threads, processes and machines at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from asset_pipeline.errors import AssetPipelineError
from asset_pipeline.jobs.budgets import Budgets, require_room
from asset_pipeline.jobs.owners import LEASE_S, is_at_work
from asset_pipeline.jobs.records import (
    BAD_RESULT,
    NOTHING,
    OPEN,
    Attempt,
    AttemptState,
    Done,
    Purpose,
    Work,
)
from asset_pipeline.jobs.schema import ATTEMPTS, JOBS, LOCKS, SLOTS, open_engine
from asset_pipeline.providers.operations import CostBasis, Receipt
from asset_pipeline.providers.remote import Money, Quote, Ticket

CANCELLED = "cancelled by a person"
ClaimAnswer = Literal["mine", "busy", "done"]


class JournalError(AssetPipelineError):
    """The journal is not as it must be: a claim was lost to somebody else, or a row is gone."""


class Journal:
    """The record of paid work in one database.

    Args:
        url: where it is; see :func:`~asset_pipeline.jobs.schema.open_engine`.
        budgets: what may be spent; checked in the transaction that writes a request down.

    Raises:
        ConfigError: it cannot be opened.
    """

    def __init__(self, url: str, budgets: Budgets | None = None) -> None:
        self.engine = open_engine(url)
        self._budgets = budgets or Budgets()

    def close(self) -> None:
        """Give the database's connections back."""
        self.engine.dispose()

    # The memo -----------------------------------------------------------------------------------------------------

    def recall(self, fingerprint: str) -> Done | None:
        """Return what the piece of work became, or ``None`` where it is not done."""
        with self.reading() as connection:
            row = connection.execute(
                sa.select(JOBS.c.results, JOBS.c.receipt).where(
                    JOBS.c.fingerprint == fingerprint, JOBS.c.done_at.is_not(None)
                )
            ).one_or_none()
        return None if row is None else Done(tuple(row.results), Receipt.model_validate(row.receipt))

    def forget_result(self, fingerprint: str) -> None:
        """Open a finished piece of work again, because its pictures are gone from the store; the provider may have them yet."""
        with self.engine.begin() as connection:
            connection.execute(
                ATTEMPTS.update()
                .where(ATTEMPTS.c.fingerprint == fingerprint, ATTEMPTS.c.state == "delivered")
                .values(state="accepted")
            )
            connection.execute(
                JOBS.update()
                .where(JOBS.c.fingerprint == fingerprint)
                .values(done_at=None, results=None, receipt=None)
            )

    # Claims -------------------------------------------------------------------------------------------------------

    def claim(self, work: Work, owner: str, now: float) -> ClaimAnswer:
        """Take the piece of work, unless it is done or somebody alive has it."""
        with self.engine.begin() as connection:
            connection.execute(
                self._insert(JOBS)
                .values(
                    fingerprint=work.fingerprint,
                    provider=work.provider,
                    model=work.model,
                    operation=work.operation,
                    request=dict(work.request),
                    game=work.purpose.game,
                    pack=work.purpose.pack,
                    sprite=work.purpose.sprite,
                    created_at=now,
                )
                .on_conflict_do_nothing()
            )
            row = connection.execute(
                sa.select(JOBS.c.owner, JOBS.c.lease_until, JOBS.c.done_at)
                .where(JOBS.c.fingerprint == work.fingerprint)
                .with_for_update()
            ).one()
            if row.done_at is not None:
                return "done"
            if row.owner not in (None, owner) and is_at_work(row.owner, row.lease_until, now):
                return "busy"
            connection.execute(
                JOBS.update()
                .where(JOBS.c.fingerprint == work.fingerprint)
                .values(owner=owner, lease_until=now + LEASE_S)
            )
        return "mine"

    def renew(self, owners: Sequence[str], now: float) -> None:
        """Say that *owners* still live, for their claims and their places in flight."""
        with self.engine.begin() as connection:
            for table in (JOBS, SLOTS):
                connection.execute(
                    table.update().where(table.c.owner.in_(owners)).values(lease_until=now + LEASE_S)
                )

    def release(self, fingerprint: str, owner: str) -> None:
        """Let others have the piece of work."""
        with self.engine.begin() as connection:
            connection.execute(
                JOBS.update()
                .where(JOBS.c.fingerprint == fingerprint, JOBS.c.owner == owner)
                .values(owner=None, lease_until=None)
            )

    # Attempts -----------------------------------------------------------------------------------------------------

    def open_attempt(self, fingerprint: str) -> Attempt | None:
        """Return the attempt whose end is not known, or ``None``."""
        found = self.attempts(ATTEMPTS.c.fingerprint == fingerprint, ATTEMPTS.c.state.in_(OPEN))
        return found[-1] if found else None

    def bad_result(self, fingerprint: str) -> str | None:
        """Say why the newest attempt at a piece of work was paid for in vain, or return ``None`` where it was not."""
        newest = self.attempts(ATTEMPTS.c.fingerprint == fingerprint, newest=1)
        error = newest[-1].error if newest and newest[-1].state == "failed" else None
        return error.removeprefix(BAD_RESULT) if error and error.startswith(BAD_RESULT) else None

    def attempts(self, *where: sa.ColumnElement[bool], newest: int | None = None) -> list[Attempt]:
        """Return the attempts that match *where*, oldest first; of many the *newest* only."""
        query = sa.select(ATTEMPTS).where(*where).order_by(ATTEMPTS.c.number.desc()).limit(newest)
        with self.reading() as connection:
            return [_attempt(row) for row in reversed(connection.execute(query).all())]

    def intend(  # noqa: PLR0913 - what is written down
        self,
        work: Work,
        owner: str,
        ticket: Ticket,
        quote: Quote,
        *,
        job_id: str = "",
        state: Literal["intended", "sending"] = "sending",
    ) -> None:
        """Write down a paid request before it is sent, if every budget has room for it.

        A request that was refused may be sent again under its own token: its row is opened again.

        Args:
            work: the piece of work; *owner* must hold it.
            owner: who sends it.
            ticket: how it will be found; ``created_at`` is now.
            quote: what it is expected to cost; it counts as spent from here on.
            job_id: the id of an earlier job that is to be done again under the same id.
            state: ``sending`` where the caller sends it next, ``intended`` where somebody else will.

        Raises:
            BudgetExceeded: nothing was written.
            JournalError: somebody else has the piece of work by now.
        """
        purpose, month = work.purpose, month_of(ticket.created_at)
        with self.engine.begin() as connection:
            self.lock(connection, "budget")
            # Renewed here, the claim outlasts the sending, whatever kept this process from its last signs of life.
            held = connection.execute(
                JOBS.update()
                .where(JOBS.c.fingerprint == work.fingerprint, JOBS.c.owner == owner)
                .values(lease_until=ticket.created_at + LEASE_S)
            )
            if held.rowcount != 1:
                raise JournalError(f"{purpose}: another process took over {work.fingerprint[:12]}; run again")
            require_room(connection, self._budgets, purpose, month, quote.usd)
            values = {
                "fingerprint": work.fingerprint,
                "token": ticket.token,
                "state": state,
                "provider": work.provider,
                "model": ticket.model,
                "operation": work.operation,
                "game": purpose.game,
                "pack": purpose.pack,
                "sprite": purpose.sprite,
                "run_id": purpose.run_id,
                "month": month,
                "ticket": ticket.model_dump(mode="json"),
                "job_id": job_id or None,
                "quoted_usd": quote.usd,
                "worst_usd": quote.worst_usd,
                "quote_basis": quote.basis,
                "cost_usd": quote.usd,
                "cost_basis": quote.basis,
                "sent_at": ticket.created_at,
                "accepted_at": None,
                "ended_at": None,
                "error": None,
            }
            connection.execute(
                self._insert(ATTEMPTS)
                .values(values)
                .on_conflict_do_update(index_elements=["token"], set_=values)
            )

    def begin_sending(self, token: str) -> bool:
        """Take it upon oneself to send what is ``intended``; false where it was taken back, or somebody else sends it."""
        return self._turned(token, state="sending")

    def take_back(self, token: str, now: float) -> bool:
        """See to it that what is ``intended`` is never sent; false where it was sent, or is being sent."""
        nothing = {"cost_usd": NOTHING.usd, "cost_basis": NOTHING.basis, "ended_at": now}
        return self._turned(token, state="refused", error="was not sent", **nothing)

    def other_job_ids(self, attempt: Attempt) -> frozenset[str]:
        """Return the ids of the provider's jobs that are known to be other attempts', of this piece of work or another."""
        query = sa.select(ATTEMPTS.c.job_id).where(
            ATTEMPTS.c.provider == attempt.ticket.provider,
            ATTEMPTS.c.token != attempt.token,
            ATTEMPTS.c.job_id.is_not(None),
        )
        with self.reading() as connection:
            return frozenset(connection.execute(query).scalars())

    def cancelled(self, token: str) -> None:
        """Write down that a person told the provider to stop: a run that watches the job then does not begin another."""
        self._mark(token, error=CANCELLED)

    def is_cancelled(self, token: str) -> bool:
        """Tell whether a person told the provider to stop."""
        return bool(self.attempts(ATTEMPTS.c.token == token, ATTEMPTS.c.error == CANCELLED))

    def accepted(self, token: str, job_id: str, now: float) -> None:
        """Write down the provider's job id."""
        self._mark(token, state="accepted", job_id=job_id, accepted_at=now, error=None)

    def uncertain(self, attempt_token: str, worst_usd: Decimal, error: str) -> None:
        """Write down that nobody knows whether the request was accepted; the worst case counts as spent."""
        self._mark(attempt_token, state="uncertain", cost_usd=worst_usd, cost_basis="estimated", error=error)

    def ended(self, token: str, state: AttemptState, cost: Money, error: str, now: float) -> None:
        """Write down that the attempt brought nothing, and what it cost all the same."""
        self._mark(token, state=state, cost_usd=cost.usd, cost_basis=cost.basis, error=error, ended_at=now)

    def delivered(self, attempt: Attempt, results: Sequence[str], receipt: Receipt, now: float) -> None:
        """Write down the result: from here on the memo answers."""
        with self.engine.begin() as connection:
            connection.execute(
                ATTEMPTS.update()
                .where(ATTEMPTS.c.token == attempt.token)
                .values(
                    state="delivered",
                    cost_usd=receipt.cost_usd,
                    cost_basis=receipt.cost_basis,
                    queue_s=receipt.queue_seconds,
                    run_s=receipt.run_seconds,
                    ended_at=now,
                    error=None,
                )
            )
            connection.execute(
                JOBS.update()
                .where(JOBS.c.fingerprint == attempt.fingerprint)
                .values(
                    done_at=now,
                    results=list(results),
                    receipt=receipt.model_dump(mode="json"),
                    owner=None,
                    lease_until=None,
                )
            )

    # Plumbing -----------------------------------------------------------------------------------------------------

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """Read without keeping writers out."""
        with self.engine.connect().execution_options(reads=True) as connection:
            yield connection

    def lock(self, connection: sa.Connection, name: str) -> None:
        """Let one transaction after the other pass, until this one ends."""
        connection.execute(self._insert(LOCKS).values(name=name, taken=0).on_conflict_do_nothing())
        connection.execute(LOCKS.update().where(LOCKS.c.name == name).values(taken=LOCKS.c.taken + 1))

    def _insert(self, table: sa.Table) -> Any:  # noqa: ANN401 - the two dialects' inserts have no common type
        return (sqlite if self.engine.dialect.name == "sqlite" else postgresql).insert(table)

    def _turned(self, token: str, **values: Any) -> bool:  # noqa: ANN401 - columns
        """Change an attempt that is ``intended``; of all who try, one succeeds."""
        mine = sa.and_(ATTEMPTS.c.token == token, ATTEMPTS.c.state == "intended")
        with self.engine.begin() as connection:
            return bool(connection.execute(ATTEMPTS.update().where(mine).values(**values)).rowcount)

    def _mark(self, token: str, *, error: str | None, **values: Any) -> None:  # noqa: ANN401 - columns
        """Change an attempt; what is delivered stays so, whatever somebody who looked earlier has to say."""
        text = None if error is None else error.replace("\0", "")[:2000]  # PostgreSQL keeps no NUL
        mine = sa.and_(ATTEMPTS.c.token == token, ATTEMPTS.c.state != "delivered")
        with self.engine.begin() as connection:
            found = connection.execute(ATTEMPTS.update().where(mine).values(error=text, **values))
            if found.rowcount != 1:
                raise JournalError(f"the attempt {token} was delivered by somebody else meanwhile; run again")


def month_of(now: float) -> str:
    """Return the calendar month, UTC.

    >>> month_of(0.0)
    '1970-01'
    """
    return datetime.fromtimestamp(now, UTC).strftime("%Y-%m")


def _attempt(row: Any) -> Attempt:  # noqa: ANN401 - a row
    basis: CostBasis = row.cost_basis
    return Attempt(
        number=row.number,
        fingerprint=row.fingerprint,
        token=row.token,
        state=row.state,
        ticket=Ticket.model_validate(row.ticket).model_copy(update={"job_id": row.job_id or ""}),
        quote=Quote(row.quoted_usd, row.worst_usd, row.quote_basis),
        cost_usd=row.cost_usd,
        cost_basis=basis,
        purpose=Purpose(row.game, row.pack, row.sprite, row.run_id),
        sent_at=row.sent_at,
        accepted_at=row.accepted_at,
        ended_at=row.ended_at,
        error=row.error,
    )
