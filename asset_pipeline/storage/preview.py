"""A folder store, shown to the browser of the person at this machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from asset_pipeline.errors import ConfigError


class _Handler(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Say nothing; a page asks for hundreds of thumbnails."""

    def end_headers(self) -> None:
        """Let the browser ask again for a picture that may have been made anew."""
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()


@contextmanager
def serve_folder(folder: Path, port: int) -> Iterator[str]:
    """Serve *folder* read-only on the loopback address until the block ends.

    Args:
        folder: what to show; it need not exist yet.
        port: the port; 0 for any free one.

    Yields:
        The base URL.

    Raises:
        ConfigError: the port is taken.
    """
    try:
        server = ThreadingHTTPServer(("127.0.0.1", port), partial(_Handler, directory=str(folder)))
    except OSError as error:
        raise ConfigError(
            f"pictures cannot be shown on port {port}: {error.strerror}; stop what uses the port, or name another in "
            "ASSET_PIPELINE_PUBLIC_BASE_URL=http://127.0.0.1:3002"
        ) from error
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
