"""From a Dagster context to the sprite it is about."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import dagster as dg

from asset_pipeline.errors import ConfigError
from asset_pipeline.jobs.records import Purpose
from asset_pipeline.manifest.spec import SpriteSpec

SPECS = "specs"  # definition metadata: the resolved spec of each pack, by pack; the game's only one under ""
BUDGET = "budget_usd"  # definition metadata: what the game may cost in all, where its manifest says so
TAKE_TAG = "asset_pipeline/take"  # run tag: a fresh roll of the dice for every sprite of the run


def asset_of(context: dg.OutputContext | dg.InputContext) -> tuple[str, str | None, str]:
    """Return game, pack and sprite of the asset that *context* reads or writes."""
    game, sprite = context.asset_key.path
    pack = context.asset_partition_key if context.has_asset_partitions else None
    return game, pack, sprite


def spec_of(context: dg.OpExecutionContext) -> SpriteSpec:
    """Return what the sprite of this op is to be, with the take that the run's tag asks for.

    Raises:
        ConfigError: the run's tag for a fresh take is no whole number.
    """
    spec = _spec_in_manifest(context)
    take = context.run.tags.get(TAKE_TAG)
    return spec if take is None else spec.with_take(parse_take(take))


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
    return _spec_in_manifest(context).version


def parse_take(text: str) -> int:
    """Read the number of a take.

    Raises:
        ConfigError: *text* is no whole number from 0.

    >>> parse_take("7")
    7
    """
    if not (text.isascii() and text.isdigit() and len(text) <= 15):
        raise ConfigError(f"{TAKE_TAG}={text!r} is no take; use a whole number from 0, such as {TAKE_TAG}=7")
    return int(text)


def _spec_in_manifest(context: dg.OpExecutionContext) -> SpriteSpec:
    value = (context.assets_def.metadata_by_key[context.asset_key] or {})[SPECS]
    specs: Any = getattr(value, "value", value)
    return SpriteSpec.model_validate(specs[context.partition_key if context.has_partition_key else ""])
