"""Over real HTTP: pictures that belong here, decisions from our own page, and nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from asset_pipeline.errors import ConfigError
from asset_pipeline.manifest.load import load_game
from asset_pipeline.reviews.addresses import review_url
from asset_pipeline.reviews.decisions import decisions_of
from asset_pipeline.reviews.server import MAX_BODY_BYTES, serve_site
from asset_pipeline.reviews.site import Site
from asset_pipeline.settings import Settings
from asset_pipeline.storage.folder import FolderStore
from asset_pipeline.storage.keys import candidates_key
from asset_pipeline_tests.defs.conftest import TWO_LOOKS
from asset_pipeline_tests.reviews.drawn import FROG, NIGHT_FROG, decided, draw, picture_of

ELSEWHERE = "https://review.example.com"


@dataclass
class Browser:
    """A site that is served, and who looks at it."""

    store: FolderStore
    url: str
    http: httpx.Client

    @property
    def token(self) -> str:
        found = re.search(r'name="review-token" content="(.*?)"', self.http.get("/pond").text)
        assert found is not None
        return found[1]

    def decide(self, action: str = "reject", *, body: object = None, **headers: str) -> httpx.Response:
        """Send what the page sends; *headers* (with underscores) take the place of its own, empty ones are left out."""
        wish = {"action": action, "picture": picture_of(self.store, 2), "who": "Ann", "why": "three legs"}
        given: Any = {"game": "pond", "pack": None, "sprite": "frog", "wish": wish} if body is None else body
        own = {"origin": self.url, "content-type": "application/json", "x-review-token": self.token}
        sent = {**own, **{name.replace("_", "-"): value for name, value in headers.items()}}
        return self.http.post(
            "/-/decisions",
            content=given if isinstance(given, bytes) else json.dumps(given),
            headers={name: value for name, value in sent.items() if value},
        )

    @property
    def decisions(self) -> list[str]:
        return [decision.action for decision in decisions_of(self.store, *FROG).decisions]


@pytest.fixture
def browser(store: FolderStore, tmp_path: Path) -> Iterator[Browser]:
    draw(store)
    (tmp_path / "lake.yaml").write_text(TWO_LOOKS)
    lake = load_game(tmp_path / "lake.yaml")
    site = Site(store, {"lake": lake}.get, "Ann", ELSEWHERE)
    with serve_site(site, 0) as url, httpx.Client(base_url=url) as http:
        yield Browser(store, url, http)


# Looking ----------------------------------------------------------------------------------------------------------


def test_every_page_and_every_part_of_it_is_served(browser: Browser) -> None:
    draw(browser.store, NIGHT_FROG)
    page = browser.http.get("/pond").text

    parts = re.findall(r'(?:src|href)="(/.*?)"', page)
    assert len(parts) == 2 + 3 + 3  # style and script, three pictures and what they were before the cutout
    assert {browser.http.get(part).status_code for part in parts} == {200}
    assert 'href="/lake"' in browser.http.get("/").text
    assert "night/frog" in browser.http.get("/lake").text
    assert "night/frog" in browser.http.get("/lake/night?x=1").text
    assert "night/frog" not in browser.http.get("/lake/day").text


def test_the_page_is_ours_alone_and_runs_only_our_script(browser: Browser) -> None:
    headers = browser.http.get("/pond").headers

    assert "default-src 'none'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"


def test_a_picture_is_the_blob_s_bytes_and_may_be_kept_for_ever(browser: Browser) -> None:
    key = picture_of(browser.store, 1)
    answer = browser.http.get(f"/-/pictures/pond/-/frog/{key}")

    assert answer.content == browser.store.get(key)
    assert answer.headers["content-type"] == "image/png"
    assert "immutable" in answer.headers["cache-control"]


def test_a_pinned_picture_of_an_earlier_generation_is_still_served(browser: Browser) -> None:
    key = picture_of(browser.store, 1)
    decided(browser.store, "pin", 1)
    draw(browser.store, seed=50)

    assert browser.http.get(f"/-/pictures/pond/-/frog/{key}").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/nosuch",
        "/-/nosuch.js",
        "/-",
        "/a/b/c",
        "/-/pictures/",
        "/-/pictures/pond/-/frog/secret.txt",
        "/-/pictures/pond/-/frog/../../secret.txt",
        "/-/pictures/pond/-/frog/%2e%2e/%2e%2e/secret.txt",
        "/-/pictures/pond/-/frog/reviews/pond/frog",
        "/-/pictures/pond/-/frog/candidates/pond/frog.json",
        "/secret.txt",
    ],
)
def test_nothing_else_of_the_store_can_be_read(browser: Browser, path: str) -> None:
    browser.store.put("secret.txt", b"PLANTED", content_type="text/plain")
    answer = browser.http.get(path)

    assert answer.status_code == 404
    assert "PLANTED" not in answer.text


def test_what_is_wrong_with_the_store_is_told(browser: Browser) -> None:
    key = candidates_key(*FROG)
    browser.store.put(key, b"{", content_type="application/json")
    answer = browser.http.get("/pond")

    assert answer.status_code == 500
    assert f"{browser.store.uri(key)} is no record of candidates" in answer.text


# Deciding ---------------------------------------------------------------------------------------------------------


def test_a_decision_from_the_page_is_kept_and_answered_with_the_sprite_s_new_state(browser: Browser) -> None:
    answer = browser.decide()

    assert answer.status_code == 200
    assert "rejected by Ann" in answer.text
    [decision] = decisions_of(browser.store, *FROG).decisions
    assert (decision.picture, decision.why) == (picture_of(browser.store, 2), "three legs")


def test_the_page_may_be_opened_by_the_host_s_other_names(browser: Browser) -> None:
    host = browser.url.removeprefix("http://").replace("127.0.0.1", "localhost")

    assert browser.decide(origin=f"http://{host}", host=host).status_code == 200
    assert browser.decide(origin=ELSEWHERE, host="review.example.com").status_code == 200


@pytest.mark.parametrize(
    ("headers", "says"),
    [
        ({"origin": "https://evil.example"}, "only taken from the review page"),
        ({"origin": "null"}, "only taken from the review page"),
        ({"origin": ""}, "only taken from the review page"),
        ({"x_review_token": ""}, "reload it"),
        ({"x_review_token": "guessed"}, "reload it"),
        ({"content_type": "text/plain"}, "application/json"),
    ],
)
def test_no_other_page_can_decide(browser: Browser, headers: dict[str, str], says: str) -> None:
    """A page somewhere on the web can send requests to this machine, from the artist's own browser."""
    answer = browser.decide(**headers)

    assert answer.status_code == 403
    assert says in answer.text
    assert browser.decisions == []


