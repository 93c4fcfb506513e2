from __future__ import annotations

import base64
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest

from asset_pipeline.errors import OutcomeUnknown, ProviderError, ProviderRejected, ProviderUnavailable
from asset_pipeline.providers.http import Answer, Exchange, Wire, open_http
from asset_pipeline.testing.loopback import Asked, Hangup, Loopback, Reply

KEY = "rp_PLANTEDKEY0123456789"
HTML = Reply(200, "<html>502 Bad Gateway</html>", {"Content-Type": "text/html"})


@dataclass
class Server:
    """Answers with the next reply of *script*, and again with its last one; keeps what it was asked."""

    script: list[Reply | Exception | Callable[[Asked], Reply]]
    asked: list[Asked] = field(default_factory=list)
    port: int = 0

    def answer(self, asked: Asked) -> Reply:
        self.asked.append(asked)
        step = self.script[min(len(self.asked), len(self.script)) - 1]
        if isinstance(step, Exception):
            raise step
        return step if isinstance(step, Reply) else step(asked)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def serving(*script: Reply | Exception | Callable[[Asked], Reply]) -> Iterator[Server]:
    server = Server(list(script))
    with Loopback(server.answer) as loopback:
        server.port = loopback.port
        yield server


@dataclass
class Client:
    """A wire, and what it did meanwhile."""

    wire: Wire
    pauses: list[float]
    exchanges: list[Exchange]


@contextmanager
def client(
    url: str, *, timeout_s: float = 5.0, explain: Callable[[Answer], str] | None = None
) -> Iterator[Client]:
    pauses: list[float] = []
    exchanges: list[Exchange] = []
    with open_http(url, headers={"Authorization": f"Bearer {KEY}"}, timeout_s=timeout_s) as http:
        wire = Wire("runpod", http, explain=explain, record=exchanges.append, sleep=pauses.append)
        yield Client(wire, pauses, exchanges)


def slowly(_: Asked) -> Reply:
    time.sleep(0.15)
    return Reply(200, {"id": "late"})


def unused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


# Everything that can happen to a paid call once it is on its way.
UNKNOWN = {
    "an end without an answer": Hangup(),
    "a reset": Hangup(reset=True),
    "an answer that comes too late": slowly,
    "an answer that breaks off": Reply(200, '{"id":', promised=100),
    "408": Reply(408, {"error": "timeout"}),
    "500": Reply(500, "Server got itself in trouble", {"Content-Type": "text/plain"}),
    "502 from the edge": Reply(502, "<html>", {"Content-Type": "text/html"}),
    "503 with Retry-After": Reply(503, {}, {"Retry-After": "1"}),
    "504": Reply(504),
    "a page where JSON should be": HTML,
    "an empty good answer": Reply(200, ""),
    "no content": Reply(204),
    "a JSON null": Reply(200, "null"),
    "a redirect": Reply(307, "", {"Location": "/elsewhere"}),
    "an answer that is no HTTP": Reply(200, b"x", {"Content-Encoding": "gzip"}),
}


