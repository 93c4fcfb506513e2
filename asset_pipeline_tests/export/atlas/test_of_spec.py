"""Everything a manifest can say of a sprite arrives in the atlas's own words."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from asset_pipeline.errors import ExportError, ImageError
from asset_pipeline.export.atlas.of_spec import is_scene, scene_of, sprite_of
from asset_pipeline.export.atlas.sprite import Animation
from asset_pipeline.imaging.png import encode_png
from asset_pipeline.manifest.composites import Insets
from asset_pipeline.manifest.game import Game
from asset_pipeline.manifest.resolve import resolve
from asset_pipeline.manifest.spec import SpriteSpec
from asset_pipeline_tests.export.drawn import blob, solid

WALK = {"columns": 3, "rows": 2, "cell_width_px": 20, "cell_height_px": 16, "spacing_px": 4, "margin_px": 2}
SIZE = {"width_px": 64, "height_px": 32}
SPRITES: dict[str, dict[str, Any]] = {
    "frog": {"kind": "entity", "shape": "circle", "width": 2, "height": 1, "role": "enemy", "name": "Frog!"},
    "walk": {
        "kind": "sheet",
        "sheet": "sprite",
        **WALK,
        "animations": {
            "run": {"frames": [0, 1, 5], "fps": 8},
            "fall": {"frames": [4], "fps": 1, "loop": False},
            "bob": {"frames": [2, 3], "fps": 4, "loop": "ping_pong"},
        },
    },
    "grass": {"kind": "sheet", "sheet": "tile", **WALK},
    "gems": {"kind": "sheet", "sheet": "variation", **WALK, "variants": ["Dark red", "blue!", "green"]},
    "twins": {"kind": "sheet", "sheet": "variation", **WALK, "variants": ["red", "Red"]},
    "ok": {
        "kind": "ui",
        "component": "button",
        **SIZE,
        "states": ["normal", "hover"],
        "nine_patch": {"left": 4, "top": 5, "right": 6, "bottom": 7},
    },
    "logo": {"kind": "title", "text": "Pond", **SIZE},
    "splash": {"kind": "title", "text": "Pond", "background": True, **SIZE},
    "sky": {"kind": "background", **SIZE},
    "inside": {"kind": "background", **SIZE, "traits": ["still"]},
    "hills": {"kind": "parallax", "layer_count": 2, **SIZE},
}
GAME = Game.model_validate(
    {
        "id": "pond",
        "title": "Pond",
        "theme": "a pond",
        "style": "flat",
        "sprites": {name: {"description": "x", **sprite} for name, sprite in SPRITES.items()},
    }
)


def spec(name: str) -> SpriteSpec:
    return resolve(GAME, name)


def test_what_fills_the_screen_is_a_scene_and_the_rest_is_packed() -> None:
    assert {name for name in SPRITES if is_scene(spec(name))} == {"splash", "sky", "inside", "hills"}


def test_an_entity_keeps_its_world_size_and_is_held_where_it_stands() -> None:
    picture = np.zeros((64, 128, 4), np.uint8)
    picture[16:48, 0:64] = 255
    frog = sprite_of(spec("frog"), [picture])
    assert (frog.id, frog.name, frog.frame_names) == ("frog", "Frog!", ("Frog!",))
    assert frog.world_size == (2.0, 1.0)
    assert frog.pivot == (0.25, 0.5)


def test_a_sheet_is_cut_into_its_cells_with_its_animations() -> None:
    sheet = solid(1, 3 * 20 + 2 * 4 + 2 * 2, 2 * 16 + 4 + 2 * 2)
    walk = sprite_of(spec("walk"), [sheet])
    assert walk.frame_names == tuple(f"walk_{number}" for number in range(6))
    np.testing.assert_array_equal(walk.frames[4].rgba, sheet[22:38, 26:46])
    assert walk.animations == (
        Animation("run", (0, 1, 5), (125.0, 125.0, 125.0), "loop"),
        Animation("fall", (4,), (1000.0,), "once"),
        Animation("bob", (2, 3), (250.0, 250.0), "ping_pong"),
    )
    assert walk.tile_columns is None


def test_tiles_know_their_rows() -> None:
    assert sprite_of(spec("grass"), [solid(1, 72, 40)]).tile_columns == 3


def test_variants_are_named_by_their_words_and_unused_cells_are_left_out() -> None:
    gems = sprite_of(spec("gems"), [solid(1, 72, 40)])
    assert gems.frame_names == ("gems_dark_red", "gems_blue", "gems_green")


def test_variants_with_the_same_words_are_numbered() -> None:
    assert sprite_of(spec("twins"), [solid(1, 72, 40)]).frame_names == ("twins_0", "twins_1")


def test_a_piece_of_interface_has_a_frame_a_state_and_its_insets() -> None:
    ok = sprite_of(spec("ok"), [solid(1, 64, 32), solid(2, 64, 32)])
    assert ok.frame_names == ("ok_normal", "ok_hover")
    assert ok.nine_patch == Insets(left=4, top=5, right=6, bottom=7)


def test_a_picture_that_is_not_what_the_manifest_says_is_refused() -> None:
    with pytest.raises(ExportError, match="walk: the sheet is 70 x 40 px, and its cells need 72 x 40"):
        sprite_of(spec("walk"), [solid(1, 70, 40)])
    with pytest.raises(ExportError, match="ok: a ui of 2 pictures was given 1"):
        sprite_of(spec("ok"), [solid(1, 64, 32)])
    assert sprite_of(spec("logo"), [blob(1)]).pivot == (0.5, 0.5)


def test_a_scene_keeps_its_files_their_factors_and_whether_it_loops() -> None:
    files = [encode_png(solid(number, 64, 32)) for number in range(2)]
    hills = scene_of(spec("hills"), files, [0.0, 1.0])
    assert [layer.png for layer in hills.layers] == files
    assert [layer.parallax_factor for layer in hills.layers] == [0.0, 1.0]
    assert (hills.width_px, hills.height_px, hills.loops) == (64, 32, True)
    assert not scene_of(spec("splash"), files[:1], [1.0]).loops
    assert not scene_of(spec("inside"), files[:1], [1.0]).loops, "an engine would show its seam"


def test_a_scene_without_a_factor_or_a_picture_is_refused() -> None:
    with pytest.raises(ExportError, match="hills: 1 layers have 2 parallax factors"):
        scene_of(spec("hills"), [b""], [0.0, 1.0])
    with pytest.raises(ImageError, match="sky, layer 0"):
        scene_of(spec("sky"), [b"no picture"], [1.0])
