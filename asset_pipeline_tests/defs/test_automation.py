"""Schedules and the sensor ask for what changed, once, and for nothing that was never made."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import dagster as dg
import pytest

from asset_pipeline.defs.automation import take_of
from asset_pipeline.defs.metadata import SPEC_VERSION_KEY
from asset_pipeline.defs.takes import TAKE_TAG
from asset_pipeline_tests.defs.conftest import POND, TWO_LOOKS, Studio

TOGETHER = ("contact_sheet", "gallery", "catalog", "atlas")

MOMENT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


def watched(studio: Studio, cursor: str | None) -> tuple[list[dg.RunRequest], str | None]:
    """Let the sensor look once; return what it asks for and the cursor with which it looks the next time."""
    definitions = studio.definitions()
    context = dg.build_sensor_context(instance=studio.instance, definitions=definitions, cursor=cursor)
    tick = definitions.resolve_sensor_def("stale_sprites").evaluate_tick(context)
    return list(tick.run_requests or []), tick.cursor


def sensed(studio: Studio) -> list[dg.RunRequest]:
    return watched(studio, None)[0]


def ticked(studio: Studio, moment: datetime = MOMENT) -> list[dg.RunRequest]:
    context = dg.build_schedule_context(instance=studio.instance, scheduled_execution_time=moment)
    schedule = studio.definitions().resolve_schedule_def("regenerate_pond")
    return list(schedule.evaluate_tick(context).run_requests or [])


def names(request: dg.RunRequest) -> set[str]:
    return {key.path[-1] for key in request.asset_selection or []}


def test_sprites_that_were_never_made_are_not_stale(studio: Studio) -> None:
    """Whoever adds a sprite has not yet agreed to pay for it."""
    assert sensed(studio) == []


def test_an_edited_prompt_asks_for_that_sprite_and_what_is_made_of_it(studio: Studio) -> None:
    studio.make("pond/frog", "pond/reed")
    assert sensed(studio) == []

    studio.write(POND.replace("a green frog", "a blue frog"))
    [request] = sensed(studio)
    assert names(request) == {"frog", *TOGETHER}
    assert request.job_name == "game_pond"


def test_the_same_staleness_has_the_same_run_key_and_is_asked_for_once(studio: Studio) -> None:
    """A run that fails must not be paid for again at every tick."""
    studio.make("pond/frog")
    studio.write(POND.replace("a green frog", "a blue frog"))
    [first], [second] = sensed(studio), sensed(studio)
    studio.write(POND.replace("a green frog", "a red frog"))
    [third] = sensed(studio)

    assert first.run_key == second.run_key != third.run_key


def test_a_prompt_edited_there_and_back_and_there_again_is_made_each_time(studio: Studio) -> None:
    """Dagster drops a key it has seen; the sprite would stay stale for good."""
    studio.make("pond/frog")
    cursor, keys = None, []
    for colour in ("blue", "green", "blue", "green"):
        studio.write(POND.replace("a green frog", f"a {colour} frog"))
        [request], cursor = watched(studio, cursor)
        keys.append(request.run_key)
        studio.make("pond/frog")
        assert watched(studio, cursor)[0] == []

    assert len(set(keys)) == 4


def test_a_sprite_that_failed_is_not_asked_for_again_when_the_rest_of_its_run_was_made(
    studio: Studio,
) -> None:
    """The stale set has shrunk by then, so the run's key alone would not tell."""
    studio.make("pond/frog", "pond/reed")
    studio.write(POND.replace("a quiet pond", "a loud pond"))
    [request], cursor = watched(studio, None)
    assert {"frog", "reed"} <= names(request)

    run = dg.DagsterRun(job_name="game_pond", status=dg.DagsterRunStatus.STARTED)
    studio.instance.add_run(run)
    requests, cursor = watched(studio, cursor)
    assert requests == []

    studio.instance.delete_run(run.run_id)
    studio.make("pond/reed")
    assert watched(studio, cursor)[0] == []


def test_a_picture_made_from_a_file_edited_meanwhile_is_not_asked_for_at_every_tick(studio: Studio) -> None:
    """A run reads the file as it is then; until somebody reloads the definitions it never makes what they want."""
    studio.make("pond/frog")
    studio.write(POND.replace("a green frog", "a blue frog"))
    [_], cursor = watched(studio, None)
    studio.write(POND.replace("a green frog", "a red frog"))
    studio.make("pond/frog")
    studio.write(POND.replace("a green frog", "a blue frog"))  # as the definitions still have it

    assert watched(studio, cursor)[0] == []


