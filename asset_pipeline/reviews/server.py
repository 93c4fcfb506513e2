"""The review site on the loopback address, for a browser."""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import partial
from http.server import BaseHTTPRequestHandler
from typing import Any

from asset_pipeline.reviews.site import TEXT, Answer, Asked, Site
from asset_pipeline.storage.loopback import serve_on_loopback

MAX_BODY_BYTES = 64 * 1024
_HEADERS = {
    # The page needs nothing from elsewhere, and runs nothing that is written into it.
    "Content-Security-Policy": (
        "default-src 'none'; img-src 'self' data:; style-src 'self'; script-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # one connection for many pictures
    disable_nagle_algorithm = True
    timeout = 60

    def __init__(self, *args: Any, site: Site) -> None:  # noqa: ANN401 - socketserver's own
        self.site = site
        super().__init__(*args)

    def do_GET(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not length.isascii() or not length.isdigit() or int(length) > MAX_BODY_BYTES:
            self.close_connection = True
            self._send(Answer(413, f"a decision has at most {MAX_BODY_BYTES} bytes".encode(), TEXT))
            return
        self._answer(self.rfile.read(int(length)))

    def log_message(self, *_: object) -> None:
        """Say nothing; a page asks for hundreds of pictures."""

    def _answer(self, body: bytes) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        port = self.connection.getsockname()[1]
        self._send(self.site.answer(Asked(self.command, self.path, headers, port, body)))

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        own = {"Content-Type": answer.content_type, "Cache-Control": answer.cache_control}
        for name, value in {**_HEADERS, **own, "Content-Length": str(len(answer.body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)


def serve_site(site: Site, port: int) -> AbstractContextManager[str]:
    """Serve *site* on the loopback address until the block ends.

    Args:
        site: what to serve.
        port: the port; 0 for any free one.

    Returns:
        A context with the base URL.

    Raises:
        ConfigError: the port is taken.
    """
    return serve_on_loopback(
        partial(_Handler, site=site), port, what="reviews", variable="ASSET_PIPELINE_REVIEW_URL"
    )
