"""A small threaded HTTP server on 127.0.0.1 that can also misbehave."""

from __future__ import annotations

import json
import socket
import struct
import threading
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

_CLOSE_S = 5.0


@dataclass(frozen=True)
class Asked:
    """One request: header names in small letters, the last value of each parameter of the query."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Reply:
    """One answer.

    Attributes:
        status: HTTP status.
        body: bytes or text as they are; anything else is sent as JSON.
        headers: more headers; ``Content-Type`` is JSON's where the body is.
        promised: a ``Content-Length`` beyond the body's, for a body that breaks off.
    """

    status: int = 200
    body: Any = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    promised: int | None = None


class Hangup(Exception):
    """Raise it to drop the connection without an answer; *reset* makes the client see a reset, not an end."""

    def __init__(self, *, reset: bool = False) -> None:
        self.reset = reset
        super().__init__("dropped")


class Loopback:
    """Serves *answer* from a thread for each connection while its context is open.

    Attributes:
        mistakes: tracebacks of what *answer* raised besides :class:`Hangup`; the client saw a 500.
    """

    def __init__(self, answer: Callable[[Asked], Reply], *, port: int = 0) -> None:
        self.mistakes: list[str] = []
        self._answer = answer
        self._server = _Server(port, self._safely)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._server.server_address[1])

    def __enter__(self) -> Loopback:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.close_all()
        self._thread.join()

    def _safely(self, asked: Asked) -> Reply:
        try:
            return self._answer(asked)
        except Hangup:
            raise
        except Exception:  # noqa: BLE001  # a double's own mistake must reach the test, not only the client
            self.mistakes.append(traceback.format_exc())
            return Reply(500, {"mistake_of_the_double": traceback.format_exc(limit=-1)})


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 512  # the usual 5 refuses what a hundred clients send at once

    def __init__(self, port: int, answer: Callable[[Asked], Reply]) -> None:
        self.answer = answer
        self._open: set[Any] = set()
        self._changed = threading.Condition()
        super().__init__(("127.0.0.1", port), _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401  # socketserver's own
        with self._changed:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:  # noqa: ANN401  # socketserver's own
        super().shutdown_request(request)
        with self._changed:
            self._open.discard(request)
            self._changed.notify_all()

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401  # socketserver's own
        """Say nothing: a client that was killed in the middle is what these servers are for."""

    def close_all(self) -> None:
        """Stop listening and end every connection, also those kept alive."""
        self.server_close()
        with self._changed:
            for connection in self._open:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
            self._changed.wait_for(lambda: not self._open, _CLOSE_S)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # headers and body in one packet

    def reply(self) -> None:
        try:
            given = self.server.answer(self.asked())
        except Hangup as hangup:
            self.hang_up(reset=hangup.reset)
        else:
            self.send(given)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do_PATCH = reply  # noqa: N815  # http.server's names

    def asked(self) -> Asked:
        length = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(length)
        if len(body) < length:
            raise Hangup  # whoever was sending it was killed: half a request is none
        where = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        query = dict(parse_qsl(where.query, keep_blank_values=True))
        return Asked(self.command, where.path, query, headers, body)

    def send(self, given: Reply) -> None:
        body = _encoded(given.body)
        self.send_response(given.status)
        if not isinstance(given.body, bytes | str) and "Content-Type" not in given.headers:
            self.send_header("Content-Type", "application/json")
        for name, value in given.headers.items():
            self.send_header(name, value)
        if given.promised is not None:
            self.close_connection = True
        self.send_header("Content-Length", str(len(body) if given.promised is None else given.promised))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
        self.wfile.flush()

    def hang_up(self, *, reset: bool) -> None:
        self.close_connection = True
        if reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            socket.close(self.connection.detach())  # at once: the server would say a proper goodbye first
        else:
            self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, *_: object) -> None:
        """Say nothing; the test says what matters."""


def _encoded(body: Any) -> bytes:  # noqa: ANN401  # any JSON
    if isinstance(body, bytes):
        return body
    return body.encode() if isinstance(body, str) else json.dumps(body).encode()
