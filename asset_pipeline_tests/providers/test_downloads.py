from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from asset_pipeline.errors import ProviderRejected, ProviderUnavailable
from asset_pipeline.providers.downloads import Downloader
from asset_pipeline.testing.loopback import Asked, Hangup, Loopback, Reply

PUBLIC = "93.184.216.34"
CREDENTIALS = {"Authorization": "Bearer PLANTED"}


@dataclass
class Internet:
    """Answers below httpx for every host, and resolves their names; keeps which address was asked for which host."""

    pages: dict[str, httpx.Response | Callable[[], httpx.Response]]
    names: dict[str, list[str]] = field(default_factory=dict)
    asked: list[tuple[str, str, str | None]] = field(default_factory=list)
    resolved: list[str] = field(default_factory=list)

    def resolve(self, host: str, port: int) -> list[str]:
        assert port
        self.resolved.append(host)
        if host == "nowhere.example":
            raise OSError("Name or service not known")
        return self.names.get(host, [PUBLIC])

    def answer(self, request: httpx.Request) -> httpx.Response:
        host = request.headers["host"]
        self.asked.append((host, request.url.host, request.headers.get("authorization")))
        assert request.extensions["sni_hostname"] == host.split(":")[0]
        page = self.pages[f"{request.url.scheme}://{host}{request.url.raw_path.decode()}"]
        return page if isinstance(page, httpx.Response) else page()

    def downloader(self, **more: Any) -> Downloader:  # noqa: ANN401  # what Downloader takes
        settings = {"allow_loopback": False, "resolver": self.resolve, **more}
        return Downloader("scenario", transport=httpx.MockTransport(self.answer), **settings)


def redirect(to: str, status: int = 302) -> httpx.Response:
    return httpx.Response(status, headers={"Location": to})


def page(content: bytes = b"picture") -> httpx.Response:
    return httpx.Response(200, content=content)


@contextmanager
def serving(answer: Callable[[Asked], Reply]) -> Iterator[str]:
    with Loopback(answer) as loopback:
        yield f"http://127.0.0.1:{loopback.port}"


@contextmanager
def trickling(answer: bytes, *, at_once: int = 0) -> Iterator[str]:
    """Serve one connection with *answer*, a byte every 10 ms from the one at *at_once* on."""

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(65536)
            connection.sendall(answer[:at_once])
            with suppress(OSError):
                for byte in answer[at_once:]:
                    connection.sendall(bytes([byte]))
                    if gone.wait(0.01):
                        return

    gone = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        gone.set()
        thread.join()


def test_a_picture_is_downloaded_from_the_address_that_was_checked() -> None:
    """Resolved once: a second answer of the name server cannot lead elsewhere."""
    net = Internet({"https://cdn.example/a.png?Signature=x": page()}, {"cdn.example": [PUBLIC]})
    assert net.downloader().download("https://cdn.example/a.png?Signature=x", what="a knight") == b"picture"
    assert net.resolved == ["cdn.example"]
    assert net.asked == [("cdn.example", PUBLIC, None)]


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.20.0.1",
        "192.168.0.1",
        "169.254.169.254",
        "0.0.0.0",  # noqa: S104  # an address to refuse
        "::1",
        "fe80::1",
        "fd00::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
    ],
)
@pytest.mark.parametrize("allow_loopback", [False, True])
def test_a_name_that_leads_inside_is_refused_before_anything_is_sent(
    address: str,
    allow_loopback: bool,  # the setting itself
) -> None:
    """Also where loopback is allowed: it is allowed by its own name, not by whatever name resolves to it."""
    net = Internet({}, {"innocent.example": [PUBLIC, address]})
    with pytest.raises(ProviderRejected, match=r"innocent\.example is at .*not on the public internet"):
        net.downloader(allow_loopback=allow_loopback).download(
            "https://innocent.example/a.png", what="a knight"
        )
    assert net.asked == []


