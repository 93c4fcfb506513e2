from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_pipeline.errors import ConfigError
from asset_pipeline.manifest.game import Game
from asset_pipeline.manifest.load import load_game
from asset_pipeline.manifest.resolve import SpriteSpec, resolve, sprite_version
from asset_pipeline.manifest.spec import Kind

HERO: dict[str, Any] = {
    "kind": "entity", "shape": "box", "width": 1, "height": 2, "role": "character",
    "description": "a red fox",
}  # fmt: skip
SIZE = {"width_px": 1000, "height_px": 500, "description": "x"}
BASE: dict[str, Any] = {
    "id": "game", "title": "Game", "theme": "a quiet lake", "style": "cartoon",
    "sprites": {
        "hero": HERO,
        "coin": {**HERO, "role": "item", "shape": {"polygon": [[0, 0], [1, 0], [0.5, 1]]}, "height": 1},
        "sky": {"kind": "background", **SIZE},
        "layers": {"kind": "parallax", "layer_count": 4, **SIZE},
        "logo": {"kind": "title", "text": 'The "Lake"', **SIZE},
        "tiles": {"kind": "sheet", "sheet": "tile", "columns": 4, "cell_width_px": 64, "cell_height_px": 64,
                  "description": "grass", "animations": {"sway": {"frames": [0, 1], "fps": 4}}},
        "ok": {"kind": "ui", "component": "button", "width_px": 64, "height_px": 32, "description": "green"},
    },
}  # fmt: skip


def game(**changes: Any) -> Game:  # noqa: ANN401 - anything a manifest may hold
    return Game.model_validate({**BASE, **changes})


def game_with_hero(**changes: Any) -> Game:  # noqa: ANN401 - anything a manifest may hold
    return game(sprites={**BASE["sprites"], "hero": {**HERO, **changes}})


def versions(of: Game) -> dict[str, str]:
    return {sprite: sprite_version(of, sprite) for sprite in of.sprites}


_COUNTS = st.integers(1, 4)
_HEROES = st.fixed_dictionaries(
    {"width": st.floats(0.25, 4), "height": st.floats(0.25, 4), "role": st.sampled_from(["enemy", "item"])},
    optional={
        "seed": st.integers(0, 2**32 - 1),
        "take": st.integers(0, 10**6),
        "colour": st.sampled_from(["teal", "#A0B0C0"]),
        "description": st.text(min_size=1, max_size=40).filter(str.strip),
        "steps": _COUNTS,
        "size_px": st.integers(64, 2048),
        "shape": st.sampled_from(["box", {"polygon": [[0, 0], [1, 0], [0, 1]]}, {"mask": "a.png"}]),
        "providers": st.sampled_from([{"image_to_image": "runpod"}, {"image_to_image": ["runpod", "local"]}]),
        "models": st.just({"remove_background": "birefnet"}),
        "loras": st.lists(
            st.fixed_dictionaries({"name": st.just("ink"), "strength": st.floats(-2, 2)}), max_size=1
        ),
        "controlnets": st.just([{"image": "pose.png", "control": "pose", "start": 0.25}]),
        "reference_images": st.just(["fox.png", "den.png"]),
    },
)


@given(_HEROES, st.sampled_from([None, 0, 1, 7]))
def test_resolving_is_deterministic_and_survives_json(hero: dict[str, Any], take: int | None) -> None:
    """Specs travel to ops as metadata; one that came back different would draw another picture."""
    spec = resolve(game_with_hero(**hero), "hero", take=take)
    again = resolve(game_with_hero(**hero), "hero", take=take)
    travelled = SpriteSpec.model_validate(json.loads(json.dumps(spec.model_dump(mode="json"))))

    assert spec == again == travelled
    assert spec.version == travelled.version
    assert spec.seed == travelled.seed
    assert 0 <= spec.seed < 2**32


@pytest.mark.parametrize("sprite", BASE["sprites"])
def test_every_kind_survives_json(sprite: str) -> None:
    spec = resolve(game(), sprite)

    assert SpriteSpec.model_validate_json(spec.model_dump_json()) == spec


@given(_HEROES)
def test_what_is_asked_of_the_model_fits_its_grid_and_the_sprites_aspect(hero: dict[str, Any]) -> None:
    spec = resolve(game_with_hero(**hero), "hero")

    sides = (spec.canvas_width_px, spec.canvas_height_px)
    assert all(side % 16 == 0 and 64 <= side <= 2048 for side in sides)
    exact = min(hero["width"], hero["height"]) / max(hero["width"], hero["height"]) * max(sides)
    assert min(sides) == pytest.approx(max(exact, 64), abs=17)
    assert spec.width_px == round(hero["width"] * 64)


