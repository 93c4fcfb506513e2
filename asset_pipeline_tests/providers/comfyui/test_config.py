from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from asset_pipeline.errors import ConfigError
from asset_pipeline.providers.comfyui import ComfyConfig, open_comfyui

SECRET = "sesame-0123456789"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "either"),
        ({"url": "http://127.0.0.1:8188", "endpoint_id": "abc"}, "either"),
        ({"url": "127.0.0.1:8188"}, "http://"),
        ({"url": "ftp://host"}, "http://"),
        ({"url": "https://"}, "name a host"),
        ({"url": "https://host:port"}, "no URL"),
        ({"url": "https://host/?token=1"}, "leave out"),
        ({"url": f"https://me:{SECRET}@host"}, "holds a password"),
        ({"url": "http://host:8188", "token": SECRET}, "in the clear"),
        ({"url": "http://host:8188", "headers": {"X-API-Key": SECRET}}, "in the clear"),
        ({"url": "https://host", "headers": {"Origin": SECRET}}, "no header to be set"),
        ({"url": "https://host", "headers": {"X Y": SECRET}}, "no header to be set"),
        ({"url": "https://host", "headers": {"X-Key": f"{SECRET}\r\nX: y"}}, "printable"),
        ({"endpoint_id": "https://api.runpod.ai/v2/abc", "api_key": SECRET}, "no id"),
        ({"endpoint_id": "abc"}, "needs RunPod's key"),
        ({"endpoint_id": "abc", "api_key": SECRET, "token": SECRET}, "server of one's own"),
        ({"endpoint_id": "abc", "api_key": SECRET, "endpoint_url": "http://api.runpod.ai"}, "in the clear"),
        ({"url": "http://host", "usd_per_second": Decimal(-1)}, "0 or more"),
        ({"url": "http://host", "parallel": 0}, "parallel"),
        ({"url": "http://host", "lost_after_s": 0.5}, "lost_after_s"),
    ],
)
def test_what_cannot_be_right_is_said_when_it_is_configured(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError, match=said) as raised:
        ComfyConfig(**given)
    assert SECRET not in str(raised.value)


def test_a_gpu_without_a_price_is_a_mistake_of_the_configuration() -> None:
    config = ComfyConfig(endpoint_id="abc", api_key=SECRET, gpu="voodoo2")
    with pytest.raises(ConfigError, match="no GPU 'voodoo2'"), open_comfyui(config):
        pass


def test_secrets_are_not_printed() -> None:
    config = ComfyConfig(url="https://host", token=SECRET, headers={"X-Key": SECRET})
    assert SECRET not in repr(config)
    assert SECRET not in repr(ComfyConfig(endpoint_id="abc", api_key=SECRET))


def test_plain_http_is_fine_without_secrets_and_on_this_machine() -> None:
    assert ComfyConfig(url="http://192.168.1.5:8188").where == "http://192.168.1.5:8188"
    assert ComfyConfig(url="http://127.0.0.1:8188", token=SECRET).credentials == {
        "Authorization": f"Bearer {SECRET}"
    }
