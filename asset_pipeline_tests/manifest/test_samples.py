"""The games we ship: they load, they are what people learn from, and editors agree with the loader."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, get_args

import jsonschema
import pytest
from PIL import Image

from asset_pipeline.manifest.document import Document
from asset_pipeline.manifest.load import load_game, load_games
from asset_pipeline.manifest.resolve import resolve
from asset_pipeline.manifest.schema import json_schema, json_schema_text
from asset_pipeline.manifest.spec import Kind

GAMES = Path(__file__).parents[2] / "games"
SAMPLES = sorted(GAMES.glob("*.yaml"))


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    jsonschema.Draft202012Validator.check_schema(json_schema())
    return jsonschema.Draft202012Validator(json_schema())


def test_the_samples_are_whole() -> None:
    loaded = load_games(GAMES)

    assert not loaded.broken
    assert {game.id for game in loaded.games} >= {"lantern_lake", "orbit_golf"}
    assert all(len(game.sprites) >= 12 for game in loaded.games)


def test_the_samples_show_every_kind_every_role_and_every_shape() -> None:
    """A technical artist learns the format from them."""
    details = [
        resolve(g, s, next(iter(g.packs), None)).details for g in load_games(GAMES).games for s in g.sprites
    ]
    entities = [form for form in details if form.kind == "entity"]

    assert {form.kind for form in details} == set(get_args(Kind))
    assert {form.role for form in entities} == {"character", "enemy", "item", "platform", "ui"}
    shapes = {form.shape if isinstance(form.shape, str) else type(form.shape).__name__ for form in entities}
    assert shapes == {"box", "circle", "Polygon", "Mask"}


def test_the_schema_file_is_in_step_with_the_models() -> None:
    """Write it anew with: python -m asset_pipeline.manifest.schema > games/game.schema.json."""
    assert (GAMES / "game.schema.json").read_text(encoding="utf-8") == json_schema_text()


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_the_schema_accepts_the_samples_and_they_name_it(
    path: Path, validator: jsonschema.Draft202012Validator
) -> None:
    text = path.read_text(encoding="utf-8")

    validator.validate(Document(text).value)
    assert text.startswith("# yaml-language-server: $schema=game.schema.json\n")


def test_what_a_sample_shows_as_a_comment_is_right_too(validator: jsonschema.Draft202012Validator) -> None:
    """People learn from it by deleting the #."""
    keys = "budget_usd|providers|models|loras|controlnets|reference_images|finish"
    text, shown = re.subn(
        rf"^( *)# ({keys}):", r"\1\2:", (GAMES / "lantern_lake.yaml").read_text("utf-8"), flags=re.MULTILINE
    )

    assert shown == 7
    validator.validate(Document(text).value)


def minimal(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - anything a manifest may hold
    hero = {"kind": "entity", "shape": "box", "width": 1, "height": 1, "role": "item", "description": "x"}
    return {"id": "game", "title": "G", "theme": "t", "style": "flat", "sprites": {"hero": hero}, **changes}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"regenerate": "0 3 * * 1"},
        {"regenerate": {"cron": "@daily", "mode": "fresh"}},
        {"packs": {"default": None, "winter": {"palette": ["teal", "#FF00aa"]}}},
        {"providers": {"text_to_image": "local"}},
        {"providers": {"text_to_image": ["runpod", "local"]}},
        {"models": {"remove_background": "birefnet"}},
        {"budget_usd": 12.5},
        {"budget_usd": 0},
        {"generation": {"loras": [{"name": "ink", "strength": -0.5}, {"name": "fog"}]}},
        {"generation": {"loras": [], "controlnets": [], "reference_images": []}},
        {"generation": {"controlnets": [{"image": "a.png", "control": "pose", "start": 0.1, "end": 0.6}]}},
        {"generation": {"reference_images": ["a.png"]}},
        {"packs": {"default": {}, "winter": {"loras": [{"name": "snow"}]}}},
        {"palette": "pico-8"},
        {"palette": {"file": "a.png"}, "packs": {"default": {}, "winter": {"palette": "game-boy"}}},
        {"finish": {"anchor": "bottom", "dither": "floyd-steinberg", "outline": "none"}},
        {"finish": {"outline": "#A0b0c0"}},
    ],
)
def test_the_schema_accepts_what_the_loader_accepts(
    changes: dict[str, Any], validator: jsonschema.Draft202012Validator, tmp_path: Path
) -> None:
    Image.new("L", (32, 32)).save(tmp_path / "a.png")
    path = tmp_path / "game.yaml"
    path.write_text(json.dumps(minimal(**changes)))

    assert load_game(path).id == "game"
    validator.validate(minimal(**changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"palete": []},
        {"id": "Bad Id"},
        {"regenerate": {"mode": "stale"}},
        {"packs": {"Bad Id": {}}},
        {"sprites": {}},
        {"sprites": {"Bad Id": minimal()["sprites"]["hero"]}},
        {"sprites": {"hero": {**minimal()["sprites"]["hero"], "shape": "bocks"}}},
        {"sprites": {"hero": {**minimal()["sprites"]["hero"], "shape": {"mask": "a.png", "sha256": "x"}}}},
        {"providers": {"text_to_imag": "local"}},
        {"providers": {"text_to_image": []}},
        {"providers": {"text_to_image": ["local", "local"]}},
        {"models": {"text_to_image": "flux"}},
        {"budget_usd": -1},
        {"budget_usd": "5"},
        {"generation": {"loras": [{"strength": 1}]}},
        {"generation": {"loras": [{"name": "ink", "strength": 3}]}},
        {"generation": {"controlnets": [{"image": {"file": "a.png", "sha256": "x"}}]}},
        {"generation": {"reference_images": "a.png"}},
        {"packs": {"winter": {"reference_images": ["a.png"]}}},
        {"palette": "pico8"},
        {"palette": {"file": "a.png", "sha256": "x"}},
        {"finish": {"anchor": "left"}},
        {"finish": {"dither": True}},
        {"finish": {"outline": "#12345"}},
    ],
)
def test_the_schema_refuses_slips_while_they_are_typed(
    changes: dict[str, Any], validator: jsonschema.Draft202012Validator
) -> None:
    assert not validator.is_valid(minimal(**changes))
