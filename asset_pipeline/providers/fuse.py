"""Ending a connection when its whole time is up, in whatever phase it is."""

from __future__ import annotations

import socket
import threading
from collections.abc import Mapping
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

_OPENED = frozenset({"connection.connect_tcp.complete", "connection.start_tls.complete"})


class Fuse:
    """Shuts a connection down after some seconds, unless its block is left before.

    Time-outs of HTTP clients are for one read; a server that sends one byte of its headers at a time meets them for
    hours.

    Attributes:
        blown: the time was up.
    """

    def __init__(self, seconds: float) -> None:
        self.blown = False
        self._socket: socket.socket | None = None
        self._lock = threading.Lock()
        self._timer = threading.Timer(seconds, self._blow)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        with self._lock:
            self._socket = None

    def watch(self, event: str, info: Mapping[str, Any]) -> None:
        """Learn of a connection; to be given to httpx as the ``trace`` of a request."""
        if event not in _OPENED:
            return
        with self._lock:
            self._socket = info["return_value"].get_extra_info("socket")
        if self.blown:
            self._blow()

    def _blow(self) -> None:
        self.blown = True
        with self._lock:
            if self._socket is not None:
                with suppress(OSError):
                    self._socket.shutdown(socket.SHUT_RDWR)
