"""All assets of a game, whole or broken."""

from __future__ import annotations

import dagster as dg

from asset_pipeline.defs.derived import derived_assets
from asset_pipeline.defs.needed import Needed
from asset_pipeline.defs.sprites import sprite_asset
from asset_pipeline.jobs.routing import Routes
from asset_pipeline.manifest.game import Game
from asset_pipeline.manifest.load import BrokenGame


def game_assets(
    game: Game, needed: Needed, *, routes: Routes, public_base_url: str | None
) -> list[dg.AssetsDefinition]:
    """Build the assets of *game* that are needed: its sprites and what they become together."""
    sprites = [
        sprite_asset(game, sprite_id, routes=routes, public_base_url=public_base_url)
        for sprite_id in game.sprites
        if needed.has(game.id, sprite_id)
    ]
    derived = [asset for asset in derived_assets(game) if needed.has(game.id, asset.key.path[-1])]
    return [*sprites, *derived]


def broken_game_asset(broken: BrokenGame) -> dg.AssetSpec:
    """Show a game that cannot be read as an asset that cannot be run, with every mistake in its description."""
    mistakes = "\n".join(f"- `{mistake}`" for mistake in broken.error.mistakes)
    return dg.AssetSpec(
        key=dg.AssetKey([broken.id, "broken"]),
        group_name=broken.id,
        description=f"**{broken.file.name} cannot be read.** Mend it and reload the definitions.\n\n{mistakes}",
        kinds={"broken"},
        tags={"asset_pipeline/broken": "true"},
    )
