"""Jobs: one a game, one a kind of sprite."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import dagster as dg

from asset_pipeline.defs.dagster_internals import UnresolvedAssetJobDefinition as Job
from asset_pipeline.defs.derived import derived_names
from asset_pipeline.defs.needed import JOB_PREFIX, Needed
from asset_pipeline.manifest.game import Game


def job_name(game_id: str) -> str:
    """Name the job that makes a whole game."""
    return f"{JOB_PREFIX}{game_id}"


def game_job(game: Game, needed: Needed) -> Job:
    """Return the job that makes everything of *game*, pack by pack where it has packs."""
    names = [*game.sprites, *derived_names(game)]
    return dg.define_asset_job(
        name=job_name(game.id),
        selection=dg.AssetSelection.assets(
            *[dg.AssetKey([game.id, name]) for name in names if needed.has(game.id, name)]
        ),
        description=f"Makes every sprite of {game.title}, its contact sheet, its catalog and its atlas.",
    )


def kind_jobs(games: Sequence[Game], needed: Needed) -> list[Job]:
    """Return a job for each kind of sprite, over all games.

    A run is for one pack, so games with different packs cannot share a job: each set of packs has its own, named after them.
    """
    found: dict[tuple[str, tuple[str, ...]], list[dg.AssetKey]] = defaultdict(list)
    for game in games:
        for sprite_id, sprite in game.sprites.items():
            if needed.has(game.id, sprite_id):
                found[sprite.kind, tuple(game.packs)].append(dg.AssetKey([game.id, sprite_id]))
    return [
        dg.define_asset_job(
            name="__".join([f"kind_{kind}", *packs]),
            selection=dg.AssetSelection.assets(*keys),
            description=f"Makes every {kind} of the games "
            + (f"with the packs {', '.join(packs)}." if packs else "without packs."),
        )
        for (kind, packs), keys in sorted(found.items())
    ]
