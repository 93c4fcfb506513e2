"""Opening the provider: one client for its lifetime, closed on every path."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from asset_pipeline.providers.downloads import Downloader
from asset_pipeline.providers.http import Exchange, Wire, open_http
from asset_pipeline.providers.runpod.canvas import Publish
from asset_pipeline.providers.runpod.config import RunPodConfig
from asset_pipeline.providers.runpod.provider import RunPodProvider
from asset_pipeline.providers.runpod.words import explain


@contextmanager
def open_runpod(
    config: RunPodConfig,
    *,
    publish: Publish | None = None,
    record: Callable[[Exchange], None] | None = None,
) -> Iterator[RunPodProvider]:
    """Open the provider for as long as it is needed.

    Args:
        config: what is configured.
        publish: for workers that read their input by URL only.
        record: is given every exchange, redacted.
    """
    headers = {"Authorization": f"Bearer {config.api_key}"}
    downloader = Downloader("runpod", allow_loopback=config.allow_loopback)
    with open_http(config.base_url, headers=headers) as http:
        wire = Wire("runpod", http, secrets=(config.api_key,), explain=explain, record=record)
        try:
            yield RunPodProvider(config, wire, downloader, publish=publish)
        finally:
            downloader.close()
