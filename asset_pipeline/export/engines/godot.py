"""Godot 4 resources: ``AtlasTexture``, ``SpriteFrames``, ``StyleBoxTexture``, and a scene of ``Parallax2D`` (4.3 and newer).

``region`` is the rectangle on the page; ``margin`` is what was trimmed: its position is how far the rectangle lies in, its size
how much larger the whole is. Textures have no pivot, so it is kept as metadata:
``sprite.centered = false; sprite.offset = -texture.get_meta("pivot") * texture.get_size()``.
Links between files are relative, so the folder may lie anywhere in a project.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from asset_pipeline.export.atlas.scene import Scene
from asset_pipeline.export.atlas.sprite import Animation, Sprite
from asset_pipeline.export.atlas.table import Atlas, Page, PlacedFrame
from asset_pipeline.manifest.composites import Insets

_NEAREST = 1  # CanvasItem.TEXTURE_FILTER_NEAREST


def godot_files(atlas: Atlas, scenes: Sequence[Scene]) -> dict[str, bytes]:
    """Return the resources of all frames, animated sprites, nine-patches and scenes below ``godot/``."""
    files = {}
    for page in atlas.pages:
        for placement in page.placements:
            files[f"godot/{placement.id}.tres"] = _atlas_texture(placement, page)
            if insets := placement.sprite.nine_patch:
                files[f"godot/{placement.id}.stylebox.tres"] = _style_box(placement, page, insets)
    for frames in atlas.frames_of().values():
        sprite = frames[0].sprite
        if sprite.animations:
            files[f"godot/{sprite.id}.frames.tres"] = _sprite_frames(
                sprite, frames, atlas.pages[frames[0].page]
            )
    for scene in scenes:
        files[f"godot/{scene.id}.tscn"] = _parallax(scene, pixel_art=atlas.pixel_art)
    return {name: text.encode() for name, text in files.items()}


def _atlas_texture(placement: PlacedFrame, page: Page) -> str:
    return _resource("AtlasTexture", page, [*_region(placement), *_metadata(placement.sprite)])


def _style_box(placement: PlacedFrame, page: Page, insets: Insets) -> str:
    margins = [f"texture_margin_{side} = {float(px)}" for side, px in insets]
    lines = ['texture = ExtResource("1")', *margins, f"region_rect = {_rect(*placement.box)}"]
    return _resource("StyleBoxTexture", page, lines)


def _sprite_frames(sprite: Sprite, frames: Sequence[PlacedFrame], page: Page) -> str:
    textures = [
        "\n".join(
            [
                f'[sub_resource type="AtlasTexture" id="{frame.index}"]',
                *_region(frame),
                "",
            ]
        )
        for frame in frames
    ]
    animations = ", ".join(_animation(animation) for animation in sprite.animations)
    lines = [f"resource_name = {_text(sprite.name)}", f"animations = [{animations}]", *_metadata(sprite)]
    return _resource("SpriteFrames", page, lines, textures)


def _animation(animation: Animation) -> str:
    """Write an animation: frames last multiples of the shortest, which sets the speed; there is no ping-pong."""
    shortest = min(animation.durations_ms)
    frames = ", ".join(
        f'{{\n"duration": {duration / shortest},\n"texture": SubResource("{frame}")\n}}'
        for frame, duration in animation.unrolled
    )
    loop = "true" if animation.loops else "false"
    return (
        f'{{\n"frames": [{frames}],\n"loop": {loop},\n"name": &{_text(animation.name)},\n'
        f'"speed": {1000 / shortest}\n}}'
    )


def _parallax(scene: Scene, *, pixel_art: bool) -> str:
    """Write a scene: the farthest layer first, so that it is drawn first."""
    lines = [f"[gd_scene load_steps={len(scene.layers) + 1} format=3]", ""]
    lines += [
        f'[ext_resource type="Texture2D" path="../{file}" id="{number}"]'
        for number, file in enumerate(scene.files)
    ]
    lines += ["", f'[node name="{scene.id}" type="Node2D"]']
    if pixel_art:
        lines += [f"texture_filter = {_NEAREST}"]
    lines += [f"metadata/name = {_text(scene.name)}"]
    for number, layer in enumerate(scene.layers):
        x, y = layer.offset_px
        lines += ["", f'[node name="layer_{number}" type="Parallax2D" parent="."]']
        lines += [f"scroll_scale = Vector2({layer.parallax_factor}, {layer.parallax_factor})"]
        if scene.loops:
            lines += [f"repeat_size = Vector2({scene.width_px}, 0)", "repeat_times = 3"]
        lines += ["", f'[node name="picture" type="Sprite2D" parent="layer_{number}"]']
        lines += [f'texture = ExtResource("{number}")', "centered = false", f"position = Vector2({x}, {y})"]
    return "\n".join(lines) + "\n"


def _region(placement: PlacedFrame) -> list[str]:
    box, (width, height) = placement.box, placement.sprite.size_px
    lines = [
        f"resource_name = {_text(placement.name)}",
        'atlas = ExtResource("1")',
        f"region = {_rect(*box)}",
    ]
    if placement.trimmed:
        lines += [f"margin = {_rect(placement.x, placement.y, width - box.width, height - box.height)}"]
    return [*lines, "filter_clip = true"]


def _metadata(sprite: Sprite) -> list[str]:
    lines = ["metadata/pivot = Vector2({}, {})".format(*sprite.pivot)]
    if sprite.world_size:
        lines += ["metadata/world_size = Vector2({}, {})".format(*sprite.world_size)]
    return lines


def _resource(kind: str, page: Page, lines: Iterable[str], parts: Sequence[str] = ()) -> str:
    return "\n".join(
        [
            f'[gd_resource type="{kind}" load_steps={len(parts) + 2} format=3]',
            "",
            f'[ext_resource type="Texture2D" path="../{page.file}" id="1"]',
            "",
            *parts,
            "[resource]",
            *lines,
            "",
        ]
    )


def _rect(x: int, y: int, width: int, height: int) -> str:
    return f"Rect2({x}, {y}, {width}, {height})"


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