@pytest.mark.parametrize(
    "url",
    [
        "http://cdn.example/a.png",
        "ftp://cdn.example/a.png",
        "file:///etc/passwd",
        "data:image/png;base64,AAAA",
        "//cdn.example/a.png",
        "a.png",
        "",
        "https:///a.png",
        "https://user:pass@cdn.example/a.png",
        "https://cdn.example:99999999/a.png",
        "http://127.0.0.1/a.png",
        "http://localhost/a.png",
    ],
)
def test_only_https_to_a_host_is_asked(url: str) -> None:
    net = Internet({})
    with pytest.raises(ProviderRejected):
        net.downloader().download(url, what="a knight")
    assert net.asked == []


@pytest.mark.parametrize(
    ("location", "names"),
    [
        ("http://169.254.169.254/latest/meta-data", {}),
        ("https://169.254.169.254/latest/meta-data", {"169.254.169.254": ["169.254.169.254"]}),
        ("https://[::1]/", {"::1": ["::1"]}),
        ("https://inside.example/", {"inside.example": ["10.0.0.1"]}),
        ("http://cdn.example/plain", {}),
        ("http://127.0.0.1:8188/view", {"127.0.0.1": ["127.0.0.1"]}),
        ("http://localhost/", {"localhost": ["127.0.0.1"]}),
        ("http://comfy.lan:8188/view", {"comfy.lan": ["192.168.1.9"]}),
        ("file:///etc/passwd", {}),
        ("https://cdn.example:99999999/", {}),
    ],
)
def test_a_redirect_leads_nowhere_a_first_address_may_not(location: str, names: dict[str, list[str]]) -> None:
    """Also with loopback allowed and a server at home: somebody outside must not send us there."""
    net = Internet({"https://cdn.example/a.png": redirect(location)}, names)
    downloader = net.downloader(allow_loopback=True, trusted=["http://comfy.lan:8188"])
    with pytest.raises(ProviderRejected):
        downloader.download("https://cdn.example/a.png", what="a knight")
    assert len(net.asked) == 1


def test_the_second_hop_is_resolved_and_pinned_as_well() -> None:
    net = Internet(
        {"https://api.example/a": redirect("https://cdn.example/b"), "https://cdn.example/b": page()},
        {"cdn.example": ["8.8.8.8"]},
    )
    net.downloader().download("https://api.example/a", what="a knight")
    assert [asked[:2] for asked in net.asked] == [("api.example", PUBLIC), ("cdn.example", "8.8.8.8")]


def test_credentials_are_never_sent_to_another_host_nor_after_it() -> None:
    net = Internet(
        {
            "https://api.example/a": redirect("/b"),
            "https://api.example/b": redirect("https://cdn.example/c", 307),
            "https://cdn.example/c": redirect("https://api.example/d"),
            "https://api.example/d": page(),
        }
    )
    net.downloader().download("https://api.example/a", what="a knight", headers=CREDENTIALS)
    assert [(host, seen) for host, _, seen in net.asked] == [
        ("api.example", "Bearer PLANTED"),
        ("api.example", "Bearer PLANTED"),
        ("cdn.example", None),
        ("api.example", None),
    ]


def test_another_port_is_another_host_to_credentials() -> None:
    net = Internet(
        {
            "https://api.example/a": redirect("https://api.example:8443/b"),
            "https://api.example:8443/b": page(),
        }
    )
    net.downloader().download("https://api.example/a", what="a knight", headers=CREDENTIALS)
    assert [seen for _, _, seen in net.asked] == ["Bearer PLANTED", None]


def test_a_circle_of_redirects_ends_after_three() -> None:
    net = Internet({"https://cdn.example/a": redirect("https://cdn.example/a")})
    with pytest.raises(ProviderRejected, match="more than 3 redirects"):
        net.downloader().download("https://cdn.example/a", what="a knight")
    assert len(net.asked) == 4


