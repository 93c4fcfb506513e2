"""Who carries out an operation, with which model, and for how much: as a person writes it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from asset_pipeline.errors import Mistake
from asset_pipeline.manifest.load import load_game
from asset_pipeline_tests.manifest.conftest import HERO

Write = Callable[..., Path]
MistakesIn = Callable[[Path], tuple[Mistake, ...]]
ALL = "local | scenario | runpod | comfyui"


def test_one_name_and_a_list_of_names_mean_the_same(write: Write) -> None:
    game = load_game(write(head="providers: {text_to_image: runpod, remove_background: [comfyui, local]}\n"))

    assert game.providers == {"text_to_image": ("runpod",), "remove_background": ("comfyui", "local")}


@pytest.mark.parametrize(
    ("head", "path", "words"),
    [
        ("providers: {text_to_image: runpodd}", "providers.text_to_image", f"{ALL}; did you mean 'runpod'?"),
        (
            "providers: {text_to_image: [local, runpodd]}",
            "providers.text_to_image[1]",
            "did you mean 'runpod'?",
        ),
        ("providers: {text_to_image: []}", "providers.text_to_image", "at least 1 must be listed"),
        ("providers: {text_to_image: [local, local]}", "providers.text_to_image", "'local' is listed twice"),
        ("providers: {text_to_image: 3}", "providers.text_to_image", ALL),
        ("providers: {text_to_image: {first: local}}", "providers.text_to_image", ALL),
        ("providers: {text_to_image: }", "providers.text_to_image", "nothing is written here"),
        ("providers: {text_to_imag: local}", "providers.text_to_imag", "did you mean 'text_to_image'?"),
        ("models: {remove_backgroud: x}", "models.remove_backgroud", "did you mean 'remove_background'?"),
        ("models: {text_to_image: flux}", "models.text_to_image", "generation.model"),
        ("models: {image_to_image: flux}", "models.image_to_image", "generation.model"),
        ("models: {remove_background: 3}", "models.remove_background", "must be text"),
        ("models: {remove_background: }", "models.remove_background", "nothing is written here"),
        ("budget_usd: -0.5", "budget_usd", "at least 0"),
        ("budget_usd: 1e300", "budget_usd", "at most 1000000"),
        ("budget_usd: 1e999", "budget_usd", "must be a number"),
        ("budget_usd: $5", "budget_usd", "such as 12.50"),
        ('budget_usd: "5"', "budget_usd", "such as 12.50"),
        ("budget_usd: true", "budget_usd", "such as 12.50"),
        ("budget_usd: [5]", "budget_usd", "such as 12.50"),
        ("budget_usd:", "budget_usd", "nothing is written here"),
        ("budget: 5", "budget", "did you mean 'budget_usd'?"),
    ],
)
def test_a_wrong_choice_is_told_where_it_stands(
    head: str, path: str, words: str, write: Write, mistakes_in: MistakesIn
) -> None:
    mistakes = mistakes_in(write(head=f"{head}\n"))

    assert [(mistake.line, mistake.path) for mistake in mistakes] == [(5, path)]
    assert words in mistakes[0].message


def test_a_sprite_chooses_for_itself(write: Write) -> None:
    chosen = "providers: {remove_background: [runpod, local]}, models: {remove_background: birefnet}, kind"

    hero = load_game(write(HERO.replace("kind", chosen))).sprites["hero"]

    assert hero.providers == {"remove_background": ("runpod", "local")}
    assert hero.models == {"remove_background": "birefnet"}


@pytest.mark.parametrize(
    ("written", "budget"), [("0", "0"), ("12", "12"), ("12.50", "12.5"), ("0.10", "0.1")]
)
def test_a_budget_is_exactly_the_sum_that_is_written(written: str, budget: str, write: Write) -> None:
    """0.1 in binary is a little more than ten cents; money is decimal."""
    assert load_game(write(head=f"budget_usd: {written}\n")).budget_usd == Decimal(budget)


def test_a_game_without_a_budget_has_none(write: Write) -> None:
    assert load_game(write()).budget_usd is None
