"""What stands around the definitions in an LDtk project: the editor's settings and one empty level."""

from __future__ import annotations

import uuid
from typing import Any

GRID_PX = 16  # LDtk's own default, for pages that are no grid
_LEVEL_PX = 256


def project(
    game: str,
    tilesets: list[dict[str, Any]],
    entities: list[dict[str, Any]],
    layers: list[dict[str, Any]],
    level_uid: int,
) -> dict[str, Any]:
    """Return the whole project as plain JSON values; *level_uid* is above every other uid."""
    return {
        "__header__": {
            "fileType": "LDtk Project JSON",
            "app": "LDtk",
            "doc": "https://ldtk.io/json",
            "schema": "https://ldtk.io/files/JSON_SCHEMA.json",
            "appAuthor": "Sebastien 'deepnight' Benard",
            "appVersion": "1.5.3",
            "url": "https://ldtk.io",
        },
        "iid": _iid(game),
        "jsonVersion": "1.5.3",
        "appBuildId": 473703,
        "nextUid": level_uid + 1,
        "identifierStyle": "Capitalize",
        "toc": [],
        "worldLayout": "Free",
        "worldGridWidth": _LEVEL_PX,
        "worldGridHeight": _LEVEL_PX,
        "defaultLevelWidth": _LEVEL_PX,
        "defaultLevelHeight": _LEVEL_PX,
        "defaultPivotX": 0,
        "defaultPivotY": 0,
        "defaultGridSize": GRID_PX,
        "defaultEntityWidth": GRID_PX,
        "defaultEntityHeight": GRID_PX,
        "bgColor": "#40465B",
        "defaultLevelBgColor": "#696A79",
        "minifyJson": False,
        "externalLevels": False,
        "exportTiled": False,
        "simplifiedExport": False,
        "imageExportMode": "None",
        "exportLevelBg": True,
        "pngFilePattern": None,
        "backupOnSave": False,
        "backupLimit": 10,
        "backupRelPath": None,
        "levelNamePattern": "Level_%idx",
        "tutorialDesc": None,
        "customCommands": [],
        "flags": [],
        "defs": {
            "layers": layers,
            "entities": entities,
            "tilesets": tilesets,
            "enums": [],
            "externalEnums": [],
            "levelFields": [],
        },
        "levels": [_level(game, layers, level_uid)],
        "worlds": [],
        "dummyWorldIid": _iid(game, "world"),
    }


def _level(game: str, layers: list[dict[str, Any]], uid: int) -> dict[str, Any]:
    return {
        "identifier": "Level_0",
        "iid": _iid(game, "level"),
        "uid": uid,
        "worldX": 0,
        "worldY": 0,
        "worldDepth": 0,
        "pxWid": _LEVEL_PX,
        "pxHei": _LEVEL_PX,
        "__bgColor": "#696A79",
        "bgColor": None,
        "useAutoIdentifier": True,
        "bgRelPath": None,
        "bgPos": None,
        "bgPivotX": 0.5,
        "bgPivotY": 0.5,
        "__smartColor": "#ADADB5",
        "__bgPos": None,
        "externalRelPath": None,
        "fieldInstances": [],
        "layerInstances": [_empty(game, layer, uid) for layer in layers],
        "__neighbours": [],
    }


def _empty(game: str, layer: dict[str, Any], level_uid: int) -> dict[str, Any]:
    """Return a layer of the level on which nothing is painted yet."""
    cells = max(1, _LEVEL_PX // layer["gridSize"])
    return {
        "__identifier": layer["identifier"],
        "__type": layer["__type"],
        "__cWid": cells,
        "__cHei": cells,
        "__gridSize": layer["gridSize"],
        "__opacity": 1,
        "__pxTotalOffsetX": 0,
        "__pxTotalOffsetY": 0,
        "__tilesetDefUid": layer["tilesetDefUid"],
        "__tilesetRelPath": None,
        "iid": _iid(game, "level", layer["identifier"]),
        "levelId": level_uid,
        "layerDefUid": layer["uid"],
        "pxOffsetX": 0,
        "pxOffsetY": 0,
        "visible": True,
        "optionalRules": [],
        "intGridCsv": [0] * (cells * cells),
        "autoLayerTiles": [],
        "seed": layer["uid"],
        "overrideTilesetUid": None,
        "gridTiles": [],
        "entityInstances": [],
    }


def _iid(*words: str) -> str:
    """Return an id that is the same for the same words."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, "/".join(("asset_pipeline", *words))))
