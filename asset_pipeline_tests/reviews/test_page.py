"""The page shows every candidate with all that is known about it, and nothing it shows is run."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

from asset_pipeline.manifest.load import load_game
from asset_pipeline.manifest.resolve import resolve
from asset_pipeline.reviews.candidates import write_candidates
from asset_pipeline.reviews.overview import review_of
from asset_pipeline.reviews.page import STATIC, Page, index_html, page_html, section_html
from asset_pipeline.storage.folder import FolderStore
from asset_pipeline_tests.defs.conftest import POND
from asset_pipeline_tests.reviews.drawn import FROG, NIGHT_FROG, decided, draw, picture_of

NASTY = "<script>alert('x')</script>\"&"


def shown(store: FolderStore) -> str:
    return page_html(Page("The Pond", [review_of(store, FROG)], token="t0ken", who="Ann"))


def cards(html: str) -> list[str]:
    return re.findall(r"<article.*?</article>", html, re.DOTALL)


def test_a_card_says_all_that_is_known_about_its_candidate(store: FolderStore) -> None:
    draw(store)
    decided(store, "reject", 2, "three legs")
    _, _, card = cards(shown(store))

    for told in ("failed", "rejected", "score -0.35", "seed 3", "strength 0.60", "flux-dev", "$0.020"):
        assert told in card
    for told in (
        "holes: 3 holes inside",
        "bleed: it touches",
        "rejected by Ann, 2026-11-24 12:00 UTC: three legs",
    ):
        assert f"<li>{told}" in card
    assert f'src="/-/pictures/pond/-/frog/{picture_of(store, 2)}"' in card


def test_of_many_faults_the_worst_are_told_at_once_and_none_is_left_out(store: FolderStore) -> None:
    record = draw(store)
    faulty = record.candidates[0].model_copy(update={"faults": tuple(f"fault {n}" for n in range(7))})
    write_candidates(store, record.model_copy(update={"candidates": (faulty,)}))
    at_once, _, hidden = shown(store).partition("<summary>5 more</summary>")

    assert re.findall(r"fault \d", at_once) == ["fault 0", "fault 1"]
    assert re.findall(r"fault \d", hidden) == ["fault 2", "fault 3", "fault 4", "fault 5", "fault 6"]


def test_marks_stand_where_they_belong_also_for_who_cannot_see_them(store: FolderStore) -> None:
    draw(store)
    decided(store, "pin", 1)
    decided(store, "approve", 1, minute=1)
    labels = [re.search(r'aria-label="(.*?)"', card)[1] for card in cards(shown(store))]  # type: ignore[index] # each has one

    assert labels == [
        "frog, candidate 1: passed, score 0.83, chosen",
        "frog, candidate 2: warned, score 0.41, pinned, approved",
        "frog, candidate 3: failed, score -0.35",
    ]


def test_a_pinned_picture_of_an_earlier_generation_comes_first_and_can_only_be_unpinned(
    store: FolderStore,
) -> None:
    draw(store)
    decided(store, "pin", 1)
    pinned = picture_of(store, 1)
    draw(store, seed=50)
    first, *others = cards(shown(store))

    assert pinned in first
    assert re.findall(r'data-action="(\w+)"', first) == ["unpin"]
    assert len(others) == 3
    assert not any('data-action="unpin"' in card for card in others)


def test_a_card_offers_what_would_not_be_refused(store: FolderStore) -> None:
    draw(store)
    decided(store, "pin", 0)
    pinned, other, _ = cards(shown(store))

    assert re.findall(r'data-action="(\w+)"', pinned) == ["approve", "unpin"]
    assert re.findall(r'data-action="(\w+)"', other) == ["approve", "reject", "pin"]


def test_layers_lie_over_each_other_from_back_to_front(store: FolderStore) -> None:
    record = draw(store)
    first, second, third = record.candidates
    layered = first.model_copy(update={"images": (first.picture, second.picture, third.picture)})
    write_candidates(store, record.model_copy(update={"candidates": (layered,)}))
    [card] = cards(shown(store))

    assert [source.rpartition("frog/")[2] for source in re.findall(r'<img src="(.*?)"', card)] == list(
        layered.images
    )


def test_the_manifest_s_words_and_its_pixel_style_are_on_the_page(store: FolderStore, tmp_path: Path) -> None:
    (tmp_path / "pond.yaml").write_text(POND.replace("style: cartoon", "style: pixel"))
    draw(store)
    spec = resolve(load_game(tmp_path / "pond.yaml"), "frog")

    assert '<p class="description">a green frog</p>' in section_html(review_of(store, FROG), spec)
    assert 'class="sprite pixel"' in section_html(review_of(store, FROG), spec)
    assert 'class="sprite"' in section_html(review_of(store, FROG), None)


def test_nothing_that_somebody_wrote_becomes_part_of_the_page(store: FolderStore) -> None:
    record = draw(store)
    nasty = record.candidates[0].model_copy(update={"faults": (NASTY,), "outcome": NASTY})
    write_candidates(store, record.model_copy(update={"candidates": (nasty,)}))
    decided(store, "reject", 0, NASTY)
    html = page_html(Page(NASTY, [review_of(store, FROG)], token=NASTY, who=NASTY))

    assert html.count("<script") == 1  # our own
    assert unescape(html).count("<script>alert") >= 6
    assert "<script>" not in index_html([NASTY])


def test_a_dollar_in_a_name_is_a_dollar() -> None:
    assert "<h1>Cash $title</h1>" in page_html(Page("Cash $title", [], token="t", who="Ann"))


def test_it_says_so_where_nothing_was_drawn() -> None:
    assert "Nothing was drawn yet" in page_html(Page("The Pond", [], token="t", who="Ann"))
    assert "Nothing was drawn yet" in index_html([])


def test_packs_have_places_of_their_own_on_the_page(store: FolderStore) -> None:
    draw(store, NIGHT_FROG)
    html = section_html(review_of(store, NIGHT_FROG), None)

    assert 'id="night/frog"' in html
    assert 'data-pack="night"' in html


def test_it_asks_for_nothing_from_elsewhere() -> None:
    """It works where only this machine can be reached."""
    for name in ("review.html", "index.html", "review.css", "review.js"):
        assert not re.search(r"https?://|@import|url\(", (STATIC / name).read_text()), name
