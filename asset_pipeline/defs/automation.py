"""What starts runs by itself: a schedule for each game that asks for one, and a sensor for stale sprites.

All are off until somebody switches them on: an enabled one would pay at the next start.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from datetime import datetime

import dagster as dg

from asset_pipeline.defs.dagster_internals import UnresolvedAssetJobDefinition
from asset_pipeline.defs.derived import derived_names
from asset_pipeline.defs.jobs import job_name
from asset_pipeline.defs.needed import Needed
from asset_pipeline.defs.staleness import Change, by_pack, newest_made, stale, wanted_versions
from asset_pipeline.defs.takes import TAKE_TAG
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
            moment = context.scheduled_execution_time.isoformat()
            idle, _ = _changes(context.instance, game)
            yield from _or_skip(_runs(game, idle, asker=f"{moment} "))

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
        # What was asked for and is stale still: its run failed, or made another spec as the file was edited meanwhile.
        asked = frozenset(json.loads(context.cursor or "[]"))
        marks: set[str] = set()
        requests: list[dg.RunRequest] = []
        for game in games:
            idle, at_work = _changes(context.instance, game)
            requests += _runs(game, [change for change in idle if _mark(game, change) not in asked])
            marks |= {_mark(game, change) for change in idle}
            marks |= {_mark(game, change) for change in at_work} & asked
        context.update_cursor(json.dumps(sorted(marks)))
        yield from _or_skip(requests)

    return sensor


def _or_skip(requests: Sequence[dg.RunRequest]) -> Iterator[dg.RunRequest | dg.SkipReason]:
    yield from requests
    if not requests:
        yield dg.SkipReason("nothing is stale that is not being made or was asked for before")


def _changes(instance: dg.DagsterInstance, game: Game) -> tuple[list[Change], list[Change]]:
    """Return what is stale, and apart from it what is in a pack on which any run of the game is at work.

    What such a run has not finished yet still looks stale, and would be paid for a second time.
    """
    busy = _packs_at_work(instance, game)  # before looking for what is made, or a run may end in between
    wanted = wanted_versions(game)
    changes = stale(wanted, newest_made(instance, game, wanted))
    idle, at_work = ([c for c in changes if (c.place.pack in busy) is at] for at in (False, True))
    return idle, at_work


def _mark(game: Game, change: Change) -> str:
    return f"{game.id}/{change.place.pack}/{change.place.sprite}={change.wanted}"


def _runs(game: Game, changes: Sequence[Change], *, asker: str = "") -> list[dg.RunRequest]:
    """Ask for one run a pack with its stale sprites and what is made of them; *asker* begins the run's key."""
    return [
        dg.RunRequest(
            run_key=f"{asker}{game.id}/{pack}:{_fingerprint(in_pack)}",
            job_name=job_name(game.id),
            partition_key=pack or None,
            asset_selection=[
                dg.AssetKey([game.id, name])
                for name in (*(change.place.sprite for change in in_pack), *derived_names(game))
            ],
        )
        for pack, in_pack in by_pack(changes).items()
    ]


def _fingerprint(changes: Sequence[Change]) -> str:
    """Name a staleness by what is replaced and by what; short, as PostgreSQL's index refuses a tag beyond 2,704 bytes.

    Dagster drops a key it has seen. So the same staleness is asked for once, and a prompt edited there, back and there again
    is made each time, as it replaces another materialization.
    """
    text = ",".join(f"{change.place.sprite}={change.replaces}>{change.wanted}" for change in changes)
    return hashlib.sha256(text.encode()).hexdigest()


def _packs_at_work(instance: dg.DagsterInstance, game: Game) -> set[str]:
    """Return the packs of *game*, ``""`` where it has none, that an unfinished run may still be making."""
    found: set[str] = set()
    for run in instance.get_runs(dg.RunsFilter(statuses=UNFINISHED)):
        games = Needed.by(run).games
        if games is None or game.id in games:
            pack = run.tags.get("dagster/partition")
            found |= {pack} if pack else set(game.packs or ("",))
    return found
