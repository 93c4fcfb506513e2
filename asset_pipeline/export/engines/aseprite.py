"""Aseprite's JSON (array), one file a sprite, as if each had been drawn and exported there.

Tags name runs of frames, so every animation gets its run; a frame that is shown twice is listed twice, at the same rectangle.
Durations are whole milliseconds; see :func:`asset_pipeline.export.engines.timing.whole_ms`. A slice over the whole frame has
the pivot in pixels and, for a nine-patch, its middle as ``center``.
"""

from __future__ import annotations

from typing import Any

from asset_pipeline.export.atlas.sprite import Animation, Sprite
from asset_pipeline.export.atlas.table import Atlas, Page, PlacedFrame
from asset_pipeline.export.engines.json_text import json_bytes
from asset_pipeline.export.engines.texture_packer import frame_entry, rectangle
from asset_pipeline.export.engines.timing import whole_ms
from asset_pipeline.imaging.alpha import PixelBox

# What Aseprite writes for a picture that is not animated.
_STILL_MS = 100
_DIRECTION = {"once": "forward", "loop": "forward", "ping_pong": "pingpong"}


def aseprite_files(atlas: Atlas) -> dict[str, bytes]:
    """Return ``aseprite/<sprite>.json`` for each sprite."""
    return {
        f"aseprite/{sprite_id}.json": json_bytes(_document(frames, atlas.pages[frames[0].page]))
        for sprite_id, frames in atlas.frames_of().items()
    }


def _document(placements: tuple[PlacedFrame, ...], page: Page) -> dict[str, Any]:
    sprite = placements[0].sprite
    shown = {frame for animation in sprite.animations for frame in animation.frames}
    frames = [_frame(p, _STILL_MS) for p in placements if p.index not in shown]
    tags = []
    for animation in sprite.animations:
        durations = whole_ms(animation.durations_ms)
        tags.append(_tag(animation, len(frames)))
        frames += [_frame(placements[i], ms) for i, ms in zip(animation.frames, durations, strict=True)]
    width, height = page.size_px
    meta = {
        "app": "https://www.aseprite.org/",
        "version": "1.3",
        "image": f"../{page.file}",
        "format": "RGBA8888",
        "size": {"w": width, "h": height},
        "scale": "1",
        "frameTags": tags,
        "layers": [{"name": sprite.name, "opacity": 255, "blendMode": "normal"}],
        "slices": [_slice(sprite)],
    }
    return {"frames": frames, "meta": meta}


def _frame(placement: PlacedFrame, duration_ms: int) -> dict[str, Any]:
    entry = frame_entry(placement)
    kept = ("frame", "rotated", "trimmed", "spriteSourceSize", "sourceSize")
    return {
        "filename": placement.name,
        **{key: entry[key] for key in kept},
        "duration": duration_ms,
    }


def _tag(animation: Animation, begin: int) -> dict[str, Any]:
    tag: dict[str, Any] = {
        "name": animation.name,
        "from": begin,
        "to": begin + len(animation.frames) - 1,
        "direction": _DIRECTION[animation.playback],
        "color": "#000000ff",
    }
    return tag if animation.loops else tag | {"repeat": "1"}


def _slice(sprite: Sprite) -> dict[str, Any]:
    width, height = sprite.size_px
    x, y = sprite.pivot
    key: dict[str, Any] = {
        "frame": 0,
        "bounds": rectangle(PixelBox(0, 0, width, height)),
        "pivot": {"x": round(x * width), "y": round(y * height)},
    }
    if middle := sprite.stretched_box:
        key["center"] = rectangle(middle)
    return {"name": sprite.name, "color": "#0000ffff", "keys": [key]}
