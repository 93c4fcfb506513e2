"""Tiled 1.9 and newer: tilesets as ``.tsj`` and ``.tsx``, and scenes as maps of image layers.

Tiles of a level become a tileset over their page, margin and spacing included. All other frames become the tileset
``sprites``, whose tiles are rectangles of the pages. Tiled knows no trimming, pivots, insets or world sizes: they are custom
properties of the tile. A blob set is a Wang set, for the terrain brush. An animation belongs to a tile: to the first one of a
level's tiles, to a tile of its own among the sprites. Durations are whole milliseconds; a ping-pong is written with its way
back; whether it loops is a property.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from asset_pipeline.export.atlas.scene import Scene
from asset_pipeline.export.atlas.sprite import Animation, Sprite
from asset_pipeline.export.atlas.table import Atlas, Page, PlacedFrame
from asset_pipeline.export.atlas.tiles import TileGrid
from asset_pipeline.export.engines.json_text import json_bytes
from asset_pipeline.export.engines.tiled_map import VERSIONS, scene_map
from asset_pipeline.export.engines.tiled_xml import tsx_bytes
from asset_pipeline.export.engines.timing import whole_ms

_TERRAIN_COLOUR = "#6bbf3d"


def tiled_files(atlas: Atlas, scenes: Sequence[Scene]) -> dict[str, bytes]:
    """Return tilesets and maps below ``tiled/``."""
    tilesets = {page.stem: _of_grid(page, page.grid) for page in atlas.pages if page.grid}
    if any(not page.grid for page in atlas.pages):
        tilesets["sprites"] = _of_sprites(atlas)
    files = {}
    for name, tileset in tilesets.items():
        files[f"tiled/{name}.tsj"] = json_bytes(tileset)
        files[f"tiled/{name}.tsx"] = tsx_bytes(tileset)
    for scene in scenes:
        files[f"tiled/{scene.id}.tmj"] = json_bytes(scene_map(scene))
    return files


def _tileset(
    name: str, size_px: tuple[int, int], tiles: Sequence[dict[str, Any]], layout: Mapping[str, str | int]
) -> dict[str, Any]:
    width, height = size_px
    return {
        "type": "tileset",
        **VERSIONS,
        "name": name,
        "tilewidth": width,
        "tileheight": height,
        "tilecount": len(tiles),
        **layout,
        "tiles": tiles,
    }


def _of_grid(page: Page, grid: TileGrid) -> dict[str, Any]:
    sprite = grid.sprite
    begun = {animation.frames[0]: animation for animation in sprite.animations}
    tiles = []
    for index, name in enumerate(sprite.frame_names):
        tile: dict[str, Any] = {"id": index, "properties": _properties({"name": name})}
        if animation := begun.get(index):
            tile["animation"] = _animation(animation, 0)
            tile["properties"] += _properties(_playing(animation))
        tiles.append(tile)
    width, height = page.size_px
    layout: dict[str, str | int] = {
        "image": f"../{page.file}",
        "imagewidth": width,
        "imageheight": height,
        "columns": grid.columns,
        "margin": grid.margin_px,
        "spacing": grid.spacing_px,
    }
    return _tileset(sprite.name, sprite.size_px, tiles, layout) | (
        {"wangsets": [_terrain(sprite)]} if sprite.neighbours else {}
    )


def _terrain(sprite: Sprite) -> dict[str, Any]:
    """Describe a blob set as Tiled's terrain brush wants it: for each tile, which of its eight neighbours are of the terrain."""
    return {
        "name": sprite.name,
        "type": "mixed" if sprite.has_corners else "edge",
        "tile": -1,
        "colors": [{"name": sprite.name, "color": _TERRAIN_COLOUR, "tile": -1, "probability": 1}],
        "wangtiles": [
            {"tileid": tile, "wangid": [neighbours >> bit & 1 for bit in range(8)]}
            for tile, neighbours in enumerate(sprite.neighbours)
        ],
    }


def _of_sprites(atlas: Atlas) -> dict[str, Any]:
    tiles: list[dict[str, Any]] = []
    for frames in atlas.frames_of().values():
        sprite = frames[0].sprite
        if sprite.tile_columns is not None:
            continue
        begin = len(tiles)
        tiles += [_tile(begin + frame.index, frame, atlas.pages) for frame in frames]
        for animation in sprite.animations:
            tile = _tile(len(tiles), frames[animation.frames[0]], atlas.pages)
            tile["animation"] = _animation(animation, begin)
            tile["properties"] = _properties(
                {"name": sprite.animation_name(animation), **_playing(animation)}
            )
            tiles.append(tile)
    size = max(tile["width"] for tile in tiles), max(tile["height"] for tile in tiles)
    return _tileset(atlas.name, size, tiles, {"columns": 0, "margin": 0, "spacing": 0})


def _tile(number: int, placement: PlacedFrame, pages: Sequence[Page]) -> dict[str, Any]:
    box, sprite, page = placement.box, placement.sprite, pages[placement.page]
    facts: dict[str, str | int | float] = {
        "name": placement.name,
        "pivot_x": sprite.pivot[0],
        "pivot_y": sprite.pivot[1],
        "trim_x_px": placement.x,
        "trim_y_px": placement.y,
        "source_width_px": sprite.size_px[0],
        "source_height_px": sprite.size_px[1],
    }
    if sprite.world_size:
        facts |= {"world_width": sprite.world_size[0], "world_height": sprite.world_size[1]}
    if sprite.nine_patch:
        facts |= {f"inset_{side}_px": inset for side, inset in sprite.nine_patch}
    return {
        "id": number,
        "image": f"../{page.file}",
        "imagewidth": page.size_px[0],
        "imageheight": page.size_px[1],
        "x": box.x,
        "y": box.y,
        "width": box.width,
        "height": box.height,
        "properties": _properties(facts),
    }


def _animation(animation: Animation, begin: int) -> list[dict[str, int]]:
    frames, durations = zip(*animation.unrolled, strict=True)
    return [
        {"tileid": begin + frame, "duration": duration}
        for frame, duration in zip(frames, whole_ms(durations), strict=True)
    ]


def _playing(animation: Animation) -> dict[str, str]:
    return {"animation": animation.name, "playback": animation.playback}


def _properties(facts: dict[str, Any]) -> list[dict[str, Any]]:
    kinds = {str: "string", int: "int", float: "float"}
    return [{"name": name, "type": kinds[type(value)], "value": value} for name, value in facts.items()]