@pytest.mark.parametrize(
    ("sprite", "finished", "canvas", "transparent"),
    [
        ("hero", (64, 128), (256, 512), True),
        ("coin", (64, 64), (512, 512), True),
        ("sky", (1000, 500), (1008, 512), False),
        ("layers", (1000, 500), (1008, 512), False),
        ("logo", (1000, 500), (1008, 512), True),
        ("tiles", (256, 64), (1024, 256), False),
        ("ok", (64, 32), (512, 256), True),
    ],
)
def test_sizes_follow_from_the_kind(
    sprite: str, finished: tuple[int, int], canvas: tuple[int, int], transparent: bool
) -> None:
    spec = resolve(game(), sprite)

    assert (spec.width_px, spec.height_px) == finished
    assert (spec.canvas_width_px, spec.canvas_height_px) == canvas
    assert spec.transparent is transparent


def test_a_huge_picture_is_asked_for_within_the_models_range() -> None:
    sky = {"kind": "background", "description": "x", "width_px": 8192, "height_px": 1024}

    spec = resolve(game(sprites={"sky": sky}), "sky")

    assert (spec.canvas_width_px, spec.canvas_height_px) == (2048, 256)


@pytest.mark.parametrize(
    "wish", [{"description": "a blue fox"}, {"colour": "teal"}, {"take": 1}, {"width": 2}]
)
def test_an_edited_sprite_and_only_it_is_another_version(wish: dict[str, Any]) -> None:
    """This is what the UI shows as stale; one too many is money, one too few is a wrong picture."""
    before, after = versions(game()), versions(game_with_hero(**wish))

    assert {sprite for sprite in before if before[sprite] != after[sprite]} == {"hero"}


def test_what_no_picture_depends_on_changes_no_version() -> None:
    after = game(title="Another", owners=["team:art"], regenerate="@daily", budget_usd=5)

    assert versions(after) == versions(game())


def test_a_change_in_one_pack_changes_the_sprites_of_a_game_with_packs() -> None:
    before = game(packs={"default": {}, "winter": None})
    after = game(packs={"default": {}, "winter": {"theme": "snow"}})

    assert all(versions(before)[sprite] != versions(after)[sprite] for sprite in before.sprites)
    assert resolve(before, "hero", "default").version == resolve(after, "hero", "default").version


def test_a_sprites_word_wins_over_its_packs_and_the_packs_over_the_games() -> None:
    skin = {"model": "pack", "seed": 2, "theme": "snow", "style": "flat", "palette": ["teal"]}
    made = game(
        generation={"model": "game", "seed": 1, "steps": 9, "negative_prompt": "fog"},
        packs={"default": {}, "winter": skin},
        sprites={"hero": HERO, "own": {**HERO, "model": "sprite", "seed": 0, "steps": 3}},
    )

    plain, winter, own = (
        resolve(made, "hero", "default"),
        resolve(made, "hero", "winter"),
        resolve(made, "own", "winter"),
    )

    assert (plain.model, plain.seed, plain.style, plain.palette) == ("game", 1, "cartoon", ())
    assert (winter.model, winter.seed, winter.style, winter.palette) == ("pack", 2, "flat", ("#008080",))
    assert (own.model, own.seed, own.steps) == ("sprite", 0, 3)
    assert "snow" in winter.prompt
    assert "quiet lake" not in winter.prompt
    assert winter.negative_prompt.endswith("fog")


def test_providers_are_merged_operation_by_operation() -> None:
    made = game(
        providers={"remove_background": ["runpod", "local"], "image_to_image": "runpod"},
        sprites={"hero": {**HERO, "providers": {"image_to_image": ["comfyui", "scenario"]}}},
    )

    assert resolve(made, "hero").providers == {
        "remove_background": ("runpod", "local"),
        "image_to_image": ("comfyui", "scenario"),
    }


def test_models_of_later_operations_are_merged_operation_by_operation() -> None:
    made = game(
        models={"remove_background": "birefnet", "decompose_layers": "qwen-image-layered"},
        sprites={**BASE["sprites"], "hero": {**HERO, "models": {"remove_background": "photoroom"}}},
    )

    assert resolve(made, "hero").models == {"remove_background": "photoroom"}
    assert resolve(made, "coin").models == {"remove_background": "birefnet"}
    assert resolve(made, "layers").models == {"decompose_layers": "qwen-image-layered"}


