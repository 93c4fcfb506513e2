"""Schedules and the sensor ask for what changed, once, and for nothing that was never made."""

from __future__ import annotations

from datetime import UTC, datetime

import dagster as dg
import pytest

from asset_pipeline.defs.automation import take_of
from asset_pipeline.defs.specs import TAKE_TAG
from asset_pipeline_tests.defs.conftest import POND, TWO_LOOKS, Studio

MOMENT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


def sensed(studio: Studio) -> list[dg.RunRequest]:
    definitions = studio.definitions()
    context = dg.build_sensor_context(instance=studio.instance, definitions=definitions)
    sensor = definitions.resolve_sensor_def("stale_sprites")
    return list(sensor.evaluate_tick(context).run_requests or [])


def ticked(studio: Studio) -> list[dg.RunRequest]:
    context = dg.build_schedule_context(instance=studio.instance, scheduled_execution_time=MOMENT)
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
    assert names(request) == {"frog", "contact_sheet", "catalog"}
    assert request.job_name == "game_pond"


def test_the_same_staleness_has_the_same_run_key_and_is_asked_for_once(studio: Studio) -> None:
    """A run that fails must not be paid for again at every tick."""
    studio.make("pond/frog")
    studio.write(POND.replace("a green frog", "a blue frog"))
    [first], [second] = sensed(studio), sensed(studio)
    studio.write(POND.replace("a green frog", "a red frog"))
    [third] = sensed(studio)

    assert first.run_key == second.run_key != third.run_key


@pytest.mark.parametrize("job", ["game_pond", "__ASSET_JOB", "kind_entity"])
def test_nothing_is_asked_for_while_a_run_is_at_work_on_it(studio: Studio, job: str) -> None:
    """A sprite that a run is still generating looks stale; asking again would pay for it twice."""
    studio.make("pond/frog", "pond/reed")
    studio.write(POND.replace("a quiet pond", "a loud pond"))
    assert [names(request) for request in sensed(studio)] == [{"frog", "reed", "contact_sheet", "catalog"}]

    keys = {dg.AssetKey(["pond", "frog"]), dg.AssetKey(["pond", "reed"])} if job == "__ASSET_JOB" else None
    run = dg.DagsterRun(job_name=job, asset_selection=keys, status=dg.DagsterRunStatus.STARTED)
    studio.instance.add_run(run)
    studio.make("pond/frog")
    assert sensed(studio) == []

    studio.instance.delete_run(run.run_id)
    assert [names(request) for request in sensed(studio)] == [{"reed", "contact_sheet", "catalog"}]


def test_only_the_pack_that_changed_is_stale(studio: Studio) -> None:
    studio.make("lake/fish", pack="day")
    studio.make("lake/fish", pack="night")
    studio.write(TWO_LOOKS.replace("a lake at night", "a lake under stars"))

    [request] = sensed(studio)
    assert request.partition_key == "night"
    assert names(request) == {"fish", "contact_sheet", "catalog"}


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
    [request] = ticked(studio)
    assert names(request) == {"frog", "contact_sheet", "catalog"}


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
