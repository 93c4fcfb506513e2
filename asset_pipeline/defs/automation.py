"""What starts runs by itself: a schedule for each game that asks for one, and a sensor for stale sprites.

All are off until somebody switches them on: an enabled one would pay at the next start.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

import dagster as dg

from asset_pipeline.defs.dagster_internals import UnresolvedAssetJobDefinition
from asset_pipeline.defs.jobs import job_name
from asset_pipeline.defs.needed import Needed
from asset_pipeline.defs.specs import TAKE_TAG
from asset_pipeline.defs.staleness import Place, by_pack, made_versions, stale, wanted_versions
from asset_pipeline.manifest.game import Game

SENSOR_INTERVAL_S = 60
UNFINISHED = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]


def schedules(games: Sequence[Game]) -> list[dg.ScheduleDefinition]:
    """Return a schedule for each game with ``regenerate``."""
    return [_schedule(game) for game in games if game.regenerate is not None]


def take_of(moment: datetime) -> int:
    """Number the take of a scheduled moment, so that each tick is another take and a repeated tick the same.

    >>> take_of(datetime(2026, 11, 23, 3, 0))
    202611230300
    """
    return int(moment.strftime("%Y%m%d%H%M"))


def _schedule(game: Game) -> dg.ScheduleDefinition:
    regenerate = game.regenerate
    if regenerate is None:
        raise ValueError(f"{game.id} asks for no schedule")
    fresh = regenerate.mode == "fresh"

    def tick(context: dg.ScheduleEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
        if fresh:
            take = str(take_of(context.scheduled_execution_time))
            for pack in game.packs or [None]:
                yield dg.RunRequest(run_key=f"{take}:{pack}", partition_key=pack, tags={TAKE_TAG: take})
        else:
            yield from _or_skip(_stale_runs(context.instance, game))

    return dg.ScheduleDefinition(
        name=f"regenerate_{game.id}",
        job_name=job_name(game.id),
        cron_schedule=regenerate.cron,
        execution_timezone=regenerate.timezone,
        execution_fn=tick,
        description=f"Makes {'a fresh take of every sprite' if fresh else 'the stale sprites'} of {game.title}.",
    )


def stale_sensor(games: Sequence[Game], jobs: Sequence[UnresolvedAssetJobDefinition]) -> dg.SensorDefinition:
    """Return the sensor that makes stale sprites again as soon as it sees them; never one that was not made before.

    Args:
        games: the games to watch.
        jobs: the job of each.
    """

    @dg.sensor(
        name="stale_sprites",
        jobs=list(jobs),
        minimum_interval_seconds=SENSOR_INTERVAL_S,
        default_status=dg.DefaultSensorStatus.STOPPED,
        description="Makes sprites again whose spec in the manifest has changed. Every new picture may cost money.",
    )
    def sensor(context: dg.SensorEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
        yield from _or_skip([run for game in games for run in _stale_runs(context.instance, game)])

    return sensor


def _or_skip(requests: Sequence[dg.RunRequest]) -> Iterator[dg.RunRequest | dg.SkipReason]:
    yield from requests
    if not requests:
        yield dg.SkipReason("nothing is stale")


def _stale_runs(instance: dg.DagsterInstance, game: Game) -> list[dg.RunRequest]:
    """Ask for one run a pack with its stale sprites and what is made of them; the same staleness is asked for once.

    A pack on which any run of the game is at work is left for a later tick: what that run has not finished yet still looks
    stale, and would be paid for a second time.
    """
    wanted = wanted_versions(game)
    busy = _packs_at_work(instance, game)
    places = [
        place for place in stale(wanted, made_versions(instance, game, wanted)) if place.pack not in busy
    ]
    return [
        dg.RunRequest(
            run_key=f"{game.id}/{pack}:"
            + ",".join(f"{name}={wanted[Place(pack, name)]}" for name in sprites),
            job_name=job_name(game.id),
            partition_key=pack or None,
            asset_selection=[dg.AssetKey([game.id, name]) for name in (*sprites, "contact_sheet", "catalog")],
        )
        for pack, sprites in by_pack(places).items()
    ]


def _packs_at_work(instance: dg.DagsterInstance, game: Game) -> set[str]:
    """Return the packs of *game*, ``""`` where it has none, that an unfinished run may still be making."""
    found: set[str] = set()
    for run in instance.get_runs(dg.RunsFilter(statuses=UNFINISHED)):
        games = Needed.by(run).games
        if games is None or game.id in games:
            pack = run.tags.get("dagster/partition")
            found |= {pack} if pack else set(game.packs or ("",))
    return found
