"""A few kills in every test run; ``make chaos`` does fifty."""

from __future__ import annotations

import os
from decimal import Decimal

import pytest

from asset_pipeline.testing.postgres import postgres_programs
from asset_pipeline_tests.chaos import chaos

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("mix", "processes", "journal"),
    [("mixed", 1, "sqlite"), ("scenario", 2, "postgresql"), ("runpod", 2, "sqlite")],
)
def test_killing_the_run_anywhere_neither_pays_twice_nor_loses_anything(
    mix: str, processes: int, journal: str
) -> None:
    if journal == "postgresql" and postgres_programs() is None and not os.environ.get("CI"):
        pytest.skip("PostgreSQL is not installed; scripts/get-test-servers")
    tally = chaos(2, sprites=4, mix=mix, processes=processes, journal=journal, seed=4711)

    assert tally.good, tally
    assert tally.paid_jobs >= 8
    cent = Decimal("0.01")
    assert Decimal(tally.invoice_usd).quantize(cent) == Decimal(tally.journal_usd).quantize(cent)
