"""One small reader a format, written from the formats' own documents and knowing nothing of our writers."""

from __future__ import annotations

import json
import re
from typing import Any
from xml.etree import ElementTree as ET

import yaml

from asset_pipeline_tests.export.engines.reading import (
    Box,
    Files,
    ReadAnimation,
    ReadFrame,
    Reading,
    Shown,
    linked,
)


def _box(rectangle: dict[str, int]) -> Box:
    return rectangle["x"], rectangle["y"], rectangle["w"], rectangle["h"]


def _packed_frame(picture: str, frame: dict[str, Any], pivot_key: str) -> ReadFrame:
    """Read a frame of TexturePacker's family."""
    x, y, width, height = _box(frame["frame"])
    trim_x, trim_y, trim_width, trim_height = _box(frame["spriteSourceSize"])
    assert (trim_width, trim_height) == (width, height)
    assert frame["rotated"] is False
    whole = frame["sourceSize"]["w"], frame["sourceSize"]["h"]
    assert frame["trimmed"] is ((width, height) != whole)
    pivot = None
    if pivot_key in frame:
        share = frame[pivot_key]
        pivot = x - trim_x + share["x"] * whole[0], y - trim_y + share["y"] * whole[1]
    insets = None
    if "scale9Borders" in frame:
        left, top, middle_width, middle_height = _box(frame["scale9Borders"])
        insets = left, top, whole[0] - left - middle_width, whole[1] - top - middle_height
    if "borders" in frame:
        left, top, right, bottom = (frame["borders"][side] for side in ("left", "top", "right", "bottom"))
        insets = left, top, right, bottom
    return ReadFrame(picture, (x, y, width, height), pivot, insets, (trim_x, trim_y, *whole))


def _noted_animations(meta: dict[str, Any]) -> dict[str, ReadAnimation]:
    return {
        name: ReadAnimation(
            tuple(zip(noted["frames"], noted["durations_ms"], strict=True)), playback=noted["playback"]
        )
        for name, noted in meta["animations"].items()
    }


def read_texture_packer_hash(files: Files) -> Reading:
    reading = Reading()
    for file in sorted(name for name in files if name.startswith("texture_packer_hash/")):
        sheet = json.loads(files[file])
        picture = linked(file, sheet["meta"]["image"])
        for name, frame in sheet["frames"].items():
            reading.frames[name] = _packed_frame(picture, frame, "pivot")
        reading.animations.update(_noted_animations(sheet["meta"]))
    return reading


def read_texture_packer_array(files: Files) -> Reading:
    reading = Reading()
    for file in sorted(name for name in files if name.startswith("texture_packer_array/")):
        sheet = json.loads(files[file])
        picture = linked(file, sheet["meta"]["image"])
        for frame in sheet["frames"]:
            reading.frames[frame["filename"]] = _packed_frame(picture, frame, "pivot")
        reading.animations.update(_noted_animations(sheet["meta"]))
    return reading


def read_phaser(files: Files) -> Reading:
    reading = Reading()
    for texture in json.loads(files["phaser/atlas.json"])["textures"]:
        picture = linked("phaser/atlas.json", texture["image"])
        for frame in texture["frames"]:
            reading.frames[frame["filename"]] = _packed_frame(picture, frame, "pivot")
    for animation in json.loads(files["phaser/animations.json"])["anims"]:
        shown = tuple((frame["frame"], frame["duration"]) for frame in animation["frames"])
        assert {frame["key"] for frame in animation["frames"]} == {"atlas"}
        loops = animation["repeat"] == -1
        playback = "ping_pong" if animation["yoyo"] else "loop" if loops else "once"
        reading.animations[animation["key"]] = ReadAnimation(shown, loops, playback)
    return reading


def read_pixi(files: Files) -> Reading:
    """Read the first sheet and those it links to; each texture of an animation has its noted duration."""
    [alias, *_] = json.loads(files["pixi/manifest.json"])["bundles"][0]["assets"]
    first = json.loads(files[f"pixi/{alias['src']}"])
    reading = Reading()
    for src in (alias["src"], *first["meta"]["related_multi_packs"]):
        sheet = json.loads(files[f"pixi/{src}"])
        picture = linked("pixi/", sheet["meta"]["image"])
        for name, frame in sheet["frames"].items():
            reading.frames[name] = _packed_frame(picture, frame, "anchor")
        for name, listed in sheet["animations"].items():
            assert set(listed) <= set(sheet["frames"]), (
                "PixiJS looks for an animation's frames on its own sheet"
            )
            noted = sheet["meta"]["animations"][name]
            shown = tuple(zip(listed, noted["durations_ms"], strict=True))
            reading.animations[name] = ReadAnimation(shown, noted["loop"])
    return reading


