"""A level painted by the rules in Tiled's and LDtk's files gets the tile of each cell's neighbourhood."""

from __future__ import annotations

import json
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from numpy.typing import NDArray

from asset_pipeline.export.atlas.atlas import make_atlas
from asset_pipeline.export.atlas.of_spec import neighbours_of
from asset_pipeline.export.atlas.sprite import Frame, Sprite
from asset_pipeline.export.engines.files import engine_files
from asset_pipeline.imaging.sheets.blob import BLOB_47, shown_neighbours, sides_of
from asset_pipeline.manifest.composites import Autotile, SheetForm

AROUND = ((-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1))  # clockwise from the north


def files_of(autotile: Autotile) -> dict[str, bytes]:
    form = SheetForm(
        kind="sheet", sheet="tile", columns=8, rows=6, cell_width_px=16, cell_height_px=16, autotile=autotile
    )
    neighbours = neighbours_of(form)
    frames = tuple(Frame(str(n), np.full((16, 16, 4), n + 1, np.uint8)) for n in range(len(neighbours)))
    turf = Sprite("turf", "Turf", frames, tile_columns=8, neighbours=neighbours)
    return engine_files(make_atlas("pond", [turf], pixels_per_unit=16), [])


def neighbours_at(level: NDArray[np.bool_], row: int, column: int) -> int:
    padded = np.pad(level, 1)
    return sum(
        1 << bit for bit, (down, across) in enumerate(AROUND) if padded[1 + row + down, 1 + column + across]
    )


def wanted(autotile: Autotile, neighbours: int) -> int:
    return BLOB_47.index(shown_neighbours(neighbours)) if autotile == "blob_47" else sides_of(neighbours)


def by_ldtk(project: dict, level: NDArray[np.bool_], row: int, column: int) -> int:  # type: ignore[type-arg] # any JSON
    """Lay the first rule that matches, as LDtk does."""
    [layer] = project["defs"]["layers"]
    padded = np.pad(level, 1)[row : row + 3, column : column + 3].reshape(-1)
    for rule in layer["autoRuleGroups"][0]["rules"]:
        fits = all(
            asked == 0 or (asked > 0) == bool(there)
            for asked, there in zip(rule["pattern"], padded, strict=True)
        )
        if fits:
            [[tile]] = rule["tileRectsIds"]
            return int(tile)
    raise AssertionError("no rule matches")


def by_tiled(wangset: dict, autotile: Autotile, neighbours: int) -> int:  # type: ignore[type-arg] # any JSON
    """Take the tile whose Wang id is the neighbourhood's, as Tiled's terrain brush does."""
    shown = shown_neighbours(neighbours) if autotile == "blob_47" else neighbours & 0b01010101
    [found] = [
        t["tileid"] for t in wangset["wangtiles"] if t["wangid"] == [shown >> bit & 1 for bit in range(8)]
    ]
    return int(found)


@pytest.mark.parametrize("autotile", ["blob_16", "blob_47"])
def test_every_cell_of_a_level_gets_the_tile_that_is_made_for_it(autotile: Autotile) -> None:
    files = files_of(autotile)
    [tiled] = [json.loads(data) for name, data in files.items() if name.endswith(".tsj")]
    [ldtk] = [json.loads(data) for name, data in files.items() if name.endswith(".ldtk")]
    [wangset] = tiled["wangsets"]
    assert wangset["type"] == ("mixed" if autotile == "blob_47" else "edge")
    level = np.random.default_rng(5).random((24, 24)) > 0.4

    met = set()
    for row, column in zip(*np.nonzero(level), strict=True):
        neighbours = neighbours_at(level, row, column)
        tile = wanted(autotile, neighbours)
        assert by_ldtk(ldtk, level, row, column) == by_tiled(wangset, autotile, neighbours) == tile
        met.add(tile)
    assert len(met) > (16 if autotile == "blob_47" else 12)


def test_both_forms_of_a_tileset_say_the_same() -> None:
    files = files_of("blob_47")
    [tiled] = [json.loads(data) for name, data in files.items() if name.endswith(".tsj")]
    [xml] = [ET.fromstring(data) for name, data in files.items() if name.endswith(".tsx")]  # noqa: S314 - our own

    in_xml = {t.attrib["tileid"]: t.attrib["wangid"] for t in xml.iter("wangtile")}
    assert in_xml == {
        str(t["tileid"]): ",".join(map(str, t["wangid"])) for t in tiled["wangsets"][0]["wangtiles"]
    }
    assert [found.attrib["type"] for found in xml.iter("wangset")] == ["mixed"]


def test_uids_of_a_project_are_each_used_once_and_every_layer_is_in_the_level() -> None:
    [project] = [json.loads(data) for name, data in files_of("blob_47").items() if name.endswith(".ldtk")]
    layers = project["defs"]["layers"]
    groups = [group for layer in layers for group in layer["autoRuleGroups"]]
    rules = [rule for group in groups for rule in group["rules"]]
    things = [
        *project["defs"]["tilesets"],
        *project["defs"]["entities"],
        *layers,
        *groups,
        *rules,
        *project["levels"],
    ]

    uids = [thing["uid"] for thing in things]
    assert len(set(uids)) == len(uids)
    assert max(uids) < project["nextUid"]
    [level] = project["levels"]
    assert [instance["layerDefUid"] for instance in level["layerInstances"]] == [
        layer["uid"] for layer in layers
    ]
    assert all(len(i["intGridCsv"]) == i["__cWid"] * i["__cHei"] for i in level["layerInstances"])