@pytest.mark.parametrize("failure", UNKNOWN.values(), ids=UNKNOWN.keys())
def test_a_paid_call_whose_answer_is_lost_was_sent_exactly_once(
    failure: Reply | Exception | Callable[[Asked], Reply],
) -> None:
    """It may have been accepted: sending it again may pay twice."""
    timeout_s = 0.05 if failure is slowly else 5.0
    with serving(failure) as server, client(server.url, timeout_s=timeout_s) as us:
        with pytest.raises(OutcomeUnknown, match=r"^runpod: submitting a knight: "):
            us.wire.post_once("/run", what="submitting a knight", json={"input": 1})
        while not server.asked:  # the server may notice later than we give up
            time.sleep(0.005)
        time.sleep(0.02)
    assert [(a.method, a.path) for a in server.asked] == [("POST", "/run")]
    assert us.pauses == []


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 405, 409, 413, 422, 451])
def test_a_refused_paid_call_was_sent_exactly_once_and_says_why(status: int) -> None:
    refusal = Reply(status, {"error": "Input width must be at least 672"})
    with (
        serving(refusal) as server,
        client(server.url) as us,
        pytest.raises(ProviderRejected, match=rf"HTTP {status}: .*at least 672"),
    ):
        us.wire.post_once("/run", what="submitting", json={})
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("header", "low", "high"),
    [
        ({}, None, None),
        ({"Retry-After": "7"}, 7, 7),
        ({"Retry-After": "86400"}, 600, 600),
        # As a date; far away, for it is written when the tests are collected.
        ({"Retry-After": format_datetime(datetime.now(UTC) + timedelta(hours=6), usegmt=True)}, 600, 600),
    ],
)
def test_a_paid_call_at_the_ceiling_is_left_to_the_door_with_the_wait_it_was_told(
    header: dict[str, str], low: float | None, high: float | None
) -> None:
    """Nothing was accepted, but when to come again is decided where the jobs in flight are known."""
    with (
        serving(Reply(429, {"error": "too many"}, header)) as server,
        client(server.url) as us,
        pytest.raises(ProviderUnavailable) as raised,
    ):
        us.wire.post_once("/run", what="submitting", json={})
    assert len(server.asked) == 1
    assert us.pauses == []
    told = raised.value.retry_after_s
    assert told == low if low is None or high is None else told is not None and low <= told <= high


def test_a_paid_call_nobody_listens_to_was_not_sent() -> None:
    with (
        client(f"http://127.0.0.1:{unused_port()}") as us,
        pytest.raises(ProviderUnavailable, match="ConnectError"),
    ):
        us.wire.post_once("/run", what="submitting", json={})
    assert us.pauses == []
    assert [e.status for e in us.exchanges] == [None]


def test_a_paid_call_to_a_host_without_an_address_was_not_sent() -> None:
    with client("http://no-such-host.invalid") as us, pytest.raises(ProviderUnavailable):
        us.wire.post_once("/run", what="submitting", json={})


def test_a_paid_call_that_finds_no_free_connection_was_not_sent() -> None:
    with serving(slowly) as server:
        limits = httpx.Limits(max_connections=1)
        with (
            httpx.Client(base_url=server.url, limits=limits, timeout=httpx.Timeout(5, pool=0.02)) as http,
            ThreadPoolExecutor(1) as pool,
        ):
            wire = Wire("runpod", http)
            first = pool.submit(wire.post_once, "/run", what="first", json={})
            while not server.asked:
                time.sleep(0.005)
            with pytest.raises(ProviderUnavailable, match="PoolTimeout"):
                wire.post_once("/run", what="second", json={})
            assert first.result().body == {"id": "late"}
    assert len(server.asked) == 1


def test_a_paid_call_that_is_accepted_returns_its_answer() -> None:
    with serving(Reply(200, {"id": "job-1", "status": "IN_QUEUE"})) as server, client(server.url) as us:
        answer = us.wire.post_once(
            "/run", what="submitting", json={"input": {"a": 1}}, params={"tier": "api"}
        )
    (asked,) = server.asked
    assert answer.body == {"id": "job-1", "status": "IN_QUEUE"}
    assert json.loads(asked.body) == {"input": {"a": 1}}
    assert asked.query == {"tier": "api"}
    assert asked.headers["authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize(
    "failure",
    [Hangup(), Hangup(reset=True), Reply(408), Reply(429), Reply(500), Reply(502), Reply(503), Reply(524)],
    ids=["hang-up", "reset", "408", "429", "500", "502", "503", "524"],
)
def test_a_read_is_repeated_until_it_is_answered(failure: Reply | Exception) -> None:
    with serving(failure, failure, Reply(200, {"ok": True})) as server, client(server.url) as us:
        assert us.wire.get("/status/1", what="looking").body == {"ok": True}
    assert len(server.asked) == 3
    first, second = us.pauses
    assert 0 < first < second


def test_a_read_that_is_never_answered_is_given_up_after_three_tries() -> None:
    with (
        serving(Reply(503, {"error": "down"}, {"Retry-After": "4"})) as server,
        client(server.url) as us,
        pytest.raises(ProviderUnavailable, match="HTTP 503") as raised,
    ):
        us.wire.get("/status/1", what="looking")
    assert len(server.asked) == 3
    assert us.pauses == [4, 4]
    assert raised.value.retry_after_s == 4


