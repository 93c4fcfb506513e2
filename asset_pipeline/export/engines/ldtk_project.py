"""What stands around the definitions in an LDtk project: the editor's settings and one empty level."""

from __future__ import annotations

import uuid
from typing import Any

GRID_PX = 16  # LDtk's own default, for pages that are no grid
_LEVEL_PX = 256


def project(
    game: str, tilesets: list[dict[str, Any]], entities: list[dict[str, Any]], level_uid: int
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
            "layers": [],
            "entities": entities,
            "tilesets": tilesets,
            "enums": [],
            "externalEnums": [],
            "levelFields": [],
        },
        "levels": [_level(game, level_uid)],
        "worlds": [],
        "dummyWorldIid": _iid(game, "world"),
    }


def _level(game: str, uid: int) -> dict[str, Any]:
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
        "layerInstances": [],
        "__neighbours": [],
    }


def _iid(*words: str) -> str:
    """Return an id that is the same for the same words."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, "/".join(("asset_pipeline", *words))))
