"""What was spent, as an asset that anybody can look at in the UI."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import dagster as dg
import numpy as np
import pytest

from asset_pipeline.definitions import build_defs
from asset_pipeline.defs.money import COST_REPORT, cost_report
from asset_pipeline.defs.needed import Needed
from asset_pipeline.export.cost_chart import Bar, cost_chart
from asset_pipeline.imaging.png import decode_image
from asset_pipeline.jobs.journal import Journal, month_of
from asset_pipeline.jobs.records import Purpose
from asset_pipeline.providers.remote import Money, Quote
from asset_pipeline.storage.folder import FolderStore
from asset_pipeline_tests.defs.conftest import Studio, job_of
from asset_pipeline_tests.jobs.at_hand import NOW, delivered, sent, work
from asset_pipeline_tests.jobs.conftest import me as me  # noqa: PLC0414 - a fixture

CENTS_3 = Quote(Decimal("0.03"), Decimal("0.09"), "estimated")


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    opened = Journal(f"sqlite:///{tmp_path / 'journal.db'}")
    yield opened
    opened.close()


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "store", public_base_url="https://art.example.com")


def filled(journal: Journal, owner: str) -> None:
    """Two games, two providers, two months; a charge, an estimate, a failure, and something nobody knows."""
    delivered(
        journal, work("a", Purpose("pond", "", "frog")), owner, cost_usd=Decimal("0.025"), run_seconds=2.5
    )
    delivered(
        journal,
        work("b", Purpose("lake", "", "fish"), "scenario"),
        owner,
        CENTS_3,
        now=NOW + 40 * 86_400,
        cost_basis="estimated",
    )
    failed = sent(journal, work("c", Purpose("pond", "", "reed")), owner, job_id="job-c")
    journal.ended(failed.token, "failed", Money(Decimal("0.01"), "charged"), "oom", NOW)
    unknown = sent(journal, work("d", Purpose()), owner, CENTS_3)
    journal.uncertain(unknown.token, CENTS_3.worst_usd, "reset")
    refused = sent(journal, work("e"), owner)
    journal.ended(refused.token, "refused", Money(Decimal(0), "charged"), "400", NOW)


def made(journal: Journal, store: FolderStore) -> dict[str, dg.MetadataValue]:
    result = dg.materialize([cost_report], resources={"store": store, "journal": journal})
    [event] = result.get_asset_materialization_events()
    return dict(event.materialization.metadata)


def rows(metadata: dict[str, dg.MetadataValue]) -> list[dict[str, object]]:
    table = metadata["costs"]
    assert isinstance(table, dg.TableMetadataValue)
    return [dict(record.data) for record in table.records]


def test_every_dollar_is_in_the_report_by_month_game_provider_and_operation(
    journal: Journal, store: FolderStore, me: str
) -> None:
    filled(journal, me)
    metadata = made(journal, store)

    told = rows(metadata)
    assert [(row["month"], row["game"], row["provider"], row["cost_usd"]) for row in told] == [
        ("2026-09", "", "runpod", "0.09"),
        ("2026-09", "pond", "runpod", "0.035"),
        ("2026-10", "lake", "scenario", "0.03"),
    ]
    assert [(row["requests"], row["delivered"], row["charged_usd"]) for row in told] == [
        (1, 0, "0"),
        (2, 1, "0.035"),
        (1, 1, "0"),
    ]
    assert [row["usd_per_delivered"] for row in told] == ["", "0.035000", "0.030000"]
    assert metadata["cost_usd_all"].value == pytest.approx(0.155)


def test_the_document_in_the_store_says_the_same_to_the_last_digit(
    journal: Journal, store: FolderStore, me: str
) -> None:
    filled(journal, me)
    metadata = made(journal, store)
    document = json.loads(store.get("money/cost_report.json"))["lines"]

    assert document == rows(metadata)
    assert sum(Decimal(row["cost_usd"]) for row in document) == Decimal("0.155")


def test_the_picture_decodes_and_is_the_one_in_the_metadata(
    journal: Journal, store: FolderStore, me: str
) -> None:
    filled(journal, me)
    metadata = made(journal, store)
    picture = decode_image(store.get("money/cost_report.png"), what="cost report")
    inline = re.search(r"base64,([A-Za-z0-9+/=]+)", str(metadata["preview"].value))

    assert picture.shape[1] == 1100
    assert picture[..., 3].min() == 255
    assert inline is not None
    decode_image(base64.b64decode(inline[1]), what="preview")
    assert metadata["url"].value == "https://art.example.com/money/cost_report.png"


def test_a_journal_without_a_request_makes_a_report_too(journal: Journal, store: FolderStore) -> None:
    """It is what a newcomer materializes first."""
    metadata = made(journal, store)

    assert metadata["cost_usd_all"].value == 0
    assert rows(metadata) == []
    assert json.loads(store.get("money/cost_report.json")) == {"lines": [], "games": []}
    decode_image(store.get("money/cost_report.png"), what="cost report")


def test_this_months_part_is_named(journal: Journal, store: FolderStore, me: str) -> None:
    import time  # noqa: PLC0415 - the asset asks the real clock

    delivered(journal, work("a"), me, cost_usd=Decimal("0.04"), now=time.time())
    delivered(journal, work("b"), me, cost_usd=Decimal("0.02"), now=time.time() - 70 * 86_400)
    metadata = made(journal, store)

    assert (metadata["cost_usd_month"].value, metadata["cost_usd_all"].value) == (0.04, 0.06)
    assert rows(metadata)[-1]["month"] == month_of(time.time())


def test_a_new_picture_is_another_version_and_the_same_one_is_not(
    journal: Journal, store: FolderStore, me: str
) -> None:
    def version() -> str:
        result = dg.materialize([cost_report], resources={"store": store, "journal": journal})
        [event] = result.get_asset_materialization_events()
        return str((event.materialization.tags or {})["dagster/data_version"])

    first = version()
    assert version() == first
    filled(journal, me)
    assert version() != first


def test_a_thousand_lines_are_one_picture_of_the_newest(
    journal: Journal, store: FolderStore, me: str
) -> None:
    for number in range(40):
        sent(journal, work(f"{number:02}", Purpose(f"game-{number:02}")), me)
    made(journal, store)

    assert decode_image(store.get("money/cost_report.png"), what="it").shape[0] < 1300
    assert len(json.loads(store.get("money/cost_report.json"))["lines"]) == 40


def test_it_is_made_in_an_instance_like_any_asset(studio: Studio) -> None:
    """By itself, as when somebody clicks on it, and with the journal that the settings name, which is empty."""
    needed = Needed.by(dg.DagsterRun("__ASSET_JOB", "r", asset_selection={COST_REPORT}))
    job = job_of(build_defs(studio.settings, needed=needed))
    result = job.execute_in_process(instance=studio.instance)

    assert set(job.asset_layer.executable_asset_keys) == {COST_REPORT}
    assert studio.metadata(result, "money/cost_report")["cost_usd_all"] == 0
    assert studio.instance.get_latest_materialization_event(COST_REPORT) is not None
    assert decode_image(studio.store.get("money/cost_report.png"), what="it").any()


# The chart --------------------------------------------------------------------------------------------------------


def bar(cost: str, charged: str = "0", quoted: str = "0") -> Bar:
    return Bar("a label", Decimal(cost), Decimal(charged), Decimal(quoted), "3 x it")


def coloured(chart: np.ndarray, colour: str) -> int:
    rgb = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    return int((chart[104:-70, :, :3] == rgb).all(axis=2).sum())


def test_bars_are_as_long_as_their_share_and_charges_are_told_from_estimates() -> None:
    whole = cost_chart("t", "s", [bar("1", "1", "1")])
    half = cost_chart("t", "s", [bar("1", "0", "1"), bar("0.5", "0.5", "1")])

    assert 0.4 < coloured(half, "#e0a458") / coloured(whole, "#e0a458") < 0.6
    assert coloured(whole, "#8d7a5b") < 20 < coloured(half, "#8d7a5b")


@pytest.mark.parametrize(
    "bars",
    [[], [bar("0")], [bar("0", "0", "0.02")], [bar("123456789.123456789", "1", "99")] * 24],
    ids=["nothing", "free", "only a quote", "a fortune"],
)
def test_any_amounts_make_a_picture(bars: list[Bar]) -> None:
    chart = cost_chart("What the art cost", "2026-09: $0.00", bars)

    assert chart.dtype == np.uint8
    assert chart.shape[2] == 4
    assert (chart[..., 3] == 255).all()
