"""Which sprites were made from an older spec than the manifest holds now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import dagster as dg

from asset_pipeline.defs.metadata import SPEC_VERSION_KEY
from asset_pipeline.defs.sprites import specs_of
from asset_pipeline.manifest.game import Game


@dataclass(frozen=True, order=True)
class Place:
    """A sprite in a pack; ``pack`` is empty where the game has none."""

    pack: str
    sprite: str


@dataclass(frozen=True)
class Made:
    """A sprite's newest materialization: the version of the spec it was made from, and its id in Dagster's storage."""

    version: str
    storage_id: int


@dataclass(frozen=True, order=True)
class Change:
    """A stale sprite: which materialization is replaced, and the version of the spec that replaces it."""

    place: Place
    replaces: int
    wanted: str


def wanted_versions(game: Game) -> dict[Place, str]:
    """Return the spec version of every sprite of *game* that can be drawn, in every pack."""
    return {
        Place(pack, sprite_id): spec.version
        for sprite_id in game.sprites
        for pack, spec in specs_of(game, sprite_id).items()
    }


def newest_made(instance: dg.DagsterInstance, game: Game, places: Iterable[Place]) -> dict[Place, Made]:
    """Return the newest materialization of each sprite; one never made is left out."""
    found = {place: _newest(instance, game.id, place) for place in places}
    return {place: made for place, made in found.items() if made is not None}


def stale(wanted: Mapping[Place, str], made: Mapping[Place, Made]) -> list[Change]:
    """Name what was made, but from another spec; what was never made is not stale, and costs nothing unasked.

    >>> stale({Place("", "hero"): "2", Place("", "coin"): "1", Place("", "new"): "1"},
    ...       {Place("", "hero"): Made("1", 7), Place("", "coin"): Made("1", 8)})
    [Change(place=Place(pack='', sprite='hero'), replaces=7, wanted='2')]
    """
    return sorted(
        Change(place, old.storage_id, wanted[place])
        for place, old in made.items()
        if wanted.get(place, old.version) != old.version
    )


def by_pack(changes: Sequence[Change]) -> dict[str, list[Change]]:
    """Group changes by pack."""
    packs = sorted({change.place.pack for change in changes})
    return {pack: [change for change in changes if change.place.pack == pack] for pack in packs}


def _newest(instance: dg.DagsterInstance, game_id: str, place: Place) -> Made | None:
    records = instance.fetch_materializations(
        dg.AssetRecordsFilter(
            asset_key=dg.AssetKey([game_id, place.sprite]),
            asset_partitions=[place.pack] if place.pack else None,
        ),
        limit=1,
    ).records
    if not records or (materialization := records[0].asset_materialization) is None:
        return None
    value = materialization.metadata.get(SPEC_VERSION_KEY)
    return Made(str(value.value), records[0].storage_id) if value is not None else None
