"""The JSON a game reads to find, place and trust its sprites."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from asset_pipeline.export.atlas.of_spec import pivot_of
from asset_pipeline.export.placement import place
from asset_pipeline.imaging.alpha import PixelBox, alpha_box
from asset_pipeline.imaging.png import decode_image
from asset_pipeline.manifest.composites import SheetForm, UiForm
from asset_pipeline.manifest.spec import SpriteSpec
from asset_pipeline.manifest.sprites import EntityForm, ParallaxForm
from asset_pipeline.storage import keys

CATALOG_FORMAT = 1


def catalog_entry(spec: SpriteSpec, png: bytes, *, key: str, blob: str, url: str | None) -> dict[str, Any]:
    """Describe one sprite from the bytes that are really stored.

    Args:
        spec: what the sprite is.
        png: its stored bytes; size, hash and alpha box are measured on them.
        key: its readable key in the store.
        blob: the key of the same bytes under their hash, which never changes.
        url: where a browser reads it for good, or ``None``; never a link that expires.

    Returns:
        Plain JSON values: ``id``, ``kind``, ``key``, ``blob``, ``url``, ``width_px``, ``height_px``, ``sha256``,
        ``alpha_box_px`` (``[x, y, width, height]`` of the visible pixels, ``None`` where nothing is visible) and ``placement``;
        of a sheet ``sheet`` (the key of the JSON that describes its cells), of a parallax scene ``parallax`` (of its layers), of
        a piece of user interface ``states`` (the key of each picture, by state) and ``nine_patch_px`` (left, top, right, bottom),
        where it has them.

    Raises:
        ImageError: *png* is no picture.
    """
    rgba = decode_image(png, what=key)
    height_px, width_px = rgba.shape[:2]
    box = alpha_box(rgba)
    return {
        "id": spec.sprite,
        "kind": spec.kind,
        "key": key,
        "blob": blob,
        "url": url,
        "width_px": width_px,
        "height_px": height_px,
        "sha256": hashlib.sha256(png).hexdigest(),
        "alpha_box_px": None if box is None else [box.x, box.y, box.width, box.height],
        "placement": placement(spec, (width_px, height_px), box),
        **_parts(spec, key),
    }


def _parts(spec: SpriteSpec, key: str) -> dict[str, Any]:
    """Name what belongs to the sprite beside its picture."""
    place = spec.game, spec.pack, spec.sprite
    match spec.details:
        case SheetForm():
            return {"sheet": keys.part_key(*place, "sheet.json")}
        case ParallaxForm():
            return {"parallax": keys.parallax_key(*place)}
        case UiForm(states=states, nine_patch=insets):
            others = {state: keys.part_key(*place, f"{state}.png") for state in states[1:]}
            patch = {} if insets is None else {"nine_patch_px": [inset for _, inset in insets]}
            return {"states": {"normal": key, **others}, **patch}
        case _:
            return {}


def placement(spec: SpriteSpec, size_px: tuple[int, int], visible: PixelBox | None) -> dict[str, Any]:
    """Say how a game puts the picture over the thing it shows.

    ``anchor`` is the point of the picture, or of each cell of a sheet, that lies on the thing's position, in shares from its top
    left.
    Entities also have ``scale`` (world units for one pixel) and ``offset`` (from the thing's position to the picture's
    middle, in world units, y downwards), which bring what is visible over the physics shape; the size of that shape's
    rectangle in world units; and how many pixels of the whole picture make one unit.
    """
    entity = spec.details
    if isinstance(entity, SheetForm):
        return {"anchor": list(pivot_of(entity))}
    if not isinstance(entity, EntityForm):
        return {"anchor": [0.5, 0.5]}
    placed = place(entity, size_px, visible)
    return {
        "anchor": list(placed.anchor),
        "scale": placed.scale,
        "offset": list(placed.offset),
        "world_width": entity.width,
        "world_height": entity.height,
        "pixels_per_unit": [size_px[0] / entity.width, size_px[1] / entity.height],
    }


def catalog(
    game: str, title: str, pack: str | None, entries: dict[str, dict[str, Any]], missing: Sequence[str]
) -> dict[str, Any]:
    """Put the *entries*, by the name the engine uses, under a heading; *missing* sprites are named, never invented."""
    return {
        "format": CATALOG_FORMAT,
        "game": game,
        "title": title,
        "pack": pack,
        "sprites": dict(sorted(entries.items())),
        "missing": sorted(missing),
    }
