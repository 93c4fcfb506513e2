"""The command that opens the UI."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import ExitStack, suppress

import click

from asset_pipeline.cli.common import current_settings, plain_errors, use_dagster_home
from asset_pipeline.cli.review import review_site
from asset_pipeline.settings import Settings
from asset_pipeline.storage.loopback import loopback_port


@click.command()
@click.option("--port", default=3000, show_default=True, help="Port of the UI.")
@plain_errors
def dev(port: int) -> None:
    """Open the Dagster UI, with the review page and the pictures of a folder store beside it, until Ctrl-C."""
    use_dagster_home()
    settings = current_settings()
    with ExitStack() as stack:
        _show_pictures(stack, settings)
        _show_reviews(stack, settings)
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


def _show_pictures(stack: ExitStack, settings: Settings) -> None:
    from asset_pipeline.storage.preview import serve_folder

    port = loopback_port(settings.public_base_url)
    if (folder := settings.store_folder) is not None and port is not None:
        folder.mkdir(parents=True, exist_ok=True)
        stack.enter_context(serve_folder(folder, port))


def _show_reviews(stack: ExitStack, settings: Settings) -> None:
    from asset_pipeline.reviews.server import serve_site

    if (port := loopback_port(settings.review_url)) is not None:
        url = stack.enter_context(serve_site(review_site(settings), port))
        click.echo(f"People decide about candidates at {url}.")
