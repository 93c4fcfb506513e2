"""All formats together."""

from __future__ import annotations

from collections.abc import Sequence

from asset_pipeline.export.atlas.checking import check_scenes
from asset_pipeline.export.atlas.scene import Scene
from asset_pipeline.export.atlas.table import Atlas
from asset_pipeline.export.engines.aseprite import aseprite_files
from asset_pipeline.export.engines.godot import godot_files
from asset_pipeline.export.engines.json_text import json_bytes
from asset_pipeline.export.engines.ldtk import ldtk_files
from asset_pipeline.export.engines.phaser import phaser_files
from asset_pipeline.export.engines.pixi import pixi_files
from asset_pipeline.export.engines.texture_packer import texture_packer_files
from asset_pipeline.export.engines.tiled import tiled_files
from asset_pipeline.export.engines.unity import unity_files


def engine_files(atlas: Atlas, scenes: Sequence[Scene] = ()) -> dict[str, bytes]:
    """Write the texts of every format; together with :func:`picture_files` they are what a game loads.

    Args:
        atlas: the game's sprites on their pages.
        scenes: what is no part of the atlas.

    Returns:
        Contents by name, relative to one folder; the same input gives the same bytes.

    Raises:
        ExportError: with every mistake of every scene.
    """
    check_scenes(scenes, atlas)
    described = {scene.name: scene.description() for scene in scenes}
    return {
        "scenes.json": json_bytes({"format": 1, "name": atlas.name, "scenes": described}),
        **texture_packer_files(atlas),
        **phaser_files(atlas, scenes),
        **pixi_files(atlas, scenes),
        **aseprite_files(atlas),
        **godot_files(atlas, scenes),
        **unity_files(atlas),
        **tiled_files(atlas, scenes),
        **ldtk_files(atlas),
    }


def picture_files(atlas: Atlas, scenes: Sequence[Scene] = ()) -> dict[str, bytes]:
    """Return the PNG files that :func:`engine_files` links to, by name."""
    layers = {
        file: layer.png for scene in scenes for file, layer in zip(scene.files, scene.layers, strict=True)
    }
    return {**atlas.pictures(), **layers}