def read_aseprite(files: Files) -> Reading:
    reading = Reading()
    for file in sorted(name for name in files if name.startswith("aseprite/")):
        sheet = json.loads(files[file])
        picture = linked(file, sheet["meta"]["image"])
        [the_slice] = sheet["meta"]["slices"]
        [key] = the_slice["keys"]
        for frame in sheet["frames"]:
            plain = _packed_frame(picture, frame, "no pivot")
            assert plain.whole
            trim_x, trim_y, width, height = plain.whole
            assert _box(key["bounds"]) == (0, 0, width, height)
            pivot = plain.box[0] - trim_x + key["pivot"]["x"], plain.box[1] - trim_y + key["pivot"]["y"]
            insets = None
            if "center" in key:
                left, top, middle_width, middle_height = _box(key["center"])
                insets = left, top, width - left - middle_width, height - top - middle_height
            reading.frames[frame["filename"]] = ReadFrame(picture, plain.box, pivot, insets, plain.whole)
        for tag in sheet["meta"]["frameTags"]:
            run = sheet["frames"][tag["from"] : tag["to"] + 1]
            shown = tuple((frame["filename"], frame["duration"]) for frame in run)
            loops = tag.get("repeat") is None
            playback = "ping_pong" if tag["direction"] == "pingpong" else "loop" if loops else "once"
            name = f"{the_slice['name']}_{tag['name']}"
            reading.animations[name] = ReadAnimation(shown, loops, playback)
    return reading


_SECTION = re.compile(r"^\[(\w+)(.*?)\]$", re.MULTILINE)
_ATTRIBUTE = re.compile(r'(\w+)=("(?:[^"\\]|\\.)*"|\S+)')
_FRAME = re.compile(r'\{\s*"duration": ([\d.e+-]+),\s*"texture": SubResource\("(\d+)"\)\s*\}')
_ANIMATION = re.compile(
    r'\{\s*"frames": \[(.*?)\],\s*"loop": (true|false),\s*"name": &("(?:[^"\\]|\\.)*"),\s*"speed": ([\d.e+-]+)\s*\}',
    re.DOTALL,
)


def sections(text: str) -> list[tuple[str, dict[str, str], dict[str, str]]]:
    """Split a Godot text resource: kind, attributes and properties of each section."""
    marks = list(_SECTION.finditer(text))
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    found = []
    for mark, end in zip(marks, ends, strict=True):
        attributes = {key: value.strip('"') for key, value in _ATTRIBUTE.findall(mark[2])}
        lines = re.split(r"\n(?=[\w/]+ = )", text[mark.end() : end])
        properties = dict(line.strip().split(" = ", 1) for line in lines if " = " in line)
        found.append((mark[1], attributes, properties))
    return found


def numbers(value: str) -> tuple[float, ...]:
    """Read ``Rect2(1, 2, 3, 4)`` or ``Vector2(1, 2)``."""
    inner = re.fullmatch(r"(?:Rect2|Vector2)\((.*)\)", value)
    assert inner, value
    return tuple(float(number) for number in inner[1].split(","))


def _godot_texture(picture: str, properties: dict[str, str], pivot: tuple[float, ...]) -> ReadFrame:
    x, y, width, height = (int(number) for number in numbers(properties["region"]))
    trim_x, trim_y, more_width, more_height = (
        int(number) for number in numbers(properties.get("margin", "Rect2(0, 0, 0, 0)"))
    )
    whole = width + more_width, height + more_height
    place = x - trim_x + pivot[0] * whole[0], y - trim_y + pivot[1] * whole[1]
    return ReadFrame(picture, (x, y, width, height), place, None, (trim_x, trim_y, *whole))


def read_godot(files: Files) -> Reading:
    reading = Reading()
    for file in sorted(name for name in files if re.fullmatch(r"godot/[^.]+\.tres", name)):
        (head, kind, _), (_, picture, _), (_, _, properties) = sections(files[file].decode())
        assert (head, kind["type"], kind["format"]) == ("gd_resource", "AtlasTexture", "3")
        assert properties["atlas"] == f'ExtResource("{picture["id"]}")'
        pivot = numbers(properties["metadata/pivot"])
        frame = _godot_texture(linked(file, picture["path"]), properties, pivot)
        box = file.replace(".tres", ".stylebox.tres")
        if box in files:
            frame = _with_style_box(frame, box, files[box].decode())
        reading.frames[json.loads(properties["resource_name"])] = frame
    for file in sorted(name for name in files if name.endswith(".frames.tres")):
        _read_sprite_frames(reading, file, files[file].decode())
    return reading


