"""Unity: the ``.meta`` file beside each page, which slices it into sprites (*Sprite Mode: Multiple*).

Rectangles count from the bottom left, y upwards. A pivot is a share of the sliced rectangle, so a trimmed sprite's is reckoned
anew and may lie outside 0 to 1. Borders are left, bottom, right, top. Ids are made of names: a new version of the atlas keeps
every reference in scenes and prefabs. Animations and parallax are made in Unity's own editor; ``scenes.json`` and the frames'
names say of what.
"""

from __future__ import annotations

import hashlib
import json

from asset_pipeline.export.atlas.table import Atlas, Page, PlacedFrame

_SPRITE_CLASS = 213  # Unity's number of the class Sprite
_CUSTOM_PIVOT = 9  # SpriteAlignment.Custom


def unity_files(atlas: Atlas) -> dict[str, bytes]:
    """Return ``<page>.png.meta`` for each page."""
    return {f"{page.file}.meta": _meta(atlas, page).encode() for page in atlas.pages}


def _meta(atlas: Atlas, page: Page) -> str:
    ids = {placement.name: _internal_id(placement.name) for placement in page.placements}
    names = [
        f"  - first:\n      {_SPRITE_CLASS}: {number}\n    second: {_text(name)}"
        for name, number in ids.items()
    ]
    table = [f"      {_text(name)}: {number}" for name, number in ids.items()]
    sprites = [_sprite(placement, page) for placement in page.placements]
    largest = max(32, 1 << (max(page.size_px) - 1).bit_length())
    return "\n".join(
        [
            "fileFormatVersion: 2",
            f"guid: {_digest(atlas.name, page.file)}",
            "TextureImporter:",
            "  internalIDToNameTable:",
            *names,
            *_importer(largest, atlas.pixels_per_unit, pixel_art=atlas.pixel_art),
            "  spriteSheet:",
            "    serializedVersion: 2",
            "    sprites:",
            *sprites,
            "    outline: []",
            "    physicsShape: []",
            "    bones: []",
            "    spriteID: ",
            "    internalID: 0",
            "    vertices: []",
            "    indices: ",
            "    edges: []",
            "    weights: []",
            "    secondaryTextures: []",
            "    nameFileIdTable:",
            *table,
            "  userData: ",
            "  assetBundleName: ",
            "  assetBundleVariant: ",
            "",
        ]
    )


def _importer(max_side_px: int, pixels_per_unit: float, *, pixel_art: bool) -> list[str]:
    """Say how the picture is imported: no mipmaps, no resizing, clamped, straight alpha; pixel art unsmoothed and whole."""
    return [
        "  externalObjects: {}",
        "  serializedVersion: 12",
        "  mipmaps:",
        "    enableMipMap: 0",
        "    sRGBTexture: 1",
        "  isReadable: 0",
        f"  maxTextureSize: {max_side_px}",
        "  textureSettings:",
        "    serializedVersion: 2",
        f"    filterMode: {0 if pixel_art else 1}",
        "    aniso: 1",
        "    wrapU: 1",
        "    wrapV: 1",
        "    wrapW: 1",
        "  nPOTScale: 0",
        "  spriteMode: 2",
        "  spriteExtrude: 1",
        "  spriteMeshType: 0",
        "  alignment: 0",
        "  spritePivot: {x: 0.5, y: 0.5}",
        f"  spritePixelsToUnits: {pixels_per_unit:g}",
        "  spriteBorder: {x: 0, y: 0, z: 0, w: 0}",
        "  alphaUsage: 1",
        "  alphaIsTransparency: 1",
        "  textureType: 8",
        "  textureShape: 1",
        "  platformSettings:",
        "  - serializedVersion: 3",
        "    buildTarget: DefaultTexturePlatform",
        f"    maxTextureSize: {max_side_px}",
        "    textureFormat: -1",
        f"    textureCompression: {0 if pixel_art else 1}",
        "    compressionQuality: 50",
        "    overridden: 0",
    ]


def _sprite(placement: PlacedFrame, page: Page) -> str:
    box, (x, y) = placement.box, placement.box_pivot
    bottom = page.size_px[1] - box.y - box.height
    insets = placement.sprite.nine_patch
    left, low, right, top = (insets.left, insets.bottom, insets.right, insets.top) if insets else (0, 0, 0, 0)
    return "\n      ".join(
        [
            "    - serializedVersion: 2",
            f"name: {_text(placement.name)}",
            "rect:",
            "  serializedVersion: 2",
            f"  x: {box.x}",
            f"  y: {bottom}",
            f"  width: {box.width}",
            f"  height: {box.height}",
            f"alignment: {_CUSTOM_PIVOT}",
            f"pivot: {{x: {x}, y: {1 - y}}}",
            f"border: {{x: {left}, y: {low}, z: {right}, w: {top}}}",
            "outline: []",
            "physicsShape: []",
            "tessellationDetail: 0",
            "bones: []",
            f"spriteID: {_digest('sprite', placement.name)}",
            f"internalID: {_internal_id(placement.name)}",
            "vertices: []",
            "indices: ",
            "edges: []",
            "weights: []",
        ]
    )


def _digest(*words: str) -> str:
    return hashlib.sha256("/".join(words).encode()).hexdigest()[:32]


def _internal_id(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
