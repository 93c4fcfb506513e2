"""How each sprite in the store was really made: by the note inside its picture, and by the journal."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import zip_longest

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from asset_pipeline.errors import ImageError
from asset_pipeline.imaging.png import read_png_text
from asset_pipeline.jobs.journal import Journal
from asset_pipeline.jobs.schema import ATTEMPTS
from asset_pipeline.providers.operations import Weights
from asset_pipeline.sprites.finishing import PNG_TEXT_KEY
from asset_pipeline.storage.store import Store

DRAWN_BY_CODE = frozenset({("local", "local-painter-1"), ("comfyui", "pixel-finish")})
"""Models that are no trained models: rules of code draw, scale or cut."""
CREATES = frozenset({"text_to_image", "image_to_image", "decompose_layers"})
"""Operations that invent pixels; removing a background only takes some away."""


@dataclass(frozen=True)
class Step:
    """One call that made a sprite.

    Attributes:
        operation: what was asked.
        provider: who did it.
        model: the model that did it.
        weights: everything that took part with its licence as it was known then; empty where that was not recorded.
        delivered_at: when the provider delivered, by the journal; ``None`` where the journal does not know the call.
    """

    operation: str
    provider: str
    model: str
    weights: tuple[Weights, ...] = ()
    delivered_at: datetime | None = None

    @property
    def is_ai(self) -> bool:
        """Whether a trained model did it."""
        return (self.provider, self.model) not in DRAWN_BY_CODE

    @property
    def is_generative(self) -> bool:
        """Whether a trained model invented pixels."""
        return self.is_ai and self.operation in CREATES


@dataclass(frozen=True)
class Record:
    """How one sprite was made.

    Attributes:
        key: of its picture in the store.
        pack: id of the pack; empty where the game has none.
        sprite: id of the sprite.
        stored_at: when the picture was stored.
        steps: the calls, in order.
    """

    key: str
    pack: str
    sprite: str
    stored_at: datetime
    steps: tuple[Step, ...]

    @property
    def is_generated(self) -> bool:
        """Whether generative AI made it, or part of it."""
        return any(step.is_generative for step in self.steps)


class _Note(BaseModel):
    """What ``sprites.finishing`` writes into a picture; older pictures lack the last two."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    pack: str | None
    sprite: str
    made_by: tuple[tuple[str, str, str], ...] = Field(min_length=1)
    jobs: tuple[str, ...] = ()
    weights: tuple[tuple[Weights, ...], ...] = ()


def read_records(store: Store, journal: Journal, game: str) -> tuple[list[Record], list[str]]:
    """Read how every sprite of *game* in the store was made; layers and states count with their sprite.

    Returns:
        The records in the order of their keys, and the keys of pictures that do not say how they were made.
    """
    keys = [key for key in store.list_keys(f"{game}/") if _is_sprite(key)]
    with ThreadPoolExecutor(16) as pool:
        notes = dict(zip(keys, pool.map(lambda key: _note(store.get(key)), keys), strict=True))
    dates = _Dates(journal)
    records = [
        Record(key, note.pack or "", note.sprite, store.written_at(key), _steps(note, dates))
        for key, note in notes.items()
        if note is not None
    ]
    return records, [key for key, note in notes.items() if note is None]


class _Dates:
    """When a piece of work was delivered, asked of the journal."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def of(self, fingerprint: str) -> datetime | None:
        if not fingerprint:
            return None
        delivered = (ATTEMPTS.c.fingerprint == fingerprint, ATTEMPTS.c.state == "delivered")
        for attempt in self._journal.attempts(*delivered, newest=1):
            return None if attempt.ended_at is None else datetime.fromtimestamp(attempt.ended_at, UTC)
        return None


def _is_sprite(key: str) -> bool:
    """Tell a sprite's picture from its layers and states (``ok.hover.png``), and from what is made of all of them."""
    *folders, name = key.split("/")
    made_of_them = name == "contact_sheet.png" or {"exports", "gallery"} & {*folders[1:]}
    return name.endswith(".png") and name.count(".") == 1 and not made_of_them


def _note(png: bytes) -> _Note | None:
    try:
        return _Note.model_validate(json.loads(read_png_text(png)[PNG_TEXT_KEY]))
    except (ImageError, KeyError, ValueError, ValidationError):
        return None


def _steps(note: _Note, dates: _Dates) -> tuple[Step, ...]:
    calls = len(note.made_by)
    rows = zip_longest(note.made_by, note.jobs[:calls], note.weights[:calls])
    return tuple(
        Step(operation, provider, model, weights or (), dates.of(work or ""))
        for (operation, provider, model), work, weights in rows
    )
