"""The ``asset-pipeline`` command."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import click
from dotenv import load_dotenv

from asset_pipeline.errors import AssetPipelineError, ConfigError
from asset_pipeline.settings import Settings

WEBSERVER_URL = "http://127.0.0.1:3000"
_F = TypeVar("_F", bound=Callable[..., Any])


def _plain_errors(command: _F) -> _F:
    """Show what this package raises on purpose as a message, not as a traceback."""

    @wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - passes everything on
        try:
            return command(*args, **kwargs)
        except AssetPipelineError as error:
            raise click.ClickException(str(error)) from error

    return wrapped  # type: ignore[return-value] # the same signature, which functools cannot say


@click.group()
def main() -> None:
    """Make a game's art: every sprite is a Dagster asset."""
    load_dotenv(Path.cwd() / ".env")


@main.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), required=False)
@_plain_errors
def validate(folder: Path | None) -> None:
    """Check every game in FOLDER (default: the games folder) and name every mistake; exit code 1 where there is one."""
    from asset_pipeline.manifest.load import load_games
    from asset_pipeline.manifest.report import report

    text, ok = report(load_games(folder or _settings().games_dir))
    click.echo(text)
    sys.exit(0 if ok else 1)


@main.command()
@_plain_errors
def schema() -> None:
    """Print the JSON Schema of a game's YAML, for editors."""
    from asset_pipeline.manifest.schema import json_schema

    click.echo(json.dumps(json_schema(), indent=2))


@main.command()
@click.argument("game")
@click.option("--sprite", "sprites", multiple=True, help="Only this sprite; may be repeated.")
@click.option("--pack", "packs", multiple=True, help="Only this pack; may be repeated. Default: all packs.")
@click.option(
    "--take", type=click.IntRange(min=0), help="Roll the dice anew: another number, another picture."
)
@_plain_errors
def materialize(game: str, sprites: tuple[str, ...], packs: tuple[str, ...], take: int | None) -> None:
    """Make GAME's sprites here and now, without a server; the UI shows them afterwards."""
    _dagster_home()
    from asset_pipeline.materialize import materialize_game

    began = time.monotonic()
    for outcome in materialize_game(_settings(), game, sprites=sprites, packs=packs, take=take):
        click.echo(outcome.text)
        if not outcome.ok:
            sys.exit(1)
    click.echo(f"done in {time.monotonic() - began:.1f} s")


@main.command()
@click.argument("game")
@click.option("--pack", "packs", multiple=True, help="Only this pack; may be repeated. Default: all packs.")
@click.option(
    "--take", type=click.IntRange(min=0), help="Roll the dice anew: another number, another picture."
)
@click.option("--url", default=WEBSERVER_URL, show_default=True, help="The Dagster webserver.")
@_plain_errors
def backfill(game: str, packs: tuple[str, ...], take: int | None, url: str) -> None:
    """Ask a running Dagster to make all of GAME: one run, or one run a pack."""
    from asset_pipeline.defs.backfill import launch_backfill

    click.echo(launch_backfill(url, game, packs=packs, take=take))


@main.command()
@click.option("--port", default=3000, show_default=True, help="Port of the UI.")
@_plain_errors
def dev(port: int) -> None:
    """Open the Dagster UI, with the pictures of a folder store beside it, until Ctrl-C."""
    _dagster_home()
    settings = _settings()
    with ExitStack() as stack:
        if (folder := settings.store_folder) is not None and settings.public_base_url is not None:
            from asset_pipeline.storage.preview import serve_folder

            base = urlsplit(settings.public_base_url)
            if base.hostname in ("127.0.0.1", "localhost"):
                folder.mkdir(parents=True, exist_ok=True)
                stack.enter_context(serve_folder(folder, base.port or 80))
        click.echo(f"The UI comes up at http://127.0.0.1:{port} in a few seconds; Ctrl-C ends it.")
        command = [
            sys.executable,
            "-m",
            "dagster",
            "dev",
            "-w",
            "workspace.yaml",
            "-h",
            "127.0.0.1",
            "-p",
            str(port),
        ]
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        # Dagster stops its processes by SIGINT, which whatever a shell starts in the background would ignore.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        # A session of its own, so that all of Dagster's processes can be stopped together.
        with subprocess.Popen(command, start_new_session=True) as process:  # noqa: S603 - our own arguments
            try:
                sys.exit(process.wait())
            except KeyboardInterrupt:
                sys.exit(0)
            finally:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGTERM)


def _settings() -> Settings:
    return Settings.from_environ(os.environ, root=Path.cwd())


def _dagster_home() -> None:
    """Keep Dagster's records under ``.local/`` of the checkout unless ``DAGSTER_HOME`` says otherwise."""
    if os.environ.get("DAGSTER_HOME"):
        return
    configured = Path.cwd() / "dagster.yaml"
    if not configured.is_file():
        raise ConfigError(
            f"there is no dagster.yaml in {Path.cwd()}; run this in the checkout, or set DAGSTER_HOME"
        )
    home = Path.cwd() / ".local" / "dagster_home"
    home.mkdir(parents=True, exist_ok=True)
    link = home / "dagster.yaml"
    if not link.is_symlink():
        link.unlink(missing_ok=True)
        link.symlink_to(os.path.relpath(configured, home))
    os.environ["DAGSTER_HOME"] = str(home)
