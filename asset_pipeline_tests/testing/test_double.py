from __future__ import annotations

import base64
import json
import socket
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_pipeline.testing.double import (
    Double,
    Full,
    Hangup,
    InvoiceLine,
    Job,
    Phase,
    Reply,
    content_sha256,
    work_sha256,
)
from asset_pipeline.testing.faults import Fault, FaultPlan


class Shop(Double):
    """Sells jobs at ``POST /buy`` and tells of them at ``GET /job/N``; every other path misbehaves."""

    def handle(
        self, method: str, path: str, query: Mapping[str, str], headers: Mapping[str, str], body: bytes
    ) -> Reply:
        match method, path.split("/")[1:]:
            case "POST", ["buy"]:
                return self._buy(json.loads(body))
            case "GET", ["job", job_id]:
                job = self.job(job_id)
                return Reply(200, {"phase": self.state_of(job)}) if job else Reply(404, {"error": "unknown"})
            case "GET", ["echo"]:
                return Reply(269, f"{query['a']} {headers['x-b']}", {"Content-Type": "text/plain"})
            case _, ["hang-up"]:
                raise Hangup
            case _, ["reset"]:
                raise Hangup(reset=True)
        raise KeyError(path)

    def _buy(self, asked: dict[str, object]) -> Reply:
        fault = self.faults.next()
        with self.lock:
            job_id = f"job-{len(self.invoice) + 1}"
            self.accept(
                job_id,
                model="m",
                usd=Decimal("0.05"),
                work_sha256=work_sha256(asked),
                asked=asked,
                fault=fault,
            )
        if fault is Fault.DROP_AFTER_ACCEPT:
            raise Hangup
        return Reply(200, {"id": job_id})


def buy(shop: Shop, work: int = 1) -> httpx.Response:
    return httpx.post(f"{shop.url}/buy", json={"work": work})


