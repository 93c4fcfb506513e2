"""Small servers for the browser of the person at this machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit

from asset_pipeline.errors import ConfigError


@contextmanager
def serve_on_loopback(
    handler: Callable[..., BaseHTTPRequestHandler], port: int, *, what: str, variable: str
) -> Iterator[str]:
    """Serve requests on the loopback address until the block ends.

    Args:
        handler: is made for every connection, as ``http.server`` does it.
        port: the port; 0 for any free one.
        what: what is shown, for a message.
        variable: the environment variable that names another port.

    Yields:
        The base URL.

    Raises:
        ConfigError: the port is taken.
    """
    try:
        server = ThreadingHTTPServer(("127.0.0.1", port), handler)
    except OSError as error:
        raise ConfigError(
            f"{what} cannot be shown on port {port}: {error.strerror}; stop what uses the port, or name another in "
            f"{variable}=http://127.0.0.1:3003"
        ) from error
    thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)  # asked to end 20 times a second
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def loopback_port(url: str | None) -> int | None:
    """Return the port of an address of this machine; ``None`` for any other.

    >>> loopback_port("http://localhost:3002"), loopback_port("https://review.example.com")
    (3002, None)
    """
    where = urlsplit(url or "")
    return (where.port or 80) if where.hostname in ("127.0.0.1", "localhost") else None
