"""Phaser and PixiJS, as they come from the npm registry, load the real files in a real browser and draw them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from itertools import chain, cycle, groupby, islice
from mimetypes import guess_type
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Route, sync_playwright

from asset_pipeline.export.atlas.atlas import make_atlas
from asset_pipeline.export.atlas.sprite import Animation, Sprite
from asset_pipeline.export.engines.files import engine_files, picture_files
from asset_pipeline.imaging.alpha import over
from asset_pipeline.imaging.arrays import Rgba
from asset_pipeline.imaging.png import decode_image
from asset_pipeline_tests.export.drawn import SMALL_PAGES, all_kinds, all_scenes
from asset_pipeline_tests.servers import ROOT
from asset_pipeline_tests.ui.browser import CHROMIUM, FLAGS, NEEDS_CHROMIUM

WEB = Path(__file__).parent / "web"
ENGINES = ROOT / ".local/web_engines/node_modules"
SCRIPTS = {"phaser": ENGINES / "phaser/dist/phaser.min.js", "pixi": ENGINES / "pixi.js/dist/pixi.min.js"}
ADDRESS = "http://engines.test"  # answered by the test itself; nothing leaves the browser
SOFTWARE_GL = ("--use-angle=swiftshader", "--enable-unsafe-swiftshader")
WIDTH, HEIGHT, GROUND = 420, 300, (51, 102, 153, 255)
MILLISECONDS = 1800
STRETCHED = (300, 150, 90, 60)  # left, top, width and height of the buttons

pytestmark = [
    NEEDS_CHROMIUM,
    pytest.mark.skipif(
        not all(script.exists() for script in SCRIPTS.values()) and not os.environ.get("CI"),
        reason="Phaser and PixiJS are not installed; scripts/get-test-servers",
    ),
]
every_engine = pytest.mark.parametrize("engine", SCRIPTS)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, headless=True, args=[*FLAGS, *SOFTWARE_GL]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def exports() -> dict[str, bytes]:
    atlas = make_atlas("pond", all_kinds(), pixels_per_unit=32, layout=SMALL_PAGES)
    assert len(atlas.pages) > 2
    return {**engine_files(atlas, all_scenes()), **picture_files(atlas, all_scenes())}


@pytest.fixture(scope="module")
def drawn(browser: Browser, exports: dict[str, bytes]) -> dict[str, Page]:
    return {engine: draw(browser, engine, exports) for engine in SCRIPTS}


def top_lefts() -> dict[str, tuple[int, int]]:
    """Say where each frame is to be drawn: its own top left, from the canvas's."""
    names = [name for sprite in all_kinds() for name in sprite.frame_names]
    return {name: (8 + number % 9 * 45, 4 + number // 9 * 44) for number, name in enumerate(names)}


def wanted() -> dict[str, Any]:
    """Say what is to be drawn; a sprite is placed by its pivot, so a lost pivot shows as a wrong place."""
    places = top_lefts()
    return {
        "game": "pond",
        "width": WIDTH,
        "height": HEIGHT,
        "ground": "#{:02x}{:02x}{:02x}".format(*GROUND[:3]),
        "layers": [[f"Grüne Hügel_{number}", 200, 190 + 36 * number] for number in range(3)],
        "sprites": [
            [
                name,
                places[name][0] + sprite.pivot[0] * sprite.size_px[0],
                places[name][1] + sprite.pivot[1] * sprite.size_px[1],
            ]
            for sprite in all_kinds()
            for name in sprite.frame_names
        ],
        "stretched": [["Ok Button_hover", *STRETCHED]],
        "milliseconds": MILLISECONDS,
        "animations": [s.animation_name(a) for s in all_kinds() for a in s.animations],
    }


def draw(browser: Browser, engine: str, exports: dict[str, bytes]) -> Page:
    page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
    said: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and "GPU stall" not in message.text:
            said.append(message.text)

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(f"{ADDRESS}/")
        local = {"index.html": WEB / f"{engine}.html", SCRIPTS[engine].name: SCRIPTS[engine]}
        body = local[path].read_bytes() if path in local else exports.get(path.removeprefix("exports/"))
        kind = guess_type(path)[0] or "application/octet-stream"
        route.fulfill(status=404) if body is None else route.fulfill(body=body, content_type=kind)

    page.on("console", hear)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.route("**/*", answer)
    page.add_init_script(f"window.wanted = {json.dumps(wanted())}")
    page.goto(f"{ADDRESS}/index.html")
    page.evaluate("start()")
    try:
        page.wait_for_function("window.drawn", timeout=30_000)
    except Exception as error:
        raise AssertionError(f"{engine} drew nothing: {said}") from error
    assert said == [], f"{engine} complains"
    return page


def screenshot(page: Page, engine: str) -> Rgba:
    """Take the canvas's picture; it stays in .local/screenshots, for people."""
    file = ROOT / f".local/screenshots/{engine}.png"
    return decode_image(page.locator("canvas").screenshot(path=file), what=engine)


def expected() -> Rgba:
    """Draw the same without an engine: every whole frame over the ground, from its own picture."""
    canvas = np.full((HEIGHT, WIDTH, 4), GROUND, np.uint8)
    places = top_lefts()
    for number, layer in enumerate(all_scenes()[0].layers):
        lay(canvas, decode_image(layer.png, what="layer"), 200, 190 + 36 * number)
    for sprite in all_kinds():
        for name, frame in zip(sprite.frame_names, sprite.frames, strict=True):
            lay(canvas, frame.rgba, *places[name])
    return canvas


def lay(canvas: Rgba, rgba: Rgba, x: int, y: int) -> None:
    below = canvas[y : y + rgba.shape[0], x : x + rgba.shape[1]]
    below[:] = over([below, rgba])


@every_engine
def test_it_draws_every_frame_where_its_pivot_says(engine: str, drawn: dict[str, Page]) -> None:
    seen = screenshot(drawn[engine], engine)
    left, top, width, height = STRETCHED
    away = np.abs(seen.astype(int) - expected())
    away[top : top + height, left : left + width] = 0
    assert away.max() <= 2, f"{np.argwhere(away.max(axis=2) > 2)[:5]} (y, x) differ"


@every_engine
def test_it_keeps_the_corners_of_a_nine_patch(engine: str, drawn: dict[str, Page]) -> None:
    """Each corner is as it was drawn, at its place in the stretched picture; the edge between them is stretched."""
    seen = screenshot(drawn[engine], engine)
    left, top, width, height = STRETCHED
    button = next(sprite for sprite in all_kinds() if sprite.nine_patch)
    rgba, insets = button.frames[1].rgba, button.nine_patch
    assert insets
    stretched = seen[top : top + height, left : left + width]
    for rows in (slice(0, insets.top), slice(-insets.bottom, None)):
        for columns in (slice(0, insets.left), slice(-insets.right, None)):
            assert np.abs(stretched[rows, columns].astype(int) - rgba[rows, columns]).max() <= 2
    row = stretched[height // 2, insets.left : -insets.right].astype(int)
    assert np.abs(np.diff(row, axis=0)).max() < 128, "the middle is stretched, not repeated"


@every_engine
def test_it_plays_every_animation_in_its_time(engine: str, drawn: dict[str, Page]) -> None:
    """A millisecond late now and then, since an engine changes frames at its next step."""
    found = drawn[engine].evaluate("window.played")
    animations = [(sprite, animation) for sprite in all_kinds() for animation in sprite.animations]
    for (sprite, animation), shown in zip(animations, found, strict=True):
        runs = [(name, len(list(run))) for name, run in groupby(shown)]
        wanted_runs = list(islice(_runs(sprite, animation), len(runs)))
        assert [name for name, _ in runs] == [name for name, _ in wanted_runs], animation
        for (_, ms), (_, wanted_ms) in list(zip(runs, wanted_runs, strict=True))[:-1]:
            assert ms == pytest.approx(wanted_ms, abs=1.5), animation


def _runs(sprite: Sprite, animation: Animation) -> Iterator[tuple[str, float]]:
    """Say what is shown for how long."""
    rounds = cycle([animation.unrolled]) if animation.loops else [animation.unrolled]
    for frame, ms in chain.from_iterable(rounds):
        yield sprite.frame_names[frame], ms


@every_engine
def test_it_gets_the_scenes_with_the_pack(engine: str, drawn: dict[str, Page]) -> None:
    scenes = drawn[engine].evaluate("window.scenes")["scenes"]
    assert [layer["parallax_factor"] for layer in scenes["Grüne Hügel"]["layers"]] == [0, 0.35, 1]
