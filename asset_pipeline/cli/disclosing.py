"""``disclose`` prints what a store for games asks about AI, from the pictures that are there."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from asset_pipeline.cli.common import current_settings, plain_errors
from asset_pipeline.cli.tables import table
from asset_pipeline.errors import ConfigError

if TYPE_CHECKING:
    from asset_pipeline.disclosure.statements import Disclosure


@click.command()
@click.argument("game")
@click.option("--json", "as_data", is_flag=True, help="Everything, as JSON.")
@plain_errors
def disclose(game: str, as_data: bool) -> None:
    """Print the AI disclosure that Steam, itch.io and others ask for, by how GAME's pictures in the store were made."""
    from asset_pipeline.disclosure.records import read_records
    from asset_pipeline.disclosure.statements import Disclosure, as_json, as_text
    from asset_pipeline.jobs.journal import Journal
    from asset_pipeline.studio import store_of

    settings = current_settings()
    store = store_of(settings)
    with closing(Journal(settings.journal.get_secret_value())) as journal:
        records, unrecorded = read_records(store, journal, game)
    if not records and not unrecorded:
        raise ConfigError(
            f"there is no picture of {game!r} in {store.url}; `asset-pipeline materialize {game}` makes them"
        )
    disclosure = Disclosure(game, store.url, datetime.now(UTC).date(), records, unrecorded)
    if as_data:
        click.echo(json.dumps(as_json(disclosure), indent=2, ensure_ascii=False))
    else:
        click.echo(f"{as_text(disclosure)}\n\n{_models(disclosure)}\n\n{_sprites(disclosure)}")


def _models(disclosure: Disclosure) -> str:
    rows = [
        [
            use.name,
            use.provider,
            use.licence,
            use.commercial,
            "yes" if use.generative else "no",
            str(use.sprites),
        ]
        for use in disclosure.models
    ]
    head = ["model", "provider", "licence", "commercial use", "generative AI", "sprites"]
    return table(head, rows, right=["sprites"])


def _sprites(disclosure: Disclosure) -> str:
    from asset_pipeline.disclosure.statements import day_of

    rows = [
        [
            "/".join(filter(None, (record.pack, record.sprite))),
            "yes" if record.is_generated else "no",
            ", ".join(dict.fromkeys(f"{step.provider} {step.model}" for step in record.steps)),
            day_of(record).isoformat(),
        ]
        for record in disclosure.records
    ]
    return table(["sprite", "generative AI", "made by", "on"], rows)
