"""The double against the recordings of real servers: what was posted then is answered alike now."""

from __future__ import annotations

import copy
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest

from asset_pipeline.testing.comfyui import ComfyDouble
from asset_pipeline_tests.providers.comfyui.at_hand import needs_contracts, read, recorded

# The checkpoints of the recorded server.
RECORDED = {
    "checkpoints": (
        "broken_zero_bytes.safetensors",
        "flux1-schnell-fp8.safetensors",
        "sd_xl_base_1.0.safetensors",
        "tiny_sd15_random.safetensors",
    )
}
SMOKE: dict[str, Any] = {
    "img": {"class_type": "EmptyImage", "inputs": {"width": 8, "height": 8, "batch_size": 1, "color": 255}},
    "save": {"class_type": "SaveImage", "inputs": {"filename_prefix": "a/b", "images": ["img", 0]}},
}


@cache
def http() -> httpx.Client:
    """One client for all tests: making one takes longer than a test."""
    return httpx.Client(trust_env=False)


def posted(double: ComfyDouble, body: Any) -> httpx.Response:  # noqa: ANN401
    return http().post(f"{double.url}/prompt", json=body)


def kinds(response: Any) -> dict[str, list[str]]:  # noqa: ANN401
    return {
        node: sorted(error["type"] for error in entry["errors"])
        for node, entry in response["node_errors"].items()
    }


@needs_contracts
@pytest.mark.parametrize(
    "file",
    [*recorded("prompt_err_*.json"), *recorded("prompt_ok*.json")],
    ids=lambda file: file.stem,
)
def test_a_recorded_submission_is_answered_alike(file: Path) -> None:
    body = read(file.stem)
    asked = body["request"]
    with ComfyDouble(installed=RECORDED) as double:
        if "json" in asked:
            got = posted(double, asked["json"])
        else:
            got = http().post(f"{double.url}/prompt", content=asked.get("body", ""))
    assert got.status_code == body["status"]
    if "response" in body and body["status"] == 400:
        assert got.json()["error"]["type"] == body["response"]["error"]["type"]
    if "response" in body:
        assert kinds(got.json()) == kinds(body["response"])
        assert got.json().keys() == body["response"].keys()


@needs_contracts
@pytest.mark.parametrize("file", recorded("v0.3.64/prompt_err_*.json"), ids=lambda file: file.stem)
def test_an_old_server_refuses_in_its_own_words(file: Path) -> None:
    body = read(f"v0.3.64/{file.stem}")
    with ComfyDouble(old=True, installed=RECORDED) as double:
        got = posted(double, body["request"]["json"])
    assert got.status_code == body["status"]
    assert got.json()["error"]["type"] == body["response"]["error"]["type"]


def is_a_small_form(body: Any) -> bool:  # noqa: ANN401  # any JSON
    return "multipart" in body["request"] and body["status"] != 413


@needs_contracts
@pytest.mark.parametrize("file", recorded("upload_image_*.json", is_a_small_form), ids=lambda file: file.stem)
def test_a_recorded_upload_is_answered_alike(file: Path) -> None:
    body = read(file.stem)
    parts = body["request"]["multipart"]
    files = [(p["name"], (p["filename"], p["sha256"].encode())) for p in parts if "filename" in p]
    fields = {p["name"]: p["value"] for p in parts if "value" in p}
    with ComfyDouble() as double:
        url = f"{double.url}/upload/image"
        if "same_name" in file.stem or "overwrite" in file.stem:  # hero.png is there by then
            http().post(url, files={"image": ("hero.png", b"ad397b294769282c")})
        if "again" in file.stem:
            http().post(url, files={"image": ("hero.png", b"1a2210c8da7be2db")})
        got = http().post(url, files=files, data=fields) if files else http().post(url, data=fields)
    assert got.status_code == body["status"]
    if body["status"] == 200 and "overwrite" not in file.stem:
        assert got.json() == body["response"]


def test_uploads_are_renamed_unless_they_are_equal_or_overwrite() -> None:
    with ComfyDouble() as double:

        def put(data: bytes, **fields: str) -> str:
            answer = http().post(
                f"{double.url}/upload/image", files={"image": ("hero.png", data)}, data=fields
            )
            return str(answer.json()["name"])

        assert put(b"1") == put(b"1") == "hero.png"
        assert put(b"2") == put(b"2") == "hero (1).png"
        assert put(b"3", overwrite="True") == "hero (2).png"
        assert put(b"4", overwrite="true") == "hero.png"


