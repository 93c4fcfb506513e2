"""An artist at the review page, in a real browser, with both hands on the keyboard."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import PIPE, Popen
from urllib.parse import unquote

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from asset_pipeline.reviews.decisions import Decision, decisions_of
from asset_pipeline.reviews.places import Place
from asset_pipeline.storage.folder import FolderStore
from asset_pipeline_tests.defs.conftest import POND
from asset_pipeline_tests.reviews.drawn import FROG, draw, picture_of
from asset_pipeline_tests.servers import environment
from asset_pipeline_tests.ui.browser import CHROMIUM, FLAGS, NEEDS_CHROMIUM, PATIENCE_S, decoded_pictures

pytestmark = [NEEDS_CHROMIUM, pytest.mark.timeout(5 * PATIENCE_S), pytest.mark.slow]

REED = Place("pond", None, "reed")
COMMAND = [sys.executable, "-c", "from asset_pipeline.cli import main; main()", "review", "open", "pond"]


@dataclass(frozen=True)
class Desk:
    """The page of a pond with a frog and a reed, and the store behind it."""

    store: FolderStore
    page: Page

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def say_why(self, why: str) -> None:
        expect(self.page.get_by_role("dialog")).to_be_visible()
        self.page.keyboard.type(why)
        self.press("Enter")
        expect(self.page.get_by_role("dialog")).to_be_hidden()

    def decisions(self, place: Place) -> list[Decision]:
        return list(decisions_of(self.store, *place).decisions)

    def expect_current(self, label: str) -> None:
        expect(self.page.locator("[aria-current]")).to_have_attribute("aria-label", label)


@contextmanager
def opened_command(folder: Path) -> Iterator[str]:
    """Run ``asset-pipeline review open pond`` until the block ends; yields the URL it prints."""
    with Popen(COMMAND, cwd=folder, env=environment(folder), stdout=PIPE, text=True) as served:
        try:
            assert served.stdout is not None
            yield served.stdout.readline().removeprefix("Decide at ").partition(";")[0]
        finally:
            served.terminate()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    store = FolderStore(tmp_path / ".local/store")
    draw(store, FROG)
    draw(store, REED, seed=20)
    (tmp_path / "games").mkdir()
    (tmp_path / "games/pond.yaml").write_text(POND)
    with opened_command(tmp_path) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=FLAGS)
        page = browser.new_page()
        page.set_default_timeout(PATIENCE_S * 1000)
        expect.set_options(timeout=PATIENCE_S * 1000)
        problems: list[str] = []
        page.on("console", lambda message: problems.append(message.text))
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(url)
        yield Desk(store, page)
        browser.close()
    assert [problem for problem in problems if "409" not in problem] == []


def test_a_person_pins_one_candidate_and_rejects_another(desk: Desk) -> None:
    desk.page.wait_for_function("() => [...document.images].every(i => i.complete)")
    assert decoded_pictures(desk.page) == [(96, 96)] * 6
    desk.expect_current("frog, candidate 1: passed, score 0.83, chosen")

    desk.press("2", "p")
    desk.say_why("reads well at 32 px")
    desk.expect_current("frog, candidate 2: warned, score 0.41, pinned")
    desk.press("j", "ArrowRight", "l", "r")
    desk.say_why("three stems")
    desk.expect_current("reed, candidate 3: failed, score -0.35, rejected")

    [pin], [rejection] = desk.decisions(FROG), desk.decisions(REED)
    assert (pin.action, pin.picture, pin.why) == ("pin", picture_of(desk.store, 1), "reads well at 32 px")
    assert pin.candidate is not None
    assert (rejection.action, rejection.why) == ("reject", "three stems")
    assert rejection.picture == picture_of(desk.store, 2, REED)


def test_without_a_reason_or_after_escape_nothing_is_decided(desk: Desk) -> None:
    desk.press("r", "Enter")
    expect(desk.page.get_by_role("dialog")).to_be_visible()
    desk.press("Escape", "p", "a", "b", "Escape")  # what is typed as a reason is no command
    expect(desk.page.get_by_role("dialog")).to_be_hidden()

    assert desk.decisions(FROG) == []
    desk.press("a")
    expect(desk.page.get_by_role("status")).to_have_text("frog: approved")
    assert [decision.action for decision in desk.decisions(FROG)] == ["approve"]


def test_a_refusal_is_shown_and_the_page_goes_on(desk: Desk) -> None:
    desk.press("u")
    expect(desk.page.get_by_role("status")).to_have_text(
        "pond/frog: no candidate is pinned, so there is nothing to unpin"
    )
    desk.press("ArrowDown")
    desk.expect_current("reed, candidate 1: passed, score 0.83, chosen")


def test_who_decides_is_remembered_and_the_mouse_will_do(desk: Desk) -> None:
    desk.page.get_by_label("Deciding as").fill("Bea")
    desk.press("Tab")
    desk.page.reload()
    desk.page.get_by_label("reed, candidate 2").get_by_role("button", name="Approve").click()
    expect(desk.page.get_by_role("status")).to_have_text("reed: approved")

    [decision] = desk.decisions(REED)
    assert (decision.who, decision.picture) == ("Bea", picture_of(desk.store, 1, REED))


def test_a_link_leads_to_its_sprite_and_pictures_can_be_seen_large_on_black(desk: Desk) -> None:
    desk.page.goto(f"{desk.page.url}#reed")
    desk.expect_current("reed, candidate 1: passed, score 0.83, chosen")
    assert unquote(desk.page.url).endswith("/pond#reed")

    desk.press("z", "b", "2")
    picture = desk.page.locator("[aria-current] .picture")
    expect(picture).to_have_css("background-color", "rgb(0, 0, 0)")
    box, window = picture.bounding_box(), desk.page.viewport_size
    assert box is not None
    assert window is not None
    assert (box["width"], box["height"]) == (window["width"], window["height"])
    desk.press("Escape")
    expect(picture).not_to_have_css("position", "fixed")
