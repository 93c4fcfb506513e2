"""Every format says the same of the same atlas: rectangles, pivots, insets and durations are those that went in."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache

import numpy as np
import pytest

from asset_pipeline.export.atlas.atlas import make_atlas
from asset_pipeline.export.atlas.sprite import Sprite
from asset_pipeline.export.engines.files import engine_files, picture_files
from asset_pipeline.imaging.arrays import Rgba
from asset_pipeline.imaging.png import decode_image
from asset_pipeline_tests.export.drawn import SMALL_PAGES, all_kinds, all_scenes
from asset_pipeline_tests.export.engines import parsers
from asset_pipeline_tests.export.engines.reading import Files, ReadFrame, Reading, linked


@cache
def files() -> dict[str, bytes]:
    atlas = make_atlas("pond", all_kinds(), pixels_per_unit=32, layout=SMALL_PAGES)
    return {**engine_files(atlas, all_scenes()), **picture_files(atlas, all_scenes())}


@cache
def pictures() -> dict[str, Rgba]:
    return {name: decode_image(data, what=name) for name, data in files().items() if name.endswith(".png")}


READERS: dict[str, Callable[[Files], Reading]] = {
    "texture_packer_hash": parsers.read_texture_packer_hash,
    "texture_packer_array": parsers.read_texture_packer_array,
    "phaser": parsers.read_phaser,
    "pixi": parsers.read_pixi,
    "aseprite": parsers.read_aseprite,
    "godot": parsers.read_godot,
    "unity": lambda files: parsers.read_unity(files, {name: p.shape[0] for name, p in pictures().items()}),
    "tiled_json": parsers.read_tiled_json,
    "tiled_xml": parsers.read_tiled_xml,
    "ldtk": parsers.read_ldtk,
}
# What a format has no word for.
NO_ANIMATIONS = {"unity", "ldtk"}
RECTANGLE_ONLY = {"unity", "ldtk"}
WHOLE_MILLISECONDS = {"aseprite", "tiled_json", "tiled_xml"}
WITH_THE_WAY_BACK = {"pixi", "godot", "tiled_json", "tiled_xml"}
WHOLE_PIXELS = {"aseprite"}

every_format = pytest.mark.parametrize("name", READERS)


@cache
def reading(name: str) -> Reading:
    return READERS[name](files())


def is_tile(sprite: Sprite) -> bool:
    return sprite.tile_columns is not None


def visible(sprite: Sprite, rgba: Rgba) -> tuple[int, int, Rgba]:
    """Cut a frame as it should be cut: left, top, and what remains."""
    if sprite.nine_patch or is_tile(sprite):
        return 0, 0, rgba
    rows, columns = (np.flatnonzero(rgba[..., 3].any(axis=axis)) for axis in (1, 0))
    part = rgba[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return int(columns[0]), int(rows[0]), part


def looks(rgba: Rgba) -> Rgba:
    """What of a picture can be seen: what lies under alpha 0 is nobody's business."""
    return np.where(rgba[..., 3:] > 0, rgba, 0).astype(np.uint8)


def cut(frame: ReadFrame) -> Rgba:
    x, y, width, height = frame.box
    return pictures()[frame.picture][y : y + height, x : x + width]


@every_format
def test_a_frame_cut_by_its_rectangle_is_the_frame_that_went_in(name: str) -> None:
    wanted = {
        frame_name: visible(sprite, frame.rgba)[2]
        for sprite in all_kinds()
        for frame_name, frame in zip(sprite.frame_names, sprite.frames, strict=True)
    }
    found = reading(name).frames
    assert found.keys() == wanted.keys()
    for frame_name, part in wanted.items():
        np.testing.assert_array_equal(looks(cut(found[frame_name])), looks(part), err_msg=frame_name)


@every_format
def test_a_pivot_lies_on_the_same_point_of_the_picture(name: str) -> None:
    for sprite in all_kinds():
        width, height = sprite.size_px
        for frame_name, frame in zip(sprite.frame_names, sprite.frames, strict=True):
            found = reading(name).frames[frame_name]
            if is_tile(sprite) and name.startswith("tiled"):
                continue  # a tile of a map lies where the map says
            left, top, _ = visible(sprite, frame.rgba)
            wanted = (
                found.box[0] - left + sprite.pivot[0] * width,
                found.box[1] - top + sprite.pivot[1] * height,
            )
            tolerance = 0.5 if name in WHOLE_PIXELS else 1e-6
            assert found.pivot == pytest.approx(wanted, abs=tolerance), frame_name


@pytest.mark.parametrize("name", sorted(READERS.keys() - RECTANGLE_ONLY))
def test_what_was_trimmed_can_be_put_back(name: str) -> None:
    for sprite in all_kinds():
        if is_tile(sprite):
            continue
        for frame_name, frame in zip(sprite.frame_names, sprite.frames, strict=True):
            left, top, _ = visible(sprite, frame.rgba)
            assert reading(name).frames[frame_name].whole == (left, top, *sprite.size_px)


@every_format
def test_the_insets_of_a_nine_patch_are_kept_and_nobody_else_has_any(name: str) -> None:
    found = reading(name).frames
    for sprite in all_kinds():
        insets = sprite.nine_patch
        wanted = insets and (insets.left, insets.top, insets.right, insets.bottom)
        assert {found[frame].insets for frame in sprite.frame_names} == {wanted}


