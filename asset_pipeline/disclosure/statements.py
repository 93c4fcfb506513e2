"""The answers: for Steam's content survey, for itch.io, for anybody else, and as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from asset_pipeline.disclosure.records import Record, Step

PROVIDERS: Mapping[str, str] = {
    "scenario": "Scenario",
    "runpod": "RunPod",
    "comfyui": "ComfyUI",
    "local": "asset_pipeline itself",
}
NOT_RECORDED = "not recorded"
EDITED = "Nothing here records whether people edited or painted over these pictures; where they did, say so in your own words."
# itch.io sets them itself, by the answers on the edit page.
_ITCH_TAGS: Mapping[bool | None, Sequence[str]] = {
    True: ("AI Generated", "AI Generated Graphics"),
    False: ("No AI",),
    None: (),
}
_ANSWERS: Mapping[bool | None, str] = {True: "Yes", False: "No", None: "Not known, see below"}


@dataclass(frozen=True)
class ModelUse:
    """One model, LoRA or network, and what it was used for.

    Attributes:
        name: the provider's name of it.
        provider: who ran it.
        licence: as it was known when the pictures were made.
        commercial: whether art made with it may be sold, as it was known then.
        sprites: in how many sprites it took part.
        generative: whether it invented pixels.
    """

    name: str
    provider: str
    licence: str
    commercial: str
    sprites: int
    generative: bool


@dataclass(frozen=True)
class Disclosure:
    """All that is disclosed about one game's pictures.

    Attributes:
        game: id of the game.
        store: where the pictures are.
        as_of: the day it was written.
        records: how each sprite was made.
        unrecorded: keys of pictures that do not say how they were made.
    """

    game: str
    store: str
    as_of: date
    records: Sequence[Record]
    unrecorded: Sequence[str] = ()

    @property
    def generated(self) -> int:
        """How many sprites generative AI made, or part of them."""
        return sum(record.is_generated for record in self.records)

    @property
    def used(self) -> bool | None:
        """Whether generative AI made any of it; ``None`` where nobody can tell."""
        return True if self.generated else None if self.unrecorded else False

    @property
    def models(self) -> tuple[ModelUse, ...]:
        """Every model that took part, those that invent pixels first."""
        found: dict[tuple[str, str, str, str, bool], set[str]] = {}
        for record in self.records:
            for step in record.steps:
                for name, licence, commercial in _weights(step):
                    key = (name, step.provider, licence, commercial, step.is_generative)
                    found.setdefault(key, set()).add(record.key)
        uses = [ModelUse(*key[:4], len(keys), key[4]) for key, keys in found.items()]
        return tuple(sorted(uses, key=lambda use: (not use.generative, -use.sprites, use.name)))

    @property
    def statement(self) -> str:
        """A text for any store or credits."""
        if self.used is None:
            return "Not every picture says how it was made; none of the others was made with generative AI."
        if not self.used:
            return "No generative AI was used for these pictures."
        models = "; ".join(
            f"{use.name} ({PROVIDERS.get(use.provider, use.provider)}, licence {use.licence})"
            for use in self.models
            if use.generative
        )
        return (
            f"Generative AI was used during development to make art of this game: {self.generated} of "
            f"{len(self.records)} sprites were drawn with {models}. None of them is generated while the game runs."
        )


def as_json(disclosure: Disclosure) -> dict[str, Any]:
    """Return everything as JSON values."""
    used = disclosure.used
    return {
        "game": disclosure.game,
        "store": disclosure.store,
        "as_of": disclosure.as_of.isoformat(),
        "statement": disclosure.statement,
        "steam": {
            "pre_generated": {"used": used, "text": disclosure.statement},
            "live_generated": {"used": False},
        },
        "itch_io": {
            "generative_ai": used,
            "kinds": ["Graphics"] if used else [],
            "tags": list(_ITCH_TAGS[used]),
        },
        "edited_by_people": None,
        "models": [vars(use) for use in disclosure.models],
        "sprites": [_sprite_json(record) for record in disclosure.records],
        "unrecorded": list(disclosure.unrecorded),
    }


def _sprite_json(record: Record) -> dict[str, Any]:
    return {
        "key": record.key,
        "pack": record.pack or None,
        "sprite": record.sprite,
        "generative_ai": record.is_generated,
        "stored_at": record.stored_at.isoformat(timespec="seconds"),
        "steps": [
            {
                "operation": step.operation,
                "provider": step.provider,
                "model": step.model,
                "ai": step.is_ai,
                "delivered_at": step.delivered_at and step.delivered_at.isoformat(timespec="seconds"),
                "weights": [weights.model_dump() for weights in step.weights],
            }
            for step in record.steps
        ],
    }


def as_text(disclosure: Disclosure) -> str:
    """Return what a person copies into the stores' forms."""
    used, total = disclosure.used, len(disclosure.records)
    tags = f" (tags: {', '.join(_ITCH_TAGS[used])})" if _ITCH_TAGS[used] else ""
    lines = [
        f"AI disclosure for {disclosure.game}: the pictures in {disclosure.store}, {disclosure.as_of}",
        f"{total} sprites: {disclosure.generated} made with generative AI, {total - disclosure.generated} without.",
        "",
        "Any store, credits",
        f"  {disclosure.statement}",
        "",
        "Steam, content survey, generative AI",
        f"  Pre-generated content: {_ANSWERS[used]}. {disclosure.statement if used else ''}".rstrip(),
        "  Live-generated content: No.",
        "",
        "itch.io, edit page, Generative AI disclosure",
        f"  {_ANSWERS[used]}{': Graphics' if used else ''}{tags}",
        "",
        "This speaks of these pictures only: code, sound, text and other art of the game are yours to add.",
        EDITED,
    ]
    if disclosure.unrecorded:
        lines += [
            "",
            "These pictures do not say how they were made; disclose them yourself, or make them again:",
            *(f"  {key}" for key in disclosure.unrecorded),
        ]
    return "\n".join(lines)


def day_of(record: Record) -> date:
    """Return the day on which the newest of a sprite's calls was delivered, or else on which it was stored."""
    delivered = [step.delivered_at for step in record.steps if step.delivered_at is not None]
    return max(delivered, default=record.stored_at).date()


def _weights(step: Step) -> list[tuple[str, str, str]]:
    if not step.weights:
        return [(step.model, NOT_RECORDED, NOT_RECORDED)]
    return [(weights.name, weights.licence, weights.commercial) for weights in step.weights]
