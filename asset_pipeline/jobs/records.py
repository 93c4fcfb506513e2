"""What the journal holds, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, TypeAlias

from asset_pipeline.providers.operations import CostBasis, Receipt
from asset_pipeline.providers.remote import Money, Quote, Ticket

AttemptState: TypeAlias = Literal[
    "intended",  # it is written down and handed to the courier; nothing is sent before it is "sending"
    "sending",  # the intent is written down; the request may or may not have been sent
    "accepted",  # the provider's job id is known
    "uncertain",  # it was sent and its answer lost; counted at its worst price, never sent again by itself
    "delivered",  # its pictures are in the store
    "failed",  # the provider gave up, or what it gave was no picture
    "refused",  # the provider did not take it; cost nothing
    "lost",  # the provider no longer knows it
    "abandoned",  # a person gave it up
]
BAD_RESULT = "no use: "
"""How the error of an attempt begins that was done by the provider's word, and brought no picture that is one."""
OPEN: tuple[AttemptState, ...] = ("intended", "sending", "accepted", "uncertain")
NOTHING = Money(Decimal(0), "charged")


@dataclass(frozen=True)
class Purpose:
    """What a call is for: whose money it is.

    Attributes:
        game: id of the game; empty for a try outside any game.
        pack: id of the pack; empty where the game has none.
        sprite: id of the sprite.
        run_id: the run that asks.
        game_budget_usd: what the game may cost in all, where its manifest says so.
    """

    game: str = ""
    pack: str = ""
    sprite: str = ""
    run_id: str = ""
    game_budget_usd: Decimal | None = None

    def __str__(self) -> str:
        return "/".join(part for part in (self.game, self.pack, self.sprite) if part) or "a single try"


@dataclass(frozen=True)
class Work:
    """One piece of work: a fingerprint and what it stands for."""

    fingerprint: str
    provider: str
    model: str
    operation: str
    request: Mapping[str, Any]
    purpose: Purpose


@dataclass(frozen=True)
class Done:
    """A finished piece of work: keys of its pictures in the store, and the receipt of when it was made."""

    results: tuple[str, ...]
    receipt: Receipt


@dataclass(frozen=True)
class Attempt:
    """One paid request: at most one of a job's attempts is open.

    Attributes:
        number: the journal's own count.
        fingerprint: the piece of work.
        token: ours, unique.
        state: how it stands.
        ticket: how to find it at the provider; its ``job_id`` is filled in once known.
        quote: what was expected.
        cost_usd: what it counts for now.
        cost_basis: how that is known.
        purpose: what it was for.
        sent_at: when the intent was written down, seconds since 1970 UTC.
        accepted_at: when the provider took it.
        ended_at: when it was over.
        error: why it did not deliver.
    """

    number: int
    fingerprint: str
    token: str
    state: AttemptState
    ticket: Ticket
    quote: Quote
    cost_usd: Decimal
    cost_basis: CostBasis
    purpose: Purpose
    sent_at: float
    accepted_at: float | None = None
    ended_at: float | None = None
    error: str | None = None
