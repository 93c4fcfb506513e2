"""``prices`` tells what pictures cost by the month and by the route, from the dated price tables; asks nobody."""

from __future__ import annotations

from pathlib import Path

import click

from asset_pipeline.cli.common import plain_errors
from asset_pipeline.cli.tables import table


@click.command()
@click.option(
    "--update",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Write the tables anew into this Markdown file, between its marks, in place of printing them.",
)
@plain_errors
def prices(update: Path | None) -> None:
    """Tell what 100, 1,000 and 10,000 pictures a month cost by each route, and how far the first estimate was off."""
    from asset_pipeline.planning.price_tables import price_tables, updated

    tables = price_tables()
    if update is not None:
        update.write_text(updated(update.read_text("utf-8"), tables), "utf-8")
        click.echo(f"{update}: {len(tables)} tables written")
        return
    for found in tables:
        click.echo(f"{found.title}\n\n{table(found.head, found.rows, right=found.right)}\n")
    click.echo(
        "Reckoned from the dated tables in asset_pipeline/providers/prices; nothing was called or paid."
    )