class Clock:
    """Seconds that pass when told."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def by_hand(shop: Shop) -> Clock:
    """Let the shop's jobs live by a clock of the test's."""
    clock = Clock()
    shop.clock = clock
    return clock


def phase(shop: Shop, job_id: str) -> str:
    return str(httpx.get(f"{shop.url}/job/{job_id}").json().get("phase", "unknown"))


def test_a_job_is_queued_then_runs_then_is_done_by_the_clock() -> None:
    with Shop(queue_s=5, run_s=10) as shop:
        clock = by_hand(shop)
        assert buy(shop).json() == {"id": "job-1"}
        seen = []
        for _ in range(4):
            seen.append((phase(shop, "job-1"), shop.in_flight))
            clock.now += 5
        assert seen == [("queued", 1), ("running", 1), ("running", 1), ("done", 0)]
        assert shop.in_flight == 0
        assert shop.max_in_flight == 1


def test_the_invoice_holds_every_accepted_job_also_the_one_whose_answer_was_dropped() -> None:
    with Shop(faults=FaultPlan({2: Fault.DROP_AFTER_ACCEPT})) as shop:
        before = time.time()
        buy(shop, 1)
        with pytest.raises(httpx.RemoteProtocolError, match="without sending a response"):
            buy(shop, 2)
        first, second = shop.invoice
        assert (first.job_id, first.model, first.usd) == ("job-1", "m", Decimal("0.05"))
        assert before <= first.at <= second.at <= time.time()
        assert first.work_sha256 != second.work_sha256
        assert shop.total_usd == Decimal("0.10")


def test_what_the_double_hands_out_is_a_copy() -> None:
    with Shop() as shop:
        buy(shop)
        shop.invoice.clear()
        shop.requests.clear()
        assert len(shop.invoice) == 1
        assert shop.requests == [("POST", "/buy")]


def test_another_process_can_ask_how_the_double_is() -> None:
    with Shop(run_s=5) as shop:
        buy(shop)
        state = httpx.get(f"{shop.url}/__double__/state").json()
        assert shop.requests == [("POST", "/buy")]
    (line,) = state.pop("invoice")
    assert state == {"total_usd": "0.05", "in_flight": 1, "max_in_flight": 1, "submissions": 1}
    assert line.pop("at") == pytest.approx(time.time(), abs=60)
    assert line == {"job_id": "job-1", "model": "m", "usd": "0.05", "work_sha256": work_sha256({"work": 1})}


def test_the_ceiling_holds_against_many_threads_and_nothing_refused_is_billed() -> None:
    with Shop(ceiling=3, run_s=30) as shop:
        with ThreadPoolExecutor(32) as pool, httpx.Client() as http:
            asking = [pool.submit(http.post, f"{shop.url}/buy", json={"work": n}) for n in range(32)]
            statuses = [asked.result().status_code for asked in asking]
        assert statuses.count(200) == 3
        assert statuses.count(429) == 29
        assert (shop.in_flight, shop.max_in_flight) == (3, 3)
        assert len(shop.invoice) == 3
        assert shop.faults.submissions == 32


def test_the_most_jobs_at_once_are_remembered_and_a_place_becomes_free() -> None:
    with Shop(ceiling=2, run_s=5) as shop:
        clock = by_hand(shop)
        for _ in range(2):
            assert buy(shop).status_code == 200
        assert buy(shop).status_code == 429
        clock.now += 5
        assert buy(shop).status_code == 200
        assert (shop.in_flight, shop.max_in_flight) == (1, 2)


def test_a_cold_start_waits_longer_and_a_stuck_queue_for_ever() -> None:
    plan = FaultPlan({1: Fault.COLD_START, 2: Fault.STUCK_QUEUE})
    with Shop(faults=plan, run_s=1) as shop:
        shop.cold_start_s = 60
        clock = by_hand(shop)
        buy(shop)
        buy(shop)
        clock.now += 59
        assert phase(shop, "job-1") == "queued"
        clock.now += 2
        assert phase(shop, "job-1") == "done"
        clock.now += 1e6
        stuck = shop.job("job-2")
        assert stuck is not None
        assert phase(shop, "job-2") == "queued"
        assert shop.in_flight == 1
        assert shop.cancel(stuck)
        assert shop.in_flight == 0


def test_a_failing_job_fails_at_its_end_and_a_vanished_one_is_unknown_at_once() -> None:
    plan = FaultPlan({1: Fault.JOB_FAILED, 2: Fault.VANISHED})
    with Shop(faults=plan, run_s=1) as shop:
        clock = by_hand(shop)
        buy(shop)
        buy(shop)
        assert phase(shop, "job-1") == "running"
        clock.now += 1
        assert phase(shop, "job-1") == "failed"
        assert phase(shop, "job-2") == "unknown"
        assert [job.id for job in shop.jobs()] == ["job-1"]
        assert len(shop.invoice) == 2


def test_a_job_is_cancelled_once_and_not_after_its_end() -> None:
    with Shop(run_s=30) as shop:
        buy(shop)
        job = shop.job("job-1")
        assert job is not None
        assert shop.cancel(job)
        assert not shop.cancel(job)
        assert shop.state_of(job) is Phase.CANCELLED
        shop.bill(job, Decimal("0.01"))
        assert shop.total_usd == Decimal("0.01")
        shop.refund(job)
        assert shop.invoice == []


def test_a_restart_loses_the_jobs_but_not_the_invoice() -> None:
    with Shop(run_s=30) as shop:
        buy(shop)
        shop.forget()
        assert phase(shop, "job-1") == "unknown"
        assert (shop.in_flight, len(shop.invoice)) == (0, 1)


def test_a_second_life_at_the_same_port_is_possible() -> None:
    """A provider that restarts is found where it was."""
    with Shop() as shop:
        url = shop.url
    with Shop(port=int(url.rsplit(":", 1)[1])) as again:
        assert again.url == url
        assert buy(again).status_code == 200


def test_a_hang_up_ends_the_connection_without_a_byte() -> None:
    with Shop() as shop, socket.create_connection(("127.0.0.1", httpx.URL(shop.url).port or 0)) as raw:
        raw.sendall(b"POST /hang-up HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}")
        raw.settimeout(5)
        assert raw.recv(1) == b""


def test_a_reset_is_one() -> None:
    with Shop() as shop, socket.create_connection(("127.0.0.1", httpx.URL(shop.url).port or 0)) as raw:
        raw.sendall(b"GET /reset HTTP/1.1\r\nHost: x\r\n\r\n")
        raw.settimeout(5)
        with pytest.raises(ConnectionResetError):
            raw.recv(1)


def test_replies_are_sent_as_they_are_and_connections_kept() -> None:
    with Shop() as shop, httpx.Client(base_url=shop.url) as http:
        answers = [http.get("/echo", params={"a": "1"}, headers={"X-B": "2"}) for _ in range(3)]
    assert [(a.status_code, a.text, a.headers["content-type"]) for a in answers] == [
        (269, "1 2", "text/plain")
    ] * 3


def test_the_doubles_own_mistake_fails_the_test_that_uses_it() -> None:
    with pytest.raises(AssertionError, match="Shop made a mistake"):  # noqa: SIM117  # raised on leaving
        with Shop() as shop:
            assert httpx.get(f"{shop.url}/no-such-thing").status_code == 500


def test_leaving_ends_connections_that_are_kept_alive() -> None:
    threads = threading.active_count()
    with httpx.Client() as http:
        with Shop() as shop:
            assert http.get(f"{shop.url}/job/1").status_code == 404
        with pytest.raises(httpx.HTTPError):
            http.get(f"{shop.url}/job/1")
    deadline = time.monotonic() + 5
    while threading.active_count() > threads and time.monotonic() < deadline:
        time.sleep(0.005)
    assert threading.active_count() <= threads


def test_accepting_is_possible_without_http_too() -> None:
    shop = Shop(ceiling=1, run_s=30)
    job = shop.accept("a", model="m", usd=Decimal(1), work_sha256="w", asked={"x": 1}, run_s=60)
    assert isinstance(job, Job)
    assert (job.asked, job.run_s) == ({"x": 1}, 60)
    assert shop.invoice[0] == InvoiceLine("a", "m", Decimal(1), "w", shop.invoice[0].at)
    with pytest.raises(Full):
        shop.accept("b", model="m", usd=Decimal(1), work_sha256="w")


PNG = b"\x89PNG" + bytes(range(200))
TOKEN, OTHER = "0b0a2f0e-97a5-4d0f-8f4b-8b54a0f3b6d1", "7c9e6679-7425-40de-944b-e07fc1f90ae7"


def test_the_same_work_under_other_names_and_tokens_is_the_same_work() -> None:
    """So that two paid jobs for one piece of work can be told, however each was sent."""
    first = {"prompt": "a frog", "image": "asset_1", "client_id": "a", "prefix": f"run/{TOKEN}/x"}
    second = {"prefix": f"run/{OTHER}/x", "image": "asset_2", "prompt": "a frog", "client_id": "b"}
    content = content_sha256(PNG)
    contents = {"asset_1": content, "asset_2": content}
    named = [work_sha256(work, contents=contents, without=["client_id"]) for work in (first, second)]
    assert named[0] == named[1]


def test_a_picture_is_its_content_however_it_is_written() -> None:
    plain = base64.b64encode(PNG).decode()
    spellings = [PNG, plain, f"data:image/png;base64,{plain}", base64.encodebytes(PNG).decode(), "up.png"]
    named = {work_sha256({"images": [s]}, contents={"up.png": content_sha256(PNG)}) for s in spellings}
    assert len(named) == 1


@pytest.mark.parametrize(
    "other",
    [
        {"prompt": "a toad", "seed": 1, "image": "a"},
        {"prompt": "a frog", "seed": 2, "image": "a"},
        {"prompt": "a frog", "seed": 1, "image": "b"},
        {"prompt": "a frog", "seed": 1},
        {"prompt": "a frog", "seed": "1", "image": "a"},
    ],
)
def test_other_work_is_other_work(other: dict[str, object]) -> None:
    contents = {"a": content_sha256(b"a"), "b": content_sha256(b"b")}
    work = {"prompt": "a frog", "seed": 1, "image": "a"}
    assert work_sha256(work, contents=contents) != work_sha256(other, contents=contents)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(JSON)
def test_any_json_has_a_name_that_survives_the_wire(work: object) -> None:
    assert work_sha256(json.loads(json.dumps(work))) == work_sha256(work)
