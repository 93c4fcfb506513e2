"""The XML form of a Tiled tileset, from its JSON form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree as ET

_PICTURE = {"image": "source", "imagewidth": "width", "imageheight": "height"}


def tsx_bytes(tileset: Mapping[str, Any]) -> bytes:
    """Write a ``.tsx`` that says what the ``.tsj`` *tileset* says."""
    root = ET.Element("tileset", _attributes(tileset, without=("type", *_PICTURE)))
    _add_picture(root, tileset)
    for tile in tileset["tiles"]:
        element = ET.SubElement(root, "tile", _attributes(tile, without=tuple(_PICTURE)))
        properties = ET.SubElement(element, "properties")
        for fact in tile["properties"]:
            ET.SubElement(properties, "property", _attributes(fact))
        _add_picture(element, tile)
        if "animation" in tile:
            animation = ET.SubElement(element, "animation")
            for frame in tile["animation"]:
                ET.SubElement(animation, "frame", _attributes(frame))
    if "wangsets" in tileset:
        wangsets = ET.SubElement(root, "wangsets")
        for wangset in tileset["wangsets"]:
            element = ET.SubElement(wangsets, "wangset", _attributes(wangset))
            for colour in wangset["colors"]:
                ET.SubElement(element, "wangcolor", _attributes(colour))
            for tile in wangset["wangtiles"]:
                wangid = ",".join(map(str, tile["wangid"]))
                ET.SubElement(element, "wangtile", {"tileid": str(tile["tileid"]), "wangid": wangid})
    ET.indent(root, " ")
    return b"%s\n" % ET.tostring(root, encoding="utf-8", xml_declaration=True)


def _add_picture(parent: ET.Element, facts: Mapping[str, Any]) -> None:
    if "image" in facts:
        ET.SubElement(parent, "image", {name: str(facts[key]) for key, name in _PICTURE.items()})


def _attributes(facts: Mapping[str, Any], without: tuple[str, ...] = ()) -> dict[str, str]:
    return {
        key: str(value) for key, value in facts.items() if key not in without and not isinstance(value, list)
    }
