"""What a run is given is what the environment says, and secrets travel by name."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest

from asset_pipeline.defs.resources import StoreResource
from asset_pipeline.errors import ConfigError, StoreRefused
from asset_pipeline.settings import Settings
from asset_pipeline_tests.storage.loopback import Answer, Asked, loopback, refusal

KEYS = {"AWS_ACCESS_KEY_ID": "planted-1", "AWS_SECRET_ACCESS_KEY": "planted-2"}
TOKEN = {"AWS_SESSION_TOKEN": "planted-3"}


def resource(monkeypatch: pytest.MonkeyPatch, endpoint_url: str, secrets: dict[str, str]) -> StoreResource:
    for name in (*KEYS, *TOKEN):
        monkeypatch.delenv(name, raising=False)
    for name, value in secrets.items():
        monkeypatch.setenv(name, value)
    environ = {"ASSET_PIPELINE_STORE": "s3://art", "ASSET_PIPELINE_S3_ENDPOINT_URL": endpoint_url, **secrets}
    return StoreResource.from_settings(Settings.from_environ(environ, root=Path("/checkout")))


def test_a_run_signs_with_all_three_parts_of_temporary_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Asked] = []

    def answer(request: Asked) -> Answer:
        asked.append(request)
        return refusal(403, "AccessDenied")

    with loopback(answer) as config:
        store = resource(monkeypatch, str(config.endpoint_url), KEYS | TOKEN)
        with pytest.raises(StoreRefused) as raised:
            store.process_config_and_initialize()

    assert asked[0].headers["x-amz-security-token"] == "planted-3"
    assert "Credential=planted-1/" in asked[0].headers["authorization"]
    assert "planted" not in f"{store!r} {store._convert_to_config_dictionary()} {raised.value!r}"


def test_a_token_without_its_key_fails_the_run_with_the_names_of_all_three(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The UI must load all the same."""
    store = resource(monkeypatch, "http://127.0.0.1:1", TOKEN)

    with pytest.raises((ConfigError, dg.DagsterError), match="AWS_SESSION_TOKEN is of no use without"):
        store.process_config_and_initialize()
