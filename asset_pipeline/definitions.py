"""All the wiring there is: settings and games in, Dagster's definitions out."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import dagster as dg

from asset_pipeline.defs.automation import schedules, stale_sensor
from asset_pipeline.defs.dagster_internals import UnresolvedAssetJobDefinition as Job
from asset_pipeline.defs.dagster_internals import run_of_this_process
from asset_pipeline.defs.executor import threaded_executor
from asset_pipeline.defs.games import broken_game_asset, game_assets
from asset_pipeline.defs.io_managers import ArtworkIOManager, SpriteIOManager
from asset_pipeline.defs.jobs import game_job, kind_jobs
from asset_pipeline.defs.money import COST_REPORT, cost_report
from asset_pipeline.defs.needed import Needed
from asset_pipeline.defs.ops import WORK_TAG
from asset_pipeline.defs.resources import JournalResource, RouterResource, StoreResource
from asset_pipeline.defs.resuming import orphan_sensor, resume_paid_jobs
from asset_pipeline.defs.takes import TakeResource
from asset_pipeline.jobs.journal import Journal
from asset_pipeline.manifest.game import Game
from asset_pipeline.manifest.load import LoadedGames, load_games
from asset_pipeline.settings import Settings
from asset_pipeline.studio import checked_games, routes_of

EVERYTHING = Needed()


def build_defs(
    settings: Settings, *, needed: Needed = EVERYTHING, resources: Mapping[str, Any] | None = None
) -> dg.Definitions:
    """Build everything Dagster needs to know.

    Args:
        settings: what the environment decides.
        needed: which assets to build, where not all.
        resources: replacements for ``store``, ``router``, ``artwork_io``, ``io_manager``, ``games_dir`` or ``take``, by name.

    Raises:
        ConfigError: there is no folder of games.
    """
    pattern = needed.pattern(settings.games)
    loaded = load_games(settings.games_dir, pattern) if pattern else LoadedGames((), ())
    if needed.everything:  # a run has only what was checked when everything was loaded
        loaded = checked_games(loaded, settings)
    games = loaded.games
    assets = [
        asset
        for game in games
        for asset in game_assets(
            game, needed, routes=routes_of(settings), public_base_url=settings.public_base_url
        )
    ]
    jobs = [game_job(game, needed) for game in games]
    return dg.Definitions(
        assets=[
            *assets,
            *map(broken_game_asset, loaded.broken),
            *([cost_report] if needed.has(*COST_REPORT.path) else []),
        ],
        jobs=[*jobs, *kind_jobs(games, needed), resume_paid_jobs],
        schedules=schedules(games) if needed.everything else [],
        sensors=_sensors(settings, games, jobs) if needed.everything else [],
        resources={**_resources(settings), **(resources or {})},
        executor=_executor(settings),
    )


def _sensors(settings: Settings, games: Sequence[Game], jobs: Sequence[Job]) -> list[dg.SensorDefinition]:
    orphans = orphan_sensor(lambda: Journal(settings.journal.get_secret_value()))
    return [*([stale_sensor(games, jobs)] if games else []), orphans]


def _resources(settings: Settings) -> dict[str, Any]:
    store = StoreResource.from_settings(settings)
    router = RouterResource.from_settings(settings, store)
    return {
        "store": store,
        "router": router,
        "journal": JournalResource(url=router.journal_url),
        "artwork_io": ArtworkIOManager(store=store),
        # The default name, since a graph-backed asset has an output of its own that asks for it.
        "io_manager": SpriteIOManager(store=store),
        "games_dir": str(settings.games_dir),
        "review_base": settings.review_url or "",
        "take": TakeResource(),
    }


def _executor(settings: Settings) -> dg.ExecutorDefinition:
    """Wait for many providers at once, but keep work for the processor to as many steps as there are cores."""
    cores = max(2, os.cpu_count() or 2)
    return threaded_executor.configured(
        {
            "max_concurrent": settings.max_concurrent,
            "tag_concurrency_limits": [{"key": WORK_TAG, "value": "cpu", "limit": cores}],
        },
        name="threaded",
    )


@dg.definitions
def defs() -> dg.Definitions:
    """What ``dagster dev`` and every run load."""
    settings = Settings.from_environ(os.environ, root=Path.cwd())
    return build_defs(settings, needed=Needed.by(run_of_this_process()))
