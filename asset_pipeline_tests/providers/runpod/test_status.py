"""What RunPod says about a job becomes one of the door's states, and its errors become one sentence."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from asset_pipeline.providers.http import Answer
from asset_pipeline.providers.remote import Failed, Json, Lost, Money, Queued, Running, Succeeded
from asset_pipeline.providers.runpod.status import QueueStatus, Word, job_state, read_status
from asset_pipeline.providers.runpod.words import error_text, explain

PRICE = Money(Decimal("0.01"), "estimated")


def state_of(body: dict[str, Any]) -> object:
    return job_state(read_status(body), lambda _: PRICE)


def test_each_word_has_its_state() -> None:
    assert state_of({"status": "IN_QUEUE"}) == Queued()
    assert state_of({"status": "IN_PROGRESS"}) == Running()
    assert state_of({"status": "RUNNING"}) == Running()
    assert isinstance(state_of({"status": "COMPLETED"}), Succeeded)
    for word in ("FAILED", "CANCELLED", "TIMED_OUT"):
        assert isinstance(state_of({"status": word}), Failed)
    assert isinstance(job_state(QueueStatus(Word.LOST), lambda _: PRICE), Lost)


@pytest.mark.parametrize("status", ["PAUSED", "LOST", "UNKNOWN", "canceled", None, 3])
def test_a_word_we_do_not_know_is_no_end(status: Json) -> None:
    """Some deadline ends the wait; guessing "failed" would buy the picture twice."""
    assert state_of({"status": status}) == Running()


def test_an_output_does_not_make_a_job_done() -> None:
    assert state_of({"status": "IN_PROGRESS", "output": "step 3 of 20"}) == Running()


def test_a_completed_job_has_succeeded_even_without_output() -> None:
    done = state_of({"status": "COMPLETED", "delayTime": 2500, "executionTime": 1234})
    assert done == Succeeded(outputs=None, cost=PRICE, queue_s=2.5, run_s=1.234)


def test_partial_errors_become_warnings() -> None:
    done = state_of({"status": "COMPLETED", "output": {"images": ["x"], "errors": ["node 9: no image", ""]}})
    assert isinstance(done, Succeeded)
    assert done.warnings == ("node 9: no image",)


@pytest.mark.parametrize(
    ("error", "again"),
    [
        ("CUDA out of memory. Tried to allocate 2 GiB", True),
        ("worker exited with exit code 137", True),
        ("Worker was lost", True),
        ("CUDA error: an illegal memory access", True),
        ("bad sprite size", False),
        ("prompt is required", False),
        ("num_inference_steps should be int", False),
        ("there is no room in the boom shot", False),
    ],
)
def test_only_the_machines_fault_invites_another_attempt(error: str, *, again: bool) -> None:
    failed = state_of({"status": "FAILED", "error": error})
    assert failed == Failed(error, again=again, cost=PRICE)


def test_a_timed_out_job_may_be_tried_again_and_a_cancelled_one_may_not() -> None:
    timed_out, cancelled = state_of({"status": "TIMED_OUT"}), state_of({"status": "CANCELLED"})
    assert isinstance(timed_out, Failed)
    assert timed_out.again
    assert cancelled == Failed("cancelled", again=False, cost=PRICE)


def test_an_exception_of_a_worker_is_json_inside_a_text_and_loses_its_traceback() -> None:
    error = json.dumps(
        {"error_type": "<class 'ValueError'>", "error_message": "bad size", "error_traceback": "File x"}
    )
    failed = state_of({"status": "FAILED", "error": error})
    assert isinstance(failed, Failed)
    assert failed.reason == "bad size"


@pytest.mark.parametrize(
    ("error", "text"),
    [
        ("prompt is required", "prompt is required"),
        (["a is wrong", {"message": "b is wrong"}], "a is wrong; b is wrong"),
        ({"message": "no such model", "code": 3}, "no such model"),
        ({"error": {"message": "deep"}}, "deep"),
        ('Error submitting task: 400, {"detail": "no"}', 'Error submitting task: 400, {"detail": "no"}'),
        ("{not json", "{not json"),
        ("boom\nTraceback (most recent call last):\n  File x\nValueError: boom", "boom"),
        ("Traceback (most recent call last):\n  File x\nValueError: boom", "ValueError: boom"),
        (None, ""),
        ("", ""),
        (17, "17"),
    ],
)
def test_the_sentence_is_found_in_every_form_of_error(error: Json, text: str) -> None:
    assert error_text(error) == text


def test_an_error_is_cut_and_holds_no_secret_no_signed_url_and_no_base64() -> None:
    told = "rpa_SECRET at https://b.example/x.png?X-Amz-Signature=abcdef and " + "QUJD" * 100
    text = error_text(told, ["rpa_SECRET"])
    assert "rpa_SECRET" not in text
    assert "abcdef" not in text
    assert "QUJDQUJD" not in text
    assert len(error_text("x y " * 400)) == 500


def test_times_that_are_no_times_are_left_out() -> None:
    status = read_status({"status": "COMPLETED", "delayTime": True, "executionTime": -4})
    assert (status.delay_s, status.run_s) == (None, None)
    assert read_status({"delayTime": "12"}).delay_s is None


def test_a_refusal_is_explained_in_runpods_words_and_with_what_to_do() -> None:
    refused = Answer(400, {"id": "x", "status": "FAILED", "error": "Invalid image URL"}, "…", {})
    assert explain(refused) == "Invalid image URL"
    assert "RUNPOD_API_KEY" in explain(Answer(401, None, "Unauthorized", {}))
    assert "check its id" in explain(Answer(404, {"message": "Not Found"}, "…", {}))
    assert explain(Answer(400, None, "Bad Request", {})) == "Bad Request"
    problem = {"title": "Bad", "status": 422, "detail": "no such field"}
    assert explain(Answer(422, problem, "…", {})) == "no such field"
