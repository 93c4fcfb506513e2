"""A person at a game's gallery, opened from a folder in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from asset_pipeline.imaging.png import encode_png
from asset_pipeline.storage.preview import serve_folder
from asset_pipeline_tests.export.gallery.made import HOSTILE, many, pond, write
from asset_pipeline_tests.imaging.pictures import flat
from asset_pipeline_tests.ui.browser import (
    CHROMIUM,
    FIRST_PICTURE,
    FLAGS,
    NEEDS_CHROMIUM,
    PATIENCE_S,
    decoded_pictures,
)

pytestmark = [NEEDS_CHROMIUM, pytest.mark.timeout(5 * PATIENCE_S)]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=FLAGS)
        yield started
        started.close()


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("store"), *pond())


@contextmanager
def opened(
    browser: Browser, url: str, *, scheme: Literal["light", "dark"] = "light", calm: bool = False
) -> Iterator[Page]:
    """Open *url* as a person with these wishes would; whatever the browser complains of fails the test."""
    page = browser.new_page(color_scheme=scheme, reduced_motion="reduce" if calm else "no-preference")
    page.set_default_timeout(1000 * PATIENCE_S)
    expect.set_options(timeout=1000 * PATIENCE_S)
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("requestfailed", lambda request: problems.append(f"{request.url}: {request.failure}"))
    page.add_init_script(FIRST_PICTURE)
    page.goto(url)
    yield page
    page.close()
    assert problems == []


@pytest.fixture
def gallery(browser: Browser, index: Path) -> Iterator[Page]:
    with opened(browser, index.as_uri()) as page:
        yield page


@pytest.fixture
def calm(browser: Browser, index: Path) -> Iterator[Page]:
    with opened(browser, index.as_uri(), calm=True) as page:
        yield page


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def expect_names(page: Page, *names: str) -> None:
    expect(page.locator(".card:not([hidden]) .name")).to_have_text(list(names))


def style(page: Page, selector: str, name: str) -> str:
    value: str = page.locator(selector).first.evaluate(f"e => getComputedStyle(e).getPropertyValue('{name}')")
    return value


def shifts_px(page: Page) -> list[float]:
    """How far each layer of the open scene is moved, the farthest first."""
    moved: list[float] = page.locator(".layer").evaluate_all(
        "all => all.map(e => parseFloat(getComputedStyle(e).backgroundPositionX))"
    )
    return moved


def test_five_hundred_sprites_show_their_first_picture_within_two_seconds(
    browser: Browser, tmp_path: Path
) -> None:
    index = write(tmp_path, many(500, [encode_png(flat(64, (40 * number, 120, 90))) for number in range(5)]))
    with opened(browser, index.as_uri()) as page:
        page.wait_for_function("() => window.firstPictureMs")
        assert page.evaluate("() => window.firstPictureMs") < 2000
        expect(page.locator(".card:not([hidden])")).to_have_count(500)
        assert 0 < len(decoded_pictures(page)) < 400, "what is far below waits until it is scrolled to"
        page.locator(".card").last.scroll_into_view_if_needed()
        page.wait_for_function("() => [...document.images].at(-1).naturalWidth > 0")


def test_it_is_the_same_behind_a_web_server(browser: Browser, index: Path) -> None:
    with (
        serve_folder(index.parents[2], 0) as base,
        opened(browser, f"{base}/pond/gallery/index.html#frog") as page,
    ):
        page.wait_for_function("() => [...document.images].every(i => i.complete && i.naturalWidth > 0)")
        assert (32, 32) in decoded_pictures(page)


def test_both_hands_on_the_keyboard(gallery: Page) -> None:
    press(gallery, "ArrowRight", "ArrowRight")
    expect(gallery.get_by_role("link", name="walk sheet not measured")).to_be_focused()
    press(gallery, "ArrowLeft", "Enter")
    expect(gallery.get_by_role("dialog", name="frog")).to_be_visible()
    assert gallery.url.endswith("#frog")
    press(gallery, "ArrowRight")
    expect(gallery.get_by_role("dialog", name="walk")).to_be_visible()
    press(gallery, "Escape")
    expect(gallery.get_by_role("dialog")).to_be_hidden()
    expect(gallery.get_by_role("link", name="walk sheet")).to_be_focused()
    press(gallery, "?")
    expect(gallery.get_by_role("dialog", name="Keys")).to_be_visible()
    press(gallery, "Escape", "b")
    assert style(gallery, ".card .picture", "background-color") == "rgb(0, 0, 0)"
    press(gallery, "b")
    assert style(gallery, ".card .picture", "background-color") == "rgb(255, 255, 255)"
    expect(gallery.get_by_role("radio", name="White")).to_be_checked()


def test_the_way_back_closes_a_sprite(gallery: Page) -> None:
    gallery.get_by_role("link", name="hills").click()
    expect(gallery.get_by_role("dialog", name="hills")).to_be_visible()
    gallery.go_back()
    expect(gallery.get_by_role("dialog")).to_be_hidden()


def test_what_is_looked_for_is_found(gallery: Page) -> None:
    press(gallery, "/")
    gallery.keyboard.type("FROG-1")
    expect_names(gallery, "frog")
    expect(gallery.get_by_role("status")).to_have_text("1 of 5 sprites")
    gallery.get_by_label("Name").fill("nothing")
    gallery.get_by_role("button", name="Show all").click()
    expect_names(gallery, "frog", "walk", "hills", "toad", "newt")
    gallery.get_by_label("Verdict").select_option("held back (1)")
    expect_names(gallery, "toad")
    gallery.get_by_label("Verdict").select_option("all")
    gallery.get_by_label("Kind").select_option("sheet (1)")
    expect_names(gallery, "walk")


def test_pixels_stay_crisp_when_they_are_large(gallery: Page) -> None:
    gallery.get_by_role("link", name="frog").click()
    size, image = gallery.locator(".zoom output"), gallery.locator(".view .now")
    expect(image).to_have_css("image-rendering", "pixelated")
    fits = size.inner_text()
    press(gallery, "-", "-", "-", "-", "-", "-", "-", "-", "-", "-")
    expect(size).to_have_text("13 %")
    expect(image).not_to_have_css("image-rendering", "pixelated")
    press(gallery, "+", "+", "+")
    expect(size).to_have_text("100 %")
    expect(image).to_have_css("width", "32px")
    press(gallery, "0")
    expect(size).to_have_text(fits)


def test_layers_follow_the_pointer_the_near_ones_farther(gallery: Page) -> None:
    gallery.get_by_role("link", name="hills").click()
    box = gallery.locator(".stage").bounding_box()
    assert box is not None
    gallery.mouse.move(box["x"] + 0.9 * box["width"], box["y"] + box["height"] / 2)
    far, middle, near = shifts_px(gallery)
    width = float(style(gallery, ".scene", "width").removesuffix("px"))
    assert near == pytest.approx(-0.4 * width, rel=0.02), "0.8 of half the picture"
    assert [far, middle] == pytest.approx([near / 3, near * 2 / 3], rel=0.01)
    gallery.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + box["height"] / 2)
    assert shifts_px(gallery) == [pytest.approx(0, abs=2)] * 3


def test_who_wants_no_motion_sees_none_unasked(calm: Page) -> None:
    calm.get_by_role("link", name="hills").click()
    box = calm.locator(".stage").bounding_box()
    assert box is not None
    calm.mouse.move(box["x"] + 0.9 * box["width"], box["y"] + box["height"] / 2)
    assert shifts_px(calm) == [0, 0, 0]
    calm.get_by_role("slider", name="Scroll").focus()
    press(calm, "ArrowRight")
    assert shifts_px(calm)[2] < 0
    calm.get_by_role("button", name="The sprite before").click()
    expect(calm.get_by_role("button", name="Play")).to_be_visible()


def test_an_animation_plays_its_frames_and_one_that_ends_stays_at_its_end(gallery: Page) -> None:
    gallery.get_by_role("link", name="walk").click()
    frame = gallery.locator(".view:visible")
    expect(frame).to_have_attribute("aria-label", "walk, run: 3 frames, 20 a second")
    seen = "() => { const v = document.querySelector('dialog .view:not([hidden])').style; \
        (window.seen ??= new Set()).add(v.getPropertyValue('--x') + ' ' + v.getPropertyValue('--y')); \
        return window.seen.size === 3 && [...window.seen].sort().join() }"
    assert gallery.wait_for_function(seen).json_value() == "2 2,50 2,50 22"
    gallery.get_by_role("button", name="Stop").click()
    expect(gallery.get_by_role("button", name="Play")).to_be_visible()
    gallery.get_by_role("button", name="fall").click()
    expect(gallery.get_by_role("button", name="Play")).to_be_visible()
    assert style(gallery, ".view:visible", "--x").strip() == "26"


def test_an_earlier_picture_is_held_beside_the_one_of_now(gallery: Page) -> None:
    gallery.get_by_role("link", name="frog").click()
    dialog = gallery.get_by_role("dialog", name="frog")
    expect(dialog).to_contain_text("$0.040 for 2 candidates")
    dialog.get_by_role("button", name="made 2026-11-24 12:00").click()
    gallery.wait_for_function("() => document.querySelector('.before img').naturalWidth === 32")
    slider = gallery.get_by_label("How much of the earlier picture is shown")
    slider.focus()
    press(gallery, "Home")
    expect(gallery.locator(".compared .now")).to_have_css("clip-path", "inset(0px 0px 0px 0%)")
    press(gallery, "End")
    expect(gallery.locator(".compared .now")).to_have_css("clip-path", "inset(0px 0px 0px 100%)")
    dialog.get_by_role("button", name="candidate 2: warned, 0.50").click()
    expect(gallery.locator(".before-label")).to_have_text("candidate 2: warned, 0.50")
    dialog.get_by_role("button", name="candidate 2: warned, 0.50").click()
    expect(gallery.locator(".compared")).to_have_count(0)


def test_hostile_words_are_shown_and_do_nothing(gallery: Page) -> None:
    gallery.get_by_role("link", name="toad").click()
    dialog = gallery.get_by_role("dialog", name="toad")
    expect(dialog.locator(".description")).to_have_text(HOSTILE)
    expect(dialog.locator(".faults li")).to_have_text(f"holes: {HOSTILE}")
    expect(dialog).to_contain_text("The newest generation was held back")
    expect(gallery).to_have_title("Pond · Gallery")


def test_a_sprite_without_a_picture_says_so(gallery: Page) -> None:
    gallery.get_by_role("link", name="newt entity not made yet").click()
    expect(gallery.get_by_role("dialog", name="newt")).to_contain_text("There is no picture of it yet.")
    press(gallery, "+", "0", "ArrowLeft")
    expect(gallery.get_by_role("dialog", name="toad")).to_be_visible()


def test_it_is_dark_where_everything_is(browser: Browser, index: Path) -> None:
    def grounds(scheme: Literal["light", "dark"]) -> tuple[str, str]:
        with opened(browser, index.as_uri(), scheme=scheme) as page:
            return style(page, "body", "background-color"), style(page, ".name", "color")

    assert grounds("light") == ("rgb(246, 246, 244)", "rgb(29, 31, 35)")
    assert grounds("dark") == ("rgb(22, 23, 26)", "rgb(236, 236, 238)")