@pytest.mark.parametrize("host", ["evil.example", "evil.example:3002", "127.0.0.1:1"])
def test_a_name_that_is_made_to_lead_here_sees_nothing(browser: Browser, host: str) -> None:
    """The token would be in the page that it reads."""
    assert browser.http.get("/pond", headers={"host": host}).status_code == 421
    assert browser.decide(host=host).status_code == 421
    assert browser.decisions == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        {"game": "pond", "pack": None, "sprite": "frog"},
        {"game": "pond", "pack": None, "sprite": "frog", "wish": {"action": "like", "who": "Ann"}},
    ],
)
def test_a_body_that_is_no_decision_is_refused(browser: Browser, body: object) -> None:
    assert browser.decide(body=body).status_code == 400
    assert browser.decisions == []


def test_a_body_beyond_all_measure_is_not_read(browser: Browser) -> None:
    assert browser.decide(body=b" " * (MAX_BODY_BYTES + 1)).status_code == 413


def test_a_refusal_is_told_in_its_own_words(browser: Browser) -> None:
    decided(browser.store, "pin", 2)
    answer = browser.decide("reject")

    assert answer.status_code == 409
    assert "candidate 3 is pinned, so it cannot be rejected; unpin it first" in answer.text
    assert browser.decisions == ["pin"]


@pytest.mark.parametrize("sprite", ["../frog", "nosuch", ""])
def test_a_sprite_that_there_is_not_is_refused(browser: Browser, sprite: str) -> None:
    wish = {"action": "approve", "picture": picture_of(browser.store, 0), "who": "Ann"}
    answer = browser.decide(body={"game": "pond", "pack": None, "sprite": sprite, "wish": wish})

    assert answer.status_code in (409, 500)
    assert list(browser.store.list_keys("reviews/")) == []


# Where it is ------------------------------------------------------------------------------------------------------


def test_a_port_that_is_taken_is_one_message_with_the_way_out(browser: Browser) -> None:
    port = int(browser.url.rpartition(":")[2])
    site = Site(browser.store, lambda _: None, "Ann")
    with (
        pytest.raises(
            ConfigError, match=rf"reviews cannot be shown on port {port}: .* ASSET_PIPELINE_REVIEW_URL=http"
        ),
        serve_site(site, port),
    ):
        pass


def test_a_laptop_links_to_its_own_page_and_a_server_only_to_the_one_that_is_named(tmp_path: Path) -> None:
    def url(**environ: str) -> str | None:
        settings = Settings.from_environ(environ, root=tmp_path)
        return review_url(settings, "lake", "night", "frog")

    assert url() == "http://127.0.0.1:3002/lake/night#night/frog"
    assert url(ASSET_PIPELINE_ENV="production") is None
    assert url(ASSET_PIPELINE_ENV="production", ASSET_PIPELINE_REVIEW_URL=f"{ELSEWHERE}/") == (
        f"{ELSEWHERE}/lake/night#night/frog"
    )


@pytest.mark.parametrize(
    "wrong", ["review.example.com", "https://me:pw@review.example.com", f"{ELSEWHERE}/art"]
)
def test_an_address_that_cannot_be_right_is_told(wrong: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="ASSET_PIPELINE_REVIEW_URL: ") as told:
        Settings.from_environ({"ASSET_PIPELINE_REVIEW_URL": wrong}, root=tmp_path)
    assert "pw" not in str(told.value)
