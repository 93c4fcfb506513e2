"""Measure a gallery of 500 sprites: how soon the first picture shows, and what making it costs.

``python -m asset_pipeline_tests.benchmarks.gallery [--json]``: each sprite is a shaded ellipse in a picture of 128 x 128 pixels.
The page is opened from a folder in Chromium with an empty cache, three times; the slowest counts. The first picture is the
first one that the browser has decoded, counted from the start of the navigation.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np
from playwright.sync_api import sync_playwright

from asset_pipeline.export.gallery.gallery import gallery_files
from asset_pipeline.imaging.png import encode_png
from asset_pipeline_tests.benchmarks.atlas import SPRITES, drawn_frame
from asset_pipeline_tests.benchmarks.report import Figure, emit
from asset_pipeline_tests.export.gallery.made import many, write
from asset_pipeline_tests.ui.browser import CHROMIUM, FIRST_PICTURE, FLAGS

FIRST_PICTURE_S, THUMBNAIL_KB, OPENED = 2.0, 8.0, 3


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    emit("gallery", figures(), json=parser.parse_args().json)


def figures() -> list[Figure]:
    """Write the gallery and open it."""
    gallery = many(
        SPRITES, [encode_png(drawn_frame(np.random.default_rng(number))) for number in range(SPRITES)]
    )
    begin = time.perf_counter()
    files = gallery_files(gallery)
    made_s = time.perf_counter() - begin
    thumbnails = [len(data) for name, data in files.items() if name.endswith(".webp")]
    with tempfile.TemporaryDirectory() as folder:
        index = write(Path(folder), gallery)
        first_s, complaints = opened(index)
    return [
        Figure("first_picture_of_500", first_s, "s", FIRST_PICTURE_S),
        Figure("largest_thumbnail", max(thumbnails) / 1000, "KB", THUMBNAIL_KB),
        Figure("console_messages", complaints, "", None),
        Figure("made", made_s, "s", None),
        Figure("page", len(files["index.html"]) / 1000, "KB", None),
        Figure("thumbnails", sum(thumbnails) / 1e6, "MB", None),
    ]


def opened(index: Path) -> tuple[float, int]:
    """Open the page in new browsers; return the slowest first picture in seconds, and how often the console was written to."""
    slowest, complaints = 0.0, []
    with sync_playwright() as playwright:
        for _ in range(OPENED):
            browser = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=FLAGS)
            page = browser.new_page()
            page.on("console", lambda message: complaints.append(message.text))
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.add_init_script(FIRST_PICTURE)
            page.goto(index.as_uri())
            page.wait_for_function("() => window.firstPictureMs")
            slowest = max(slowest, page.evaluate("() => window.firstPictureMs") / 1000)
            browser.close()
    return slowest, len(complaints)


if __name__ == "__main__":
    main()