@pytest.mark.parametrize("status", [300, 304, 400, 401, 403, 404, 410, 451])
def test_a_refusal_is_not_worth_another_try(status: int) -> None:
    net = Internet({"https://cdn.example/a?Signature=planted": httpx.Response(status)})
    with pytest.raises(ProviderRejected, match=f"a knight: HTTP {status} from cdn.example") as raised:
        net.downloader().download("https://cdn.example/a?Signature=planted", what="a knight")
    assert "planted" not in str(raised.value)


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_what_may_work_later_says_so(status: int) -> None:
    net = Internet({"https://cdn.example/a": httpx.Response(status, headers={"Retry-After": "9"})})
    with pytest.raises(ProviderUnavailable) as raised:
        net.downloader().download("https://cdn.example/a", what="a knight")
    assert raised.value.retry_after_s == 9


def test_a_host_without_an_address_may_have_one_later() -> None:
    with pytest.raises(ProviderUnavailable, match=r"nowhere\.example has no address"):
        Internet({}).downloader().download("https://nowhere.example/a", what="a knight")


def test_a_host_with_an_empty_answer_is_refused() -> None:
    net = Internet({}, {"empty.example": []})
    with pytest.raises(ProviderRejected, match="no address"):
        net.downloader().download("https://empty.example/a", what="a knight")


def test_the_next_address_is_tried_where_one_does_not_answer() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        tried.append(request.url.host)
        if len(tried) == 1:
            raise httpx.ConnectError("no route")
        return page()

    tried: list[str] = []
    addresses = ["2606:2800:220:1:248:1893:25c8:1946", PUBLIC]
    downloader = Downloader(
        "scenario",
        allow_loopback=False,
        transport=httpx.MockTransport(answer),
        resolver=lambda _host, _port: addresses,
    )
    assert downloader.download("https://cdn.example/a", what="a knight") == b"picture"
    assert tried == addresses


def test_too_much_is_refused_by_its_promise_before_it_is_read() -> None:
    given: list[int] = []

    def body() -> Iterator[bytes]:
        given.append(1)
        yield bytes(101)

    big = httpx.Response(200, headers={"Content-Length": "101"}, content=body())
    net = Internet({"https://cdn.example/a": big})
    with pytest.raises(ProviderRejected, match="larger than 100 bytes"):
        net.downloader(max_bytes=100).download("https://cdn.example/a", what="a knight")
    assert given == []


def test_too_much_without_a_promise_is_refused_while_it_streams() -> None:
    given = []

    def body() -> Iterator[bytes]:
        for _ in range(1000):
            given.append(1)
            yield bytes(60)

    net = Internet({"https://cdn.example/a": httpx.Response(200, content=body())})
    with pytest.raises(ProviderRejected, match="larger than 100 bytes"):
        net.downloader(max_bytes=100).download("https://cdn.example/a", what="a knight")
    assert len(given) == 2


def test_exactly_the_cap_is_not_too_much() -> None:
    net = Internet({"https://cdn.example/a": page(bytes(100))})
    assert len(net.downloader(max_bytes=100).download("https://cdn.example/a", what="a knight")) == 100


def test_a_trickle_ends_with_the_whole_time_whatever_each_byte_takes() -> None:
    now = [0.0]

    def body() -> Iterator[bytes]:
        while True:
            now[0] += 10
            yield b"x"

    net = Internet({"https://cdn.example/a": httpx.Response(200, content=body())})
    with pytest.raises(ProviderUnavailable, match="not complete after 120 s"):
        net.downloader(clock=lambda: now[0]).download("https://cdn.example/a", what="a knight")
    assert now[0] == 130


def test_redirects_share_one_whole_time() -> None:
    now = [0.0]

    def slow(to: str) -> Callable[[], httpx.Response]:
        def answer() -> httpx.Response:
            now[0] += 70
            return redirect(to)

        return answer

    net = Internet(
        {
            "https://cdn.example/a": slow("https://cdn.example/b"),
            "https://cdn.example/b": slow("https://cdn.example/c"),
        }
    )
    with pytest.raises(ProviderUnavailable, match="not complete after 120 s"):
        net.downloader(clock=lambda: now[0]).download("https://cdn.example/a", what="a knight")
    assert len(net.asked) == 2


