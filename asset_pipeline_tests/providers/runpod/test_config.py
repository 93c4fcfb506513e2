"""A slip in the configuration is found when it is made, with the way out in the message."""

from __future__ import annotations

from typing import Any

import pytest

from asset_pipeline.errors import ConfigError
from asset_pipeline.providers.runpod.config import FluxFields, RunPodConfig

KEY = "rpa_NEVER0TO0BE0SEEN"


def test_the_defaults_are_production() -> None:
    config = RunPodConfig(api_key=KEY)
    assert config.base_url == "https://api.runpod.ai"
    assert not config.draws_itself
    assert RunPodConfig(api_key=KEY, sdxl_endpoint_id="abc").draws_itself


@pytest.mark.parametrize(
    "host", ["https://api.runpod.io", "https://rest.runpod.io/v1", "https://API.RUNPOD.IO/v2"]
)
def test_the_management_host_is_refused_by_name(host: str) -> None:
    """It differs by one letter and answers every job with 404."""
    with pytest.raises(ConfigError, match=r"management host.*https://api\.runpod\.ai"):
        RunPodConfig(api_key=KEY, base_url=host)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"api_key": " "}, "key is empty"),
        ({"base_url": "https://api.runpod.ai/v2"}, "leave out the path"),
        ({"base_url": "http://api.runpod.ai"}, "https://"),
        ({"base_url": "http://127.0.0.1:9"}, "https://"),
        ({"base_url": "http://10.0.0.1", "allow_loopback": True}, "https://"),
        ({"flux_endpoint_id": "https://api.runpod.ai/v2/abc/runsync"}, "only the part"),
        ({"bg_removal_endpoint_id": "a/b"}, "only the part"),
        ({"bg_field": "image b64"}, "no field"),
        ({"flux_fields": FluxFields(steps="num-steps")}, "no field"),
        ({"bg_encoding": "hex"}, "base64, data_uri, url"),
    ],
)
def test_what_cannot_be_right_is_refused(fields: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigError, match=words) as raised:
        RunPodConfig(**{"api_key": KEY, **fields})
    assert KEY not in str(raised.value)


def test_a_double_on_loopback_is_allowed_where_that_is_said() -> None:
    assert RunPodConfig(api_key=KEY, base_url="http://127.0.0.1:8080/", allow_loopback=True).base_url


def test_the_key_is_not_shown() -> None:
    assert KEY not in repr(RunPodConfig(api_key=KEY))
