"""An HTTP server on loopback that answers what a test tells it to."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from asset_pipeline.storage.s3_config import S3Config


@dataclass(frozen=True)
class Asked:
    """One request: ``PUT``, ``/bucket/key``, its headers in small letters, its body."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Answer:
    """One response; *promised* is a Content-Length beyond the body's, for a body that breaks off."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    promised: int | None = None


def refusal(status: int, code: str, message: str = "No.") -> Answer:
    """Return the XML with which S3 says no."""
    body = f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>{message}</Message></Error>"
    return Answer(status, body.encode(), {"Content-Type": "application/xml"})


@contextmanager
def loopback(answer: Callable[[Asked], Answer]) -> Iterator[S3Config]:
    """Serve *answer* for every request; yield how a store reaches it."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_one_request(self) -> None:
            self.raw_requestline = self.rfile.readline()
            self.close_connection = True
            if self.raw_requestline and self.parse_request():
                self.reply()

        def reply(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            given = answer(Asked(self.command, self.path, headers, body))
            self.send_response(given.status)
            for name, value in given.headers.items():
                self.send_header(name, value)
            promised = len(given.body) if given.promised is None else given.promised
            self.send_header("Content-Length", str(promised))
            self.send_header("Connection", "close")
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(given.body)

        def log_message(self, *_: object) -> None:
            """Say nothing; the test says what matters."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield S3Config(
            f"http://127.0.0.1:{server.server_port}", access_key_id="KEYID", secret_access_key="SECRET"
        )
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