def _with_style_box(frame: ReadFrame, file: str, text: str) -> ReadFrame:
    (_, kind, _), (_, picture, _), (_, _, properties) = sections(text)
    assert kind["type"] == "StyleBoxTexture"
    assert linked(file, picture["path"]) == frame.picture
    assert numbers(properties["region_rect"]) == frame.box
    left, top, right, bottom = (
        int(float(properties[f"texture_margin_{side}"])) for side in ("left", "top", "right", "bottom")
    )
    return ReadFrame(frame.picture, frame.box, frame.pivot, (left, top, right, bottom), frame.whole)


def _read_sprite_frames(reading: Reading, file: str, text: str) -> None:
    (_, kind, _), (_, picture, _), *parts, (_, _, properties) = sections(text)
    assert kind["type"] == "SpriteFrames"
    assert int(kind["load_steps"]) == len(parts) + 2
    sprite = json.loads(properties["resource_name"])
    pivot = numbers(properties["metadata/pivot"])
    named = {}
    for section, attributes, part in parts:
        assert (section, attributes["type"]) == ("sub_resource", "AtlasTexture")
        name = named[attributes["id"]] = json.loads(part["resource_name"])
        assert _godot_texture(linked(file, picture["path"]), part, pivot) == reading.frames[name]
    for listed, loop, quoted, speed in _ANIMATION.findall(properties["animations"]):
        shown: tuple[Shown, ...] = tuple(
            (named[part], float(duration) * 1000 / float(speed)) for duration, part in _FRAME.findall(listed)
        )
        reading.animations[f"{sprite}_{json.loads(quoted)}"] = ReadAnimation(shown, loop == "true")


def read_unity(files: Files, heights: dict[str, int]) -> Reading:
    """Read the importers' settings; *heights* of the pictures, since Unity counts from their bottom."""
    reading = Reading()
    for file in sorted(name for name in files if name.endswith(".png.meta")):
        picture = file.removesuffix(".meta")
        meta = yaml.safe_load(files[file])
        importer = meta["TextureImporter"]
        assert meta["fileFormatVersion"] == 2
        assert re.fullmatch(r"[0-9a-f]{32}", str(meta["guid"]))
        assert importer["spriteMode"] == 2
        table = importer["spriteSheet"]["nameFileIdTable"]
        listed = {entry["second"]: entry["first"][213] for entry in importer["internalIDToNameTable"]}
        for sprite in importer["spriteSheet"]["sprites"]:
            rect = sprite["rect"]
            width, height = rect["width"], rect["height"]
            y = heights[picture] - rect["y"] - height
            assert sprite["alignment"] == 9
            assert table[sprite["name"]] == listed[sprite["name"]] == sprite["internalID"]
            pivot = rect["x"] + sprite["pivot"]["x"] * width, y + (1 - sprite["pivot"]["y"]) * height
            border = sprite["border"]
            insets = border["x"], border["w"], border["z"], border["y"]
            reading.frames[sprite["name"]] = ReadFrame(
                picture, (rect["x"], y, width, height), pivot, insets if any(insets) else None
            )
    return reading


def read_tiled_json(files: Files) -> Reading:
    tilesets = {name: json.loads(data) for name, data in files.items() if name.endswith(".tsj")}
    return _read_tilesets(tilesets)


def read_tiled_xml(files: Files) -> Reading:
    texts = {name: data for name, data in files.items() if name.endswith(".tsx")}
    return _read_tilesets({name: _tileset_of_xml(ET.fromstring(data)) for name, data in texts.items()})  # noqa: S314 - our own


def _tileset_of_xml(root: ET.Element) -> dict[str, Any]:
    """Bring a ``.tsx`` into the form of a ``.tsj``."""
    return {
        **_values(root.attrib),
        **_picture_of(root),
        "tiles": [
            {
                **_values(tile.attrib),
                **_picture_of(tile),
                "properties": [dict(found.attrib) for found in tile.iter("property")],
                **(
                    {"animation": [_values(frame.attrib) for frame in tile.iter("frame")]}
                    if tile.find("animation")
                    else {}
                ),
            }
            for tile in root.iter("tile")
        ],
    }