def test_headers_that_trickle_end_with_the_whole_time_too() -> None:
    """Each byte comes in time, so that no single wait is ever too long."""
    with trickling(b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 1000) as url:
        downloader = Downloader("comfyui", allow_loopback=True, total_s=0.1)
        with pytest.raises(ProviderUnavailable, match=r"not complete after 0\.1 s"):
            downloader.download(url, what="a knight")


def test_a_body_that_trickles_ends_with_the_whole_time_on_a_real_connection() -> None:
    with trickling(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 1000, at_once=19) as url:
        downloader = Downloader("comfyui", allow_loopback=True, total_s=0.1)
        with pytest.raises(ProviderUnavailable, match=r"not complete after 0\.1 s"):
            downloader.download(url, what="a knight")


def test_loopback_is_asked_over_plain_http_where_it_is_allowed() -> None:
    seen: list[Asked] = []

    def answer(asked: Asked) -> Reply:
        seen.append(asked)
        return Reply(302, "", {"Location": "/b"}) if asked.path == "/a" else Reply(200, b"picture")

    with serving(answer) as url:
        downloader = Downloader("comfyui", allow_loopback=True)
        got = downloader.download(f"{url}/a", what="a knight", headers=CREDENTIALS)
        by_name = downloader.download(url.replace("127.0.0.1", "localhost") + "/c", what="a knight")
    assert (got, by_name) == (b"picture", b"picture")
    assert [asked.headers.get("authorization") for asked in seen] == [
        "Bearer PLANTED",
        "Bearer PLANTED",
        None,
    ]
    assert seen[0].headers["host"] == url.removeprefix("http://")
    assert seen[0].headers["accept-encoding"] == "identity"


def test_a_configured_server_at_home_is_asked_though_it_is_inside() -> None:
    net = Internet({"http://comfy.lan:8188/view": page()}, {"comfy.lan": ["192.168.1.9"]})
    downloader = net.downloader(trusted=["http://comfy.lan:8188/"])
    assert downloader.download("http://comfy.lan:8188/view", what="a knight") == b"picture"
    with pytest.raises(ProviderRejected):
        downloader.download("http://comfy.lan:9000/view", what="a knight")


def test_a_broken_download_may_be_repeated() -> None:
    for broken in (Hangup(), Hangup(reset=True), Reply(200, b"pic", promised=10)):

        def answer(_: Asked, broken: Reply | Exception = broken) -> Reply:
            if isinstance(broken, Exception):
                raise broken
            return broken

        with serving(answer) as url, pytest.raises(ProviderUnavailable, match=r"a knight: 127\.0\.0\.1: "):
            Downloader("comfyui", allow_loopback=True).download(url, what="a knight")


def test_proxies_of_the_environment_are_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy resolves names itself, so what we checked would not be where we go."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with serving(lambda _: Reply(200, b"picture")) as url:
        assert Downloader("comfyui", allow_loopback=True).download(url, what="a knight") == b"picture"


def test_the_log_of_the_http_library_shows_no_signed_link(caplog: pytest.LogCaptureFixture) -> None:
    """It writes addresses at INFO and headers at DEBUG, and many a Dagster keeps all that is logged with the run."""

    def answer(asked: Asked) -> Reply:
        if asked.path == "/moved":
            return Reply(302, b"", headers={"Location": "/picture?Policy=abc&Signature=PLANTED-2"})
        return Reply(200, b"picture")

    with serving(answer) as url, caplog.at_level(logging.DEBUG):
        Downloader("scenario", allow_loopback=True).download(
            f"{url}/moved?Policy=abc&Signature=PLANTED-1", what="a knight", headers=CREDENTIALS
        )

    assert "HTTP Request: GET" in caplog.text
    assert "receive_response_headers.complete" in caplog.text
    assert "PLANTED" not in caplog.text
