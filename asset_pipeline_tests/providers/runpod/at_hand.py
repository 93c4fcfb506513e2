"""What the tests of RunPod have at hand: a picture, a provider that waits for nothing, and a job carried to its end."""

from __future__ import annotations

import ssl
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import httpx
import numpy as np

from asset_pipeline.imaging.png import encode_png
from asset_pipeline.providers.downloads import Downloader
from asset_pipeline.providers.http import Exchange, Wire
from asset_pipeline.providers.operations import ImageToImage, RemoveBackground, Request, TextToImage
from asset_pipeline.providers.remote import JobState, Queued, Running, Ticket
from asset_pipeline.providers.runpod.canvas import Publish
from asset_pipeline.providers.runpod.config import RunPodConfig
from asset_pipeline.providers.runpod.preflight import Preflight
from asset_pipeline.providers.runpod.provider import RunPodProvider
from asset_pipeline.providers.runpod.queue import EndpointQueue
from asset_pipeline.providers.runpod.words import explain
from asset_pipeline.testing.runpod import API_KEY, FLUX_ID, REMOVAL_ID, SDXL_ID, RunPodDouble

OWN: dict[str, Any] = {
    "flux_endpoint_id": FLUX_ID,
    "sdxl_endpoint_id": SDXL_ID,
    "bg_removal_endpoint_id": REMOVAL_ID,
}


@cache
def ball() -> bytes:
    """A red square on white, 32 x 32."""
    rgba = np.full((32, 32, 4), 255, np.uint8)
    rgba[8:24, 8:24] = (200, 30, 30, 255)
    return encode_png(rgba)


def words(**fields: Any) -> TextToImage:  # noqa: ANN401  # any field
    return TextToImage(**{"prompt": "a red frog", "width_px": 64, "height_px": 64, "seed": 7, **fields})


def over_guide(**fields: Any) -> ImageToImage:  # noqa: ANN401  # any field
    given = {"prompt": "a red frog", "image": ball(), "width_px": 64, "height_px": 64, "seed": 7}
    return ImageToImage(**{**given, **fields})


def removal(**fields: Any) -> RemoveBackground:  # noqa: ANN401  # any field
    return RemoveBackground(**{"image": ball(), **fields})


def config_for(double: RunPodDouble, **fields: Any) -> RunPodConfig:  # noqa: ANN401  # any field
    given = {"api_key": API_KEY, "base_url": double.url, "allow_loopback": True, "settle_s": 0.0}
    return RunPodConfig(**{**given, **fields})


@contextmanager
def wire_to(
    url: str, *, key: str = API_KEY, record: list[Exchange] | None = None, timeout_s: float = 5.0
) -> Iterator[Wire]:
    """A wire that does not sleep between tries."""
    headers = {"Authorization": f"Bearer {key}"}
    timeout = httpx.Timeout(timeout_s)
    with httpx.Client(base_url=url, headers=headers, timeout=timeout, verify=certificates()) as http:
        keep = None if record is None else record.append
        yield Wire("runpod", http, secrets=(key,), explain=explain, record=keep, sleep=lambda _: None)


@contextmanager
def queue_at(
    double: RunPodDouble, endpoint_id: str = FLUX_ID, *, key: str = API_KEY
) -> Iterator[EndpointQueue]:
    with wire_to(double.url, key=key) as wire:
        yield EndpointQueue(wire, endpoint_id, secrets=(key,))


@contextmanager
def provider_at(
    double: RunPodDouble,
    *,
    publish: Publish | None = None,
    preflight: Preflight | None = None,
    record: list[Exchange] | None = None,
    **fields: Any,  # noqa: ANN401  # of the configuration
) -> Iterator[RunPodProvider]:
    config = config_for(double, **{**OWN, **fields})
    with wire_to(config.base_url, key=config.api_key, record=record) as wire:
        yield RunPodProvider(config, wire, downloader(), publish=publish, preflight=preflight)


@cache
def certificates() -> ssl.SSLContext:
    """Read once: a client that reads them itself takes longer to open than a test to run."""
    return ssl.create_default_context()


@cache
def downloader() -> Downloader:
    """One for all tests; it keeps nothing open."""
    return Downloader("runpod", allow_loopback=True)


def begun(provider: RunPodProvider, request: Request) -> Ticket:
    """Prepare and submit; the ticket as the journal would keep it."""
    prepared = provider.prepare(request, str(uuid.uuid4()))
    return prepared.ticket.model_copy(update={"job_id": provider.submit(prepared)})


def ended(provider: RunPodProvider, ticket: Ticket, *, within_s: float = 30.0) -> JobState:
    """Look until the job is over."""
    deadline = time.monotonic() + within_s
    while True:
        state = provider.look(ticket)
        if not isinstance(state, Queued | Running):
            return state
        if time.monotonic() > deadline:
            raise AssertionError(f"still {state}")
        time.sleep(0.005)
