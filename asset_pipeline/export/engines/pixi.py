"""PixiJS: one spritesheet a page, each of which loads the others, and a manifest for ``Assets.init``.

PixiJS reads ``anchor`` as a share of the untrimmed frame and ``borders`` as the insets of a nine-slice. Its animations are
lists of textures without durations and without a ping-pong, so the way back is in the list, and the durations, one for each
of the list, stand in the sheet's ``data.meta.animations``::

    const {durations_ms, loop} = sheet.data.meta.animations[name]
    const frames = sheet.animations[name].map((texture, i) => ({texture, time: durations_ms[i]}))
    const animated = Object.assign(new AnimatedSprite(frames), {loop})
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from asset_pipeline.export.atlas.scene import Scene
from asset_pipeline.export.atlas.sprite import Animation
from asset_pipeline.export.atlas.table import Atlas, Page, PlacedFrame
from asset_pipeline.export.engines.json_text import json_bytes
from asset_pipeline.export.engines.texture_packer import frame_entry, page_meta, sprites_on


def pixi_files(atlas: Atlas, scenes: Sequence[Scene]) -> dict[str, bytes]:
    """Return ``pixi/<page>.json`` for each page, and ``pixi/manifest.json``."""
    sheets = {f"{page.stem}.json": _sheet(page, atlas) for page in atlas.pages}
    layers = [
        {"alias": name, "src": f"../{file}"}
        for scene in scenes
        for name, file in zip(scene.layer_names, scene.files, strict=True)
    ]
    assets = [
        {"alias": "atlas", "src": next(iter(sheets))},
        {"alias": "scenes", "src": "../scenes.json"},
        *layers,
    ]
    manifest = {"bundles": [{"name": atlas.name, "assets": assets}]}
    files = {f"pixi/{name}": json_bytes(sheet) for name, sheet in sheets.items()}
    return {**files, "pixi/manifest.json": json_bytes(manifest)}


def _sheet(page: Page, atlas: Atlas) -> dict[str, Any]:
    animations = {
        sprite.animation_name(animation): (sprite, animation)
        for sprite in sprites_on(page)
        for animation in sprite.animations
    }
    return {
        "frames": {placement.name: _frame(placement) for placement in page.placements},
        "animations": {
            name: [sprite.frame_names[frame] for frame, _ in animation.unrolled]
            for name, (sprite, animation) in animations.items()
        },
        "meta": {
            **page_meta(page),
            "animations": {name: _timing(animation) for name, (_, animation) in animations.items()},
            "related_multi_packs": [f"{other.stem}.json" for other in atlas.pages if other is not page],
        },
    }


def _timing(animation: Animation) -> dict[str, Any]:
    return {"durations_ms": [ms for _, ms in animation.unrolled], "loop": animation.loops}


def _frame(placement: PlacedFrame) -> dict[str, Any]:
    entry = frame_entry(placement)
    entry.pop("scale9Borders", None)
    entry["anchor"] = entry.pop("pivot")
    if insets := placement.sprite.nine_patch:
        entry["borders"] = insets.model_dump()
    return entry
