from __future__ import annotations

from pathlib import Path

import pytest

from asset_pipeline.errors import ConfigError
from asset_pipeline.settings import VARIABLES, Settings, missing_for

CHECKOUT = Path(__file__).parents[1]


def read(**environ: str) -> Settings:
    return Settings.from_environ(environ, root=Path("/checkout"))


def test_an_empty_environment_is_a_laptop_without_keys() -> None:
    """The first run must work with nothing set."""
    settings = read()

    assert settings.environment == "local"
    assert settings.providers == ("local",)
    assert settings.store_url == "file:///checkout/.local/store"
    assert settings.games_dir == Path("/checkout/games")
    assert settings.public_base_url == "http://127.0.0.1:3001"


def test_only_a_laptop_links_to_its_own_preview_server() -> None:
    """A link to 127.0.0.1 in production's metadata would open whatever runs on the reader's machine."""
    assert read(ASSET_PIPELINE_ENV="production").public_base_url is None
    assert read(ASSET_PIPELINE_STORE="s3://art/games").public_base_url is None


@pytest.mark.parametrize(
    ("environ", "profile"),
    [
        ({}, "any"),
        ({"ASSET_PIPELINE_ENV": "production"}, "any"),
        ({"ASSET_PIPELINE_LICENCES": "commercial"}, "commercial"),
    ],
)
def test_models_are_held_to_their_licence_where_somebody_asks_for_it(
    environ: dict[str, str], profile: str
) -> None:
    """A host may have bought what the public licence forbids; only its customer can tell."""
    assert read(**environ).licences == profile


def test_the_seed_documents_variable_names_are_honoured() -> None:
    settings = read(
        IMAGE_GENERATION_PROVIDER="runpod",
        RUNPOD_API_KEY="rp-key",
        RUNPOD_FLUX_ENDPOINT_ID="flux",
        RUNPOD_SDXL_ENDPOINT_ID="sdxl",
        RUNPOD_BG_REMOVAL_ENDPOINT_ID="rembg",
        SCENARIO_API_KEY="sc-key",
        SCENARIO_SECRET_API_KEY="sc-secret",
    )

    assert settings.providers == ("runpod",)
    assert missing_for("runpod", settings) is None
    assert missing_for("scenario", settings) is None


def test_every_wrong_variable_is_named_at_once_with_choices_and_an_example() -> None:
    with pytest.raises(ConfigError) as raised:
        read(
            ASSET_PIPELINE_ENV="prod",
            IMAGE_GENERATION_PROVIDER="midjourney",
            ASSET_PIPELINE_MAX_CONCURRENT="many",
            ASSET_PIPELINE_STORE="ftp://host/x",
            ASSET_PIPELINE_S3_ENDPOINT_URL="s3.example.com",
            ASSET_PIPELINE_STOER="x",
        )

    message = str(raised.value)
    assert len(message.splitlines()) == 6
    assert (
        "ASSET_PIPELINE_ENV: 'prod' is not one of local | staging | production; for example ASSET_PIPELINE_ENV=local"
        in message
    )
    assert "local | scenario | runpod | comfyui" in message
    assert "the nearest is ASSET_PIPELINE_STORE" in message


@pytest.mark.parametrize("store", ["s3://Art", "s3://a", "s3://KEYID:hush@art/games"])
def test_a_bucket_that_cannot_be_one_is_a_complaint_at_load_that_does_not_repeat_it(store: str) -> None:
    """Otherwise the UI loads, and the first run finds out."""
    with pytest.raises(
        ConfigError, match=r"^ASSET_PIPELINE_STORE: a bucket's name is .* for example"
    ) as raised:
        read(ASSET_PIPELINE_STORE=store)

    assert "hush" not in str(raised.value)


def test_secrets_are_in_no_print_of_the_settings() -> None:
    """Settings end up in logs and tracebacks sooner or later."""
    settings = read(
        RUNPOD_API_KEY="planted-1",
        AWS_SECRET_ACCESS_KEY="planted-2",
        AWS_ACCESS_KEY_ID="planted-3",
        AWS_SESSION_TOKEN="planted-4",
    )
    assert settings.s3.session_token is not None

    assert "planted" not in f"{settings!r} {settings} {settings.model_dump()} {settings.model_dump_json()}"


def test_a_provider_without_its_secret_says_which_and_how_to_set_it() -> None:
    message = missing_for("runpod", read()) or ""

    assert message.startswith(
        "runpod cannot be used: RUNPOD_API_KEY and RUNPOD_FLUX_ENDPOINT_ID are not set."
    )
    assert "RUNPOD_API_KEY=" in message


def test_the_example_environment_file_is_complete_and_is_accepted() -> None:
    """A file that people copy must not lag behind the code."""
    lines = (CHECKOUT / ".env.example").read_text().splitlines()
    given = dict(line.removeprefix("#").strip().split("=", 1) for line in lines if "=" in line)

    assert list(given) == [variable.name for variable in VARIABLES]
    assert Settings.from_environ(given, root=CHECKOUT).environment == "local"
    for variable in VARIABLES:
        assert variable.about in (CHECKOUT / ".env.example").read_text()
