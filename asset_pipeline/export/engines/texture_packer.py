"""TexturePacker's JSON, as a hash and as an array; Phaser and PixiJS read dialects of it.

Coordinates count from the top left, y downwards. ``frame`` is the rectangle on the page, ``spriteSourceSize`` the same
rectangle in the whole frame of ``sourceSize``; the pivot is a share of the whole frame. ``scale9Borders`` is the middle of a
nine-patch. The format knows no durations: they stand in ``meta.animations``, which readers of the format ignore.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from asset_pipeline.export.atlas.sprite import Sprite
from asset_pipeline.export.atlas.table import Atlas, Page, PlacedFrame
from asset_pipeline.export.engines.json_text import json_bytes
from asset_pipeline.imaging.alpha import PixelBox


def texture_packer_files(atlas: Atlas) -> dict[str, bytes]:
    """Return one file a page and form: ``texture_packer_hash/`` and ``texture_packer_array/``."""
    files = {}
    for page in atlas.pages:
        meta = page_meta(page)
        by_name = {placement.name: frame_entry(placement) for placement in page.placements}
        listed = [{"filename": name, **entry} for name, entry in by_name.items()]
        files[f"texture_packer_hash/{page.stem}.json"] = json_bytes({"frames": by_name, "meta": meta})
        files[f"texture_packer_array/{page.stem}.json"] = json_bytes({"frames": listed, "meta": meta})
    return files


def frame_entry(placement: PlacedFrame) -> dict[str, Any]:
    """Describe one frame."""
    box, (width, height) = placement.box, placement.sprite.size_px
    entry: dict[str, Any] = {
        "frame": rectangle(box),
        "rotated": False,
        "trimmed": placement.trimmed,
        "spriteSourceSize": rectangle(PixelBox(placement.x, placement.y, box.width, box.height)),
        "sourceSize": {"w": width, "h": height},
        "pivot": {"x": placement.sprite.pivot[0], "y": placement.sprite.pivot[1]},
    }
    if middle := placement.sprite.stretched_box:
        entry["scale9Borders"] = rectangle(middle)
    return entry


def rectangle(box: PixelBox) -> dict[str, int]:
    """Write *box* as the format does."""
    return {"x": box.x, "y": box.y, "w": box.width, "h": box.height}


def page_meta(page: Page) -> dict[str, Any]:
    """Describe a page, and the animations of the sprites on it."""
    width, height = page.size_px
    return {
        "app": "asset_pipeline",
        "version": "1.0",
        "image": f"../{page.file}",
        "format": "RGBA8888",
        "size": {"w": width, "h": height},
        "scale": "1",
        "animations": _animations(sprites_on(page)),
    }


def sprites_on(page: Page) -> list[Sprite]:
    """Return the sprites whose frames lie on *page*, in order."""
    return list({placement.sprite.id: placement.sprite for placement in page.placements}.values())


def _animations(sprites: Iterable[Sprite]) -> dict[str, Any]:
    return {
        sprite.animation_name(animation): {
            "frames": [sprite.frame_names[frame] for frame in animation.frames],
            "durations_ms": list(animation.durations_ms),
            "playback": animation.playback,
        }
        for sprite in sprites
        for animation in sprite.animations
    }
