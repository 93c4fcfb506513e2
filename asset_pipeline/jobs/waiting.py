"""Waiting for a job: look again and again, with growing pauses, under two deadlines."""

from __future__ import annotations

from typing import assert_never

from asset_pipeline.errors import JobTimedOut, ProviderUnavailable
from asset_pipeline.jobs.clock import Clock
from asset_pipeline.providers.remote import (
    Failed,
    JobState,
    Lost,
    Patience,
    Queued,
    RemoteProvider,
    Running,
    Succeeded,
    Ticket,
)

PAUSE_SHARE = 0.05  # of the time waited so far: a job that is done is then seen at most that much too late


def wait(provider: RemoteProvider, ticket: Ticket, clock: Clock) -> Succeeded | Failed | Lost:
    """Look until the job is over.

    A job that outlives its deadline is cancelled and looked at once more: it may have finished first, and a worker that is
    left running still bills.

    Raises:
        JobTimedOut: it was cancelled and is still not over; the journal keeps it, so a later run looks again.
        ProviderUnavailable: the provider did not answer until the deadline.
        ProviderRejected: the key is no longer accepted.
    """
    patience = provider.patience
    began = clock.monotonic()
    running_since: float | None = None
    while True:
        state = _look(provider, ticket)
        match state:
            case Succeeded() | Failed() | Lost():
                return state
            case Running():
                running_since = clock.monotonic() if running_since is None else running_since
            case Queued() | ProviderUnavailable():
                pass
            case _:
                assert_never(state)
        late = _late(patience, began, running_since, clock.monotonic())
        if late is not None:
            return _given_up(provider, ticket, late, state)
        waited_s = clock.monotonic() - began
        clock.sleep(max(patience.first_poll_s, min(waited_s * PAUSE_SHARE, patience.longest_poll_s)))


def _look(provider: RemoteProvider, ticket: Ticket) -> JobState | ProviderUnavailable:
    """Ask once; a provider that does not answer has not said anything about the job."""
    try:
        return provider.look(ticket)
    except ProviderUnavailable as error:
        return error


def _late(patience: Patience, began: float, running_since: float | None, now: float) -> str | None:
    if running_since is None:
        waited_s = now - began
        return f"did not begin within {patience.queue_s:.0f} s" if waited_s > patience.queue_s else None
    worked_s = now - running_since
    return f"was not done after {patience.run_s:.0f} s of work" if worked_s > patience.run_s else None


def _given_up(
    provider: RemoteProvider, ticket: Ticket, late: str, last: JobState | ProviderUnavailable
) -> Succeeded | Failed | Lost:
    if isinstance(last, ProviderUnavailable):
        raise last
    try:
        provider.cancel(ticket)
    except ProviderUnavailable as error:
        late += f" and could not be cancelled ({error})"
    state = provider.look(ticket)
    match state:
        case Failed():
            # Cancelled before it was done: a new attempt, on another worker, is the cure for a stuck queue.
            return Failed(f"the job {late} and was cancelled", again=True, cost=state.cost)
        case Succeeded() | Lost():
            return state
        case Queued() | Running():
            raise JobTimedOut(
                ticket.provider,
                f"job {ticket.job_id} {late}; it was told to stop and has not yet. It is in the journal: run again later, or "
                "use `asset-pipeline jobs resume`",
                job_id=ticket.job_id,
            )
        case _:
            assert_never(state)
