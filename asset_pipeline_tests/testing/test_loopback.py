"""What servers on loopback do with clients that die in the middle."""

from __future__ import annotations

import socket

from asset_pipeline.testing.loopback import Asked, Loopback, Reply


def test_half_a_request_is_none() -> None:
    """A run that is killed while it uploads must not look like one that sent something wrong."""
    asked: list[Asked] = []

    def answer(one: Asked) -> Reply:
        asked.append(one)
        return Reply()

    with Loopback(answer) as server, socket.create_connection(("127.0.0.1", server.port)) as client:
        client.sendall(b'POST /assets HTTP/1.1\r\nHost: here\r\nContent-Length: 100\r\n\r\n{"half": ')
        client.shutdown(socket.SHUT_WR)
        assert client.recv(1000) == b""
    assert asked == []
    assert server.mistakes == []
