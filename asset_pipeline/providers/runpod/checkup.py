"""What ``asset-pipeline doctor`` finds at RunPod, without paying for anything."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from asset_pipeline.errors import ProviderError
from asset_pipeline.providers.remote import Finding
from asset_pipeline.providers.runpod.config import RunPodConfig
from asset_pipeline.providers.runpod.queue import EndpointQueue
from asset_pipeline.providers.runpod.wiring import Model

_NO_JOB = "asset-pipeline-doctor"


def check_up(
    config: RunPodConfig, models: tuple[Model, ...], queue_of: Callable[[str], EndpointQueue]
) -> Iterator[Finding]:
    """Look at the host, the key and every endpoint of one's own; errors become findings.

    Args:
        config: what is configured.
        models: what can be asked for.
        queue_of: opens an endpoint's queue.
    """
    own = [model for model in models if not model.public]
    yield _reached(config, models, queue_of)
    for model in own:
        yield _endpoint(model, queue_of(model.endpoint_id))
    yield _drawing(config, models)


def _reached(
    config: RunPodConfig, models: tuple[Model, ...], queue_of: Callable[[str], EndpointQueue]
) -> Finding:
    """Ask for a job that never was: 404 says that the key is good, and costs nothing."""
    what = f"key at {config.base_url}"
    if not models:
        return Finding(
            what, ok=False, detail="no endpoint to ask", remedy="configure an endpoint or allow public ones"
        )
    try:
        queue_of(models[0].endpoint_id).status(_NO_JOB)
    except ProviderError as error:
        return Finding(what, ok=False, detail=str(error), remedy=_remedy(error))
    return Finding(what, ok=True, detail="accepted")


def _endpoint(model: Model, queue: EndpointQueue) -> Finding:
    what = f"endpoint {model.endpoint_id} ({model.name})"
    try:
        health = queue.health()
    except ProviderError as error:
        return Finding(what, ok=False, detail=str(error), remedy=_remedy(error))
    if health.looks_asleep or health.trouble():
        head, _, remedy = health.verdict().partition("; ")
        return Finding(what, ok=False, detail=head, remedy=remedy)
    retried = f", {health.retried} jobs begun again by RunPod" if health.retried else ""
    return Finding(what, ok=True, detail=health.verdict() + retried)


def _drawing(config: RunPodConfig, models: tuple[Model, ...]) -> Finding:
    if config.draws_itself:
        return Finding("models", ok=True, detail=", ".join(model.name for model in models))
    if models and config.public_endpoints:
        detail = "no endpoint of your own draws: public models, paid by the picture, are used"
        return Finding("models", ok=True, detail=detail)
    remedy = "set RUNPOD_FLUX_ENDPOINT_ID or RUNPOD_SDXL_ENDPOINT_ID, or allow public endpoints"
    return Finding("models", ok=False, detail="nothing that draws is configured", remedy=remedy)


def _remedy(error: ProviderError) -> str:
    text = str(error)
    if "HTTP 401" in text or "HTTP 403" in text:
        return "get a key in the console under Settings, API Keys, and put it into RUNPOD_API_KEY"
    if "HTTP 404" in text:
        return "copy the endpoint's id from the console, Serverless"
    return "is the host reachable from here? try again later"
