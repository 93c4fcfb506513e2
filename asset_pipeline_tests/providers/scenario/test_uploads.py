from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from asset_pipeline.errors import ProviderRejected, ProviderUnavailable
from asset_pipeline.imaging.png import encode_png
from asset_pipeline.providers.http import Exchange
from asset_pipeline.providers.remote import Json
from asset_pipeline.providers.scenario import uploads as uploads_module
from asset_pipeline.providers.scenario.provider import ScenarioProvider
from asset_pipeline.providers.scenario.uploads import SMALL_BYTES, Uploads
from asset_pipeline.testing.loopback import Reply
from asset_pipeline.testing.pictures import picture
from asset_pipeline.testing.scenario import ScenarioDouble
from asset_pipeline_tests.providers.scenario.conftest import Driver, MakeDouble, MakeProvider, cut_out


def uploads_of(provider: ScenarioProvider) -> Uploads:
    return provider._preparer._uploads  # the one a provider really uses


def large_picture() -> bytes:
    """Noise does not compress: 5 MB of PNG."""
    return encode_png(np.random.default_rng(1).integers(0, 256, (1000, 1250, 4), np.uint8))


def test_a_small_picture_goes_in_one_call(double: ScenarioDouble, provider: ScenarioProvider) -> None:
    png = picture("a frog", 64, 64, 1)
    asset_id = uploads_of(provider).asset_of(png, "a frog")
    assert double.files.read(asset_id) == png
    assert double.requests == [("POST", "/v1/assets")]


def test_a_large_picture_goes_in_parts_to_signed_links_without_credentials(
    double: ScenarioDouble,
    provider: ScenarioProvider,
    exchanges: list[Exchange],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The storage refuses a request that shows both a signature and credentials."""
    png = large_picture()
    assert len(png) > SMALL_BYTES
    monkeypatch.setattr(uploads_module, "PART_BYTES", len(png) // 2 + 1)
    asset_id = uploads_of(provider).asset_of(png, "a wall of noise")
    assert double.files.read(asset_id) == png
    assert [path for method, path in double.requests if method == "PUT"] == [
        f"/storage/{next(iter(double.files.uploads))}/{number}" for number in (1, 2)
    ]
    assert not any("X-Amz-Signature=" in shown.url and "***" not in shown.url for shown in exchanges)


def test_the_border_between_small_and_large_is_below_what_the_gateway_takes() -> None:
    assert SMALL_BYTES * 4 / 3 < 6 * 2**20


def test_the_same_bytes_are_uploaded_once_however_many_ask(
    double: ScenarioDouble, provider: ScenarioProvider
) -> None:
    png = picture("a frog", 64, 64, 1)
    uploads = uploads_of(provider)
    with ThreadPoolExecutor(8) as threads:
        ids = set(threads.map(lambda _: uploads.asset_of(png, "a frog"), range(16)))
    assert len(ids) == 1
    assert len(double.requests) == 1


def test_an_upload_that_is_not_ready_is_asked_for_again_and_not_made_again(
    make_double: MakeDouble, connect: MakeProvider
) -> None:
    """The door repeats what is merely not there yet; nothing here sleeps."""
    double = make_double(upload_looks=2)
    driver = Driver(connect(double))
    for _ in range(2):
        with pytest.raises(ProviderUnavailable, match="still pending"):
            driver.prepared(cut_out())
    assert driver.prepared(cut_out()).quote.basis == "quoted"
    assert [path for _, path in double.requests].count("/v1/assets") == 1


def test_a_large_upload_that_is_being_looked_at_goes_on_from_there(
    make_double: MakeDouble, connect: MakeProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads_module, "SMALL_BYTES", 1)
    double = make_double(upload_looks=1)
    uploads = uploads_of(connect(double))
    png = picture("a frog", 64, 64, 1)
    with pytest.raises(ProviderUnavailable, match="validating"):
        uploads.asset_of(png, "a frog")
    assert double.files.read(uploads.asset_of(png, "a frog")) == png
    assert len(double.files.uploads) == 1


def test_a_file_that_is_no_picture_is_refused_in_the_services_words(
    provider: ScenarioProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ProviderRejected, match="base64 encoded image"):
        uploads_of(provider).asset_of(b"not a picture", "a note")
    monkeypatch.setattr(uploads_module, "SMALL_BYTES", 1)
    with pytest.raises(ProviderRejected, match="unsupported file"):
        uploads_of(provider).asset_of(b"no picture either", "a note")


def test_a_refused_body_has_its_pictures_uploaded_anew(double: ScenarioDouble, driver: Driver) -> None:
    """Somebody may have deleted them in the web application while this process lives."""
    gone = driver.prepared(cut_out()).ticket.notes["body"]["image"]
    del double.files.assets[gone]
    with pytest.raises(ProviderRejected, match="asset not found"):
        driver.prepared(cut_out())
    assert driver.prepared(cut_out()).ticket.notes["body"]["image"] != gone


@pytest.mark.parametrize(
    "url", ["http://storage.example/x?Signature=abc", "ftp://127.0.0.1/x", "", "http://["]
)
def test_a_link_to_upload_to_that_is_not_https_is_not_followed(
    double: ScenarioDouble, provider: ScenarioProvider, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setattr(uploads_module, "SMALL_BYTES", 1)
    begin = double.files.begin

    def elsewhere(asked: Json) -> Json:
        begun = begin(asked)
        return {**begun, "parts": [{"number": 1, "url": url}]}

    monkeypatch.setattr(double.files, "begin", elsewhere)
    with pytest.raises(ProviderRejected, match="not https") as raised:
        uploads_of(provider).asset_of(picture("a frog", 64, 64, 1), "a frog")
    assert "Signature" not in str(raised.value)


def test_the_double_refuses_credentials_at_its_storage(double: ScenarioDouble) -> None:
    """Else the test above would prove nothing."""
    begun = double.files.begin({"fileName": "a", "fileSize": 1, "parts": 1})
    reply: Reply = double.files.put(begun["id"], 1, {"authorization": "Basic x"}, b"x")
    assert reply.status == 400
