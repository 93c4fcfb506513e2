"""A person at the real Dagster UI, in a real browser: finds a game, sees it, makes it, lets it make itself."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from asset_pipeline.defs.backfill import launch_backfill
from asset_pipeline.testing.daemons import free_ports
from asset_pipeline_tests.defs.conftest import POND, TWO_LOOKS
from asset_pipeline_tests.servers import ROOT, ask, served
from asset_pipeline_tests.ui.browser import CHROMIUM, FLAGS, NEEDS_CHROMIUM, PATIENCE_S, decoded_pictures

pytestmark = [NEEDS_CHROMIUM, pytest.mark.timeout(5 * PATIENCE_S), pytest.mark.slow]


@dataclass(frozen=True)
class Opened:
    """A running ``asset-pipeline dev`` and a browser at it."""

    url: str
    reviews_url: str
    page: Page

    def go(self, path: str) -> Page:
        self.page.goto(f"{self.url}/{path}")
        return self.page

    def until_loaded(self) -> None:
        """Wait until the code location is loaded; the server answers before that."""
        deadline = time.monotonic() + PATIENCE_S
        while not ask(self.url, "{ assetNodes { id } }")["assetNodes"]:
            assert time.monotonic() < deadline, "the code location does not load"
            time.sleep(0.3)

    def until_made(self, asset: str, count: int) -> None:
        """Wait until *asset* (``game/name``) has been made *count* times, or its run failed."""
        query = (
            "query($key: AssetKeyInput!) "
            "{ assetOrError(assetKey: $key) { ... on Asset { assetMaterializations { runId } } } }"
        )
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            found = ask(self.url, query, {"key": {"path": asset.split("/")}})["assetOrError"]
            if len(found.get("assetMaterializations", [])) >= count:
                return
            time.sleep(0.5)
        raise AssertionError(f"{asset} was not made {count} times: {self.runs()}")

    def runs(self) -> list[dict[str, Any]]:
        answer = ask(
            self.url, "{ runsOrError { ... on Runs { results { jobName status tags { key value } } } } }"
        )
        results: list[dict[str, Any]] = answer["runsOrError"]["results"]
        return results


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    folder = tmp_path_factory.mktemp("checkout")
    (folder / "games").mkdir()
    for name in ("dagster.yaml", "workspace.yaml"):
        (folder / name).write_text((ROOT / name).read_text())
    (folder / "games/pond.yaml").write_text(POND.replace("sprites:", 'regenerate: "0 3 * * 1"\nsprites:'))
    (folder / "games/lake.yaml").write_text(TWO_LOOKS)
    (folder / "games/swamp.yaml").write_text("id: swamp\ntitel: Swamp\n")
    port, pictures, reviews = free_ports(3)
    command = [
        sys.executable,
        "-c",
        "from asset_pipeline.cli import main; main()",
        "dev",
        "--port",
        str(port),
    ]
    more = {
        "ASSET_PIPELINE_PUBLIC_BASE_URL": f"http://127.0.0.1:{pictures}",
        "ASSET_PIPELINE_REVIEW_URL": f"http://127.0.0.1:{reviews}",
    }
    with served(command, folder, f"http://127.0.0.1:{port}", **more), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=FLAGS)
        page = browser.new_page(viewport={"width": 1500, "height": 1200})
        page.set_default_timeout(PATIENCE_S * 1000)
        expect.set_options(timeout=PATIENCE_S * 1000)
        made = Opened(f"http://127.0.0.1:{port}", f"http://127.0.0.1:{reviews}", page)
        made.until_loaded()
        yield made
        browser.close()


def test_a_person_makes_a_sprite_and_sees_its_picture(opened: Opened) -> None:
    page = opened.go("assets/pond/frog")
    page.get_by_role("button", name=re.compile("Materialize$")).click()
    opened.until_made("pond/frog", 1)

    page = opened.go("assets/pond/frog")
    expect(page.get_by_text("preview", exact=True)).to_be_visible()
    page.wait_for_function("() => [...document.images].filter(i => i.naturalWidth >= 32).length >= 3")
    sizes = decoded_pictures(page)
    assert len([size for size in sizes if min(size) >= 32]) >= 3, "preview, thumbnail and newest image"
    expect(page.get_by_text("cost_usd", exact=True)).to_be_visible()


def test_the_review_page_is_served_beside_the_ui(opened: Opened) -> None:
    opened.page.goto(opened.reviews_url)

    expect(opened.page.get_by_role("heading", name="Review")).to_be_visible()


def test_a_person_asks_for_a_fresh_take_in_the_launchpad(opened: Opened) -> None:
    page = opened.go("assets/pond/reed")
    button = page.get_by_role("button", name=re.compile("Materialize$"))
    button.locator("xpath=following::button[1]").click()
    page.get_by_text("Open launchpad").click()
    dialog = page.get_by_role("dialog")
    dialog.locator(".CodeMirror-line", has_text="resources:").click()
    page.keyboard.press("End")
    page.keyboard.insert_text("\n  take: {config: {number: 41}}")
    dialog.get_by_role("button", name=re.compile("Materialize$")).click()
    opened.until_made("pond/reed", 1)

    page = opened.go("assets/pond/reed")
    expect(page.get_by_text("41", exact=True)).to_be_visible()


def test_a_person_finds_a_game_and_its_sprites(opened: Opened) -> None:
    page = opened.go("locations/asset_pipeline/asset-groups/pond")

    for name in ("frog", "reed", "sky", "contact_sheet", "gallery", "catalog"):
        expect(page.get_by_text(name, exact=True).first).to_be_visible()


def test_a_broken_game_is_in_the_ui_with_its_mistake(opened: Opened) -> None:
    page = opened.go("assets/swamp/broken")

    expect(page.get_by_text(re.compile("swamp.yaml:2: titel"))).to_be_visible()


def test_a_person_backfills_every_pack_of_a_game(opened: Opened) -> None:
    """One run a pack, never one a sprite."""
    page = opened.go("locations/asset_pipeline/asset-groups/lake")
    page.get_by_role("button", name="Materialize all").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="All", exact=True).click()
    dialog.get_by_role("button", name="Launch backfill").click()
    opened.until_made("lake/catalog", 2)

    packs = sorted(
        tag["value"] for run in opened.runs() for tag in run["tags"] if tag["key"] == "dagster/partition"
    )
    assert packs == ["day", "night"]
    page = opened.go("assets/lake/contact_sheet?partition=day")
    page.wait_for_function("() => [...document.images].some(i => i.naturalWidth > 1000)")

    opened.until_made("lake/gallery", 2)
    page = opened.go("assets/lake/gallery")
    address = page.locator("a[href$='/gallery/index.html']").first.get_attribute("href")
    page.goto(address or "")
    expect(page.get_by_role("heading", name=re.compile("The Lake, (day|night)"))).to_be_visible()


def test_the_command_backfills_a_game_without_packs_in_one_run(opened: Opened) -> None:
    before = len(opened.runs())
    told = launch_backfill(opened.url, "pond", take=3)
    opened.until_made("pond/catalog", 1)

    assert "one run" in told
    assert len(opened.runs()) == before + 1
    page = opened.go("runs/?view=backfills")
    expect(page.get_by_text("pond").first).to_be_visible()


def test_a_person_switches_a_schedule_on(opened: Opened) -> None:
    page = opened.go("locations/asset_pipeline/schedules/regenerate_pond")
    switch = page.locator("input[type=checkbox]").first
    switch.wait_for(state="attached")
    # The input itself is hidden; a person clicks what is drawn around it.
    x, y = switch.evaluate(
        "e => { const b = e.parentElement.getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2] }"
    )
    page.mouse.click(x, y)
    where = '{repositoryLocationName: "asset_pipeline", repositoryName: "__repository__"}'
    asked = "{ ... on Schedules { results { name scheduleState { status } } } }"
    query = f"{{ schedulesOrError(repositorySelector: {where}) {asked} }}"

    deadline = time.monotonic() + PATIENCE_S
    status = ""
    while status != "RUNNING" and time.monotonic() < deadline:
        [schedule] = ask(opened.url, query)["schedulesOrError"]["results"]
        status = schedule["scheduleState"]["status"]
        time.sleep(0.3)
    assert status == "RUNNING"
