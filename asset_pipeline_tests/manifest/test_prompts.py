from __future__ import annotations

from typing import get_args

import pytest

from asset_pipeline.imaging.colour import colour_words, parse_colour
from asset_pipeline.manifest.prompts import prompt_for
from asset_pipeline.manifest.sprites import BackgroundForm, EntityForm, ParallaxForm, Role, TitleForm

LOOK = {"description": "a crimson fox with a gold crown", "theme": "a teal lake", "style": "cartoon"}


def entity(role: Role = "character", colour: str | None = None) -> EntityForm:
    return EntityForm(kind="entity", shape="box", width=1, height=1, role=role, colour=colour)


def test_the_descriptions_colours_come_before_any_other_colour() -> None:
    """The embedded provider paints with the first colour word; the plain white background must not be it."""
    named = colour_words(prompt_for(entity(), **LOOK))

    assert named[:2] == (parse_colour("crimson"), parse_colour("gold"))


def test_a_colour_of_its_own_comes_first_of_all() -> None:
    assert colour_words(prompt_for(entity(colour="navy"), **LOOK))[0] == parse_colour("navy")


@pytest.mark.parametrize("role", get_args(Role))
def test_the_role_stands_in_the_prompt(role: Role) -> None:
    assert f"video game {role}," in prompt_for(entity(role), **LOOK)


def test_an_entity_is_asked_for_alone_on_white() -> None:
    """Background removal needs a background that can be removed."""
    assert prompt_for(entity(), **LOOK).endswith("isolated on a plain white background, no shadow")


@pytest.mark.parametrize(
    "form", [BackgroundForm(kind="background"), ParallaxForm(kind="parallax", layer_count=3)]
)
def test_scenes_are_asked_to_loop_and_not_to_be_cut_out(form: BackgroundForm | ParallaxForm) -> None:
    prompt = prompt_for(form, **LOOK)

    assert "seamless horizontally" in prompt
    assert "isolated" not in prompt


def test_a_title_quotes_its_words_and_nothing_else_is_quoted() -> None:
    """What stands in quotes is lettered."""
    form = TitleForm(kind="title", text='The "Lake"')

    assert prompt_for(form, **LOOK).split('"')[1] == "The 'Lake'"
    assert prompt_for(form, **LOOK).count('"') == 2


def test_a_style_of_ones_own_is_passed_on_as_it_is() -> None:
    assert "woodcut, two colours" in prompt_for(entity(), **{**LOOK, "style": "woodcut, two colours"})