@pytest.mark.parametrize("key", ["providers", "models"])
def test_a_choice_for_an_operation_touches_only_the_sprites_that_need_it(key: str) -> None:
    """Another way to split scenes into layers is no reason to show every hero as stale."""
    before, after = versions(game()), versions(game(**{key: {"decompose_layers": "comfyui"}}))

    assert {sprite for sprite in before if before[sprite] != after[sprite]} == {"layers"}


def test_a_list_of_adapters_replaces_that_of_the_wider_scope() -> None:
    """Merged lists could not be emptied, and their order, which matters, would be anybody's guess."""
    general = {
        "loras": [{"name": "game"}],
        "controlnets": [{"image": "a.png"}],
        "reference_images": ["b.png"],
    }
    made = game(
        generation=general,
        packs={"default": {}, "winter": {"loras": [{"name": "pack", "strength": 0.5}]}},
        sprites={
            "hero": HERO,
            "own": {**HERO, "loras": [{"name": "sprite"}, {"name": "two"}], "reference_images": ["c.png"]},
            "bare": {**HERO, "loras": [], "controlnets": [], "reference_images": []},
        },
    )

    def steered(sprite: str, pack: str) -> tuple[list[str], list[str], list[str]]:
        spec = resolve(made, sprite, pack)
        return (
            [lora.name for lora in spec.loras],
            [net.image.file for net in spec.controlnets],
            [picture.file for picture in spec.reference_images],
        )

    assert steered("hero", "default") == (["game"], ["a.png"], ["b.png"])
    assert steered("hero", "winter") == (["pack"], ["a.png"], ["b.png"])
    assert steered("own", "winter") == (["sprite", "two"], ["a.png"], ["c.png"])
    assert steered("bare", "winter") == ([], [], [])


@pytest.mark.parametrize(
    "wish",
    [
        {"loras": [{"name": "ink"}]},
        {"controlnets": [{"image": "pose.png", "control": "pose"}]},
        {"reference_images": ["fox.png"]},
        {"models": {"remove_background": "birefnet"}},
        {"providers": {"image_to_image": ["runpod", "local"]}},
    ],
)
def test_what_steers_the_model_is_part_of_the_version(wish: dict[str, Any]) -> None:
    before, after = versions(game()), versions(game_with_hero(**wish))

    assert {sprite for sprite in before if before[sprite] != after[sprite]} == {"hero"}


def test_seeds_differ_between_sprites_packs_and_takes() -> None:
    """Equal seeds make look-alikes; a fresh take of the same seed would be the same picture again."""
    made = game(packs={"default": {}, "winter": {}})
    seeds = {resolve(made, s, p, t).seed for s in ("hero", "coin") for p in made.packs for t in (0, 1)}
    fixed = [resolve(game_with_hero(seed=7), "hero", take=take).seed for take in (0, 1, 2)]

    assert len(seeds) == 8
    assert fixed[0] == 7
    assert len(set(fixed)) == 3


def test_a_derived_seed_never_moves() -> None:
    """A seed that changed with a release would silently redraw, and pay for, every sprite there is."""
    assert resolve(game(), "hero").seed == 503596291


def test_another_take_is_the_spec_that_the_manifest_would_give() -> None:
    assert resolve(game(), "hero").with_take(5) == resolve(game_with_hero(take=5), "hero")


@pytest.mark.parametrize(
    ("packs", "sprite", "pack", "words"),
    [
        ({}, "her", None, "did you mean 'hero'"),
        ({}, "hero", "winter", "has no packs"),
        ({"default": {}}, "hero", None, "name one of default"),
        ({"default": {}}, "hero", "defalt", "did you mean 'default'"),
    ],
)
def test_asking_for_what_is_not_there_names_what_is(
    packs: dict[str, Any], sprite: str, pack: str | None, words: str
) -> None:
    with pytest.raises(ConfigError, match=words):
        resolve(game(packs=packs), sprite, pack)


def test_the_engines_id_is_the_name_or_else_the_sprites_id(write: Callable[..., Path]) -> None:
    assert resolve(load_game(write()), "hero").name == "hero"
    assert resolve(game_with_hero(name="Hero-01 (red)"), "hero").name == "Hero-01 (red)"


def test_every_spec_names_its_kind() -> None:
    kinds: list[Kind] = [resolve(game(), sprite).kind for sprite in BASE["sprites"]]

    assert kinds == ["entity", "entity", "background", "parallax", "title", "sheet", "ui"]
