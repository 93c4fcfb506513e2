"""From a Dagster context to the sprite it is about."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import dagster as dg

from asset_pipeline.jobs.records import Purpose
from asset_pipeline.manifest.spec import SpriteSpec

SPECS = "specs"  # definition metadata: the resolved spec of each pack, by pack; the game's only one under ""
BUDGET = "budget_usd"  # definition metadata: what the game may cost in all, where its manifest says so


def asset_of(context: dg.OutputContext | dg.InputContext) -> tuple[str, str | None, str]:
    """Return game, pack and sprite of the asset that *context* reads or writes."""
    game, sprite = context.asset_key.path
    pack = context.asset_partition_key if context.has_asset_partitions else None
    return game, pack, sprite


def spec_of(context: dg.OpExecutionContext, take: int | None) -> SpriteSpec:
    """Return what the sprite of this op is to be, with the *take* that the run asks for; ``None`` for the manifest's."""
    spec = spec_in_manifest(context)
    return spec if take is None else spec.with_take(take)


def spec_in_manifest(context: dg.OpExecutionContext) -> SpriteSpec:
    """Return what the sprite of this op is by its manifest, whatever the run asks for."""
    value = (context.assets_def.metadata_by_key[context.asset_key] or {})[SPECS]
    specs: Any = getattr(value, "value", value)
    return SpriteSpec.model_validate(specs[context.partition_key if context.has_partition_key else ""])


def purpose_of(context: dg.OpExecutionContext, spec: SpriteSpec) -> Purpose:
    """Say whose money a paid call of this op spends; retries of a run share its budget."""
    value = (context.assets_def.metadata_by_key[context.asset_key] or {}).get(BUDGET)
    budget = getattr(value, "value", value)
    return Purpose(
        game=spec.game,
        pack=spec.pack or "",
        sprite=spec.sprite,
        run_id=context.run.root_run_id or context.run.run_id,
        game_budget_usd=None if budget is None else Decimal(budget),
    )


def manifest_version(context: dg.OpExecutionContext) -> str:
    """Return the version of the sprite's spec in the manifest: what it is stale against."""
    return spec_in_manifest(context).version
