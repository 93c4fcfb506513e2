"""worker-comfyui on RunPod: what it returned in front of a real server, and the whole way through RunPod's double."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from typing import Any

import httpx
import pytest

from asset_pipeline.errors import BadResult, OutcomeUnknown, ProviderRejected, ProviderUnavailable
from asset_pipeline.imaging.png import decode_image
from asset_pipeline.providers.comfyui import ComfyConfig, ComfyUI, open_comfyui
from asset_pipeline.providers.comfyui.library import open_library
from asset_pipeline.providers.comfyui.open import _on_runpod
from asset_pipeline.providers.comfyui.quotes import EndpointCosts
from asset_pipeline.providers.comfyui.worker import ServerlessWorker
from asset_pipeline.providers.downloads import Downloader
from asset_pipeline.providers.http import Wire
from asset_pipeline.providers.operations import DecomposeLayers, RemoveBackground, TextToImage
from asset_pipeline.providers.remote import Failed, JobState, Lost, Patience, Queued, Succeeded, Ticket
from asset_pipeline.providers.runpod.queue import EndpointQueue
from asset_pipeline.testing.clock import FakeClock
from asset_pipeline.testing.comfyui import ComfyDouble, worker_handler
from asset_pipeline.testing.faults import Fault, FaultPlan
from asset_pipeline.testing.pictures import picture
from asset_pipeline.testing.runpod import API_KEY, RunPodDouble
from asset_pipeline.testing.runpod_workers import Endpoint, WorkerError
from asset_pipeline_tests.providers.comfyui.at_hand import (
    done,
    ended,
    needs_contracts,
    opened,
    prepared,
    read,
    submitted,
)

ENDPOINT = "doublecomfy1"
FROG = picture("a green frog, plain background", 64, 64, 3)
REQUEST = RemoveBackground(image=FROG)
PNG = b"\x89PNG\r\n\x1a\n made up"


@contextmanager
def on_runpod(
    *faults: Fault,
    comfy: ComfyDouble | None = None,
    clock: FakeClock | None = None,
    **more: Any,  # noqa: ANN401
) -> Iterator[tuple[ComfyUI, RunPodDouble]]:
    worker = Endpoint("worker-comfyui", handler=worker_handler(comfy or ComfyDouble()), **more)
    plan = FaultPlan(dict(enumerate(faults, 1)))
    now = clock or FakeClock()
    with RunPodDouble(endpoints={ENDPOINT: worker}, faults=plan) as runpod:
        config = ComfyConfig(
            endpoint_id=ENDPOINT, api_key=API_KEY, endpoint_url=runpod.url, allow_loopback=True
        )
        with open_comfyui(config, clock=now.monotonic, sleep=lambda _: None) as provider:
            yield provider, runpod


def returned(output: Any, error: str | None = None, *expected: str) -> JobState:  # noqa: ANN401
    """What becomes of what a worker returned."""
    return answered(
        {"status": "FAILED" if error else "COMPLETED", "output": output, "error": error}, *expected
    )


def answered(body: dict[str, Any], *expected: str) -> JobState:
    http = httpx.Client(
        base_url="https://api.runpod.ai",
        transport=answering(body),
    )
    with http:
        return worker(http).look(TICKET, expected or ("save",))


@pytest.mark.parametrize(
    "says",
    [
        {"error": f"cannot reach the bucket with {API_KEY}"},
        {"error": "cannot reach the bucket", "output": {"details": [f"key {API_KEY}"]}},
        {"status": "COMPLETED", "output": {"images": [], "errors": [f"key {API_KEY}"]}},
    ],
)
def test_the_key_is_masked_in_whatever_a_worker_says(says: dict[str, Any]) -> None:
    """What it says goes into the journal, the log and the UI."""
    config = ComfyConfig(endpoint_id=ENDPOINT, api_key=API_KEY)
    with httpx.Client(
        base_url="https://api.runpod.ai", transport=answering({"status": "FAILED", **says})
    ) as http:
        state = _on_runpod(
            config, open_library(), Wire("comfyui", http), NOWHERE, FakeClock().monotonic
        ).look(
            TICKET.model_copy(update={"notes": {"place": f"RunPod endpoint {ENDPOINT}", "deliver": ["save"]}})
        )

    assert isinstance(state, Failed)
    assert "***" in state.reason
    assert API_KEY not in state.reason


NOWHERE = Downloader("comfyui", allow_loopback=False)


def answering(body: dict[str, Any]) -> httpx.MockTransport:
    return httpx.MockTransport(lambda _: httpx.Response(200, json=body))


def worker(http: httpx.Client) -> ServerlessWorker:
    config = ComfyConfig(endpoint_id=ENDPOINT, api_key=API_KEY)
    return ServerlessWorker(
        EndpointQueue(Wire("comfyui", http), ENDPOINT, "comfyui"),
        Downloader("comfyui", allow_loopback=False),
        costs=EndpointCosts.of(config),
        patience=Patience(),
        lost_after_s=3.0,
    )


TICKET = Ticket(provider="comfyui", operation="remove_background", model="birefnet", token="t", job_id="a-u1")


def case(name: str) -> tuple[Any, str | None]:
    got = read("worker_comfyui_outputs")["cases"][name]["worker_return"]
    return got.get("output"), got.get("error")


@needs_contracts
@pytest.mark.parametrize(
    "name", ["ok", "ok_cached_same_workflow", "ok_with_input_image", "input_as_json_string"]
)
def test_a_recorded_picture_is_taken_for_its_only_node(name: str) -> None:
    output, error = case(name)
    got = returned(output, error)
    assert isinstance(got, Succeeded)
    (entry,) = got.outputs
    assert entry["node"] == "save"
    assert entry["data"].startswith("iVBOR")


@needs_contracts
def test_a_recorded_batch_keeps_its_order() -> None:
    got = returned(*case("ok_batch_of_2"))
    assert isinstance(got, Succeeded)
    assert len(got.outputs) == 2


@needs_contracts
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("err_no_workflow", "Missing 'workflow' parameter"),
        ("err_images_shape", "'images' must be a list"),
        ("err_bad_base64", "Failed to upload"),
        ("err_unknown_class", "Node 'NoSuchNode' not found"),
        ("err_checkpoint_not_in_list", "missing.safetensors"),
        ("err_execution", "Node Type: CheckpointLoaderSimple, Node ID: 4"),
        ("workflow_wrong_shape", "Error queuing workflow: 500"),
    ],
)
def test_a_recorded_failure_is_told_in_its_words(name: str, said: str) -> None:
    got = returned(*case(name))
    assert isinstance(got, Failed)
    assert not got.again
    assert said in got.reason
    assert "Raw response" not in got.reason
    assert "extra_info" not in got.reason
    assert len(got.reason) <= 500


@needs_contracts
def test_a_job_that_failed_in_part_has_failed_although_it_is_completed() -> None:
    got = returned(*case("partial_success_then_execution_error"))
    assert isinstance(got, Failed)
    assert "header too small" in got.reason


@needs_contracts
def test_a_branch_that_was_dropped_without_a_word_is_found_by_counting() -> None:
    output, _ = case("partial_validation_one_branch_invalid")
    output["images"][0]["filename"] = "n_save_00001_.png"
    got = returned(output, None, "save", "save2")
    assert isinstance(got, Failed)
    assert "save2" in got.reason


@needs_contracts
@pytest.mark.parametrize("output", ["preview_only", None])
def test_completed_without_a_picture_is_its_own_error(output: str | None) -> None:
    got = returned(case(output)[0] if output else None)
    assert isinstance(got, Succeeded)
    with httpx.Client() as http, pytest.raises(BadResult, match="bucket"):
        worker(http).fetch(got, ["save"])


def named(*names: str) -> dict[str, Any]:
    return {
        "images": [
            {"filename": name, "type": "base64", "data": base64.b64encode(name.encode()).decode()}
            for name in names
        ]
    }


def test_pictures_of_several_nodes_are_told_apart_by_their_names() -> None:
    output = named("n_save_picture_00001_.png", "n_save_00002_.png", "n_save_00001_.png", "odd.png")
    got = returned(output, None, "save", "save_picture")
    assert isinstance(got, Succeeded)
    with httpx.Client() as http:
        assert worker(http).fetch(got, ["save"]) == [b"n_save_00001_.png", b"n_save_00002_.png"]
        assert worker(http).fetch(got, ["save_picture"]) == [b"n_save_picture_00001_.png"]


def test_a_data_uri_and_the_one_value_of_old_workers_are_read() -> None:
    text = base64.b64encode(PNG).decode()
    for output in (
        {"images": [{"filename": "n_save_00001_.png", "data": f"data:image/png;base64,{text}"}]},
        {"message": text, "status": "success"},
    ):
        got = returned(output)
        assert isinstance(got, Succeeded)
        with httpx.Client() as http:
            assert worker(http).fetch(got, ["save"]) == [PNG]


@pytest.mark.parametrize(
    "data", ["!!!!", "http://127.0.0.1/x.png", "https://169.254.169.254/latest/meta-data"]
)
def test_what_is_no_picture_and_what_may_not_be_asked_is_a_bad_result(data: str) -> None:
    got = returned({"images": [{"filename": "n_save_00001_.png", "data": data}]})
    assert isinstance(got, Succeeded)
    with httpx.Client() as http, pytest.raises(BadResult):
        worker(http).fetch(got, ["save"])


def test_json_in_the_error_is_unpacked() -> None:
    error = json.dumps(
        {"error_type": "X", "error_message": "CUDA out of memory", "error_traceback": "File x"}
    )
    got = answered({"status": "FAILED", "error": error})
    assert isinstance(got, Failed)
    assert got.again
    assert got.reason == "CUDA out of memory"


def test_a_picture_goes_there_and_back() -> None:
    with on_runpod() as (provider, runpod):
        ready = prepared(provider, REQUEST)
        assert set(ready.body) == {"workflow", "images"}
        ticket = submitted(provider, REQUEST)
        state = done(provider, ticket)
        (png,) = provider.fetch(ticket, state)
        assert decode_image(png, what="it")[0, 0, 3] == 0
        assert ticket.job_id != ticket.token
        assert state.cost is not None
        assert state.cost.usd == runpod.total_usd > 0
        assert ready.quote.worst_usd > ready.quote.usd == Decimal("0.00031") * 8


def test_a_worker_that_must_start_for_one_job_is_in_the_quote_beside_the_warm_price() -> None:
    """A plan of a batch counts one start a worker; without it every cold start came as a surprise."""
    with on_runpod() as (provider, _):
        quote = provider.plan(REQUEST).quote
    assert quote.workers, "all templates run on the same endpoint"
    assert quote.start_usd == Decimal("0.00031") * 60
    assert quote.usd + quote.start_usd <= quote.worst_usd


def test_words_need_no_pictures_and_layers_are_put_in_order() -> None:
    with on_runpod() as (provider, _):
        words = TextToImage(prompt="a frog", width_px=64, height_px=64, seed=1, model="flux-dev")
        assert set(prepared(provider, words).body) == {"workflow"}
        scene = picture("a forest scene with hills", 320, 160, 2)
        ticket = submitted(provider, DecomposeLayers(image=scene, layer_count=3))
        layers = provider.fetch(ticket, done(provider, ticket))
        assert len(layers) == 3
        assert decode_image(layers[0], what="the farthest")[..., 3].min() == 255


def test_a_fused_sprite_comes_with_what_was_drawn() -> None:
    words = TextToImage(
        prompt="a frog, plain background", width_px=64, height_px=64, seed=1, model="flux-dev"
    )
    with on_runpod() as (provider, _):
        fused = provider.fused(words)
        assert fused is not None
        ticket = submitted(provider, fused)
        state = done(provider, ticket)
        cutout, drawn = provider.fetch(ticket, state)
        assert decode_image(cutout, what="it")[..., 3].min() == 0
        assert decode_image(drawn, what="it")[..., 3].min() == 255


def test_weights_that_the_image_lacks_are_told_by_the_worker() -> None:
    comfy = ComfyDouble(installed={})
    with on_runpod(comfy=comfy) as (provider, _):
        ticket = submitted(provider, REQUEST)
        state = ended(lambda: provider.look(ticket))
        assert isinstance(state, Failed)
        assert "birefnet.safetensors" in state.reason


def test_a_lost_answer_cannot_be_looked_for() -> None:
    with on_runpod(Fault.DROP_AFTER_ACCEPT) as (provider, runpod):
        ready = prepared(provider, REQUEST)
        with pytest.raises(OutcomeUnknown):
            provider.submit(ready)
        with pytest.raises(OutcomeUnknown) as raised:
            provider.find(ready.ticket)
        assert raised.value.final
        assert len(runpod.invoice) == 1


def test_an_endpoint_that_sleeps_gets_no_work() -> None:
    with on_runpod(workers={"unhealthy": 1}) as (provider, runpod):
        with pytest.raises(ProviderUnavailable, match="unhealthy"):
            prepared(provider, REQUEST)
        assert runpod.invoice == []
        (finding,) = provider.check_up()
        assert not finding.ok
        assert finding.remedy


def test_a_picture_too_large_for_runpod_is_refused_before_it_is_sent() -> None:
    with on_runpod() as (provider, runpod):
        ready = prepared(provider, REQUEST)
        images = [{"name": "a.png", "image": "A" * 10_000_000}]
        with pytest.raises(ProviderRejected, match="smaller picture"):
            provider.submit(replace(ready, body={**ready.body, "images": images}))
        assert not [path for method, path in runpod.requests if method == "POST"]


@pytest.mark.parametrize("fault", [Fault.EMPTY_HISTORY, Fault.VANISHED])
def test_a_job_is_lost_only_when_two_looks_do_not_find_it(fault: Fault) -> None:
    clock = FakeClock()
    with on_runpod(fault, clock=clock) as (provider, _):
        ticket = submitted(provider, REQUEST)
        assert provider.look(ticket) == Queued()
        if fault is Fault.EMPTY_HISTORY:
            done(provider, ticket)
        else:
            clock.sleep(4)
            assert isinstance(provider.look(ticket), Lost)


def test_a_failed_job_can_be_done_again_under_its_id() -> None:
    with on_runpod(Fault.JOB_FAILED) as (provider, _):
        ticket = submitted(provider, REQUEST)
        state = ended(lambda: provider.look(ticket))
        assert isinstance(state, Failed)
        assert state.again
        assert provider.retry(ticket)
        done(provider, ticket)


def test_a_cancelled_job_has_failed() -> None:
    with on_runpod() as (provider, runpod):
        runpod.run_s = 60
        ticket = submitted(provider, REQUEST)
        provider.cancel(ticket)
        assert isinstance(provider.look(ticket), Failed)


def test_the_worker_speaks_like_the_recorded_one() -> None:
    handle = worker_handler(ComfyDouble())
    smoke = {
        "img": {
            "class_type": "EmptyImage",
            "inputs": {"width": 8, "height": 8, "batch_size": 2, "color": 255},
        },
        "save": {"class_type": "SaveImage", "inputs": {"filename_prefix": "w/b", "images": ["img", 0]}},
    }
    output = handle({"workflow": smoke})
    assert [image["filename"] for image in output["images"]] == ["b_00001_.png", "b_00002_.png"]
    smoke["save"]["class_type"] = "PreviewImage"
    assert handle({"workflow": smoke}) == {"status": "success_no_images", "images": []}
    for asked in (
        {},
        {"workflow": smoke, "images": [{"name": "x.png"}]},
        {"workflow": {"a": {"class_type": "X"}}},
    ):
        with pytest.raises(WorkerError):
            handle(asked)


def test_a_job_that_was_sent_elsewhere_is_not_taken_for_lost() -> None:
    """Whoever configures another place while a job is under way would pay for it twice."""
    with on_runpod() as (provider, _), ComfyDouble() as server, opened(server, FakeClock()) as other:
        ticket = submitted(provider, REQUEST)
        for ask in (other.look, other.find, other.cancel, other.retry):
            with pytest.raises(ProviderUnavailable, match=f"sent to RunPod endpoint {ENDPOINT}"):
                ask(ticket)
        done(provider, ticket)
        with pytest.raises(ProviderUnavailable, match="sent to a server"):
            provider.look(submitted(other, REQUEST))
