"""Reading a prompt: what is the subject, and what only the staging around it."""

from __future__ import annotations

import pytest

from asset_pipeline.providers.local.brief import read_brief
from asset_pipeline.providers.operations import TextToImage


def request(prompt: str, *, palette: tuple[str, ...] = ()) -> TextToImage:
    return TextToImage(prompt=prompt, width_px=64, height_px=64, seed=1, palette=palette)


def test_the_white_of_the_plain_background_is_no_colour_of_the_subject() -> None:
    brief = read_brief(request("a red fox, isolated on a plain white background, no shadow"))
    assert brief.plain
    assert len(brief.colours) == 1


def test_what_follows_the_role_says_nothing_about_the_subject() -> None:
    """The theme names lanterns; the fish must not become one."""
    brief = read_brief(request("a crimson fish, video game enemy, cartoon style, blue lake with lanterns"))
    assert brief.role == "enemy"
    assert brief.says("fish")
    assert not brief.says("lanterns", "lake")
    assert len(brief.colours) == 1


@pytest.mark.parametrize("quotes", ['"{}"', "“{}”", "«{}»", "'{}'"])
def test_quoted_text_is_lettering_in_any_quotes(quotes: str) -> None:
    assert read_brief(request(f"the words {quotes.format('Orbit Golf')} as a logo")).lettering == "Orbit Golf"


def test_an_apostrophe_is_no_quotation_mark() -> None:
    assert read_brief(request("a cat's toy and a dog's bone")).lettering == ""


def test_a_noun_is_dyed_by_the_colour_in_front_of_it() -> None:
    brief = read_brief(request("a fox in a teal coat with brass buttons and a crimson scarf"))
    scarf, coat = brief.dyed("scarf"), brief.dyed("coat")
    assert scarf is not None
    assert coat is not None
    assert scarf[0] > scarf[2]
    assert coat[2] > coat[0]
    assert brief.dyed("fox") is None


def test_colour_words_come_before_guide_palette_and_nature() -> None:
    named = read_brief(request("a crimson crate", palette=("#2244aa",)))
    assert named.scheme(natural=(158, 104, 58), guide=(0, 160, 0))[0] == named.colours[0]
    unnamed = read_brief(request("a crate", palette=("#2244aa",)))
    assert unnamed.scheme(guide=(0, 160, 0))[0] == (0, 160, 0)
    assert unnamed.scheme()[0] == (0x22, 0x44, 0xAA)
    assert read_brief(request("a crate")).scheme(natural=(158, 104, 58))[0] == (158, 104, 58)
