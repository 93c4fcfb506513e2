"""A folder store, shown to the browser of the person at this machine."""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import partial
from http.server import SimpleHTTPRequestHandler
from pathlib import Path

from asset_pipeline.storage.loopback import serve_on_loopback


class _Handler(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Say nothing; a page asks for hundreds of thumbnails."""

    def end_headers(self) -> None:
        """Let the browser ask again for a picture that may have been made anew."""
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()


def serve_folder(folder: Path, port: int) -> AbstractContextManager[str]:
    """Serve *folder* read-only on the loopback address until the block ends.

    Args:
        folder: what to show; it need not exist yet.
        port: the port; 0 for any free one.

    Returns:
        A context with the base URL.

    Raises:
        ConfigError: the port is taken.
    """
    handler = partial(_Handler, directory=str(folder))
    return serve_on_loopback(handler, port, what="pictures", variable="ASSET_PIPELINE_PUBLIC_BASE_URL")
