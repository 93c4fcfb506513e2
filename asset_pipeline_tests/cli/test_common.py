"""What all commands share."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import click
import pytest
import sqlalchemy as sa

from asset_pipeline.cli.common import link_to, plain_errors


def test_many_may_link_at_once_and_a_file_in_the_way_is_replaced(tmp_path: Path) -> None:
    """Two commands that begin in an empty checkout at the same moment."""
    (tmp_path / "dagster.yaml").write_text("telemetry: {enabled: false}\n")
    home = tmp_path / "home"
    for number in range(40):
        place = home / str(number)
        place.mkdir(parents=True)
        (place / "dagster.yaml").write_text("old")
        with ThreadPoolExecutor(8) as pool:
            list(
                pool.map(
                    lambda _, at=place: link_to(tmp_path / "dagster.yaml", at / "dagster.yaml"), range(8)
                )
            )
        assert (place / "dagster.yaml").read_text().startswith("telemetry")
        assert [path.name for path in place.iterdir()] == ["dagster.yaml"]


def test_a_database_that_fails_is_one_sentence_without_the_statement_and_its_values() -> None:
    @plain_errors
    def command() -> None:
        values = {"ticket": "a whole request"}
        raise sa.exc.OperationalError("UPDATE attempts SET ticket=?", values, Exception("server closed"))

    with pytest.raises(click.ClickException) as raised:
        command()

    assert raised.value.message == "the journal's database does not answer: server closed"
