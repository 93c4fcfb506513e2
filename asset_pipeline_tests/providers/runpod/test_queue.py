"""One endpoint's queue: paid calls go out once, looks are repeated, and what cannot be known is not guessed."""

from __future__ import annotations

import json

import httpx
import pytest

from asset_pipeline.errors import OutcomeUnknown, ProviderRejected, ProviderUnavailable
from asset_pipeline.providers.http import Wire
from asset_pipeline.providers.runpod.health import Health
from asset_pipeline.providers.runpod.queue import EndpointQueue
from asset_pipeline.providers.runpod.status import Word
from asset_pipeline.providers.runpod.words import explain
from asset_pipeline.testing.faults import Fault, FaultPlan
from asset_pipeline.testing.runpod import FLUX_ID, RunPodDouble
from asset_pipeline.testing.runpod_workers import Endpoint
from asset_pipeline_tests.providers.runpod.at_hand import queue_at

DRAW = {"prompt": "a frog", "width": 64, "height": 64, "seed": 1}


def plugged(**fields: object) -> dict[str, Endpoint]:
    return {FLUX_ID: Endpoint("echo", handler=dict, **fields)}  # type: ignore[arg-type]  # fields of Endpoint


def submit(queue: EndpointQueue, **input_: object) -> str:
    return queue.run(input_ or DRAW, ttl_s=60, execution_timeout_s=30)


class Answering:
    """A queue whose every request meets the same answer, and how often it was asked."""

    def __init__(self, status: int, body: str = "{}", headers: dict[str, str] | None = None) -> None:
        self.asked: list[httpx.Request] = []

        def answer(request: httpx.Request) -> httpx.Response:
            self.asked.append(request)
            return httpx.Response(status, content=body.encode(), headers=headers)

        http = httpx.Client(base_url="https://api.runpod.ai", transport=httpx.MockTransport(answer))
        self.queue = EndpointQueue(Wire("runpod", http, explain=explain, sleep=lambda _: None), "abc")


def test_a_job_goes_from_the_queue_to_its_output() -> None:
    with RunPodDouble(endpoints=plugged(), queue_s=0.05, run_s=0.05) as double, queue_at(double) as queue:
        job_id = submit(queue, question=1)
        assert job_id.endswith("-u1")
        assert queue.status(job_id).word is Word.IN_QUEUE
        while queue.status(job_id).word is Word.IN_QUEUE:
            pass
        assert queue.status(job_id).word is Word.IN_PROGRESS
        while (status := queue.status(job_id)).word is not Word.COMPLETED:
            pass
        assert status.output == {"question": 1}
        assert (status.delay_s, status.run_s) == (0.05, 0.05)


def test_the_envelope_carries_our_deadlines_within_runpods_limits() -> None:
    answering = Answering(200, '{"id": "j1"}')
    answering.queue.run({"a": 1}, ttl_s=1800, execution_timeout_s=600)
    answering.queue.run({"a": 1}, ttl_s=1, execution_timeout_s=1)
    answering.queue.run({"a": 1}, ttl_s=1e9, execution_timeout_s=1e9)
    sent = [json.loads(request.content) for request in answering.asked]
    assert sent[0] == {"input": {"a": 1}, "policy": {"executionTimeout": 600_000, "ttl": 1_800_000}}
    assert sent[1]["policy"] == {"executionTimeout": 5_000, "ttl": 10_000}
    assert sent[2]["policy"] == {"executionTimeout": 604_800_000, "ttl": 604_800_000}


def test_a_request_of_more_than_10_mb_is_refused_before_it_is_sent() -> None:
    answering = Answering(200, '{"id": "j1"}')
    with pytest.raises(ProviderRejected, match=r"10,000,000.*nothing was sent"):
        submit(answering.queue, image="A" * 10_000_000)
    assert answering.asked == []
    assert submit(answering.queue, image="A" * 9_999_000) == "j1"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 422])
def test_a_refused_submission_is_refused_for_good_and_sent_once(status: int) -> None:
    answering = Answering(status, '{"error": "no, because"}')
    with pytest.raises(ProviderRejected, match="no, because"):
        submit(answering.queue)
    assert len(answering.asked) == 1


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504, 301])
def test_an_unclear_answer_to_a_submission_is_never_sent_again(status: int) -> None:
    answering = Answering(status, "<html>Bad gateway</html>")
    with pytest.raises(OutcomeUnknown):
        submit(answering.queue)
    assert len(answering.asked) == 1


def test_too_many_requests_means_that_nothing_was_accepted() -> None:
    answering = Answering(429, '{"error": "slow down"}', {"Retry-After": "7"})
    with pytest.raises(ProviderUnavailable) as raised:
        submit(answering.queue)
    assert raised.value.retry_after_s == 7
    assert len(answering.asked) == 1


@pytest.mark.parametrize(
    "body", ["<html>ok</html>", "{}", '{"id": ""}', "[1]", '{"error": "oh"}', '{"id": 3}']
)
def test_a_good_answer_without_a_job_id_leaves_the_outcome_unknown(body: str) -> None:
    with pytest.raises(OutcomeUnknown):
        submit(Answering(200, body).queue)


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_a_look_that_fails_is_made_again_and_then_says_so(status: int) -> None:
    answering = Answering(status, "<html>Bad gateway</html>")
    with pytest.raises(ProviderUnavailable):
        answering.queue.status("j1")
    with pytest.raises(ProviderUnavailable):
        answering.queue.health()
    assert len(answering.asked) == 6


