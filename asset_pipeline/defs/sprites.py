"""The factory: one graph-backed asset a sprite."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import dagster as dg

from asset_pipeline.defs.gates import REVIEW, check_specs
from asset_pipeline.defs.ops import ProviderOps, draw_guide, finish, ops_of
from asset_pipeline.defs.specs import BUDGET, SPECS
from asset_pipeline.gates.families import families_of
from asset_pipeline.jobs.routing import Routes
from asset_pipeline.manifest.game import Game
from asset_pipeline.manifest.resolve import resolve, sprite_version
from asset_pipeline.manifest.spec import SpriteSpec
from asset_pipeline.providers.operations import Operation
from asset_pipeline.sprites import judging
from asset_pipeline.storage import keys

KIND_TAG = "asset_pipeline/kind"


def packs_of(game: Game) -> dg.StaticPartitionsDefinition | None:
    """Return the game's packs as partitions; ``None`` for a game with one look."""
    return dg.StaticPartitionsDefinition(list(game.packs)) if game.packs else None


def specs_of(game: Game, sprite_id: str) -> dict[str, SpriteSpec]:
    """Resolve a sprite in every pack, by pack; under ``""`` where the game has none."""
    return {pack or "": resolve(game, sprite_id, pack) for pack in game.packs or (None,)}


def sprite_asset(
    game: Game, sprite_id: str, *, routes: Routes, public_base_url: str | None
) -> dg.AssetsDefinition:
    """Build the asset of one sprite.

    Args:
        game: the whole game.
        sprite_id: which of its sprites.
        routes: who carries out which operation.
        public_base_url: where a browser reads the store, for the newest image in the description.
    """
    specs = specs_of(game, sprite_id)
    first = next(iter(specs.values()))
    kind, key, packs = first.kind, dg.AssetKey([game.id, sprite_id]), packs_of(game)
    gates = (gate for spec in specs.values() for gate in judging.gates_of(spec))
    checks = check_specs(key, (*families_of(gates), REVIEW), packs)
    return dg.graph_asset(
        key=key,
        group_name=game.id,
        description=_description(specs, public_base_url),
        partitions_def=packs,
        check_specs=checks,
        code_version=sprite_version(game, sprite_id),
        metadata={
            SPECS: dg.MetadataValue.json({p: spec.model_dump(mode="json") for p, spec in specs.items()}),
            **({} if game.budget_usd is None else {BUDGET: str(game.budget_usd)}),
        },
        kinds={"png", kind},
        tags={
            KIND_TAG: kind,
            **({"asset_pipeline/role": first.details.role} if first.details.kind == "entity" else {}),
        },
        owners=list(game.owners),
    )(_steps(first, routes, {f"{game.id}__{sprite_id}_{check.name}": check.name for check in checks}))


def _steps(spec: SpriteSpec, routes: Routes, checks: Mapping[str, str]) -> Callable[[], Any]:
    """Return the graph of the sprite's kind; the nodes have the plain names of the steps, whoever carries them out.

    Args:
        spec: the sprite, in any of its packs.
        routes: who carries out which operation.
        checks: the family of gates that each output of a check tells of.
    """

    def by(operation: Operation) -> ProviderOps:
        return ops_of(routes.chain(operation, spec.providers)[0])

    def last(picture: Any) -> Any:  # noqa: ANN401 - Dagster's invoked node
        if spec.candidates + spec.rerolls > 1:
            picture = by(spec.operations[0]).choose_best.alias("choose_best")(picture)
        finished = finish(picture)
        return {
            "result": finished.result,
            **{name: getattr(finished, check) for name, check in checks.items()},
        }

    def parallax() -> Any:  # noqa: ANN401 - as above
        picture = by("text_to_image").generate.alias("generate")()
        return last(by("decompose_layers").decompose_layers.alias("decompose_layers")(picture))

    def picture() -> Any:  # noqa: ANN401 - as above
        first = spec.operations[0]
        if first == "image_to_image":
            drawn = by(first).generate_over_guide.alias("generate")(draw_guide())
        else:
            drawn = by(first).generate.alias("generate")()
        if "remove_background" in spec.operations:
            drawn = by("remove_background").remove_background.alias("remove_background")(drawn)
        return last(drawn)

    return parallax if "decompose_layers" in spec.operations else picture


def _description(specs: dict[str, SpriteSpec], public_base_url: str | None) -> str:
    parts = []
    for pack, spec in specs.items():
        heading = f"**{pack}**: " if pack else ""
        parts.append(f"{heading}{spec.prompt}")
        if public_base_url is not None:
            key = keys.thumbnail_key(spec.game, spec.pack, spec.sprite)
            parts.append(f"![not made yet]({keys.public_url(public_base_url, key)})")
    return "\n\n".join(parts)
