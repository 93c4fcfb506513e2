"""A game of which the provider spoils many pictures: none of them is published, and what a good one costs is told."""

from __future__ import annotations

import json
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import dagster as dg
import pytest

from asset_pipeline.defs.money import cost_report
from asset_pipeline.jobs.journal import Journal
from asset_pipeline.reviews.candidates import read_candidates
from asset_pipeline.storage.folder import FolderStore
from asset_pipeline.testing.faults import Fault, FaultPlan
from asset_pipeline.testing.runpod import RunPodDouble
from asset_pipeline_tests.contract.test_a_game import GAME, Checkout

SPRITES = ("frog", "reed", "sky")


def test_nothing_spoiled_is_published_and_a_sprite_that_passes_has_its_price(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with RunPodDouble(run_s=0.0, faults=FaultPlan.random(11, 0.3, [Fault.SPOILED])) as double:
        checkout = Checkout(tmp_path, "runpod", double, monkeypatch)
        checkout.write(GAME.replace("size_px: 128", "size_px: 128, candidates: 4, rerolls: 10"))
        done = checkout.run("materialize", "pond")
        paid_usd = double.total_usd
        paid_jobs = len(double.invoice)
    store = FolderStore(tmp_path / ".local" / "store")
    records = [record for name in SPRITES if (record := read_candidates(store, "pond", None, name))]

    assert done.returncode == 0, done.output
    assert all(record.published for record in records)
    assert sum(c.outcome == "fail" for record in records for c in record.candidates) >= 1
    assert paid_jobs > 5, "some were drawn again"
    assert store.exists("pond/catalog.json")

    with closing(Journal(f"sqlite:///{tmp_path / '.local' / 'journal.db'}")) as journal:
        dg.materialize([cost_report], resources={"store": store, "journal": journal})
    [game] = json.loads(store.get("money/cost_report.json"))["games"]
    assert (game["sprites"], game["accepted"]) == (3, 3)
    assert game["candidates"] > 3
    assert Decimal(game["cost_usd"]).quantize(Decimal("0.01")) == paid_usd.quantize(Decimal("0.01"))
    assert Decimal(game["usd_per_accepted"]) == (Decimal(game["cost_usd"]) / 3).quantize(Decimal("0.000001"))
