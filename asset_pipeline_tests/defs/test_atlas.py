"""A game's sprites as its engine loads them, in the store."""

from __future__ import annotations

import io
import json
import zipfile

from asset_pipeline.defs.derived import derived_names
from asset_pipeline.imaging.png import decode_image
from asset_pipeline.manifest.load import load_game
from asset_pipeline_tests.defs.conftest import POND, Studio

ALL = ("pond/frog", "pond/reed", "pond/sky", "pond/catalog", "pond/atlas")


def test_all_files_are_in_the_store_and_in_one_archive(studio: Studio) -> None:
    result = studio.make(*ALL)

    phaser = json.loads(studio.store.get("pond/exports/phaser/atlas.json"))
    assert {frame["filename"] for frame in phaser["textures"][0]["frames"]} == {"frog", "Reed-1"}
    page = decode_image(studio.store.get("pond/exports/atlas_0.png"), what="the page")
    assert page.shape[1::-1] == tuple(phaser["textures"][0]["size"].values())
    with zipfile.ZipFile(io.BytesIO(studio.store.get("pond/exports.zip"))) as archive:
        assert {f"pond/exports/{name}" for name in archive.namelist()} == set(
            studio.store.list_keys("pond/exports/")
        )
    assert studio.metadata(result, "pond/atlas")["files"] == len(
        list(studio.store.list_keys("pond/exports/"))
    )


def test_the_same_sprites_make_the_same_archive(studio: Studio) -> None:
    studio.make(*ALL)
    first = studio.store.get("pond/exports.zip")
    studio.make("pond/atlas")

    assert studio.store.get("pond/exports.zip") == first


def test_files_of_a_sprite_that_was_renamed_are_removed(studio: Studio) -> None:
    studio.make(*ALL)
    assert studio.store.exists("pond/exports/aseprite/reed.json")
    studio.write(POND.replace("  reed:", "  cane:"))
    studio.make("pond/frog", "pond/cane", "pond/sky", "pond/catalog", "pond/atlas")

    assert studio.store.exists("pond/exports/aseprite/cane.json")
    assert not studio.store.exists("pond/exports/aseprite/reed.json")


def test_a_layered_scene_comes_along(studio: Studio) -> None:
    studio.make("lake/fish", "lake/shore", "lake/catalog", "lake/atlas", pack="day")

    scene = json.loads(studio.store.get("lake/day/exports/scenes.json"))["scenes"]["shore"]
    factors = [layer["parallax_factor"] for layer in scene["layers"]]
    assert len(factors) == 3
    assert factors == sorted(factors)


def test_a_scene_that_is_to_be_split_and_is_not_yet_is_missing(studio: Studio) -> None:
    """It has a picture, of an earlier manifest; all other sprites are packed as ever."""
    studio.write(POND)
    studio.make("pond/frog", "pond/reed", "pond/sky")
    studio.write(POND.replace("kind: background,", "kind: parallax, layer_count: 2,"))
    result = studio.make("pond/atlas")

    assert studio.metadata(result, "pond/atlas")["missing"] == "sky"
    assert studio.store.exists("pond/exports/godot/frog.tres")


def test_a_sheet_that_is_laid_otherwise_now_is_missing_until_it_is_made_anew(studio: Studio) -> None:
    hop = "  hop: {kind: sheet, sheet: sprite, columns: 2, cell_width_px: 48, cell_height_px: 48, description: a green frog}\n"
    studio.write(POND + hop)
    studio.make("pond/frog", "pond/hop")
    studio.write(POND + hop.replace("columns: 2", "columns: 3"))
    result = studio.make("pond/atlas")

    assert "hop" in str(studio.metadata(result, "pond/atlas")["missing"])
    assert studio.store.exists("pond/exports/godot/frog.tres")


def test_a_game_of_scenes_alone_has_no_atlas(studio: Studio) -> None:
    scenes = "\n".join(line for line in POND.splitlines() if "entity" not in line)
    studio.write(scenes)

    assert derived_names(load_game(studio.folder / "games" / "pond.yaml")) == (
        "contact_sheet",
        "gallery",
        "catalog",
    )
    studio.make("pond/sky", "pond/catalog")
