"""The pictures a sprite could be, and the one that was chosen: kept in the store, for people to look at."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, ValidationError

from asset_pipeline.errors import ObjectNotFound, StoreError
from asset_pipeline.sprites.candidates import Candidate
from asset_pipeline.storage import keys
from asset_pipeline.storage.store import Store

__all__ = ["Candidate", "Candidates", "Drawn", "accepted_by_game", "read_candidates", "write_candidates"]


class Candidates(BaseModel):
    """All candidates of one sprite's newest version.

    Attributes:
        game: the game's id.
        pack: the pack's id; ``None`` where the game has none.
        sprite: the sprite's id.
        spec_version: of the spec they were drawn for.
        candidates: in the order they were drawn.
        chosen: number of the one that was finished.
        published: whether it passed, so that the game gets it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    game: str
    pack: str | None
    sprite: str
    spec_version: str
    candidates: tuple[Candidate, ...]
    chosen: int
    published: bool


def write_candidates(store: Store, record: Candidates) -> None:
    """Keep *record* in place of the sprite's last one."""
    key = keys.candidates_key(record.game, record.pack, record.sprite)
    store.put(key, record.model_dump_json().encode(), content_type="application/json")


def read_candidates(store: Store, game: str, pack: str | None, sprite: str) -> Candidates | None:
    """Return what was last drawn for a sprite, or ``None``.

    Raises:
        StoreError: what is kept there is no such record.
    """
    return _read(store, keys.candidates_key(game, pack, sprite))


def _read(store: Store, key: str) -> Candidates | None:
    try:
        return Candidates.model_validate_json(store.get(key))
    except ObjectNotFound:
        return None
    except ValidationError as error:
        raise StoreError(
            f"{store.uri(key)} is no record of candidates ({error.error_count()} mistakes); delete it, and the next run "
            "writes it anew"
        ) from error


@dataclass(frozen=True)
class Drawn:
    """What was drawn for a game, all packs together.

    Attributes:
        sprites: how many were drawn.
        accepted: how many of them passed their gates.
        candidates: how many pictures that took.
    """

    sprites: int
    accepted: int
    candidates: int


def accepted_by_game(store: Store) -> dict[str, Drawn]:
    """Count, by game, what was drawn and what of it passed, as of each sprite's newest version.

    Raises:
        StoreError: a record is damaged.
    """
    found = [key for key in store.list_keys("candidates/") if key.endswith(".json")]
    with ThreadPoolExecutor(16) as pool:
        records = list(pool.map(lambda key: _read(store, key), found))
    counted: dict[str, Drawn] = {}
    for record in filter(None, records):
        so_far = counted.get(record.game, Drawn(0, 0, 0))
        counted[record.game] = Drawn(
            so_far.sprites + 1,
            so_far.accepted + record.published,
            so_far.candidates + len(record.candidates),
        )
    return counted
