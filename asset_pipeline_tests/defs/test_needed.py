"""A run builds only the assets it needs."""

from __future__ import annotations

import dagster as dg

from asset_pipeline.definitions import build_defs
from asset_pipeline.defs.needed import Needed
from asset_pipeline_tests.defs.conftest import Studio, job_of


def run(job: str, *keys: str) -> dg.DagsterRun:
    selection = {dg.AssetKey(key.split("/")) for key in keys} or None
    return dg.DagsterRun(job_name=job, run_id="r", asset_selection=selection)


def built(studio: Studio, needed: Needed) -> set[str]:
    graph = build_defs(studio.settings, needed=needed).resolve_asset_graph()
    return {key.to_user_string() for key in graph.executable_asset_keys}


def test_without_a_run_everything_is_built(studio: Studio) -> None:
    assert {"pond/frog", "lake/fish", "pond/catalog"} <= built(studio, Needed.by(None))


def test_a_run_of_one_sprite_builds_one_sprite(studio: Studio) -> None:
    needed = Needed.by(run("__ASSET_JOB", "pond/frog"))

    assert built(studio, needed) == {"pond/frog"}
    job = job_of(build_defs(studio.settings, needed=needed))
    assert job.execute_in_process(instance=studio.instance).success


def test_a_run_of_a_games_job_builds_that_game(studio: Studio) -> None:
    assert {key.split("/")[0] for key in built(studio, Needed.by(run("game_lake")))} == {"lake"}


def test_a_run_that_does_not_say_builds_everything(studio: Studio) -> None:
    assert built(studio, Needed.by(run("kind_entity"))) == built(studio, Needed())


def test_a_contact_sheet_built_alone_still_shows_the_whole_game(studio: Studio) -> None:
    studio.make("pond/frog")
    needed = Needed.by(run("__ASSET_JOB", "pond/contact_sheet"))
    job = job_of(build_defs(studio.settings, needed=needed))

    [made] = job.execute_in_process(instance=studio.instance).get_asset_materialization_events()
    assert (
        made.materialization.metadata["sprites"].value,
        made.materialization.metadata["missing"].value,
    ) == (3, 2)


def test_a_named_job_of_a_run_exists_in_what_is_built_for_it(studio: Studio) -> None:
    """The run worker looks its job up by name."""
    for name in ("game_pond", "kind_entity"):
        needed = Needed.by(run(name, "pond/frog"))
        job = job_of(build_defs(studio.settings, needed=needed), name)
        assert set(job.asset_layer.executable_asset_keys) == {dg.AssetKey(["pond", "frog"])}
