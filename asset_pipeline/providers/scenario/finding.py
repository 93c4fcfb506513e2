"""Finding a job whose acceptance is unknown: Scenario takes no reference of ours, but echoes what was asked."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Set
from enum import Enum, auto
from typing import Final

from asset_pipeline.errors import OutcomeUnknown
from asset_pipeline.providers.http import Answer
from asset_pipeline.providers.remote import Json, Ticket
from asset_pipeline.providers.scenario.api import Api
from asset_pipeline.providers.scenario.contracts import Contract
from asset_pipeline.providers.scenario.words import NAME, dig, iso, rows_at, text_at

BEFORE_S: Final = 60.0
"""How much earlier than our clock says a submission may stand in the list."""

_MOST_PAGES: Final = 50
_MOST_READS: Final = 50
_PICTURE_PREFIX: Final = "asset_"


class Likeness(Enum):
    """How much the echo of a job is like a body of ours."""

    SAME = auto()
    """All that we sent, and nothing that its model does not know."""
    LIKE = auto()
    """It may be ours, written otherwise: nobody can tell."""
    OTHER = auto()
    """Certainly another piece of work."""


def likeness(sent: Mapping[str, Json], echo: Json, known: Set[str] | None = None) -> Likeness:
    """Compare a body with the echo of a job; defaults that Scenario filled in do not matter.

    Args:
        sent: what we sent.
        echo: what the job says it was asked.
        known: the inputs of the model; ``None`` where they are not at hand.
    """
    if not isinstance(echo, Mapping):
        return Likeness.LIKE
    kept = all(name in echo and _plain(echo[name]) == _plain(value) for name, value in sent.items())
    if kept and (known is None or set(echo) <= set(sent) | known):
        return Likeness.SAME
    return Likeness.LIKE if kept or _akin(sent, echo) else Likeness.OTHER


class Finder:
    """Looks through the list of jobs."""

    def __init__(self, api: Api, *, grace_s: float, clock: Callable[[], float] = time.time) -> None:
        """Look with *api*; a job may take *grace_s* seconds to be listed."""
        self._api, self._grace_s, self._clock = api, grace_s, clock

    def find(
        self, ticket: Ticket, contract: Contract | None, *, sent_at: float, others: Set[str]
    ) -> str | None:
        """Return the id of the one job that does what *ticket* asked; ``None`` where there certainly is none.

        Args:
            ticket: whose ``notes`` hold the body, and by how much Scenario's clock is ahead of ours.
            contract: what the model takes, where that is at hand.
            sent_at: when the paid call ended, by our clock.
            others: ids of jobs that are known to be other attempts.

        Raises:
            OutcomeUnknown: two or more jobs do, or one may, or it is too early to tell.
            ProviderUnavailable: Scenario did not answer.
        """
        sent = dig(ticket.notes, "body")
        if not isinstance(sent, Mapping):
            raise OutcomeUnknown(
                NAME, "the ticket does not say what was sent; look at the jobs on its site", final=True
            )
        known = None if contract is None else set(contract.inputs)
        alike = {kind: set[str]() for kind in Likeness}
        for job_id, echo in self._echoes(ticket):
            if job_id not in others:
                alike[likeness(sent, echo, known)].add(job_id)
        return self._verdict(alike[Likeness.SAME], alike[Likeness.LIKE], sent_at)

    def _verdict(self, same: Set[str], like: Set[str], sent_at: float) -> str | None:
        if len(same) == 1:
            return next(iter(same))
        if same:
            ids = ", ".join(sorted(same))
            raise OutcomeUnknown(
                NAME, f"{len(same)} jobs did exactly what was asked: {ids}; which is ours?", final=True
            )
        if like:
            ids = ", ".join(sorted(like)[:5])
            raise OutcomeUnknown(NAME, f"jobs that may be ours, but do not say what they were asked: {ids}")
        if self._clock() - sent_at < self._grace_s:
            raise OutcomeUnknown(NAME, "the job is not in the list yet; look again in some seconds")
        return None

    def _echoes(self, ticket: Ticket) -> Iterator[tuple[str, Json]]:
        """Yield each job since the submission with what it was asked; one that the list does not quote is read alone."""
        reads = 0
        for job in self._listed(ticket):
            job_id, echo = text_at(job, "jobId") or text_at(job, "id"), dig(job, "metadata", "input")
            may_be_ours = text_at(job, "jobType") in ("", "custom")
            if not echo and may_be_ours and reads < _MOST_READS:
                reads += 1
                echo = dig(self._api.job(job_id), "metadata", "input")
            if echo or may_be_ours:
                yield job_id, echo or None

    def _listed(self, ticket: Ticket) -> Iterator[Json]:
        """Yield every job of every page; an empty page is not the last one while it names another."""
        ahead = dig(ticket.notes, "clock_ahead_s")
        since = ticket.created_at + (ahead if isinstance(ahead, int | float) else 0.0) - BEFORE_S
        token: str | None = None
        seen: set[str | None] = set()
        while token not in seen:
            if len(seen) >= _MOST_PAGES:
                raise OutcomeUnknown(
                    NAME, f"the list of jobs since {iso(since)} does not end; look at its site"
                )
            seen.add(token)
            answer: Answer = self._api.jobs(created_after=iso(since), token=token)
            if not isinstance(dig(answer.body, "jobs"), list):
                raise OutcomeUnknown(NAME, "the list of jobs could not be read; look again in some seconds")
            yield from rows_at(answer.body, "jobs")
            token = text_at(answer.body, "nextPaginationToken") or None
            if token is None:
                return
        raise OutcomeUnknown(NAME, "the list of jobs goes in circles; look again in some seconds")


def _akin(sent: Mapping[str, Json], echo: Mapping[str, Json]) -> bool:
    """Tell whether two bodies share what is only ours: the words and the seed, or, without words, a picture."""
    if words := next((name for name in ("prompt", "description") if name in sent), None):
        return all(_plain(sent.get(name)) == _plain(echo.get(name)) for name in ("seed", words))
    return bool(_pictures(sent) & _pictures(echo))


def _pictures(body: Json) -> set[str]:
    match body:
        case str():
            return {body} if body.startswith(_PICTURE_PREFIX) else set()
        case Mapping():
            return set().union(*map(_pictures, body.values())) if body else set()
        case list() | tuple():
            return set().union(*map(_pictures, body)) if body else set()
        case _:
            return set()


def _plain(value: Json) -> Json:
    """Return *value* so that equal things are equal: 28 and 28.0 are one number, true is none."""
    match value:
        case bool():
            return ("bool", value)
        case float() if value.is_integer():
            return int(value)
        case list() | tuple():
            return [_plain(part) for part in value]
        case Mapping():
            return {name: _plain(part) for name, part in value.items()}
        case _:
            return value
