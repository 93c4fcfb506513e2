"""Sending one paid request, and writing down what came of it: wherever that is done, in this order."""

from __future__ import annotations

import logging

import sqlalchemy as sa

from asset_pipeline.errors import OutcomeUnknown, ProviderRejected, ProviderUnavailable
from asset_pipeline.jobs.clock import Clock
from asset_pipeline.jobs.journal import Journal
from asset_pipeline.jobs.records import NOTHING
from asset_pipeline.providers.remote import Prepared, RemoteProvider, Ticket

NOTE_TRIES = 7  # of writing a job's id down, over half a minute

_log = logging.getLogger(__name__)


def send(journal: Journal, provider: RemoteProvider, prepared: Prepared, clock: Clock) -> None:
    """Send *prepared* once; its attempt stands in the journal as ``sending``, and what came of it afterwards.

    Raises:
        ProviderRejected: refused for good; written down.
        ProviderUnavailable: nothing was sent or accepted; written down.
        OutcomeUnknown: it may have been accepted; the attempt stays ``sending``. With a job's id it certainly was, and the
            journal does not know it yet.
    """
    ticket = prepared.ticket
    try:
        job_id = provider.submit(prepared)
    except (ProviderRejected, ProviderUnavailable) as error:
        journal.ended(ticket.token, "refused", NOTHING, str(error), clock.now())
        raise
    note(journal, ticket, job_id, clock)


def note(journal: Journal, ticket: Ticket, job_id: str, clock: Clock) -> None:
    """Write a new job's id down, also where the database is away for a moment: not every provider can find it again.

    Raises:
        OutcomeUnknown: the database stays away; names the job.
    """
    pause_s = 0.5
    for left in reversed(range(NOTE_TRIES)):
        try:
            return journal.accepted(ticket.token, job_id, clock.now())
        except sa.exc.SQLAlchemyError as error:  # also a pool that is used up
            _log.warning(
                "%s: job %s is not in the journal yet: %s", ticket.provider, job_id, type(error).__name__
            )
            if left == 0:
                why = f"job {job_id} was accepted, and the journal's database does not answer"
                raise OutcomeUnknown(
                    ticket.provider, f"{why} ({type(error).__name__})", job_id=job_id
                ) from error
        clock.sleep(pause_s)
        pause_s *= 2
    return None