def test_a_wait_between_tries_has_a_ceiling() -> None:
    with serving(Reply(429, "", {"Retry-After": "500"}), Reply(200, {})) as server, client(server.url) as us:
        us.wire.get("/", what="looking")
    assert us.pauses == [20]


@pytest.mark.parametrize("status", [301, 302, 400, 401, 403, 404, 410])
def test_a_read_that_is_refused_is_not_repeated(status: int) -> None:
    with (
        serving(Reply(status, {"error": "no"}, {"Location": "/login"})) as server,
        client(server.url) as us,
        pytest.raises(ProviderRejected, match=f"looking: HTTP {status}"),
    ):
        us.wire.get("/status/1", what="looking")
    assert len(server.asked) == 1


@pytest.mark.parametrize("status", [404, 400, 503])
def test_a_status_that_means_something_to_the_caller_is_returned(status: int) -> None:
    """404 of a job says that it is lost; that is an answer."""
    with serving(Reply(status, {"why": "gone"})) as server, client(server.url) as us:
        answer = us.wire.get("/status/1", what="looking", allow=frozenset({status}))
    assert (answer.status, answer.body) == (status, {"why": "gone"})
    assert len(server.asked) == 1


def test_a_good_read_without_json_has_no_body_but_its_text() -> None:
    with serving(HTML) as server, client(server.url) as us:
        answer = us.wire.get("/", what="looking")
    assert answer.body is None
    assert "Bad Gateway" in answer.text
    assert answer.headers["content-type"] == "text/html"


def test_an_upload_is_repeated_with_its_whole_body() -> None:
    def form(asked: Asked) -> Reply:
        assert b"picture-bytes" in asked.body
        assert b'name="overwrite"' in asked.body
        return Reply(503) if len(server.asked) == 1 else Reply(200, {"name": "a.png"})

    with serving(form) as server, client(server.url) as us:
        files = {"image": ("a.png", b"picture-bytes", "image/png")}
        answer = us.wire.post_again("/upload", what="uploading", files=files, data={"overwrite": "true"})
    assert answer.body == {"name": "a.png"}
    assert len(server.asked) == 2


def test_a_signed_upload_elsewhere_carries_no_credentials() -> None:
    """A part of a large upload goes to a bucket's signed URL; our key is none of its business."""
    with serving(Reply(200)) as bucket, serving(Reply(200, {})) as server, client(server.url) as us:
        us.wire.post_again(
            f"{bucket.url}/part-1?Signature=abcdef",
            what="uploading",
            content=b"part",
            headers={"Content-Type": "image/png"},
            method="PUT",
        )
        us.wire.post_again(f"{server.url}/done", what="finishing", json={})
    (part,) = bucket.asked
    assert (part.method, part.body, part.headers["content-type"]) == ("PUT", b"part", "image/png")
    assert "authorization" not in part.headers
    assert part.query == {"Signature": "abcdef"}
    assert server.asked[0].headers["authorization"] == f"Bearer {KEY}"
    assert "abcdef" not in repr(us.exchanges)


def test_basic_credentials_of_the_client_stay_at_home_too() -> None:
    with (
        serving(Reply(200)) as bucket,
        serving(Reply(200, {})) as server,
        httpx.Client(base_url=server.url, auth=("key", "secret")) as http,
    ):
        wire = Wire("scenario", http)
        wire.post_again(f"{bucket.url}/part", what="uploading", content=b"x", method="PUT")
        wire.get("/jobs", what="listing")
    assert "authorization" not in bucket.asked[0].headers
    assert server.asked[0].headers["authorization"].startswith("Basic ")


def test_the_error_is_in_the_providers_own_words() -> None:
    def explain(answer: Answer) -> str:
        assert answer.body is not None
        return str(answer.body["reason"]) + " " * 3 + "x" * 900

    with (
        serving(Reply(400, {"reason": f"Invalid model, sent by {KEY}"})) as server,
        client(server.url, explain=explain) as us,
        pytest.raises(ProviderRejected, match="HTTP 400: Invalid model, sent by ") as raised,
    ):
        us.wire.get("/models", what="listing models")
    assert KEY not in str(raised.value)
    assert len(str(raised.value)) < 600


