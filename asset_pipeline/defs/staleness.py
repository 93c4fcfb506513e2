"""Which sprites were made from an older spec than the manifest holds now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import dagster as dg

from asset_pipeline.defs.metadata import SPEC_VERSION_KEY
from asset_pipeline.defs.sprites import BUILT_KINDS, specs_of
from asset_pipeline.manifest.game import Game


@dataclass(frozen=True, order=True)
class Place:
    """A sprite in a pack; ``pack`` is empty where the game has none."""

    pack: str
    sprite: str


def wanted_versions(game: Game) -> dict[Place, str]:
    """Return the spec version of every sprite of *game* that can be drawn, in every pack."""
    return {
        Place(pack, sprite_id): spec.version
        for sprite_id, sprite in game.sprites.items()
        if sprite.kind in BUILT_KINDS
        for pack, spec in specs_of(game, sprite_id).items()
    }


def made_versions(instance: dg.DagsterInstance, game: Game, places: Iterable[Place]) -> dict[Place, str]:
    """Return the spec version of each sprite's newest materialization; one never made is left out."""
    found = {place: _newest(instance, game.id, place) for place in places}
    return {place: version for place, version in found.items() if version is not None}


def stale(wanted: Mapping[Place, str], made: Mapping[Place, str]) -> list[Place]:
    """Name what was made, but from another spec; what was never made is not stale, and costs nothing unasked.

    >>> stale({Place("", "hero"): "2", Place("", "coin"): "1", Place("", "new"): "1"},
    ...       {Place("", "hero"): "1", Place("", "coin"): "1"})
    [Place(pack='', sprite='hero')]
    """
    return sorted(place for place, version in made.items() if wanted.get(place, version) != version)


def by_pack(places: Sequence[Place]) -> dict[str, list[str]]:
    """Group sprites by pack."""
    return {pack: [p.sprite for p in places if p.pack == pack] for pack in sorted({p.pack for p in places})}


def _newest(instance: dg.DagsterInstance, game_id: str, place: Place) -> str | None:
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
    return str(value.value) if value is not None else None
