from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from asset_pipeline.errors import ProviderRejected, ProviderUnavailable
from asset_pipeline.providers.remote import Json
from asset_pipeline.providers.scenario.contracts import contract_from, offline_ids
from asset_pipeline.providers.scenario.memory import DAY_S, Contracts

FLUX = "model_bfl-flux-1-dev"


class Service:
    """Answers for Scenario, and counts."""

    def __init__(self) -> None:
        self.asked = 0
        self.error: Exception | None = None

    def read(self, model_id: str) -> Json:
        self.asked += 1
        if self.error is not None:
            raise self.error
        return {"id": model_id, "type": "custom", "inputs": [{"name": "prompt", "type": "string"}]}


class Clock:
    """Time that a test moves."""

    now = 1_790_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def contracts(service: Service, clock: Clock) -> Contracts:
    return Contracts(service.read, model_ids=offline_ids(), clock=clock)


def test_a_contract_is_asked_for_once_a_day(contracts: Contracts, service: Service, clock: Clock) -> None:
    assert contracts.get(FLUX).live
    contracts.get(FLUX)
    assert service.asked == 1
    clock.now += DAY_S + 1
    assert contracts.get(FLUX).as_of == date(2026, 9, 22)
    assert service.asked == 2


def test_while_nobody_answers_yesterdays_contract_serves(
    contracts: Contracts, service: Service, clock: Clock
) -> None:
    contracts.get(FLUX)
    clock.now += 2 * DAY_S
    service.error = ProviderUnavailable("scenario", "no answer")
    assert contracts.get(FLUX).live


def test_while_nobody_answers_the_dated_copy_serves_models_we_know(
    contracts: Contracts, service: Service
) -> None:
    service.error = ProviderUnavailable("scenario", "no answer")
    copy = contracts.get(FLUX)
    assert (copy.live, copy.as_of) == (False, date(2026, 10, 9))
    with pytest.raises(ProviderUnavailable):
        contracts.get("model_unknown")


def test_a_model_that_is_refused_is_not_replaced_by_the_copy(contracts: Contracts, service: Service) -> None:
    """The copy says what a model takes, not that this key may use it."""
    service.error = ProviderRejected("scenario", "403")
    with pytest.raises(ProviderRejected):
        contracts.get(FLUX)


def test_nothing_is_asked_for_a_contract_at_hand(contracts: Contracts, service: Service) -> None:
    assert contracts.at_hand(FLUX) is not None
    assert contracts.at_hand("model_unknown") is None
    assert service.asked == 0


@pytest.mark.parametrize(
    "row",
    [
        {"name": "a", "type": "number", "min": "1", "step": None, "required": {"always": "yes"}},
        {"name": "a"},
        {"name": "a", "allowedValues": None, "maxLength": 1.0, "required": True},
    ],
)
def test_a_contract_we_do_not_wholly_understand_is_read_all_the_same(row: dict[str, Any]) -> None:
    model = {"id": "m", "inputs": [row, {"type": "nameless"}, "not an object"]}
    assert set(contract_from(model, as_of=date(2026, 1, 1), live=True).inputs) == {"a"}
