"""A blob set in LDtk: a layer of whole cells that are painted, and rules that lay the tile of each neighbourhood over them."""

from __future__ import annotations

from typing import Any

from asset_pipeline.export.atlas.sprite import Sprite

_TERRAIN, _ANYTHING, _NOT = 1, 0, -1
# Where each bit of a neighbourhood lies in a pattern of 3 x 3, clockwise from the north.
_PLACES = (1, 2, 5, 8, 7, 6, 3, 0)
_COLOUR = "#6BBF3D"


def terrain_layer(sprite: Sprite, tileset_uid: int, uid: int) -> dict[str, Any]:
    """Describe the layer that a level is painted on with *sprite*; uses up a uid for itself, its group and each of its rules."""
    rules = [
        _rule(uid + 2 + tile, tile, neighbours, corners=sprite.has_corners)
        for tile, neighbours in enumerate(sprite.neighbours)
    ]
    group = {
        "uid": uid + 1,
        "name": sprite.name,
        "color": None,
        "icon": None,
        "active": True,
        "isOptional": False,
        "rules": rules,
        "usesWizard": False,
        "requiredBiomeValues": [],
        "biomeRequirementMode": 0,
    }
    value = {"value": _TERRAIN, "identifier": sprite.id, "color": _COLOUR, "tile": None, "groupUid": 0}
    return {
        "__type": "IntGrid",
        "identifier": f"{sprite.id}_terrain".capitalize(),
        "type": "IntGrid",
        "uid": uid,
        "doc": f"paint {sprite.name}; its tiles follow",
        "uiColor": None,
        "gridSize": sprite.size_px[0],
        "guideGridWid": 0,
        "guideGridHei": 0,
        "displayOpacity": 1,
        "inactiveOpacity": 1,
        "hideInList": False,
        "hideFieldsWhenInactive": False,
        "canSelectWhenInactive": True,
        "renderInWorldView": True,
        "pxOffsetX": 0,
        "pxOffsetY": 0,
        "parallaxFactorX": 0,
        "parallaxFactorY": 0,
        "parallaxScaling": True,
        "requiredTags": [],
        "excludedTags": [],
        "autoTilesKilledByOtherLayerUid": None,
        "uiFilterTags": [],
        "useAsyncRender": False,
        "intGridValues": [value],
        "intGridValuesGroups": [],
        "autoRuleGroups": [group],
        "autoSourceLayerDefUid": None,
        "tilesetDefUid": tileset_uid,
        "tilePivotX": 0,
        "tilePivotY": 0,
        "biomeFieldUid": None,
    }


def uids_of(sprite: Sprite) -> int:
    """Return how many uids its layer uses up."""
    return 2 + len(sprite.neighbours)


def _rule(uid: int, tile: int, neighbours: int, *, corners: bool) -> dict[str, Any]:
    return {
        "uid": uid,
        "active": True,
        "size": 3,
        "tileRectsIds": [[tile]],
        "alpha": 1,
        "chance": 1,
        "breakOnMatch": True,
        "pattern": _pattern(neighbours, corners=corners),
        "flipX": False,
        "flipY": False,
        "xModulo": 1,
        "yModulo": 1,
        "xOffset": 0,
        "yOffset": 0,
        "tileXOffset": 0,
        "tileYOffset": 0,
        "tileRandomXMin": 0,
        "tileRandomXMax": 0,
        "tileRandomYMin": 0,
        "tileRandomYMax": 0,
        "checker": "None",
        "tileMode": "Single",
        "pivotX": 0,
        "pivotY": 0,
        "outOfBoundsValue": -1,
        "invalidated": False,
        "perlinActive": False,
        "perlinSeed": uid,
        "perlinScale": 0.2,
        "perlinOctaves": 2,
    }


def _pattern(neighbours: int, *, corners: bool) -> list[int]:
    """Write a neighbourhood as LDtk does: the cell in the middle, each side for or against, a corner only where it shows."""
    pattern = [_ANYTHING] * 9
    pattern[4] = _TERRAIN
    for bit, place in enumerate(_PLACES):
        if bit % 2 == 0 or (corners and neighbours >> (bit - 1) & 1 and neighbours >> ((bit + 1) % 8) & 1):
            pattern[place] = _TERRAIN if neighbours >> bit & 1 else _NOT
    return pattern
