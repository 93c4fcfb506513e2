"""From configuration to a ready provider, whose connections are closed afterwards."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from decimal import Decimal

from asset_pipeline.providers.comfyui.checkup import ServerCheckup, WorkerCheckup
from asset_pipeline.providers.comfyui.config import ComfyConfig
from asset_pipeline.providers.comfyui.direct import DirectServer
from asset_pipeline.providers.comfyui.library import Library, open_library
from asset_pipeline.providers.comfyui.provider import ComfyUI, patience_of
from asset_pipeline.providers.comfyui.quotes import EndpointCosts, ServerCosts
from asset_pipeline.providers.comfyui.server import NAME, ComfyServer
from asset_pipeline.providers.comfyui.words import explain
from asset_pipeline.providers.comfyui.worker import ServerlessWorker
from asset_pipeline.providers.downloads import Downloader
from asset_pipeline.providers.http import Exchange, Wire, open_http
from asset_pipeline.providers.runpod import words as runpod_words
from asset_pipeline.providers.runpod.queue import EndpointQueue


@contextmanager
def open_comfyui(
    config: ComfyConfig,
    *,
    record: Callable[[Exchange], None] | None = None,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[ComfyUI]:
    """Open the provider for as long as the block lasts; nothing is asked of the server yet.

    Args:
        config: how it is reached.
        record: is given every exchange, redacted.
        clock: monotonic seconds, for what must be seen twice some seconds apart.
        sleep: waits between the tries of what may be repeated.

    Raises:
        ConfigError: a template of the user's folder is wrong, or the GPU has no price.
    """
    library = open_library(config.templates_dir, config.prefer)
    base_url = config.endpoint_url if config.url is None else config.url
    downloader = Downloader(
        NAME,
        allow_loopback=config.allow_loopback,
        trusted=() if config.url is None else (config.url,),
    )
    with open_http(base_url, headers=config.credentials) as http, closing(downloader):
        said = explain if config.endpoint_id is None else runpod_words.explain
        wire = Wire(NAME, http, secrets=config.secrets, explain=said, record=record, sleep=sleep)
        on = _on_server if config.endpoint_id is None else _on_runpod
        yield on(config, library, wire, downloader, clock)


def _on_server(
    config: ComfyConfig, library: Library, wire: Wire, downloader: Downloader, clock: Callable[[], float]
) -> ComfyUI:
    server = ComfyServer(wire, downloader, config.where, config.credentials)
    costs = ServerCosts(config.usd_per_second or Decimal(0))
    jobs = DirectServer(
        server,
        costs=costs,
        lost_after_s=config.lost_after_s,
        dead_after_s=config.dead_after_s,
        clock=clock,
    )
    checkup = ServerCheckup(config.where, server, jobs, library, config.model_files)
    return ComfyUI(config, library, jobs, costs, checkup)


def _on_runpod(
    config: ComfyConfig, library: Library, wire: Wire, downloader: Downloader, clock: Callable[[], float]
) -> ComfyUI:
    costs = EndpointCosts.of(config)
    worker = ServerlessWorker(
        EndpointQueue(wire, config.endpoint_id or "", NAME, secrets=config.secrets),
        downloader,
        costs=costs,
        patience=patience_of(config),
        lost_after_s=config.lost_after_s,
        clock=clock,
    )
    return ComfyUI(config, library, worker, costs, WorkerCheckup(config.where, worker))
