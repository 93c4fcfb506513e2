"""From a manifest and stored pictures to what an engine loads."""

from __future__ import annotations

import json

import pytest

from asset_pipeline.errors import ExportError
from asset_pipeline.export.atlas.layout import AtlasLayout
from asset_pipeline.export.game_files import MadeSprite, game_files
from asset_pipeline.imaging.png import encode_png
from asset_pipeline_tests.export.atlas.test_of_spec import SPRITES, spec
from asset_pipeline_tests.export.drawn import blob, solid
from asset_pipeline_tests.export.engines.parsers import read_phaser

SIZES = {"walk": (72, 40), "grass": (72, 40), "gems": (72, 40), "twins": (72, 40), "frog": (128, 64)}


def made(name: str) -> MadeSprite:
    count = 2 if name in ("ok", "hills") else 1
    size = SIZES.get(name, (64, 32))
    pngs = tuple(encode_png(solid(number, *size)) for number in range(count))
    return MadeSprite(spec(name), pngs, (0.5, 1.0)[:count] if name == "hills" else (1.0,))


def test_every_kind_of_sprite_is_packed_or_linked() -> None:
    files = game_files("pond", [made(name) for name in SPRITES], pixels_per_unit=64)
    names = {name.rsplit("_", 1)[0] for name in read_phaser(files).frames}
    assert names == {"Frog!", "walk", "grass", "gems_dark", "gems", "twins", "ok", "logo"}
    scenes = json.loads(files["scenes.json"])["scenes"]
    assert scenes.keys() == {"splash", "sky", "inside", "hills"}
    assert [name for name, scene in scenes.items() if not scene["loops"]] == ["splash", "inside"]
    assert {layer["file"] for scene in scenes.values() for layer in scene["layers"]} <= files.keys()
    assert files["hills_1.png"] == made("hills").pngs[1], "a stored file is passed on as it is"


def test_the_mistakes_of_all_sprites_are_told_at_once() -> None:
    wrong = [
        MadeSprite(spec("ok"), (encode_png(blob(1)),)),
        MadeSprite(spec("walk"), (encode_png(blob(1)),)),
        MadeSprite(spec("hills"), (encode_png(blob(1)),), (0.5, 1.0)),
    ]
    with pytest.raises(ExportError) as raised:
        game_files("pond", wrong, pixels_per_unit=64)
    assert [mistake.split(":")[0] for mistake in raised.value.mistakes] == ["ok", "walk", "hills"]


def test_pages_grow_where_a_sprite_needs_it_and_only_then() -> None:
    """A game is not kept from its engine by one sheet that is larger than the rest."""
    small = AtlasLayout(max_side_px=32)
    for name, least, most in (("gems", 33, 128), ("frog", 129, 256)):
        textures = json.loads(
            game_files("pond", [made(name)], pixels_per_unit=64, layout=small)["phaser/atlas.json"]
        )["textures"]
        [side] = [max(texture["size"].values()) for texture in textures]
        assert least <= side <= most