def is_a_refused_path(body: Any) -> bool:  # noqa: ANN401  # any JSON
    return body["status"] in {400, 403, 404} and body["method"] == "GET"


@needs_contracts
@pytest.mark.parametrize("file", recorded("view_*.json", is_a_refused_path), ids=lambda file: file.stem)
def test_paths_that_lead_elsewhere_are_refused_alike(file: Path) -> None:
    body = read(file.stem)
    with ComfyDouble() as double:
        assert http().get(f"{double.url}{body['path']}").status_code == body["status"]


@needs_contracts
@pytest.mark.parametrize(
    "name",
    [
        "history_unknown_id",
        "jobs_get_unknown",
        "jobs_cancel_unknown",
        "info_unknown_route",
        "jobs_without_api_prefix",
        "queue_get_idle",
        "interrupt_idle",
        "free_unload",
        "free_no_body",
        "free_empty_object",
        "history_after_delete",
        "history_of_deleted_job",
        "history_of_pending_job",
        "v0.3.64/history_unknown_id",
        "jobs_cancel_finished",
        "jobs_get_deleted",
        "interrupt_global",
        "interrupt_other_id",
        "queue_delete_unknown",
        "security_bearer_ignored",
        "upload_image_json_body",
    ],
)
def test_a_recorded_question_is_answered_alike(name: str) -> None:
    body = read(name)
    with ComfyDouble() as double:
        more = {"json": body["request"]["json"]} if "json" in body["request"] else {}
        got = http().request(body["method"], f"{double.url}{body['path']}", **more)
    assert got.status_code == body["status"]
    if "response" in body:
        assert got.json() == body["response"]


@needs_contracts
@pytest.mark.parametrize("name", ["security_origin_mismatch", "security_cross_site"])
def test_browsers_of_others_are_refused(name: str) -> None:
    body = read(name)
    with ComfyDouble() as double:
        got = http().get(f"{double.url}/system_stats", headers=body["request"]["headers"])
    assert got.status_code == body["status"] == 403


def history(double: ComfyDouble, prompt_id: str) -> Any:  # noqa: ANN401
    for _ in range(500):
        body = http().get(f"{double.url}/history/{prompt_id}").json()
        if body:
            return body[prompt_id]
    raise AssertionError("no history")


def test_a_repeat_without_a_client_id_ends_as_success_without_pictures() -> None:
    """The reason why we always send one."""
    with ComfyDouble(run_s=0.0) as double:
        first = history(double, posted(double, {"prompt": SMOKE, "client_id": "me"}).json()["prompt_id"])
        bare = history(double, posted(double, {"prompt": SMOKE}).json()["prompt_id"])
        again = history(double, posted(double, {"prompt": SMOKE, "client_id": "me"}).json()["prompt_id"])
    assert first["outputs"] == again["outputs"]
    assert first["outputs"]["save"]["images"][0] == {
        "filename": "b_00001_.png",
        "subfolder": "a",
        "type": "output",
    }
    assert bare["outputs"] == {}
    assert bare["status"]["status_str"] == "success"
    assert bare["status"]["messages"][1][1]["nodes"] == ["img", "save"]
    assert len(double.invoice) == 1


def test_one_id_runs_twice_and_the_history_keeps_the_last() -> None:
    prompt_id = "0b7a3c52-6a0d-4b52-8f0e-6a9d2c1b7e11"
    body: dict[str, Any] = {"prompt": SMOKE, "client_id": "me", "prompt_id": prompt_id}
    other = copy.deepcopy(body)
    other["prompt"]["img"]["inputs"]["color"] = 1
    with ComfyDouble(run_s=0.0) as double:
        posted(double, body)
        posted(double, other)
        entry = history(double, prompt_id)
    assert entry["prompt"][2]["img"]["inputs"]["color"] == 1
    assert len(double.invoice) == 2


def test_saved_pictures_outlive_a_restart_and_the_rest_does_not() -> None:
    with ComfyDouble(run_s=0.0) as double:
        prompt_id = posted(double, {"prompt": SMOKE, "client_id": "me"}).json()["prompt_id"]
        history(double, prompt_id)
        double.restart()
        assert http().get(f"{double.url}/history/{prompt_id}").json() == {}
        assert http().get(f"{double.url}/api/jobs/{prompt_id}").status_code == 404
        where = {"filename": "b_00001_.png", "subfolder": "a", "type": "output"}
        assert http().get(f"{double.url}/view", params=where).status_code == 200
        assert len(double.invoice) == 1
