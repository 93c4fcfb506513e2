"""What all commands share."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import click

from asset_pipeline.errors import AssetPipelineError, ConfigError
from asset_pipeline.settings import Settings

_F = TypeVar("_F", bound=Callable[..., Any])


def plain_errors(command: _F) -> _F:
    """Show what this package raises on purpose as a message, not as a traceback."""

    @wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - passes everything on
        try:
            return command(*args, **kwargs)
        except AssetPipelineError as error:
            notes = "".join(f"\n{note}" for note in getattr(error, "__notes__", ()))
            raise click.ClickException(f"{error}{notes}") from error
        except Exception as error:
            if not type(error).__module__.startswith("sqlalchemy."):
                raise
            cause = getattr(error, "orig", None) or error  # without the statement and all its values
            raise click.ClickException(f"the journal's database does not answer: {cause}") from error

    return wrapped  # type: ignore[return-value] # the same signature, which functools cannot say


def current_settings() -> Settings:
    """Read the environment."""
    return Settings.from_environ(os.environ, root=Path.cwd())


def link_to(file: Path, link: Path) -> None:
    """Make *link* lead to *file*, unless it is a link already; of several processes at once each may."""
    if link.is_symlink():
        return
    fresh = link.with_name(f".{link.name}.{uuid4().hex}")
    fresh.symlink_to(os.path.relpath(file, link.parent))
    fresh.replace(link)


def use_dagster_home() -> None:
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
    link_to(configured, home / "dagster.yaml")
    os.environ["DAGSTER_HOME"] = str(home)
