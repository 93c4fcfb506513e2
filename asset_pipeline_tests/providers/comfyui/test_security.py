"""Names, secrets and addresses: nothing that a server says is trusted, nothing secret is said."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from asset_pipeline.errors import AssetPipelineError, BadResult, ProviderRejected
from asset_pipeline.providers.comfyui import ComfyConfig, ComfyUI, open_comfyui
from asset_pipeline.providers.http import Exchange
from asset_pipeline.providers.operations import RemoveBackground, TextToImage
from asset_pipeline.providers.remote import Succeeded
from asset_pipeline.testing.clock import FakeClock
from asset_pipeline.testing.comfyui import ComfyDouble
from asset_pipeline.testing.comfyui.files import Place
from asset_pipeline.testing.double import Reply
from asset_pipeline.testing.pictures import picture
from asset_pipeline_tests.providers.comfyui.at_hand import done, opened, prepared, submitted

SECRET = "sesame-0123456789-secret"
REQUEST = RemoveBackground(image=picture("a green frog, plain background", 64, 64, 3))


class Mean(ComfyDouble):
    """A server that answers some paths as told."""

    answers: Mapping[str, Reply] = {}

    def handle(self, method: str, path: str, query: Any, headers: Any, body: bytes) -> Reply:  # noqa: ANN401
        if path in self.answers:
            return self.answers[path]
        self.seen = dict(headers)
        return super().handle(method, path, query, headers, body)


def entry(**changes: str) -> dict[str, str]:
    return {
        "node": "save",
        "filename": "n_save_00001_.png",
        "subfolder": "asset-pipeline/x",
        "type": "output",
        **changes,
    }


@pytest.mark.parametrize(
    "changes",
    [
        {"filename": "../../server.log"},
        {"filename": "/etc/passwd"},
        {"filename": "a\\b.png"},
        {"filename": ""},
        {"subfolder": "../.."},
        {"subfolder": "/etc"},
        {"type": "input"},
        {"type": "models"},
        {"type": ""},
    ],
)
def test_a_server_cannot_have_us_ask_for_another_file(
    provider: ComfyUI, double: ComfyDouble, changes: dict[str, str]
) -> None:
    ticket = prepared(provider, REQUEST).ticket
    with pytest.raises(BadResult, match="must not be asked for"):
        provider.fetch(ticket, Succeeded([entry(**changes)]))
    assert not [path for _, path in double.requests if path.endswith("view")]


def test_names_are_percent_encoded() -> None:
    with Mean() as double, opened(double, FakeClock()) as provider:
        ticket = prepared(provider, REQUEST).ticket
        name = "a&type=input#?é .png"
        with pytest.raises(BadResult, match="404"):
            provider.fetch(ticket, Succeeded([entry(filename=name)]))
        assert ("GET", "/api/view") in double.requests


@pytest.mark.parametrize("name", ["../x.png", "a/b.png", "plan.png [output]", ""])
def test_an_upload_is_not_used_under_a_name_that_leads_elsewhere(name: str) -> None:
    with Mean() as double, opened(double, FakeClock()) as provider:
        double.answers = {"/api/upload/image": Reply(200, {"name": name, "subfolder": "", "type": "input"})}
        with pytest.raises(ProviderRejected, match="no file name"):
            prepared(provider, REQUEST)


def test_a_renamed_upload_is_used_under_its_new_name(provider: ComfyUI, double: ComfyDouble) -> None:
    ready = prepared(provider, REQUEST)
    (name,) = double.contents
    double.folders.empty("input")
    double.folders.store(Place("input", "", name), b"other bytes", overwrite=True)
    again = prepared(provider, REQUEST)
    assert ready.body["graph"]["source"]["inputs"]["image"] == name
    assert again.body["graph"]["source"]["inputs"]["image"] == name.replace(".png", " (1).png")


def test_a_bearer_opens_the_proxy_and_is_said_nowhere(tmp_path: Path) -> None:
    said: list[Exchange] = []
    with ComfyDouble(token=SECRET) as double:
        config = ComfyConfig(url=double.url, token=SECRET)
        with open_comfyui(config, record=said.append, sleep=lambda _: None) as provider:
            ticket = submitted(provider, REQUEST)
            provider.fetch(ticket, done(provider, ticket))
            findings = provider.check_up()
        (tmp_path / "all").write_text(repr((said, ticket, findings, config, provider)))
    assert SECRET not in (tmp_path / "all").read_text()
    assert len(said) > 5
    assert all(finding.ok for finding in findings)


def test_errors_do_not_say_the_token() -> None:
    with Mean() as double:
        double.answers = {
            "/api/prompt": Reply(400, {"error": {"type": "x", "message": f"Authorization: Bearer {SECRET}"}}),
        }
        with (
            open_comfyui(ComfyConfig(url=double.url, token=SECRET), sleep=lambda _: None) as provider,
            pytest.raises(AssetPipelineError) as raised,
        ):
            provider.submit(prepared(provider, REQUEST))
    assert SECRET not in str(raised.value)
    assert SECRET not in repr(raised.value)


def test_more_headers_can_be_set_for_a_proxy() -> None:
    with Mean() as double:
        config = ComfyConfig(url=double.url, headers={"X-API-Key": SECRET})
        with open_comfyui(config) as provider:
            prepared(provider, REQUEST)
        assert double.seen["x-api-key"] == SECRET
        assert "origin" not in double.seen


def test_credentials_do_not_follow_a_redirect_to_another_host() -> None:
    """Hosted servers answer /view with a signed URL elsewhere."""
    with Mean(token=SECRET) as server, Mean() as store:
        store.answers = {}
        server.answers = {"/api/view": Reply(302, b"", {"Location": f"{store.url}/signed?sig=1"})}
        config = ComfyConfig(url=server.url, token=SECRET, allow_loopback=True)
        with open_comfyui(config, sleep=lambda _: None) as provider:
            ticket = submitted(provider, REQUEST)
            with pytest.raises(BadResult, match="404"):
                provider.fetch(ticket, done(provider, ticket))
        assert ("GET", "/signed") in store.requests
        assert "authorization" not in store.seen


def test_a_result_that_is_too_large_is_not_read() -> None:
    with Mean() as double, opened(double, FakeClock()) as provider:
        ticket = submitted(provider, REQUEST)
        state = done(provider, ticket)
        double.answers = {"/api/view": Reply(200, b"", {}, promised=10**10)}
        with pytest.raises(BadResult, match="larger than"):
            provider.fetch(ticket, state)


def test_a_ticket_holds_no_secret_and_no_picture(provider: ComfyUI) -> None:
    ticket = prepared(provider, REQUEST).ticket
    assert len(json.dumps(ticket.model_dump(mode="json"))) < 1000


def test_words_of_users_never_become_names_of_files(provider: ComfyUI, double: ComfyDouble) -> None:
    prompt = "../../etc/passwd [output]"
    submitted(provider, TextToImage(prompt=prompt, width_px=64, height_px=64, seed=1, model="flux-dev"))
    graph = double.jobs()[-1].asked
    where = [name for node in graph.values() for name, value in node["inputs"].items() if value == prompt]
    assert where == ["text"]
