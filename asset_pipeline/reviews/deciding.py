"""Taking a decision: what can be decided, and what is refused with nothing written."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from pydantic import BaseModel, ConfigDict

from asset_pipeline.errors import DecisionRefused
from asset_pipeline.reviews.decisions import Action, Decision, Standing, decisions_of, keep_decision
from asset_pipeline.reviews.places import Place, drawn_for
from asset_pipeline.sprites.candidates import Candidate
from asset_pipeline.storage.store import Store


class Wish(BaseModel):
    """What somebody wants to decide.

    Attributes:
        action: approve, reject, pin or unpin.
        picture: key of the candidate's first picture; an unpin needs none.
        who: who decides.
        why: the reason; a rejection and a pin need one.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    action: Action
    picture: str | None = None
    who: str
    why: str = ""


def decide(store: Store, place: Place, wish: Wish, *, now: datetime | None = None) -> Decision:
    """Take a decision about one candidate of a sprite, and keep it for good.

    Args:
        store: where candidates and decisions are kept.
        place: the sprite.
        wish: what is to be decided.
        now: the time, in UTC; the clock's where it is left out.

    Raises:
        DecisionRefused: the picture is none of the sprite's candidates or gone, somebody or a reason is missing, or the
            decision contradicts an earlier one; says everything that is wrong.
        StoreError: the store does not answer, or a record in it is damaged.
    """
    standing = decisions_of(store, *place)
    candidate = _pinned(place, standing) if wish.action == "unpin" else _drawn(store, place, wish.picture)
    if complaints := [*_complaints(wish, candidate, standing)]:
        raise DecisionRefused(f"{place}: {'; '.join(complaints)}")
    decision = Decision(
        action=wish.action,
        picture=candidate.picture,
        who=wish.who,
        when=_after(standing, now or datetime.now(UTC)),
        why=wish.why,
        candidate=candidate if wish.action == "pin" else None,
    )
    keep_decision(store, *place, decision)
    return decision


def candidate_number(store: Store, place: Place, label: str) -> Candidate:
    """Return the candidate that people call *label*.

    Raises:
        DecisionRefused: there is none; says which there are.
    """
    candidates = drawn_for(store, place).candidates
    found = [candidate for candidate in candidates if candidate.label == label]
    if not found:
        raise DecisionRefused(f"{place} has no candidate {label}; {_listed(candidates)}")
    return found[0]


def _complaints(wish: Wish, candidate: Candidate, standing: Standing) -> Iterator[str]:
    if not wish.who:
        yield "nobody is named who decides; say who"
    if wish.action in ("reject", "pin") and not wish.why:
        yield f"a reason is missing; say why you {wish.action} it"
    pinned = standing.pinned
    if wish.action == "reject" and pinned is not None and pinned.picture == candidate.picture:
        yield f"candidate {candidate.label} is pinned, so it cannot be rejected; unpin it first"
    if wish.action == "pin" and candidate.picture in standing.rejected:
        yield f"candidate {candidate.label} is rejected, so it cannot be pinned; approve it first"


def _pinned(place: Place, standing: Standing) -> Candidate:
    if standing.pinned is None:
        raise DecisionRefused(f"{place}: no candidate is pinned, so there is nothing to unpin")
    return standing.pinned


def _drawn(store: Store, place: Place, picture: str | None) -> Candidate:
    candidates = drawn_for(store, place).candidates
    found = next((candidate for candidate in candidates if candidate.picture == picture), None)
    if found is None:
        raise DecisionRefused(f"{picture} is none of the candidates of {place}; {_listed(candidates)}")
    if gone := [key for key in found.images if not store.exists(key)]:
        raise DecisionRefused(
            f"candidate {found.label} of {place} is gone: there is no {store.uri(gone[0])}; {_listed(candidates)}"
        )
    return found


def _listed(candidates: tuple[Candidate, ...]) -> str:
    return f"there is {', '.join(f'{each.label} ({each.picture})' for each in candidates)}"


def _after(standing: Standing, now: datetime) -> datetime:
    """Whoever decides has seen what was decided before, so it comes later, also where a clock is slow."""
    earlier = [decision.when + timedelta(microseconds=1) for decision in standing.decisions[-1:]]
    return max([now, *earlier])