@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_refused_look_is_not_made_again(status: int) -> None:
    answering = Answering(status)
    with pytest.raises(ProviderRejected):
        answering.queue.status("j1")
    assert len(answering.asked) == 1


def test_no_such_job_is_a_status_of_its_own_and_an_html_page_is_none() -> None:
    """That nobody could look must never read as that there is nothing."""
    assert Answering(404, "<html>Not Found</html>").queue.status("j1").word is Word.LOST
    for body in ("<html>ok</html>", "[]", "null"):
        with pytest.raises(ProviderUnavailable, match="no JSON object"):
            Answering(200, body).queue.status("j1")


def test_ids_cannot_lead_to_another_path() -> None:
    answering = Answering(200)
    answering.queue.status("../../health?x=1")
    assert answering.asked[0].url.raw_path == b"/v2/abc/status/..%2F..%2Fhealth%3Fx%3D1"


def test_a_bad_key_is_said_without_the_key() -> None:
    with RunPodDouble() as double, queue_at(double, key="rpa_WRONG0KEY") as queue:
        for call in (lambda: submit(queue), lambda: queue.status("j"), queue.health):
            with pytest.raises(ProviderRejected, match="RUNPOD_API_KEY") as raised:
                call()
            assert "rpa_WRONG0KEY" not in str(raised.value)


def test_an_unknown_endpoint_is_refused() -> None:
    with RunPodDouble() as double, queue_at(double, "nosuchendpoint") as queue:
        with pytest.raises(ProviderRejected, match="check its id"):
            submit(queue)
        with pytest.raises(ProviderRejected, match="check its id"):
            queue.health()


def test_a_cancelled_job_says_so_and_one_that_ended_cannot_be_cancelled() -> None:
    with RunPodDouble(endpoints=plugged(), run_s=30) as double, queue_at(double) as queue:
        job_id = submit(queue, a=1)
        queue.cancel(job_id)
        assert queue.status(job_id).word is Word.CANCELLED
        queue.cancel(job_id)
        queue.cancel("never-was")


def test_a_failed_job_is_done_again_under_its_own_id() -> None:
    plan = FaultPlan({1: Fault.JOB_FAILED})
    with RunPodDouble(endpoints=plugged(), faults=plan, run_s=0) as double, queue_at(double) as queue:
        job_id = submit(queue, a=1)
        assert queue.status(job_id).word is Word.FAILED
        assert queue.retry(job_id)
        assert queue.status(job_id).word is Word.COMPLETED
        assert len(double.invoice) == 1


def test_a_job_that_cannot_be_done_again_is_not() -> None:
    with RunPodDouble(endpoints=plugged(), run_s=0) as double, queue_at(double) as queue:
        assert not queue.retry("never-was")
        assert queue.retry(submit(queue, a=1))  # it is done: nothing to buy again


def test_a_retry_that_another_process_asked_for_first_counts_as_ours() -> None:
    """A "no" here would have the same picture bought a second time."""
    plan = FaultPlan({1: Fault.JOB_FAILED})
    with RunPodDouble(endpoints=plugged(), faults=plan, run_s=0) as double, queue_at(double) as queue:
        job_id = submit(queue, a=1)
        double.run_s = 30
        assert queue.retry(job_id)
        assert queue.retry(job_id)
        assert len(double.invoice) == 1


def test_a_retry_whose_answer_is_lost_may_have_been_accepted() -> None:
    assert Answering(502).queue.retry("j1")
    with pytest.raises(ProviderUnavailable):
        Answering(429).queue.retry("j1")


def test_a_job_past_its_time_to_live_is_lost() -> None:
    with RunPodDouble(endpoints=plugged(), queue_s=30) as double, queue_at(double) as queue:
        job_id = submit(queue, a=1)
        double.jobs()[0].notes["ttl_s"] = 0.0
        assert queue.status(job_id).word is Word.LOST


def test_a_result_is_forgotten_after_its_retention() -> None:
    with RunPodDouble(endpoints=plugged(), run_s=0, retention_s=0) as double, queue_at(double) as queue:
        assert queue.status(submit(queue, a=1)).word is Word.LOST


def test_a_job_that_runs_longer_than_its_policy_is_timed_out() -> None:
    with RunPodDouble(endpoints=plugged(), run_s=6) as double, queue_at(double) as queue:
        job_id = queue.run({"a": 1}, ttl_s=60, execution_timeout_s=5)
        double.jobs()[0].accepted_at -= 5
        assert queue.status(job_id).word is Word.TIMED_OUT


def test_health_counts_what_it_names_and_the_rest_as_nothing() -> None:
    with (
        RunPodDouble(endpoints=plugged(workers={"running": 2}), queue_s=30) as double,
        queue_at(double) as queue,
    ):
        submit(queue, a=1)
        assert queue.health() == Health(in_queue=1, running=2)
