"""The double keeps to the production column of the contract, or what is proven against it proves nothing."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import httpx
import pytest

from asset_pipeline.testing.faults import Fault, FaultPlan
from asset_pipeline.testing.pictures import jpeg
from asset_pipeline.testing.runpod import API_KEY, FLUX_ID, SDXL_ID, RunPodDouble
from asset_pipeline.testing.runpod_workers import Endpoint, WorkerError
from asset_pipeline_tests.providers.runpod.at_hand import ball, certificates

HEADERS = {"Authorization": f"Bearer {API_KEY}"}
RUN = f"/v2/{FLUX_ID}/run"
DRAW = {"input": {"prompt": "a frog", "width": 64, "height": 64, "seed": 1}}


@contextmanager
def asked(double: RunPodDouble) -> Iterator[httpx.Client]:
    with double, httpx.Client(base_url=double.url, headers=HEADERS, verify=certificates()) as http:
        yield http


def plugged(handler: Any) -> dict[str, Endpoint]:  # noqa: ANN401  # a Handler
    return {FLUX_ID: Endpoint("comfyui", handler=handler)}


@pytest.mark.parametrize("key", [None, API_KEY, f"Bearer {API_KEY}x", "Bearer x"])
def test_every_operation_wants_the_key_as_a_bearer(key: str | None) -> None:
    with RunPodDouble() as double, httpx.Client(base_url=double.url, verify=certificates()) as http:
        headers = {} if key is None else {"Authorization": key}
        for path in (RUN, f"/v2/{FLUX_ID}/cancel/x", f"/v2/{FLUX_ID}/retry/x"):
            assert http.post(path, json=DRAW, headers=headers).status_code == 401
        for path in (f"/v2/{FLUX_ID}/status/x", f"/v2/{FLUX_ID}/health"):
            assert http.get(path, headers=headers).status_code == 401
        assert double.invoice == []


def test_what_is_not_there_is_404_and_status_is_a_get() -> None:
    with asked(RunPodDouble()) as http:
        assert http.post("/v2/nosuch/run", json=DRAW).status_code == 404
        assert http.get(f"/v2/{FLUX_ID}/status/nosuch").status_code == 404
        assert http.post(f"/v2/{FLUX_ID}/status/nosuch").status_code == 404
        assert http.post(f"/v2/{FLUX_ID}/runsync", json=DRAW).status_code == 404
        job_id = http.post(RUN, json=DRAW).json()["id"]
        assert http.get(f"/v2/{SDXL_ID}/status/{job_id}").status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        "{not json",
        "[]",
        "{}",
        '{"input": {}}',
        '{"input": ["a"]}',
        '{"prompt": "no input wrapper"}',
        '{"input": {"a": 1}, "policy": {"executionTimeout": 4999}}',
        '{"input": {"a": 1}, "policy": {"ttl": 9999}}',
    ],
)
def test_a_bad_body_is_400_and_free(body: str) -> None:
    double = RunPodDouble()
    with asked(double) as http:
        assert http.post(RUN, content=body).status_code == 400
    assert double.invoice == []


def test_more_than_ten_megabytes_are_413() -> None:
    with asked(RunPodDouble()) as http:
        assert http.post(RUN, json={"input": {"image": "A" * 10_000_000}}).status_code == 413


def test_a_public_endpoint_names_the_bad_field_and_fails_the_request() -> None:
    double = RunPodDouble()
    with asked(double) as http:
        answer = http.post(
            "/v2/black-forest-labs-flux-1-dev/run", json={"input": {"prompt": "x", "guidance_scale": 7}}
        )
        assert answer.status_code == 400
        assert answer.json()["status"] == "FAILED"
        assert "guidance_scale" in answer.json()["error"]
    assert double.invoice == []


def test_a_jobs_life_in_words() -> None:
    with asked(RunPodDouble(endpoints=plugged(dict), queue_s=0.05, run_s=0.05)) as http:
        accepted = http.post(RUN, json=DRAW).json()
        assert accepted["status"] == "IN_QUEUE"
        words: list[str] = []
        while "COMPLETED" not in words:
            said = http.get(f"/v2/{FLUX_ID}/status/{accepted['id']}").json()
            words += [said["status"]] if said["status"] not in words else []
        assert words == ["IN_QUEUE", "IN_PROGRESS", "COMPLETED"]
        assert said["output"] == DRAW["input"]
        assert (said["delayTime"], said["executionTime"]) == (50, 50)
        assert http.get(f"/v2/{FLUX_ID}/status/{accepted['id']}").json() == said  # reads can be repeated


def test_work_is_done_once_however_often_it_is_looked_at() -> None:
    calls: list[object] = []
    with asked(RunPodDouble(endpoints=plugged(calls.append), run_s=0)) as http:
        job_id = http.post(RUN, json=DRAW).json()["id"]
        for _ in range(3):
            http.get(f"/v2/{FLUX_ID}/status/{job_id}")
        assert len(calls) == 1


def test_a_plugged_in_worker_can_fail_its_job_and_meets_the_faults_of_the_plan() -> None:
    """worker-comfyui is plugged in like this."""

    def refuse(_: object) -> None:
        raise WorkerError("Workflow validation failed")

    with asked(RunPodDouble(endpoints=plugged(refuse), run_s=0)) as http:
        said = http.get(f"/v2/{FLUX_ID}/status/{http.post(RUN, json=DRAW).json()['id']}").json()
        assert (said["status"], said["error"]) == ("FAILED", "Workflow validation failed")

    def draw(_: object) -> dict[str, Any]:
        text = base64.b64encode(ball()).decode()
        return {"images": [{"filename": "a_00001_.png", "type": "base64", "data": text}]}

    plan = FaultPlan({1: Fault.WRONG_FORMAT, 2: Fault.EMPTY_RESULT})
    with asked(RunPodDouble(endpoints=plugged(draw), faults=plan, run_s=0)) as http:
        said = http.get(f"/v2/{FLUX_ID}/status/{http.post(RUN, json=DRAW).json()['id']}").json()
        assert base64.b64decode(said["output"]["images"][0]["data"]) == jpeg(ball())
        said = http.get(f"/v2/{FLUX_ID}/status/{http.post(RUN, json=DRAW).json()['id']}").json()
        assert (said["status"], "output" in said) == ("COMPLETED", False)


def test_an_exception_of_a_worker_is_json_inside_a_text_with_http_200() -> None:
    plan = FaultPlan({1: Fault.JOB_FAILED})
    with asked(RunPodDouble(endpoints=plugged(dict), faults=plan, run_s=0)) as http:
        answer = http.get(f"/v2/{FLUX_ID}/status/{http.post(RUN, json=DRAW).json()['id']}")
        assert answer.status_code == 200
        assert set(json.loads(answer.json()["error"])) >= {
            "error_type",
            "error_message",
            "error_traceback",
            "hostname",
        }


def test_the_invoice_knows_the_same_work_by_its_pictures_however_they_are_spelled() -> None:
    text = base64.b64encode(ball()).decode()
    spellings = [text, f"data:image/png;base64,{text}"]
    double = RunPodDouble(endpoints=plugged(dict))
    with asked(double) as http:
        for picture in [*spellings, double.publish(ball())]:
            http.post(RUN, json={"input": {"image": picture}, "policy": {"ttl": 60_000}})
        http.post(RUN, json={"input": {"image": "another"}})
        lines = double.invoice
    assert len({line.work_sha256 for line in lines[:3]}) == 1
    assert len({line.work_sha256 for line in lines}) == 2
    assert {line.usd for line in lines} == {Decimal("0.00186")}


def test_a_picture_is_handed_out_without_a_key_and_never_with_one() -> None:
    double = RunPodDouble()
    with asked(double) as http:
        url = double.publish(ball())
        assert http.get(url).status_code == 400
        assert httpx.get(url, verify=certificates()).content == ball()


def test_another_process_can_ask_for_the_state() -> None:
    with asked(RunPodDouble(endpoints=plugged(dict), run_s=30)) as http:
        http.post(RUN, json=DRAW)
        state = http.get("/__double__/state").json()
        assert (state["in_flight"], state["submissions"], len(state["invoice"])) == (1, 1, 1)
        assert http.get(f"/v2/{FLUX_ID}/health").json()["jobs"]["inProgress"] == 1
