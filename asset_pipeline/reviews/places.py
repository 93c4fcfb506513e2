"""Which sprites there is something to decide about."""

from __future__ import annotations

from typing import NamedTuple

from asset_pipeline.errors import DecisionRefused
from asset_pipeline.reviews.candidates import Candidates, read_candidates
from asset_pipeline.storage.store import Store


class Place(NamedTuple):
    """One sprite of one game, in one pack where the game has packs."""

    game: str
    pack: str | None
    sprite: str

    @property
    def name(self) -> str:
        """Its name within the game.

        >>> Place("pirates", "winter", "hero").name, Place("flappy", None, "bird").name
        ('winter/hero', 'bird')
        """
        return self.sprite if self.pack is None else f"{self.pack}/{self.sprite}"

    def __str__(self) -> str:
        return f"{self.game}/{self.name}"


def places(store: Store, game: str | None = None) -> list[Place]:
    """Find the sprites whose candidates are kept, in the order of their keys.

    Args:
        store: where they are kept.
        game: only this game's.
    """
    folder = "candidates/" if game is None else f"candidates/{game}/"
    records = (key for key in store.list_keys(folder) if key.endswith(".json"))
    return [_place(key.removeprefix("candidates/").removesuffix(".json")) for key in records]


def drawn_for(store: Store, place: Place) -> Candidates:
    """Return what was last drawn for a sprite.

    Raises:
        DecisionRefused: nothing was.
        StoreError: the store does not answer, or the record is damaged.
    """
    record = read_candidates(store, *place)
    if record is None:
        raise DecisionRefused(f"nothing was drawn for {place} yet; materialize it first")
    return record


def _place(path: str) -> Place:
    game, *pack, sprite = path.split("/")
    return Place(game, pack[0] if pack else None, sprite)
