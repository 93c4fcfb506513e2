from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from asset_pipeline.providers.comfyui.quotes import ServerCosts
from asset_pipeline.providers.comfyui.reports import Report, job_state, read_entry, read_job
from asset_pipeline.providers.comfyui.server import is_inside, is_plain
from asset_pipeline.providers.comfyui.words import explain, node_errors
from asset_pipeline.providers.http import Answer
from asset_pipeline.providers.remote import Failed, JobState, Queued, Running, Succeeded
from asset_pipeline_tests.providers.comfyui.at_hand import entries, needs_contracts, parts, read, recorded

COSTS = ServerCosts(Decimal("0.001"))


def state(report: Report, *expected: str) -> JobState:
    return job_state(report, expected or ("save",), COSTS.reckon)


def entry_of(name: str) -> Report:
    (entry,) = entries(name).values()
    return read_entry(entry)


def job_of(name: str) -> Report:
    return read_job(read(name)["response"])


@needs_contracts
@pytest.mark.parametrize("report", ["history_success", "jobs_get_completed"])
def test_both_routes_tell_of_a_success_alike(report: str) -> None:
    got = state(entry_of(report) if report.startswith("history") else job_of(report))
    assert isinstance(got, Succeeded)
    assert got.outputs == [
        {"node": "save", "filename": "ok_00001_.png", "subfolder": "jobs", "type": "output"}
    ]
    assert (got.queue_s, got.run_s) == (0.003, 0.018)
    assert got.cost is not None
    assert got.cost.usd == Decimal("0.000018")


@needs_contracts
@pytest.mark.parametrize("report", ["history_error", "jobs_get_failed", "history_error_shape_mismatch"])
def test_a_failure_is_told_without_traceback_folders_and_prompts(report: str) -> None:
    """``completed`` stays false for ever, and the body holds every word of the prompt."""
    got = state(entry_of(report) if report.startswith("history") else job_of(report))
    assert isinstance(got, Failed)
    assert not got.again
    assert got.reason.startswith("node ")
    assert len(got.reason) < 500
    for secret in ("/opt", "Traceback", "File ", "current_inputs", "knight"):
        assert secret not in got.reason


@needs_contracts
@pytest.mark.parametrize(
    "report", ["history_interrupted", "jobs_get_cancelled", "v0.3.64/history_interrupted"]
)
def test_an_interruption_is_told_from_an_error_by_its_messages(report: str) -> None:
    got = state(job_of(report) if report.startswith("jobs") else entry_of(report))
    assert isinstance(got, Failed)
    assert got.again
    assert "interrupted" in got.reason


@needs_contracts
def test_waiting_and_running_are_no_ends() -> None:
    assert state(job_of("jobs_get_pending")) == Queued()
    assert state(job_of("jobs_get_running")) == Running()


def test_a_word_that_we_do_not_know_is_no_end() -> None:
    assert state(read_job({"status": "waiting_to_dispatch"})) == Running()


@needs_contracts
def test_success_without_pictures_is_a_graph_remembered_by_the_server() -> None:
    http = read("ws_cached_without_client_id")["http"]
    body = next(each for each in http if each["method"] == "GET")["response"]
    (entry,) = body.values()
    got = state(read_entry(entry))
    assert isinstance(got, Failed)
    assert got.again


@needs_contracts
def test_an_old_server_remembers_graphs_and_names_their_pictures() -> None:
    got = state(entry_of("v0.3.64/history_cached_without_client_id"))
    assert isinstance(got, Succeeded)


def is_entry(part: dict[str, Any]) -> bool:
    return {"prompt", "outputs", "status"} <= part.keys() and isinstance(part["status"], dict)


def has_entries(body: Any) -> bool:  # noqa: ANN401  # any JSON
    return any(parts(body, is_entry))


