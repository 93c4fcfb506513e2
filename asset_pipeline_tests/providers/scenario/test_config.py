from __future__ import annotations

from decimal import Decimal

import pytest

from asset_pipeline.errors import ConfigError
from asset_pipeline.providers.prices import prices
from asset_pipeline.providers.scenario import ScenarioConfig
from asset_pipeline.providers.scenario.catalogue import CARDS
from asset_pipeline.providers.scenario.contracts import offline, offline_ids
from asset_pipeline.providers.scenario.money import estimate, usd_per_cu


def test_key_and_secret_are_never_shown() -> None:
    shown = repr(ScenarioConfig("my-key", "my-secret"))
    assert "my-key" not in shown
    assert "my-secret" not in shown


def test_every_mistake_is_named_at_once_and_no_secret_with_it() -> None:
    with pytest.raises(ConfigError) as raised:
        ScenarioConfig("k:ey", "se cret", base_url="http://api.example", parallel=0, usd_per_cu=Decimal(-1))
    said = str(raised.value)
    for word in ("colon", "api_secret", "https", "parallel", "usd_per_cu"):
        assert word in said
    assert "se cret" not in said
    assert "k:ey" not in said


@pytest.mark.parametrize("allowed", [True, False])
def test_plain_http_is_for_doubles_on_this_machine_only(allowed: bool) -> None:
    def here() -> ScenarioConfig:
        return ScenarioConfig("k", "s", base_url="http://127.0.0.1:1/v1", allow_loopback=allowed)

    if allowed:
        assert here().base_url.startswith("http://127.0.0.1")
    else:
        with pytest.raises(ConfigError, match="https"):
            here()


def test_a_unit_costs_what_the_pro_plan_charges_monthly_unless_said_otherwise() -> None:
    pro = prices("scenario")["plans"]["pro"]
    assert usd_per_cu(ScenarioConfig("k", "s")) == Decimal("0.0090")
    assert Decimal(pro["usd_per_month"]) / Decimal(pro["cu_per_month"]) == Decimal("0.009")
    assert usd_per_cu(ScenarioConfig("k", "s", usd_per_cu=Decimal("0.005"))) == Decimal("0.005")


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.name)
def test_every_model_has_an_offline_contract_and_a_dated_price(card: object) -> None:
    name = card.name  # type: ignore[attr-defined]  # a ModelCard
    assert name in prices("scenario")["models"]
    contract = offline(name, offline_ids()[name])
    assert contract is not None
    assert contract.inputs
    assert not contract.live
    quote = estimate(name, Decimal("0.01"))
    assert 0 < quote.usd <= quote.worst_usd


def test_a_model_without_a_price_is_estimated_as_a_typical_one() -> None:
    assert estimate("model_whatever", Decimal("0.01")).usd == Decimal("0.05")
