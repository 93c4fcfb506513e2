"""Candidates and decisions side by side, as people look at them."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Literal

from asset_pipeline.reviews.candidates import Candidates
from asset_pipeline.reviews.decisions import Decision, Standing, decisions_of
from asset_pipeline.reviews.places import Place, drawn_for
from asset_pipeline.sprites.candidates import Candidate
from asset_pipeline.storage.store import Store

_READERS = 16  # a bucket answers in some 30 ms, and a game has hundreds of sprites


@dataclass(frozen=True)
class Entry:
    """One candidate, and how it stands.

    Attributes:
        candidate: the candidate.
        current: whether it is of the newest generation; an earlier one is only shown where it is pinned.
        chosen: whether it is the one that was finished.
        pinned: whether it is the pinned one.
        judged: what people think of it; empty where they have not said.
        decisions: about it, the oldest first.
    """

    candidate: Candidate
    current: bool
    chosen: bool
    pinned: bool
    judged: Literal["approved", "rejected", ""]
    decisions: tuple[Decision, ...]

    @property
    def marks(self) -> tuple[str, ...]:
        """How it stands, in words: ``chosen``, ``pinned``, ``approved``, ``rejected``, ``earlier``."""
        flags = {"chosen": self.chosen, "pinned": self.pinned, "earlier": not self.current}
        return (*(word for word, holds in flags.items() if holds), *([self.judged] if self.judged else []))


@dataclass(frozen=True)
class SpriteReview:
    """One sprite: what was drawn for it, and what was decided.

    Attributes:
        place: which sprite.
        record: its candidates.
        standing: the decisions about it.
    """

    place: Place
    record: Candidates
    standing: Standing

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Its candidates as they were drawn; first the pinned one, where that is of an earlier generation."""
        pinned = self.standing.pinned
        drawn = {candidate.picture for candidate in self.record.candidates}
        earlier = [pinned] if pinned is not None and pinned.picture not in drawn else []
        return (
            *(self._entry(candidate, current=False) for candidate in earlier),
            *(self._entry(candidate, current=True) for candidate in self.record.candidates),
        )

    def _entry(self, candidate: Candidate, *, current: bool) -> Entry:
        picture, standing = candidate.picture, self.standing
        pinned = standing.pinned is not None and standing.pinned.picture == picture
        return Entry(
            candidate,
            current,
            chosen=current and candidate.number == self.record.chosen,
            pinned=pinned,
            judged=(
                "approved"
                if picture in standing.approved
                else "rejected"
                if picture in standing.rejected
                else ""
            ),
            decisions=standing.about(picture),
        )


def told(decision: Decision) -> str:
    """Say a decision in one line."""
    done = {"approve": "approved", "reject": "rejected", "pin": "pinned", "unpin": "unpinned"}[
        decision.action
    ]
    why = f": {decision.why}" if decision.why else ""
    return f"{done} by {decision.who}, {decision.when:%Y-%m-%d %H:%M} UTC{why}"


def review_of(store: Store, place: Place) -> SpriteReview:
    """Read what was drawn and decided for one sprite.

    Raises:
        DecisionRefused: nothing was drawn for it.
        StoreError: the store does not answer, or a record in it is damaged; names it.
    """
    return SpriteReview(place, drawn_for(store, place), decisions_of(store, *place))


def reviews_of(store: Store, found: Iterable[Place]) -> list[SpriteReview]:
    """Read what was drawn and decided for many sprites, in their order; raises as :func:`review_of` does."""
    with ThreadPoolExecutor(_READERS) as pool:
        return list(pool.map(lambda place: review_of(store, place), found))
