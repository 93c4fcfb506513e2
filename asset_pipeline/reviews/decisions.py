"""What people decided about the candidates of a sprite: one object a decision, never replaced."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias
from uuid import uuid4

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from asset_pipeline.errors import StoreError
from asset_pipeline.sprites.candidates import Candidate
from asset_pipeline.storage import keys
from asset_pipeline.storage.store import Store

Action: TypeAlias = Literal["approve", "reject", "pin", "unpin"]


class Decision(BaseModel):
    """What one person decided about one picture.

    Attributes:
        action: ``approve`` and ``reject`` judge a picture, the later one counts. ``pin`` makes it the sprite's, whatever
            is drawn later, until another pin or an ``unpin``.
        picture: key of the candidate's first picture, and so its hash.
        who: who decided.
        when: in UTC.
        why: the reason; empty where none was given.
        candidate: of a pin, all of it, since the next generation replaces the record of candidates.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    action: Action
    picture: str
    who: str
    when: AwareDatetime
    why: str = ""
    candidate: Candidate | None = None


@dataclass(frozen=True)
class Standing:
    """All decisions about one sprite, and what they come to.

    Attributes:
        decisions: the oldest first.
    """

    decisions: tuple[Decision, ...] = ()

    @property
    def pinned(self) -> Candidate | None:
        """What the last pin pinned, unless an unpin came after it."""
        pins = [decision for decision in self.decisions if decision.action in ("pin", "unpin")]
        return pins[-1].candidate if pins else None

    @property
    def approved(self) -> frozenset[str]:
        """Pictures that were approved and not rejected later."""
        return frozenset(picture for picture, action in self._judged.items() if action == "approve")

    @property
    def rejected(self) -> frozenset[str]:
        """Pictures that were rejected and not approved later.

        The pinned one is none of them, also where two people pinned and rejected it in the same moment.
        """
        rejected = frozenset(picture for picture, action in self._judged.items() if action == "reject")
        return rejected if self.pinned is None else rejected - {self.pinned.picture}

    def about(self, picture: str) -> tuple[Decision, ...]:
        """Return the decisions about one picture, the oldest first."""
        return tuple(decision for decision in self.decisions if decision.picture == picture)

    @property
    def _judged(self) -> Mapping[str, Action]:
        return {d.picture: d.action for d in self.decisions if d.action in ("approve", "reject")}


def decisions_of(store: Store, game: str, pack: str | None, sprite: str) -> Standing:
    """Return all that was decided about a sprite, in one order for everybody.

    Raises:
        StoreError: one of the objects is no decision; names its key.
    """
    return Standing(
        tuple(_read(store, key) for key in store.list_keys(keys.reviews_prefix(game, pack, sprite)))
    )


def keep_decision(store: Store, game: str, pack: str | None, sprite: str, decision: Decision) -> str:
    """Write *decision* beside the sprite's others and return its key, which sorts by time.

    Raises:
        StoreError: something has that key.
    """
    name = f"{decision.when:%Y%m%dT%H%M%S.%fZ}-{uuid4().hex}.json"
    key = keys.checked_key(keys.reviews_prefix(game, pack, sprite) + name)
    if not store.put_if_absent(key, decision.model_dump_json().encode(), content_type="application/json"):
        raise StoreError(f"{store.uri(key)} is there already; nothing was decided, decide once more")
    return key


def _read(store: Store, key: str) -> Decision:
    try:
        return Decision.model_validate_json(store.get(key))
    except ValidationError as error:
        raise StoreError(
            f"{store.uri(key)} is no decision ({error.error_count()} mistakes); nothing is decided about this sprite "
            "until it is mended or deleted"
        ) from error