@pytest.mark.parametrize("name", sorted(READERS.keys() - NO_ANIMATIONS))
def test_animations_show_their_frames_for_their_time(name: str) -> None:
    found = dict(reading(name).animations)
    for sprite in all_kinds():
        for animation in sprite.animations:
            read = found.pop(sprite.animation_name(animation))
            shown = (
                animation.unrolled
                if name in WITH_THE_WAY_BACK
                else zip(animation.frames, animation.durations_ms, strict=True)
            )
            frames, durations = zip(*shown, strict=True)
            assert [frame for frame, _ in read.shown] == [sprite.frame_names[frame] for frame in frames]
            tolerance = 0.999 if name in WHOLE_MILLISECONDS else 1e-9
            assert [ms for _, ms in read.shown] == pytest.approx(list(durations), abs=tolerance)
            assert sum(ms for _, ms in read.shown) == pytest.approx(sum(durations), abs=0.5)
            assert read.loops in (None, animation.playback != "once")
            assert read.playback in (None, animation.playback)
    assert not found


def test_whole_milliseconds_are_kept_to_the_millisecond() -> None:
    """Only what is no whole number, such as twelve frames a second, is ever rounded."""
    for name in WHOLE_MILLISECONDS:
        assert [ms for _, ms in reading(name).animations['Frösch "Quak" & <Co>_hop'].shown] == [
            100,
            50,
            125,
            50,
        ]


def test_godot_keeps_world_sizes_and_tiled_too() -> None:
    _, _, (_, _, properties) = parsers.sections(files()["godot/frog_0.tres"].decode())
    assert parsers.numbers(properties["metadata/world_size"]) == (1.5, 2.0)
    tiles = json.loads(files()["tiled/sprites.tsj"])["tiles"]
    facts = {fact["name"]: fact["value"] for fact in tiles[2]["properties"]}
    assert (facts["name"], facts["world_width"], facts["world_height"]) == ("Coin", 0.5, 0.5)


def test_unity_has_one_unit_as_large_as_the_game() -> None:
    assert b"spritePixelsToUnits: 32\n" in files()["atlas_0.png.meta"]


def test_godot_scrolls_a_scene_by_its_factors_and_repeats_it() -> None:
    head, *parts = parsers.sections(files()["godot/hills.tscn"].decode())
    externals = {part["id"]: part["path"] for kind, part, _ in parts if kind == "ext_resource"}
    nodes = [(part, properties) for kind, part, properties in parts if kind == "node"]
    assert head[0] == "gd_scene"
    assert nodes[0][0]["type"] == "Node2D"
    layers = nodes[1::2]
    sprites = nodes[2::2]
    for number, ((layer, scroll), (sprite, shown)) in enumerate(zip(layers, sprites, strict=True)):
        wanted = all_scenes()[0].layers[number]
        assert (layer["type"], layer["parent"]) == ("Parallax2D", ".")
        assert parsers.numbers(scroll["scroll_scale"]) == (wanted.parallax_factor,) * 2
        assert parsers.numbers(scroll["repeat_size"]) == (64, 0)
        assert (sprite["type"], sprite["parent"]) == ("Sprite2D", layer["name"])
        assert (
            externals[shown["texture"].removeprefix('ExtResource("').removesuffix('")')]
            == f"../hills_{number}.png"
        )
        assert parsers.numbers(shown["position"]) == wanted.offset_px
        assert shown["centered"] == "false"
    assert "repeat_size" not in files()["godot/title.tscn"].decode()


def test_tiled_and_the_neutral_file_scroll_a_scene_alike() -> None:
    hills = all_scenes()[0]
    neutral = json.loads(files()["scenes.json"])["scenes"]["Grüne Hügel"]
    layers = json.loads(files()["tiled/hills.tmj"])["layers"]
    assert [layer["parallaxx"] for layer in layers] == [layer.parallax_factor for layer in hills.layers]
    assert [layer["parallax_factor"] for layer in neutral["layers"]] == [0.0, 0.35, 1.0]
    assert [layer["image"].removeprefix("../") for layer in layers] == [
        layer["file"] for layer in neutral["layers"]
    ]
    assert [[layer["offsetx"], layer["offsety"]] for layer in layers] == [
        layer["offset_px"] for layer in neutral["layers"]
    ]
    assert {layer["repeatx"] for layer in layers} == {True}


def test_every_link_leads_to_a_file() -> None:
    """A missing picture shows only in the engine, and there as a grey square."""
    links = {name for one in READERS for name in {frame.picture for frame in reading(one).frames.values()}}
    pack = json.loads(files()["phaser/pack.json"])["pond"]["files"]
    manifest = json.loads(files()["pixi/manifest.json"])["bundles"][0]["assets"]
    links |= {linked("phaser/", entry["url"]) for entry in pack}
    links |= {linked("pixi/", asset["src"]) for asset in manifest}
    assert links <= files().keys()


def test_the_same_sprites_in_another_order_give_the_same_bytes() -> None:
    atlas = make_atlas("pond", all_kinds()[::-1], pixels_per_unit=32, layout=SMALL_PAGES)
    assert {**engine_files(atlas, all_scenes()), **picture_files(atlas, all_scenes())} == files()
