"""Commands about games: checking them, making them, and having a running Dagster make them."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click

from asset_pipeline.cli.common import current_settings, plain_errors, use_dagster_home

WEBSERVER_URL = "http://127.0.0.1:3000"


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), required=False)
@plain_errors
def validate(folder: Path | None) -> None:
    """Check every game in FOLDER (default: the games folder) and name every mistake; exit code 1 where there is one."""
    from asset_pipeline.manifest.load import load_games
    from asset_pipeline.manifest.report import report
    from asset_pipeline.studio import checked_games

    settings = current_settings()
    settings = settings if folder is None else settings.model_copy(update={"games_dir": folder.resolve()})
    text, ok = report(checked_games(load_games(folder or settings.games_dir), settings))
    click.echo(text)
    sys.exit(0 if ok else 1)


@click.command()
@plain_errors
def schema() -> None:
    """Print the JSON Schema of a game's YAML, for editors."""
    from asset_pipeline.manifest.schema import json_schema_text

    click.echo(json_schema_text(), nl=False)


@click.command()
@click.argument("game")
@click.option("--sprite", "sprites", multiple=True, help="Only this sprite; may be repeated.")
@click.option("--pack", "packs", multiple=True, help="Only this pack; may be repeated. Default: all packs.")
@click.option(
    "--take", type=click.IntRange(min=0), help="Roll the dice anew: another number, another picture."
)
@plain_errors
def materialize(game: str, sprites: tuple[str, ...], packs: tuple[str, ...], take: int | None) -> None:
    """Make GAME's sprites here and now, without a server; the UI shows them afterwards."""
    use_dagster_home()
    from asset_pipeline.materialize import materialize_game

    began = time.monotonic()
    for outcome in materialize_game(current_settings(), game, sprites=sprites, packs=packs, take=take):
        click.echo(outcome.text)
        if not outcome.ok:
            sys.exit(1)
    click.echo(f"done in {time.monotonic() - began:.1f} s")


@click.command()
@click.argument("game")
@click.option("--pack", "packs", multiple=True, help="Only this pack; may be repeated. Default: all packs.")
@click.option(
    "--take", type=click.IntRange(min=0), help="Roll the dice anew: another number, another picture."
)
@click.option("--url", default=WEBSERVER_URL, show_default=True, help="The Dagster webserver.")
@plain_errors
def backfill(game: str, packs: tuple[str, ...], take: int | None, url: str) -> None:
    """Ask a running Dagster to make all of GAME: one run, or one run a pack."""
    from asset_pipeline.defs.backfill import launch_backfill

    click.echo(launch_backfill(url, game, packs=packs, take=take))
