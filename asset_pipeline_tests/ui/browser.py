"""What every test with a real browser needs."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
PATIENCE_S = 120
FIRST_PICTURE = """document.addEventListener("load", (event) => {
  if (event.target.tagName === "IMG") window.firstPictureMs ??= performance.now();
}, true);"""
"""Run before a page, it notes when the first picture was there: ``window.firstPictureMs``."""
NEEDS_CHROMIUM = pytest.mark.skipif(
    not CHROMIUM.exists() and not os.environ.get("CI"),
    reason="Chromium is not installed; scripts/get-test-servers",
)


def decoded_pictures(page: Page) -> list[tuple[int, int]]:
    """Return the natural size of every picture on the page that the browser really decoded."""
    sizes: list[list[int]] = page.evaluate(
        "() => [...document.images].filter(i => i.complete && i.naturalWidth > 0)"
        ".map(i => [i.naturalWidth, i.naturalHeight])"
    )
    return [(width, height) for width, height in sizes]