def test_a_run_key_is_short_however_much_is_stale(studio: Studio) -> None:
    """PostgreSQL refuses a run whose tag is longer than its index allows, 2,704 bytes."""
    rushes = [f"rush_{n}" for n in range(50)]
    lines = (
        f"  {r}: {{kind: background, width_px: 64, height_px: 64, description: rushes}}\n" for r in rushes
    )
    studio.write(POND + "".join(lines))
    for rush in rushes:
        made = dg.AssetMaterialization(["pond", rush], metadata={SPEC_VERSION_KEY: "of long ago"})
        studio.instance.report_runless_asset_event(made)

    [request] = sensed(studio)
    assert names(request) == {*rushes, *TOGETHER}
    assert len(str(request.run_key)) < 200


@pytest.mark.parametrize("job", ["game_pond", "__ASSET_JOB", "kind_entity"])
def test_nothing_is_asked_for_while_a_run_is_at_work_on_it(studio: Studio, job: str) -> None:
    """A sprite that a run is still generating looks stale; asking again would pay for it twice."""
    studio.make("pond/frog", "pond/reed")
    studio.write(POND.replace("a quiet pond", "a loud pond"))
    assert [names(request) for request in sensed(studio)] == [{"frog", "reed", *TOGETHER}]

    keys = {dg.AssetKey(["pond", "frog"]), dg.AssetKey(["pond", "reed"])} if job == "__ASSET_JOB" else None
    run = dg.DagsterRun(job_name=job, asset_selection=keys, status=dg.DagsterRunStatus.STARTED)
    studio.instance.add_run(run)
    studio.make("pond/frog")
    assert sensed(studio) == []

    studio.instance.delete_run(run.run_id)
    assert [names(request) for request in sensed(studio)] == [{"reed", *TOGETHER}]


def test_only_the_pack_that_changed_is_stale(studio: Studio) -> None:
    studio.make("lake/fish", pack="day")
    studio.make("lake/fish", pack="night")
    studio.write(TWO_LOOKS.replace("a lake at night", "a lake under stars"))

    [request] = sensed(studio)
    assert request.partition_key == "night"
    assert names(request) == {"fish", *TOGETHER}


def test_a_fresh_take_does_not_look_stale_afterwards(studio: Studio) -> None:
    """Otherwise the sensor would draw the old picture over the fresh one."""
    studio.make("pond/frog", tags={TAKE_TAG: "5"})

    assert sensed(studio) == []


def test_a_game_that_asks_for_no_schedule_has_none(studio: Studio) -> None:
    assert list(studio.definitions().schedules or []) == []


def test_a_schedule_in_stale_mode_asks_for_what_is_stale(studio: Studio) -> None:
    scheduled = POND.replace("sprites:", 'regenerate: "0 3 * * 1"\nsprites:')
    studio.write(scheduled)
    studio.make("pond/frog")
    assert ticked(studio) == []

    studio.write(scheduled.replace("a green frog", "a blue frog"))
    [request], [again] = ticked(studio), ticked(studio)
    [next_week] = ticked(studio, MOMENT + timedelta(days=7))
    assert names(request) == names(next_week) == {"frog", *TOGETHER}
    assert request.run_key == again.run_key != next_week.run_key, "a run that failed is tried again next week"


def test_a_schedule_in_fresh_mode_asks_for_another_take_of_everything(studio: Studio) -> None:
    studio.write(POND.replace("sprites:", 'regenerate: {cron: "0 3 * * 1", mode: fresh}\nsprites:'))

    [request] = ticked(studio)
    assert request.tags[TAKE_TAG] == str(take_of(MOMENT)) == "202611230300"


def test_automation_is_off_until_somebody_switches_it_on(studio: Studio) -> None:
    studio.write(POND.replace("sprites:", 'regenerate: "0 3 * * 1"\nsprites:'))
    definitions = studio.definitions()

    assert definitions.resolve_sensor_def("stale_sprites").default_status is dg.DefaultSensorStatus.STOPPED
    assert (
        definitions.resolve_schedule_def("regenerate_pond").default_status is dg.DefaultScheduleStatus.STOPPED
    )
