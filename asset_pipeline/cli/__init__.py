"""The ``asset-pipeline`` command: one module a group of commands, each of which loads only what it needs."""

from __future__ import annotations

from pathlib import Path

import click
from dotenv import load_dotenv

from asset_pipeline.cli import dev, disclosing, games, jobs, keys, money, parallax, pictures, prices, review

__all__ = ["main"]


@click.group()
def main() -> None:
    """Make a game's art: every sprite is a Dagster asset."""
    load_dotenv(Path.cwd() / ".env")


for command in (
    games.validate,
    games.schema,
    games.materialize,
    games.backfill,
    disclosing.disclose,
    dev.dev,
    jobs.jobs,
    keys.doctor,
    keys.generate,
    money.plan,
    money.compare,
    pictures.measure,
    pictures.cutout,
    parallax.decompose,
    pictures.recalibrate,
    prices.prices,
    review.review,
):
    main.add_command(command)
