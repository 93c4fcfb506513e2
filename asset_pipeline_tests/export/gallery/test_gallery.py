"""A gallery is a folder of files that point at nothing but themselves and the store's blobs."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from asset_pipeline.errors import ImageError
from asset_pipeline.export.gallery.gallery import THUMBNAIL_BYTES, Gallery, gallery_files
from asset_pipeline.export.gallery.history import REMEMBERED, History, Version
from asset_pipeline.export.gallery.shown import Shown
from asset_pipeline.imaging.png import decode_image, encode_png
from asset_pipeline.sprites.finishing import PNG_TEXT_KEY
from asset_pipeline_tests.export.gallery.made import HOSTILE, NOON, many, picture, pond, spec, write


class Reading(HTMLParser):
    """What a browser would make of a page: its tags with their attributes, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def addresses(self) -> set[str]:
        """Everything the page could ask for."""
        found = {
            value
            for _, attrs in self.tags
            for name, value in attrs.items()
            if name in ("src", "href") and value
        }
        found |= {
            url for _, attrs in self.tags for url in re.findall(r"url\((.*?)\)", attrs.get("style") or "")
        }
        return found | {url for _, attrs in self.tags for url in json.loads(attrs.get("data-before") or "[]")}


@pytest.fixture(scope="module")
def page() -> Reading:
    return Reading(gallery_files(pond()[0])["index.html"].decode())


def test_every_link_leads_to_a_file_of_the_store(page: Reading, tmp_path: Path) -> None:
    index = write(tmp_path, *pond())
    links = page.addresses() - {"data:,", "#"}

    assert len(links) > 10
    assert [link for link in links if not (index.parent / link).resolve().is_file()] == []
    assert all((index.parent / link).resolve().is_relative_to(tmp_path) for link in links)


@pytest.mark.parametrize("name", ["index.html", "gallery.css", "gallery.js"])
def test_nothing_is_asked_of_anybody_else(name: str) -> None:
    """A gallery is opened where there is no network, and tells nobody that it was opened."""
    text = gallery_files(pond()[0])[name].decode()
    assert not re.search(r"https?:|[\"'(]//|@import|\bfetch\b|XMLHttpRequest", text)


def test_words_from_outside_stay_words(page: Reading) -> None:
    assert [attrs for tag, attrs in page.tags if tag == "script"] == [{"src": "gallery.js", "defer": None}]
    assert [name for _, attrs in page.tags for name in attrs if name.startswith("on")] == []
    assert page.text.count(HOSTILE) == 3, "the description, a fault, and the prompt"


def test_the_same_sprites_make_the_same_bytes() -> None:
    assert gallery_files(pond()[0]) == gallery_files(pond()[0])


def test_thumbnails_are_small_whatever_they_show() -> None:
    """Noise is what no picture compresses worse than."""
    noise = encode_png(np.random.default_rng(1).integers(0, 256, (700, 900, 4), np.uint8))
    pixels = picture(1)
    files = gallery_files(many(2, [noise, pixels]))
    small = {name: data for name, data in files.items() if name.endswith(".webp")}

    assert len(small) == 2
    assert max(map(len, small.values())) <= THUMBNAIL_BYTES
    shown, drawn = decode_image(small["thumbnails/thing_1.webp"], what="it"), decode_image(pixels, what="it")
    visible = drawn[..., 3] > 0
    assert (shown[visible] == drawn[visible]).all(), "a small sprite keeps every pixel"


def test_a_sprite_says_how_it_stands() -> None:
    frog, walk, hills, toad, newt = pond()[0].shown
    verdicts = [one.verdict for one in (frog, walk, hills, toad, newt)]

    assert verdicts == ["pass", "skipped", "warn", "held_back", "missing"]
    assert str(frog.cost_usd) == "0.04"


def test_filters_offer_what_there_is(page: Reading) -> None:
    offered = [attrs["value"] for tag, attrs in page.tags if tag == "option"]

    assert offered == [
        "",
        "entity",
        "parallax",
        "sheet",
        "",
        "pass",
        "warn",
        "held_back",
        "skipped",
        "missing",
    ]


def test_a_sheet_of_another_size_than_its_cells_is_only_shown() -> None:
    """It is older than its spec; frames cut from it would be wrong."""
    html = gallery_files(Gallery("Pond", [Shown(spec("walk"), picture(1, 72, 41))]))["index.html"].decode()
    assert "data-cells" not in html


def test_an_animation_that_runs_back_is_written_with_its_way_back(page: Reading) -> None:
    [sway] = [attrs for _, attrs in page.tags if "sway" in (attrs.get("aria-label") or "")]

    assert json.loads(sway["data-cells"] or "") == [[2, 2], [26, 2], [50, 2], [26, 2]]
    assert sway["data-loop"] == "true"


def test_a_picture_keeps_the_prompt_it_was_drawn_with() -> None:
    """The manifest may ask for something else by now."""
    note = {PNG_TEXT_KEY: json.dumps({"prompt": "a frog as it was then"})}
    old = encode_png(decode_image(picture(1), what="it"), text=note)
    text = Reading(gallery_files(Gallery("Pond", [Shown(spec("frog"), old)]))["index.html"].decode()).text

    assert "Prompta frog as it was thenPrompt of the next one" in text
    assert spec("frog").prompt in text


def test_a_picture_that_is_none_is_named() -> None:
    with pytest.raises(ImageError, match="frog"):
        gallery_files(Gallery("Pond", [Shown(spec("frog"), b"no picture")]))


def test_only_so_many_versions_are_remembered() -> None:
    history = History()
    for number in range(20):
        history = history.with_version("frog", Version(picture=f"blobs/{number}.png", made_at=NOON))

    assert [version.picture for version in history.sprites["frog"]] == [
        f"blobs/{number}.png" for number in range(19, 19 - REMEMBERED, -1)
    ]
    assert History.model_validate_json(history.model_dump_json()) == history
