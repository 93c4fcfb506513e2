"""What the environment says is read once, wholly or not at all, and its secrets are quoted nowhere."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from asset_pipeline.errors import ConfigError
from asset_pipeline.jobs.journal import Journal
from asset_pipeline.settings import VARIABLES, Settings, missing_for
from asset_pipeline.settings.model import ProviderName

ROOT = Path("/checkout")


def read(**environ: str) -> Settings:
    return Settings.from_environ(environ, root=ROOT)


def complaint(**environ: str) -> str:
    with pytest.raises(ConfigError) as raised:
        read(**environ)
    return str(raised.value)


# The journal ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        (None, "sqlite:////checkout/.local/journal.db"),
        ("sqlite:///here.db", "sqlite:////checkout/here.db"),
        ("sqlite:////var/lib/journal.db", "sqlite:////var/lib/journal.db"),
        ("postgresql://me:pw@db/art", "postgresql://me:pw@db/art"),
        ("postgresql+psycopg2://me:pw@db/art", "postgresql+psycopg2://me:pw@db/art"),
    ],
)
def test_a_file_of_the_journal_counts_from_the_checkout(given: str | None, meant: str) -> None:
    environ = {} if given is None else {"ASSET_PIPELINE_JOURNAL": given}

    assert read(**environ).journal.get_secret_value() == meant


@pytest.mark.parametrize(
    "url",
    [
        "PLANTED",
        "sqlite://PLANTED",
        "mysql://me:PLANTED@db/art",
        "postgres://me:PLANTED@db/art",
        "/a/PLANTED.db",
    ],
)
def test_a_wrong_address_of_the_journal_is_told_without_quoting_it(url: str) -> None:
    told = complaint(ASSET_PIPELINE_JOURNAL=url)

    assert "neither sqlite:///file nor postgresql+psycopg2://host/name" in told
    assert "for example ASSET_PIPELINE_JOURNAL=sqlite:///.local/journal.db" in told
    assert "PLANTED" not in told


def test_settings_that_name_no_journal_open_none() -> None:
    """In memory it would forget what was paid for."""
    bare = Settings(games_dir=Path("games"), store_url="file:///tmp/store")
    with pytest.raises(ConfigError, match="must be a file"):
        Journal(bare.journal.get_secret_value())


# Money ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("given", "meant"), [("5", "5"), ("0", "0"), ("0.25", "0.25"), ("1e2", "100")])
def test_a_budget_is_an_exact_amount(given: str, meant: str) -> None:
    budgets = read(ASSET_PIPELINE_BUDGET_RUN_USD=given, ASSET_PIPELINE_BUDGET_MONTH_USD="200").budgets

    assert (budgets.run_usd, budgets.game_usd, budgets.month_usd) == (Decimal(meant), None, Decimal(200))


@pytest.mark.parametrize("given", ["much", "-1", "NaN", "Infinity", "$5", "5,00", " "])
def test_what_is_no_amount_is_no_budget(given: str) -> None:
    """A budget that compares with nothing would allow everything."""
    assert "is no amount of US dollars from 0" in complaint(ASSET_PIPELINE_BUDGET_GAME_USD=given)


@pytest.mark.parametrize("given", ["0", "-1", "NaN", "fast"])
def test_a_rate_is_above_nothing(given: str) -> None:
    assert "SCENARIO_MAX_PER_SECOND" in complaint(SCENARIO_MAX_PER_SECOND=given)


@pytest.mark.parametrize("given", ["0", "-3", "2.5", "1001", "²"])
def test_a_ceiling_is_a_whole_number_from_one(given: str) -> None:
    for name in ("RUNPOD_MAX_PARALLEL", "SCENARIO_MAX_PARALLEL", "COMFYUI_MAX_PARALLEL"):
        assert f"{name}: {given!r} is not a whole number from 1 to 1000" in complaint(**{name: given})


# Providers --------------------------------------------------------------------------------------------------------


def test_providers_are_read_in_order_and_once_each() -> None:
    settings = read(
        IMAGE_GENERATION_PROVIDER=" runpod , scenario,runpod", ASSET_PIPELINE_DECOMPOSE_LAYERS="local"
    )

    assert settings.providers == ("runpod", "scenario")
    assert settings.operations == {"decompose_layers": ("local",)}


@pytest.mark.parametrize("given", ["runpod,", ",", "RunPod", "runpod scenario", "all"])
def test_a_provider_that_there_is_not_is_named_with_those_there_are(given: str) -> None:
    assert "is not one of local | scenario | runpod | comfyui" in complaint(
        ASSET_PIPELINE_REMOVE_BACKGROUND=given
    )


@pytest.mark.parametrize(
    ("provider", "environ"),
    [
        ("runpod", {"RUNPOD_API_KEY": "k", "RUNPOD_FLUX_ENDPOINT_ID": "f"}),
        ("runpod", {"RUNPOD_API_KEY": "k", "RUNPOD_SDXL_ENDPOINT_ID": "s"}),
        ("runpod", {"RUNPOD_API_KEY": "k", "RUNPOD_BG_REMOVAL_ENDPOINT_ID": "b"}),
        ("runpod", {"RUNPOD_API_KEY": "k", "RUNPOD_PUBLIC_ENDPOINTS": "true"}),
        ("scenario", {"SCENARIO_API_KEY": "k", "SCENARIO_SECRET_API_KEY": "s"}),
        ("comfyui", {"COMFYUI_URL": "http://127.0.0.1:8188"}),
        ("comfyui", {"RUNPOD_API_KEY": "k", "RUNPOD_COMFYUI_ENDPOINT_ID": "c"}),
        ("comfyui", {"COMFYUI_URL": "http://c", "RUNPOD_COMFYUI_ENDPOINT_ID": "c"}),
        ("local", {}),
    ],
)
def test_each_way_to_a_provider_is_enough(provider: ProviderName, environ: dict[str, str]) -> None:
    assert missing_for(provider, read(**environ)) is None
    for name in environ:
        fewer = {key: value for key, value in environ.items() if key != name}
        if len(environ) == 2 and name.endswith(("_KEY", "_ID")) and "COMFYUI_URL" not in environ:
            assert missing_for(provider, read(**fewer)) is not None


def test_public_endpoints_that_are_switched_off_are_no_way() -> None:
    told = missing_for("runpod", read(RUNPOD_API_KEY="k", RUNPOD_PUBLIC_ENDPOINTS="false"))

    assert told is not None
    assert "RUNPOD_FLUX_ENDPOINT_ID" in told


# Secrets ----------------------------------------------------------------------------------------------------------


def test_no_variables_value_is_in_any_print_where_it_is_secret() -> None:
    secrets = {
        v.name: "sqlite:///PLANTED.db" if "JOURNAL" in v.name else "PLANTED" for v in VARIABLES if v.secret
    }
    settings = read(**secrets)

    told = f"{settings!r} {settings} {settings.model_dump()} {settings.model_dump_json()}"
    assert "PLANTED" not in told
    for name in set(secrets) & set(settings.credentials):
        assert settings.credentials[name].get_secret_value() == "PLANTED"


def test_a_complaint_about_one_variable_quotes_no_secret_of_another() -> None:
    secrets = {v.name: "PLANTED" for v in VARIABLES if v.secret}

    assert "PLANTED" not in complaint(**secrets, ASSET_PIPELINE_ENV="prod", IMAGE_GENERATION_PROVIDER="x")


def test_everything_that_belongs_to_a_provider_reaches_it() -> None:
    environ = {
        v.name: v.example for v in VARIABLES if v.name.startswith(("RUNPOD_", "SCENARIO_", "COMFYUI_"))
    }

    assert {n: value.get_secret_value() for n, value in read(**environ).credentials.items()} == environ


def test_an_empty_value_counts_as_not_set() -> None:
    """As in a file of variables that somebody has not filled in."""
    empty = {variable.name: "" for variable in VARIABLES}

    assert read(**empty) == read()
