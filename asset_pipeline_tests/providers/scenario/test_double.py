"""The double behaves as the contract says the service does, its traps included; spoken to without our client."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from asset_pipeline.imaging.png import decode_image
from asset_pipeline.testing.pictures import picture
from asset_pipeline.testing.scenario import KEY, SECRET, ScenarioDouble
from asset_pipeline_tests.providers.scenario.conftest import MakeDouble

FLUX = "/generate/custom/model_bfl-flux-1-dev"
GPT = "/generate/custom/model_openai-gpt-image-2"
BODY = {"prompt": "a frog", "width": 128, "height": 128, "seed": 1}


@pytest.fixture
def api(double: ScenarioDouble) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=double.base_url, auth=(KEY, SECRET), trust_env=False) as client:
        yield client


def uploaded(api: httpx.Client) -> str:
    image = base64.b64encode(picture("a frog", 64, 64, 1)).decode()
    reply = api.post("/assets", json={"image": image, "name": "frog.png"})
    return str(reply.json()["asset"]["id"])


def test_a_dry_run_answers_269_with_decimals_and_makes_no_job(
    api: httpx.Client, double: ScenarioDouble
) -> None:
    reply = api.post(FLUX, json=BODY, params={"dryRun": "true"})
    assert reply.status_code == 269
    assert reply.json() == {
        "creativeUnitsCost": 10.75,
        "creativeUnitsDiscount": 0,
        "costDetails": {"custom-generation": 9, "quality-gate": 1.75},
    }
    assert double.invoice == []


def test_a_bare_text_in_place_of_a_list_is_dropped_and_paid_for(
    api: httpx.Client, double: ScenarioDouble
) -> None:
    """The trap that our own check is there for."""
    asset_id = uploaded(api)
    reply = api.post(GPT, json={"prompt": "x", "referenceImages": asset_id})
    assert "referenceImages" not in reply.json()["job"]["metadata"]["input"]
    assert len(double.invoice) == 1


def test_a_dry_run_lets_a_scale_pass_that_the_paid_call_refuses(api: httpx.Client) -> None:
    body = {**BODY, "loras": ["model_a"], "lorasScale": [-1]}
    assert api.post(FLUX, json=body, params={"dryRun": "true"}).status_code == 269
    refused = api.post(FLUX, json=body)
    assert (refused.status_code, refused.json()) == (400, {"reason": "Input lorasScale must be at least 0"})
    uneven = api.post(FLUX, json={**BODY, "loras": ["model_a", "model_b"], "lorasScale": [1]})
    assert uneven.status_code == 400


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"width": 64}, "Input width must be at least 128"),
        ({"loras": ["m"] * 7}, "Input loras must be at most 6 items long"),
        ({"loras": ["m"], "lorasScale": [3]}, "Input lorasScale must be at most 2"),
        ({"image": "asset_none"}, "Invalid asset for input image: asset not found"),
        ({"colour": "red"}, "Unknown input colour"),
        ({"prompt": 7}, "Input prompt must be a string"),
        ({"controlModality": "x"}, "Input controlModality must be one of"),
        ({"width": 130}, "Input width must be a multiple of 16"),
    ],
)
def test_it_refuses_in_the_words_that_were_seen(
    api: httpx.Client, change: dict[str, Any], reason: str
) -> None:
    reply = api.post(FLUX, json={**BODY, **change})
    assert reply.status_code == 400
    assert reason in reply.json()["reason"]


def test_a_utility_model_ignores_keys_it_does_not_know(api: httpx.Client) -> None:
    body = {"image": uploaded(api), "colour": "red"}
    reply = api.post("/generate/custom/model_bria-remove-background", json=body)
    assert reply.status_code == 200
    assert "colour" not in reply.json()["job"]["metadata"]["input"]


def test_a_trained_style_cannot_be_run(api: httpx.Client) -> None:
    reply = api.post("/generate/custom/model_trainedStyle1", json=BODY)
    assert reply.json() == {"reason": "Custom models only are supported for this endpoint"}


def test_there_are_no_legacy_paths(api: httpx.Client) -> None:
    for path in ("/generate/txt2img", "/generate/remove-background", "/generate/layered"):
        assert api.post(path, json=BODY).status_code == 404


def test_rows_of_the_list_of_models_hold_no_inputs(api: httpx.Client) -> None:
    rows = api.get("/models", params={"pageSize": 1}).json()["models"]
    assert len(rows) == 1
    assert "inputs" not in rows[0]
    assert api.get(f"/models/{rows[0]['id']}").json()["model"]["inputs"]


def test_the_list_of_jobs_has_its_rules(api: httpx.Client) -> None:
    api.post(FLUX, json=BODY)
    first = api.get("/jobs").json()
    assert first["jobs"] == []
    token = first["nextPaginationToken"]
    assert len(api.get("/jobs", params={"paginationToken": token}).json()["jobs"]) == 1
    assert api.get("/jobs", params={"pageSize": 101}).status_code == 400
    assert (
        api.get("/jobs", params={"status": "success", "createdAfter": "2026-01-01T00:00:00Z"}).status_code
        == 400
    )


def test_a_rendition_is_a_jpeg_and_the_original_is_not(api: httpx.Client) -> None:
    asset_id = uploaded(api)
    for original, start in (("false", b"\xff\xd8\xff"), ("true", b"\x89PNG")):
        asset = api.get(f"/assets/{asset_id}", params={"originalAssets": original}).json()["asset"]
        assert httpx.get(asset["url"], trust_env=False).content.startswith(start)
    link = api.post(f"/assets/{asset_id}/download", json={}).json()["url"]
    assert httpx.get(link, trust_env=False).status_code == 200
    refused = api.post(f"/assets/{asset_id}/download", json={"targetFormat": "psd"})
    assert refused.json() == {"reason": "Invalid target format"}


def test_a_link_that_was_altered_or_has_expired_is_denied(api: httpx.Client, double: ScenarioDouble) -> None:
    asset_id = uploaded(api)
    good = api.get(f"/assets/{asset_id}").json()["asset"]["url"]
    assert httpx.get(good.replace("Signature=", "Signature=0"), trust_env=False).status_code == 403
    double.files.link_life_s = -1
    assert (
        httpx.get(api.get(f"/assets/{asset_id}").json()["asset"]["url"], trust_env=False).status_code == 403
    )


def test_a_body_beyond_the_gateway_is_refused(api: httpx.Client) -> None:
    image = base64.b64encode(b"\x00" * 5_000_000).decode()
    assert api.post("/assets", json={"image": image, "name": "a"}).status_code == 413


def test_an_upload_whose_parts_are_missing_fails(api: httpx.Client) -> None:
    asked = {"fileName": "a.png", "contentType": "image/png", "fileSize": 9, "kind": "image", "parts": 2}
    upload = api.post("/uploads", json=asked).json()["upload"]
    api.post(f"/uploads/{upload['id']}/action", json={"action": "complete"})
    found = api.get(f"/uploads/{upload['id']}").json()["upload"]
    assert found["status"] == "failed"
    assert found["errorMessage"] == "expected 9 bytes, got 0"


def test_equal_work_has_one_name_on_the_invoice_whatever_it_was_uploaded_as(
    api: httpx.Client, double: ScenarioDouble
) -> None:
    """So that two payments for one piece of work are seen, though each upload has an id of its own."""
    for _ in range(2):
        api.post("/generate/custom/model_bria-remove-background", json={"image": uploaded(api)})
    api.post(FLUX, json=BODY)
    first, second, other = double.invoice
    assert first.work_sha256 == second.work_sha256 != other.work_sha256


def test_its_state_can_be_asked_from_another_process(make_double: MakeDouble) -> None:
    double = make_double()
    with httpx.Client(base_url=double.base_url, auth=(KEY, SECRET), trust_env=False) as api:
        api.post(FLUX, json=BODY)
    state = json.loads(httpx.get(f"{double.url}/__double__/state", trust_env=False).content)
    assert state["total_usd"] == str(double.total_usd)
    assert state["submissions"] == 1


def test_birefnet_leaves_what_is_solid_almost_solid_and_the_others_do_not(api: httpx.Client) -> None:
    for name, most in (("birefnet-background-removal", 254), ("bria-remove-background", 255)):
        job = api.post(f"/generate/custom/model_{name}", json={"image": uploaded(api)}).json()["job"]
        while job["status"] != "success":
            job = api.get(f"/jobs/{job['jobId']}").json()["job"]
        (asset_id,) = job["metadata"]["assetIds"]
        asset = api.get(f"/assets/{asset_id}", params={"originalAssets": "true"}).json()["asset"]
        cut = decode_image(httpx.get(asset["url"], trust_env=False).content, what="a cut-out")
        assert cut[..., 3].max() == most
