"""Phaser 3: a multi-atlas, its animations, and a pack file that loads everything.

``this.load.setPath("exports/phaser/").pack("pack", "pack.json")`` makes frames available as texture ``atlas``, animations by
name, each layer of a scene as a texture, and the scenes' sizes and parallax factors as JSON ``scenes``.
Phaser reads ``pivot`` as a share of the untrimmed frame and ``scale9Borders`` as the middle of a nine-slice.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from asset_pipeline.export.atlas.scene import Scene
from asset_pipeline.export.atlas.sprite import Animation, Sprite
from asset_pipeline.export.atlas.table import Atlas, Page
from asset_pipeline.export.engines.json_text import json_bytes
from asset_pipeline.export.engines.texture_packer import frame_entry, page_meta

KEY = "atlas"


def phaser_files(atlas: Atlas, scenes: Sequence[Scene]) -> dict[str, bytes]:
    """Return ``phaser/atlas.json``, ``phaser/animations.json`` and ``phaser/pack.json``."""
    textures = [_texture(page) for page in atlas.pages]
    anims = [_animation(sprite, animation) for sprite in atlas.sprites for animation in sprite.animations]
    return {
        "phaser/atlas.json": json_bytes({"textures": textures, "meta": {"app": "asset_pipeline"}}),
        "phaser/animations.json": json_bytes({"anims": anims, "globalTimeScale": 1}),
        "phaser/pack.json": json_bytes({atlas.name: {"files": _pack(scenes)}}),
    }


def _texture(page: Page) -> dict[str, Any]:
    meta = page_meta(page)
    frames = [{"filename": placement.name, **frame_entry(placement)} for placement in page.placements]
    return {key: meta[key] for key in ("image", "format", "size")} | {"scale": 1, "frames": frames}


def _animation(sprite: Sprite, animation: Animation) -> dict[str, Any]:
    """Describe an animation; a frame's own duration takes the place of the frame rate's."""
    names, durations = sprite.frame_names, animation.durations_ms
    return {
        "key": sprite.animation_name(animation),
        "type": "frame",
        "frames": [
            {"key": KEY, "frame": names[frame], "duration": duration}
            for frame, duration in zip(animation.frames, durations, strict=True)
        ],
        "frameRate": 1000 * len(durations) / sum(durations),
        "repeat": -1 if animation.loops else 0,
        "yoyo": animation.playback == "ping_pong",
    }


def _pack(scenes: Sequence[Scene]) -> list[dict[str, str]]:
    layers = [
        {"type": "image", "key": name, "url": f"../{file}"}
        for scene in scenes
        for name, file in zip(scene.layer_names, scene.files, strict=True)
    ]
    return [
        {"type": "multiatlas", "key": KEY, "url": "atlas.json"},
        {"type": "animation", "key": "animations", "url": "animations.json"},
        {"type": "json", "key": "scenes", "url": "../scenes.json"},
        *layers,
    ]