@needs_contracts
@pytest.mark.parametrize("file", recorded("**/*.json", has_entries), ids=lambda file: file.stem)
def test_every_recorded_entry_of_a_history_is_read_as_an_end(file: Path) -> None:
    for entry in parts(json.loads(file.read_text()), is_entry):
        report = read_entry(entry)
        assert isinstance(state(report, *report.pictures), Succeeded | Failed)


def is_job(part: dict[str, Any]) -> bool:
    return {"id", "status", "create_time"} <= part.keys() and isinstance(part["status"], str)


def has_jobs(body: Any) -> bool:  # noqa: ANN401  # any JSON
    return any(parts(body, is_job))


@needs_contracts
@pytest.mark.parametrize("file", recorded("*.json", has_jobs), ids=lambda file: file.stem)
def test_every_recorded_job_is_read(file: Path) -> None:
    """In a list jobs come without their pictures, so that even a completed one is no success yet."""
    ends = {"pending": Queued, "in_progress": Running, "completed": Succeeded | Failed}
    for job in parts(json.loads(file.read_text()), is_job):
        assert isinstance(state(read_job(job)), ends.get(job["status"], Failed))


@needs_contracts
def test_a_branch_that_was_dropped_makes_the_whole_a_failure() -> None:
    got = state(entry_of("history_after_prompt_ok_two_outputs_one_invalid"), "save", "save2")
    assert isinstance(got, Failed)
    assert not got.again
    assert "save2" in got.reason


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("torch.OutOfMemoryError", "Allocation on device"),
        ("torch.cuda.OutOfMemoryError", "CUDA out of memory. Tried to allocate 2 GiB"),
        ("RuntimeError", "MPS backend out of memory"),
    ],
)
def test_out_of_memory_is_worth_another_try_and_says_what_to_do(kind: str, message: str) -> None:
    error = {"node_id": "s", "node_type": "KSampler", "exception_type": kind, "exception_message": message}
    status = {"status_str": "error", "completed": False, "messages": [["execution_error", error]]}
    report = read_entry({"status": status, "outputs": {}})
    got = state(report)
    assert isinstance(got, Failed)
    assert got.again
    assert report.out_of_memory
    assert "smaller" in got.reason


@pytest.mark.parametrize("body", [{}, {"status": "completed"}, {"status": "failed", "execution_status": 7}])
def test_a_body_with_nothing_in_it_does_not_break_us(body: Any) -> None:  # noqa: ANN401
    assert isinstance(state(read_job(body)), Failed | Running)


@needs_contracts
@pytest.mark.parametrize("file", recorded("prompt_err_*.json"), ids=lambda file: file.stem)
def test_every_refusal_is_told_in_words(file: Path) -> None:
    body = read(file.stem)
    response = body.get("response")
    answer = Answer(body["status"], response, body.get("response_text", "")[:500], {})
    said = explain(answer)
    assert said
    assert "/opt" not in said
    if response and response["node_errors"]:
        for node_id in response["node_errors"]:
            assert f"node {node_id} (" in said


@needs_contracts
def test_dropped_branches_are_named_node_by_node() -> None:
    errors = read("prompt_ok_two_outputs_one_invalid")["response"]["node_errors"]
    assert node_errors(errors) == ["node bad (EmptyImage): Value 0 smaller than min of 1 width"]


@pytest.mark.parametrize(
    "name", ["../x.png", "a/b.png", "a\\b.png", "", "a\x00.png", "v1..2_00001_.png", "a\n.png"]
)
def test_only_a_plain_name_is_asked_for(name: str) -> None:
    assert not is_plain(name)


@pytest.mark.parametrize(
    ("folder", "good"),
    [
        ("", True),
        ("a/b", True),
        ("/etc", False),
        ("..", False),
        ("a/../..", False),
        ("a\\b", False),
        ("a//b", False),
    ],
)
def test_only_a_folder_below_the_top_is_asked_for(folder: str, good: bool) -> None:
    assert is_inside(folder) is good
