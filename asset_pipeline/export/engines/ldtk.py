"""An LDtk 1.5 project with one empty level: a tileset a page, and an entity a frame to place in levels.

An entity shows its rectangle of the page, so a trimmed frame's pivot is reckoned anew; LDtk's editor keeps pivots within 0 to
1. A nine-patch's borders are top, right, bottom, left. The grid of a tileset is square: other tiles can be placed as entities
only. A blob set of square tiles is a layer with rules. LDtk knows no animations.
"""

from __future__ import annotations

from typing import Any

from asset_pipeline.export.atlas.sprite import Sprite
from asset_pipeline.export.atlas.table import Atlas, Page, PlacedFrame
from asset_pipeline.export.engines.json_text import json_bytes
from asset_pipeline.export.engines.ldtk_project import GRID_PX, project
from asset_pipeline.export.engines.ldtk_terrain import terrain_layer, uids_of

_COLOUR = "#94D9B3"


def ldtk_files(atlas: Atlas) -> dict[str, bytes]:
    """Return ``ldtk/<game>.ldtk``."""
    tilesets = [_tileset(page, uid) for uid, page in enumerate(atlas.pages, 1)]
    begin = len(tilesets) + 1
    entities = [_entity(placement, uid) for uid, placement in enumerate(atlas.placements, begin)]
    next_uid = begin + len(entities)
    layers = []
    for page_uid, page in enumerate(atlas.pages, 1):
        if page.grid and page.grid.sprite.neighbours and _is_square(page.grid.sprite):
            layers.append(terrain_layer(page.grid.sprite, page_uid, next_uid))
            next_uid += uids_of(page.grid.sprite)
    return {f"ldtk/{atlas.name}.ldtk": json_bytes(project(atlas.name, tilesets, entities, layers, next_uid))}


def _is_square(sprite: Sprite) -> bool:
    return len(set(sprite.size_px)) == 1


def _tileset(page: Page, uid: int) -> dict[str, Any]:
    width, height = page.size_px
    grid_px, padding, spacing = GRID_PX, 0, 0
    if page.grid and _is_square(page.grid.sprite):
        grid_px, padding, spacing = page.grid.sprite.size_px[0], page.grid.margin_px, page.grid.spacing_px
    columns, rows = ((side - padding + spacing) // (grid_px + spacing) for side in (width, height))
    return {
        "__cWid": columns,
        "__cHei": rows,
        "identifier": page.stem.capitalize(),
        "uid": uid,
        "relPath": f"../{page.file}",
        "embedAtlas": None,
        "pxWid": width,
        "pxHei": height,
        "tileGridSize": grid_px,
        "spacing": spacing,
        "padding": padding,
        "tags": [],
        "tagsSourceEnumUid": None,
        "enumTags": [],
        "customData": [],
        "savedSelections": [],
        "cachedPixelData": None,
    }


def _entity(placement: PlacedFrame, uid: int) -> dict[str, Any]:
    box, (pivot_x, pivot_y) = placement.box, placement.box_pivot
    insets = placement.sprite.nine_patch
    rect = {"tilesetUid": placement.page + 1, "x": box.x, "y": box.y, "w": box.width, "h": box.height}
    return {
        "identifier": placement.id.capitalize(),
        "uid": uid,
        "tags": [],
        "exportToToc": False,
        "allowOutOfBounds": False,
        "doc": placement.name,
        "width": box.width,
        "height": box.height,
        "resizableX": insets is not None,
        "resizableY": insets is not None,
        "minWidth": None,
        "maxWidth": None,
        "minHeight": None,
        "maxHeight": None,
        "keepAspectRatio": False,
        "tileOpacity": 1,
        "fillOpacity": 0.08,
        "lineOpacity": 0,
        "hollow": False,
        "color": _COLOUR,
        "renderMode": "Tile",
        "showName": False,
        "tilesetId": placement.page + 1,
        "tileRenderMode": "NineSlice" if insets else "FitInside",
        "tileRect": rect,
        "uiTileRect": None,
        "nineSliceBorders": [insets.top, insets.right, insets.bottom, insets.left] if insets else [],
        "maxCount": 0,
        "limitScope": "PerLevel",
        "limitBehavior": "MoveLastOne",
        "pivotX": pivot_x,
        "pivotY": pivot_y,
        "fieldDefs": [],
    }
