"""Every exchange that was recorded goes through the client as it is; none is left out."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from asset_pipeline.errors import ProviderError, ProviderRejected
from asset_pipeline.providers.http import Wire
from asset_pipeline.providers.remote import Failed, Succeeded
from asset_pipeline.providers.runpod.outputs import find_pictures
from asset_pipeline.providers.runpod.queue import EndpointQueue
from asset_pipeline.providers.runpod.status import job_state
from asset_pipeline.providers.runpod.words import explain

RECORDINGS = Path(__file__).parents[4] / "shared" / "contracts" / "recordings" / "runpod"
pytestmark = pytest.mark.skipif(not RECORDINGS.is_dir(), reason="the recordings are not beside this checkout")
PICTURE = "done: 1 picture"
NOTHING = "done: no picture"
FAILED = "failed: bad sprite size"
LOCAL_500 = "ProviderUnavailable/OutcomeUnknown"  # to a look / to a paid request
NOT_FOUND = "lost/ProviderRejected"
REFUSED = "ProviderRejected/ProviderRejected"
GONE = "failed: Job ID not found"

EXPECTED = {
    "01_run_then_status": ["accepted", REFUSED, PICTURE, GONE],
    "02_runsync_image": [PICTURE],
    "03_runsync_data_uri_images": [PICTURE],
    "04_runsync_string": [PICTURE],
    "05_runsync_list": [PICTURE],
    "06_runsync_bool": [NOTHING],
    "07_runsync_refresh": [PICTURE],
    "08_runsync_error_raise": [FAILED],
    "09_runsync_error_error_dict_only": ["failed: prompt is required"],
    "10_runsync_error_error_dict": ["failed: prompt is required"],
    "11_runsync_error_error_list": [LOCAL_500],
    "12_runsync_error_nested_error": ["done: inner"],
    "13_runsync_empty_output": [LOCAL_500],
    "14_runsync_none_output": [NOTHING],
    "15_run_then_status_failed": ["accepted", FAILED],
    "16_status_unknown_job": [GONE, GONE],
    "17_bad_requests": [REFUSED, REFUSED, REFUSED, "accepted", REFUSED, REFUSED, REFUSED],
    "18_missing_operations": [NOT_FOUND] * 7,
    "19_no_auth": [NOTHING, NOTHING],
    "20_envelope_passthrough": [NOTHING],
    "21_stream_non_generator": [
        "accepted",
        REFUSED,
        "failed: Stream not supported, handler must be a generator.",
    ],
    "22_stream_generator": ["accepted", NOTHING, GONE],
    "23_generator_aggregate": ["accepted", NOTHING, NOTHING],
    "24_generator_raises": [LOCAL_500, "accepted", LOCAL_500],
    "25_sync_handler_blocks_server": [PICTURE, "accepted"],
    "26_client_timeout_runsync": [LOCAL_500],
    "27_concurrent_status_async_handler": ["accepted", NOTHING, NOTHING],
    "28_webhook": [PICTURE, FAILED],
    "29_large_output": ["done: the answer decodes to 18750000 bytes that do not begin like a picture"],
    "30_large_input": ["accepted"],
}


def exchanges(name: str) -> list[dict[str, Any]]:
    """What the server answered, with its shortened megabytes made long again; not what it sent to a webhook."""
    recorded = json.loads(
        (RECORDINGS / f"{name}.json").read_text().replace("<25000000 chars>", "A" * 25_000_000)
    )
    return [
        exchange for exchange in recorded["exchanges"] if exchange["request"]["method"] in {"GET", "POST"}
    ]


def queue_that_hears(exchange: dict[str, Any]) -> EndpointQueue:
    def answer(request: httpx.Request) -> httpx.Response:
        recorded = exchange["response"]
        if recorded is None:
            raise httpx.ReadTimeout("timed out", request=request)
        body = recorded["body"]
        content = body if isinstance(body, str) else json.dumps(body)
        return httpx.Response(recorded["status"], content=content.encode())

    http = httpx.Client(base_url="https://api.runpod.ai", transport=httpx.MockTransport(answer))
    return EndpointQueue(Wire("runpod", http, explain=explain, sleep=lambda _: None), "any")


def heard(exchange: dict[str, Any]) -> str:
    """Say what the client makes of an answer: as the reply to a paid request, and as that to a look."""
    queue = queue_that_hears(exchange)
    response = exchange["response"]
    if response is None or response["status"] >= 400:
        return f"{complaint(lambda: queue.status('j'))}/{complaint(lambda: submit(queue))}"
    if set(response["body"]) == {"id", "status"} and exchange["request"]["path"] == "/run":
        assert queue.run({}, ttl_s=60, execution_timeout_s=60) == response["body"]["id"]
        return "accepted"
    state = job_state(queue.status("j"), lambda _: None)
    if isinstance(state, Failed):
        return f"failed: {state.reason}"
    assert isinstance(state, Succeeded)
    found = find_pictures(state.outputs)
    return f"done: {found.problem or (f'{len(found.pictures)} picture' if found.pictures else 'no picture')}"


def submit(queue: EndpointQueue) -> None:
    queue.run({}, ttl_s=60, execution_timeout_s=60)


def complaint(call: Callable[[], object]) -> str:
    try:
        call()
    except ProviderError as error:
        return type(error).__name__
    return "lost"


def test_every_recording_is_replayed() -> None:
    assert sorted(EXPECTED) == sorted(path.stem for path in RECORDINGS.glob("*.json"))


@pytest.mark.parametrize("name", EXPECTED)
def test_each_recorded_answer_means_what_the_contract_says(name: str) -> None:
    assert [heard(exchange) for exchange in exchanges(name)] == EXPECTED[name]


def test_an_input_that_production_would_refuse_never_leaves_the_machine() -> None:
    """The local server took 25 MB; production's limit is 10."""
    exchange = exchanges("30_large_input")[0]
    with pytest.raises(ProviderRejected, match="25,000,"):
        queue_that_hears(exchange).run(exchange["request"]["body"]["input"], ttl_s=60, execution_timeout_s=60)


def test_a_webhooks_body_holds_a_picture_in_the_same_shape() -> None:
    hook = json.loads((RECORDINGS / "28_webhook.json").read_text())["exchanges"][1]["request"]["body"]
    assert len(find_pictures(hook["output"]).pictures) == 1