def _picture_of(parent: ET.Element) -> dict[str, Any]:
    image = parent.find("image")
    if image is None:
        return {}
    size = {f"image{side}": int(image.attrib[side]) for side in ("width", "height")}
    return {"image": image.attrib["source"], **size}


def _values(attributes: dict[str, str]) -> dict[str, Any]:
    return {key: int(value) if value.isdigit() else value for key, value in attributes.items()}


def _facts(tile: dict[str, Any]) -> dict[str, Any]:
    kinds = {"string": str, "int": int, "float": float}
    return {fact["name"]: kinds[fact["type"]](fact["value"]) for fact in tile["properties"]}


def _read_tilesets(tilesets: dict[str, dict[str, Any]]) -> Reading:
    reading = Reading()
    for file, tileset in tilesets.items():
        assert tileset["tilecount"] == len(tileset["tiles"])
        names = {}
        for tile in tileset["tiles"]:
            facts = _facts(tile)
            names[tile["id"]] = facts["name"]
            is_copy = "animation" in tile and "image" in tile
            if not is_copy:
                reading.frames[facts["name"]] = _tile_frame(file, tileset, tile, facts)
        for tile in tileset["tiles"]:
            if "animation" not in tile:
                continue
            facts = _facts(tile)
            name = facts["name"] if "image" in tile else f"{tileset['name']}_{facts['animation']}"
            shown = tuple((names[frame["tileid"]], frame["duration"]) for frame in tile["animation"])
            reading.animations[name] = ReadAnimation(shown, facts["playback"] != "once")
    return reading


def _tile_frame(file: str, tileset: dict[str, Any], tile: dict[str, Any], facts: dict[str, Any]) -> ReadFrame:
    if tileset["columns"]:
        return ReadFrame(linked(file, tileset["image"]), _grid_box(tileset, tile["id"]))
    x, y, width, height = (tile[key] for key in ("x", "y", "width", "height"))
    whole = facts["source_width_px"], facts["source_height_px"]
    left, top = x - facts["trim_x_px"], y - facts["trim_y_px"]
    pivot = left + facts["pivot_x"] * whole[0], top + facts["pivot_y"] * whole[1]
    sides = [facts.get(f"inset_{side}_px") for side in ("left", "top", "right", "bottom")]
    insets = (sides[0], sides[1], sides[2], sides[3]) if None not in sides else None
    trim = facts["trim_x_px"], facts["trim_y_px"]
    return ReadFrame(linked(file, tile["image"]), (x, y, width, height), pivot, insets, (*trim, *whole))  # type: ignore[arg-type] # ints, see above


def _grid_box(tileset: dict[str, Any], number: int) -> Box:
    """Find a tile as Tiled does: it counts columns by the size of the picture."""
    width, height = tileset["tilewidth"], tileset["tileheight"]
    margin, spacing = tileset["margin"], tileset["spacing"]
    columns = (tileset["imagewidth"] - margin + spacing) // (width + spacing)
    assert columns == tileset["columns"]
    row, column = divmod(number, columns)
    return margin + column * (width + spacing), margin + row * (height + spacing), width, height


def read_ldtk(files: Files) -> Reading:
    [file] = [name for name in files if name.endswith(".ldtk")]
    project = json.loads(files[file])
    pictures = {tileset["uid"]: linked(file, tileset["relPath"]) for tileset in project["defs"]["tilesets"]}
    uids = [thing["uid"] for kind in ("tilesets", "entities") for thing in project["defs"][kind]]
    assert len(set(uids)) == len(uids) < project["nextUid"]
    reading = Reading()
    for entity in project["defs"]["entities"]:
        rect = entity["tileRect"]
        box = _box(rect)
        assert (entity["width"], entity["height"]) == box[2:]
        assert re.fullmatch(r"[A-Z][A-Za-z0-9_]*", entity["identifier"])
        top, right, bottom, left = entity["nineSliceBorders"] or (0, 0, 0, 0)
        assert (entity["tileRenderMode"] == "NineSlice") is bool(entity["nineSliceBorders"])
        reading.frames[entity["doc"]] = ReadFrame(
            pictures[rect["tilesetUid"]],
            box,
            (box[0] + entity["pivotX"] * box[2], box[1] + entity["pivotY"] * box[3]),
            (left, top, right, bottom) if entity["nineSliceBorders"] else None,
        )
    return reading
