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


def pond(tmp_path: Path, patch: pytest.MonkeyPatch, double: RunPodDouble) -> Checkout:
    checkout = Checkout(tmp_path, "runpod", double, patch)
    checkout.write(GAME.replace("size_px: 128", "size_px: 128, candidates: 4, rerolls: 2"))
    return checkout


def test_nothing_spoiled_is_published_and_a_sprite_that_passes_has_its_price(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first three submissions are the drawings of the three sprites."""
    with RunPodDouble(run_s=0.0, faults=FaultPlan(dict.fromkeys((1, 2, 3), Fault.SPOILED))) as double:
        checkout = pond(tmp_path, monkeypatch, double)
        assert checkout.paid_for("materialize", "pond") >= 8
        paid_usd = double.total_usd
        assert checkout.paid_for("materialize", "pond") == 0
    store = FolderStore(tmp_path / ".local" / "store")
    records = [record for name in SPRITES if (record := read_candidates(store, "pond", None, name))]

    assert all(record.published for record in records)
    assert sum(c.outcome == "fail" for record in records for c in record.candidates) >= 2
    assert store.exists("pond/catalog.json")

    with closing(Journal(f"sqlite:///{tmp_path / '.local' / 'journal.db'}")) as journal:
        dg.materialize([cost_report], resources={"store": store, "journal": journal})
    [game] = json.loads(store.get("money/cost_report.json"))["games"]
    assert (game["sprites"], game["accepted"]) == (3, 3)
    assert game["candidates"] > 3
    assert Decimal(game["cost_usd"]).quantize(Decimal("0.01")) == paid_usd.quantize(Decimal("0.01"))
    assert Decimal(game["usd_per_accepted"]) == (Decimal(game["cost_usd"]) / 3).quantize(Decimal("0.000001"))


def test_what_brought_no_picture_is_a_try_that_is_spent_and_never_paid_for_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Drawings that break off, and removals that return nothing: the sprite is made all the same."""
    bad = {1: Fault.TRUNCATED, 2: Fault.EMPTY_RESULT, 5: Fault.EMPTY_RESULT, 6: Fault.TRUNCATED}
    with RunPodDouble(run_s=0.0, faults=FaultPlan(bad)) as double:
        checkout = pond(tmp_path, monkeypatch, double)
        assert checkout.paid_for("materialize", "pond") > 5
        assert told_usd(tmp_path) == pytest.approx(float(double.total_usd), abs=0.005)
        assert checkout.paid_for("materialize", "pond") == 0
        assert told_usd(tmp_path) == 0
    assert all((tmp_path / ".local" / "store" / "pond" / f"{name}.png").exists() for name in SPRITES)


def told_usd(folder: Path) -> float:
    """Add up what the sprites' newest materializations say that they cost."""
    with dg.DagsterInstance.from_config(str(folder / ".local" / "dagster_home")) as instance:
        events = [instance.get_latest_materialization_event(dg.AssetKey(["pond", name])) for name in SPRITES]
    told = [
        event.asset_materialization.metadata["cost_usd"].value
        for event in events
        if event and event.asset_materialization
    ]
    assert len(told) == len(SPRITES)
    return sum(float(str(usd)) for usd in told)
