"""Dagster shows resources, their configuration and every error to whoever can open the UI; no secret is in any of it."""

from __future__ import annotations

import traceback
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.remote_representation.external_data import RepositorySnap
from dagster._serdes import serialize_value

from asset_pipeline.definitions import build_defs
from asset_pipeline.defs.resources import JournalResource, RouterResource, StoreResource
from asset_pipeline.errors import ConfigError
from asset_pipeline.jobs.opening import RouterConfig
from asset_pipeline.settings import VARIABLES, Settings
from asset_pipeline.studio import Studio, open_studio, router_config
from asset_pipeline_tests.planning.conftest import POND

JOURNAL = "postgresql+psycopg2://me:PLANTED@127.0.0.1:1/name?password=PLANTED"
SECRETS = {variable.name: f"PLANTED-{variable.name}" for variable in VARIABLES if variable.secret}
ENVIRON = {
    **SECRETS,
    "ASSET_PIPELINE_JOURNAL": JOURNAL,
    "RUNPOD_FLUX_ENDPOINT_ID": "flux",
    "COMFYUI_URL": "http://127.0.0.1:9",
}


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for variable in VARIABLES:
        monkeypatch.delenv(variable.name, raising=False)
    for name, value in ENVIRON.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "games").mkdir()
    (tmp_path / "games" / "pond.yaml").write_text(POND)
    return Settings.from_environ(ENVIRON, root=tmp_path)


def resources(settings: Settings) -> tuple[StoreResource, RouterResource, JournalResource]:
    store = StoreResource.from_settings(settings)
    router = RouterResource.from_settings(settings, store)
    return store, router, JournalResource(url=router.journal_url)


def test_every_secret_there_is_was_planted() -> None:
    assert set(SECRETS) >= {
        "RUNPOD_API_KEY",
        "SCENARIO_API_KEY",
        "SCENARIO_SECRET_API_KEY",
        "COMFYUI_TOKEN",
        "AWS_SECRET_ACCESS_KEY",
        "ASSET_PIPELINE_JOURNAL",
    }


def test_resources_name_secrets_and_do_not_hold_them(settings: Settings) -> None:
    for resource in resources(settings):
        told = f"{resource!r} {resource} {resource._convert_to_config_dictionary()}"
        assert "PLANTED" not in told
    assert "ASSET_PIPELINE_JOURNAL" in str(resources(settings)[2]._convert_to_config_dictionary())


def test_nothing_that_the_ui_is_given_holds_a_secret(settings: Settings) -> None:
    repository = build_defs(settings).get_repository_def()
    told = serialize_value(RepositorySnap.from_def(repository))

    assert "frog" in told
    assert "PLANTED" not in told


def test_no_print_of_what_a_router_is_made_of_holds_a_secret(settings: Settings) -> None:
    config = router_config(settings)

    assert isinstance(config, RouterConfig)
    assert "PLANTED" not in f"{config!r} {settings!r} {settings.model_dump_json()}"
    assert config.variables["RUNPOD_API_KEY"] == SECRETS["RUNPOD_API_KEY"]
    assert config.journal_url == JOURNAL


def test_a_journal_that_is_away_fails_a_run_and_a_command_without_its_password(settings: Settings) -> None:
    _, router, journal = resources(settings)

    def command() -> Studio:
        with open_studio(settings) as opened:
            return opened

    def run() -> None:
        with dg.build_resources({"journal": journal}):
            pass

    for attempt in (command, run):
        with pytest.raises((ConfigError, dg.DagsterError)) as raised:
            attempt()
        assert "PLANTED" not in "".join(traceback.format_exception(raised.value))
        assert "127.0.0.1" in "".join(traceback.format_exception(raised.value))
    assert router.journal_url != JOURNAL


def test_a_file_needs_no_variable(tmp_path: Path) -> None:
    """Its address has no password, and a laptop has no such variable."""
    settings = Settings.from_environ({}, root=tmp_path)
    journal = resources(settings)[2]

    with dg.build_resources({"journal": journal}) as opened:
        assert opened.journal.attempts() == []