def test_nothing_a_person_may_see_holds_the_key_a_signature_or_a_picture() -> None:
    picture = base64.b64encode(b"\x89PNG" + bytes(3000)).decode()
    echo = {"headers": {"Authorization": f"Bearer {KEY}"}, "image": picture}
    echo["url"] = "https://cdn.example/x?Signature=abcdefg"
    with serving(Reply(400, echo)) as server, client(server.url) as us:
        with pytest.raises(ProviderError) as raised:
            us.wire.post_once("/run", what="submitting", json={"image": picture, "key": KEY})
        answer = us.wire.get("/status", what="looking", allow=frozenset({400}))
    seen = f"{raised.value}{raised.value!r}{answer}{answer.text}{us.exchanges}"
    for secret in (KEY, "abcdefg", picture[:50]):
        assert secret not in seen
    assert us.exchanges[0].method == "POST"
    assert us.exchanges[0].url == f"{server.url}/run"
    assert "<base64, " in us.exchanges[0].request_body
    assert all(len(e.request_body) <= 2000 and len(e.response_body) <= 2000 for e in us.exchanges)


def test_a_full_disk_under_the_recorder_does_not_lose_a_paid_answer(caplog: pytest.LogCaptureFixture) -> None:
    """The job id in it is worth more than the file."""

    def broken(_: Exchange) -> None:
        raise OSError("no space left")

    with serving(Reply(200, {"id": "job-1"})) as server, open_http(server.url) as http:
        answer = Wire("runpod", http, record=broken).post_once("/run", what="submitting", json={})
    assert answer.body == {"id": "job-1"}
    assert "no space left" in caplog.text


def test_an_error_nobody_can_explain_is_still_that_error(caplog: pytest.LogCaptureFixture) -> None:
    def confused(answer: Answer) -> str:
        return str(answer.body["error"])  # type: ignore[index]

    with (
        serving(Reply(400, ["odd"])) as server,
        client(server.url, explain=confused) as us,
        pytest.raises(ProviderRejected, match="odd"),
    ):
        us.wire.post_once("/run", what="submitting", json={})
    assert "TypeError" in caplog.text


def test_every_try_is_recorded_also_the_ones_without_an_answer() -> None:
    with serving(Hangup(), Reply(500), Reply(200, {"n": 1})) as server, client(server.url) as us:
        us.wire.get("/status", what="looking")
    assert [exchange.status for exchange in us.exchanges] == [None, 500, 200]
    assert us.exchanges[0].response_body.startswith("RemoteProtocolError")
    assert us.exchanges[2].response_body == '{"n": 1}'


def test_an_address_that_is_none_is_refused_without_a_try() -> None:
    with httpx.Client(base_url="ftp://files.example") as http, pytest.raises(ProviderRejected):
        Wire("runpod", http).post_once("/run", what="submitting", json={})
    with client("http://127.0.0.1:1") as us, pytest.raises(ProviderRejected, match="InvalidURL"):
        us.wire.get("http://a\x00b/", what="looking")


def test_json_that_would_exhaust_the_parser_is_no_json() -> None:
    with serving(Reply(200, "[" * 200_000)) as server, client(server.url) as us:
        assert us.wire.get("/", what="looking").body is None


def test_a_hundred_threads_share_one_wire() -> None:
    barrier = threading.Barrier(100, timeout=10)

    def wait(_: Asked) -> Reply:
        barrier.wait()
        return Reply(200, {})

    with serving(wait) as server, client(server.url) as us, ThreadPoolExecutor(100) as pool:
        asking = [pool.submit(us.wire.get, "/", what="looking") for _ in range(100)]
        assert {answer.result().status for answer in asking} == {200}


def test_a_connection_left_idle_is_not_trusted_with_a_paid_call() -> None:
    """A server that closes it at the same moment would leave the outcome unknown for no reason."""
    with open_http("https://api.example.com") as http:
        pool = http._transport._pool  # type: ignore[attr-defined]  # httpx has no other way to ask
        assert pool._keepalive_expiry == 3.0
        assert pool._max_connections == 128
    assert http.timeout == httpx.Timeout(30.0, connect=5.0)
    assert not http.follow_redirects
