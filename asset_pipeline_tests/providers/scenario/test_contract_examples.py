"""The JSON that the contract quotes, read by our client; skipped where the contract is not beside the checkout."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path

import pytest

from asset_pipeline.providers.capabilities import ModelCard
from asset_pipeline.providers.http import Answer
from asset_pipeline.providers.remote import Json, Money, Queued
from asset_pipeline.providers.scenario import money, states
from asset_pipeline.providers.scenario.api import job_id_of
from asset_pipeline.providers.scenario.catalogue import CARDS
from asset_pipeline.providers.scenario.contracts import offline, offline_ids
from asset_pipeline.providers.scenario.words import explain

CONTRACT = Path(__file__).parents[4] / "shared" / "contracts" / "scenario.md"
RATE = Decimal("0.0090")

pytestmark = pytest.mark.skipif(not CONTRACT.exists(), reason="the contract is not beside the checkout")


def quoted(start: str) -> Json:
    """Find the JSON that begins with *start*, in a code block or between backticks."""
    text = CONTRACT.read_text("utf-8")
    found = re.search(rf"```json\n({re.escape(start)}.*?)\n```|`({re.escape(start)}.*?)`", text, re.DOTALL)
    assert found is not None, f"the contract no longer quotes {start}"
    return json.loads(found[1] or found[2])


def test_the_answer_to_a_submission_is_read() -> None:
    reply = quoted('{"job": {"jobId"')
    assert job_id_of(reply) == "job_x"
    assert states.unfinished(reply["job"]) == Queued()
    assert money.charged(reply["job"], RATE) == Money(Decimal("10.75") * RATE, "charged")
    assert states.asset_ids(reply["job"]) == ()


def test_the_captured_dry_run_is_read_to_the_last_digit() -> None:
    quote = money.quote(quoted('{"creativeUnitsCost":10.75'), RATE)
    assert quote is not None
    assert quote.usd == Decimal("0.096750")


def test_the_captured_error_is_read() -> None:
    body = quoted('{"reason":"Custom models only')
    assert explain(Answer(400, body, "", {})) == "Custom models only are supported for this endpoint"


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.name)
def test_every_model_id_we_use_stands_in_the_contract(card: ModelCard) -> None:
    text = CONTRACT.read_text("utf-8")
    model_id = offline_ids()[card.name]
    assert model_id in text or f"/ `-{model_id.rpartition('-')[2]}`" in text


def test_the_captured_limits_of_flux_stand_in_our_table() -> None:
    inputs = offline("flux-1-dev", "model_bfl-flux-1-dev").inputs  # type: ignore[union-attr]  # it is there
    text = CONTRACT.read_text("utf-8")
    section = text[text.index("`model_bfl-flux-1-dev` [seen in code") : text.index("Pixel-art models")]
    assert "128\N{EN DASH}2048 step 16" in section
    assert (inputs["width"].minimum, inputs["width"].maximum, inputs["width"].step) == (128, 2048, 16)
    assert "`canny tile depth blur pose gray low-quality`" in section
    assert " ".join(inputs["controlModality"].allowed) == "canny tile depth blur pose gray low-quality"
    assert "≤2048" in section
    assert inputs["prompt"].max_length == 2048
    assert "0\N{EN DASH}2147483647" in section
    assert inputs["seed"].maximum == 2147483647
