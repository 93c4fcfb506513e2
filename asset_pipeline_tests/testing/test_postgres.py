"""Dagster keeps its records in PostgreSQL from the second machine on."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
import yaml

from asset_pipeline.testing.postgres import postgres, postgres_programs
from asset_pipeline_tests.defs.conftest import POND
from asset_pipeline_tests.test_cli import CHECKOUT, run


@pytest.mark.skipif(
    postgres_programs() is None and not os.environ.get("CI"),
    reason="PostgreSQL is not installed; scripts/get-test-servers",
)
def test_a_game_is_made_with_dagsters_records_in_postgresql(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The storage block in dagster.yaml's comments must be right for whoever uncomments it."""
    text = (CHECKOUT / "dagster.yaml").read_text()
    block = "# storage:\n#   postgres:\n#     postgres_url: {env: DAGSTER_PG_URL}\n"
    assert block in text
    (tmp_path / "dagster.yaml").write_text(
        text.replace(block, block.replace("# ", "", 3).replace("#  ", " "))
    )
    assert yaml.safe_load((tmp_path / "dagster.yaml").read_text())["storage"]["postgres"]
    (tmp_path / "games").mkdir()
    (tmp_path / "games" / "pond.yaml").write_text(POND)
    with postgres() as url:
        monkeypatch.setenv("DAGSTER_PG_URL", url)
        done = run(tmp_path, "materialize", "pond", keep=("DAGSTER_PG_URL",))

    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads((tmp_path / ".local/store/pond/catalog.json").read_text())["missing"] == []
    assert not list((tmp_path / ".local/dagster_home").rglob("*.db")), "nothing is kept in SQLite beside it"
