"""Looking at key, models, ceilings and credits, for ``asset-pipeline doctor``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

from asset_pipeline.errors import ProviderError, ProviderRejected
from asset_pipeline.providers.remote import Finding, Json
from asset_pipeline.providers.scenario.api import Api
from asset_pipeline.providers.scenario.catalogue import CARDS, Catalogue
from asset_pipeline.providers.scenario.config import ScenarioConfig
from asset_pipeline.providers.scenario.contracts import contract_from
from asset_pipeline.providers.scenario.money import usd_per_cu
from asset_pipeline.providers.scenario.words import dig, rows_at, text_at, units

_KEY_REMEDY = (
    "create an API key in the project's settings at app.scenario.com (Pro, Max or Enterprise plan) and set SCENARIO_API_KEY and "
    "SCENARIO_SECRET_API_KEY"
)
_HOST_REMEDY = "check the network, and that the base URL is https://api.cloud.scenario.com/v1"
_MODEL_REMEDY = (
    "choose another model for the sprites that use it, upgrade the plan, or name it in the manifest by the id that Scenario "
    "shows (model_...)"
)


def check_up(api: Api, catalogue: Catalogue, config: ScenarioConfig) -> tuple[Finding, ...]:
    """Look at everything; the rest is left out where the key does not work."""
    key = _key(api)
    if not key.ok:
        return (key,)
    return (key, *_models(api, catalogue), *_teams(api, config))


def _key(api: Api) -> Finding:
    try:
        api.models()
    except ProviderRejected as error:
        return Finding("API key", ok=False, detail=str(error), remedy=_KEY_REMEDY)
    except ProviderError as error:
        return Finding("API key", ok=False, detail=str(error), remedy=_HOST_REMEDY)
    return Finding("API key", ok=True, detail="accepted")


def _models(api: Api, catalogue: Catalogue) -> Iterator[Finding]:
    for card in CARDS:
        model_id = catalogue.ids[card.name]
        what = f"model {card.name} ({model_id})"
        try:
            model = api.model(model_id)
        except ProviderError as error:
            yield Finding(what, ok=False, detail=str(error), remedy=_MODEL_REMEDY)
        else:
            yield _readable(what, model)


def _readable(what: str, model: Json) -> Finding:
    contract = contract_from(model, as_of=datetime.now(UTC).date(), live=True)
    if not contract.inputs:
        return Finding(what, ok=False, detail="it names no inputs, so it cannot be run", remedy=_MODEL_REMEDY)
    return Finding(what, ok=True, detail=f"{len(contract.inputs)} inputs")


def _teams(api: Api, config: ScenarioConfig) -> Iterator[Finding]:
    """Report plan, ceilings and credits, where this key may read them."""
    try:
        teams = [row for row in rows_at(api.teams().body, "teams") if text_at(row, "id")]
        limits = [api.limits(text_at(row, "id")).body for row in teams]
    except ProviderError as error:
        yield Finding("plan and credits", ok=True, detail=f"not shown to this key ({error})")
        return
    for body in limits:
        yield _ceiling(body, config)
        yield _credits(body, config)


def _ceiling(body: Json, config: ScenarioConfig) -> Finding:
    allowed = units(dig(body, "limits", "parallelCustomJobs"))
    detail = f"{config.parallel} here; the plan {text_at(body, 'plan') or '(unnamed)'} allows {allowed or 'an unknown number'}"
    if allowed is not None and config.parallel > allowed:
        remedy = f"set SCENARIO_MAX_PARALLEL={allowed} or less, or more will be refused with 429"
        return Finding("jobs at once", ok=False, detail=detail, remedy=remedy)
    return Finding("jobs at once", ok=True, detail=detail)


def _credits(body: Json, config: ScenarioConfig) -> Finding:
    total, used = units(dig(body, "limits", "creativeUnits")), units(dig(body, "values", "creativeUnits"))
    bought = [units(dig(row, "remaining")) or Decimal(0) for row in rows_at(body, "oneShotCreativeUnits")]
    if total is None or used is None:
        return Finding("credits", ok=True, detail="not shown to this key")
    left = max(total - used, Decimal(0)) + sum(bought, Decimal(0))
    rate = usd_per_cu(config)
    detail = f"{left} of {total} CU left, {left * rate:.2f} USD at {rate} a CU"
    if left <= 0:
        return Finding(
            "credits", ok=False, detail=detail, remedy="buy creative units, or wait for the next month"
        )
    return Finding("credits", ok=True, detail=detail)
