from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from asset_pipeline.providers.comfyui import ComfyUI
from asset_pipeline.testing.clock import FakeClock
from asset_pipeline.testing.comfyui import ComfyDouble
from asset_pipeline.testing.pictures import picture
from asset_pipeline_tests.providers.comfyui.at_hand import opened, read


@pytest.fixture(scope="session")
def object_info() -> Any:  # noqa: ANN401  # any JSON
    body = read("object_info")
    return body.get("response", body)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def double() -> Iterator[ComfyDouble]:
    with ComfyDouble(run_s=0.01) as running:
        yield running


@pytest.fixture
def provider(double: ComfyDouble, clock: FakeClock) -> Iterator[ComfyUI]:
    with opened(double, clock) as ready:
        yield ready


@pytest.fixture(scope="session")
def guide() -> bytes:
    return picture("a green frog, plain background", 96, 96, 3)
