"""What no atlas and no engine can take; every mistake is told at once."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from asset_pipeline.errors import ExportError
from asset_pipeline.export.atlas.layout import AtlasLayout
from asset_pipeline.export.atlas.scene import Scene
from asset_pipeline.export.atlas.sprite import Animation, Sprite
from asset_pipeline.export.atlas.table import Atlas
from asset_pipeline.export.atlas.tiles import tile_grid

# Phaser keeps the first for a whole page; the second replaces the prototype of a JavaScript table.
RESERVED_NAMES = ("__BASE", "__proto__")


def check_sprites(name: str, sprites: Sequence[Sprite], layout: AtlasLayout) -> None:
    """Refuse sprites that cannot be packed or named.

    Args:
        name: what the atlas is to be called.
        sprites: what is to be packed.
        layout: how the pages will be.

    Raises:
        ExportError: with every mistake of every sprite.
    """
    mistakes = [] if sprites else ["there is no sprite to pack; materialize the game's sprites first"]
    mistakes += _file_problems([name])
    for sprite in sprites:
        mistakes += [f"{sprite.id}: {problem}" for problem in _problems(sprite, layout)]
    mistakes += _repeated("sprite id", [sprite.id for sprite in sprites])
    mistakes += _repeated("frame name", [name for sprite in sprites for name in sprite.frame_names])
    mistakes += _repeated("file", [name for sprite in sprites for name in sprite.frame_ids])
    names = [sprite.animation_name(animation) for sprite in sprites for animation in sprite.animations]
    mistakes += _repeated("animation", names)
    if mistakes:
        raise ExportError(mistakes)


def check_scenes(scenes: Sequence[Scene], atlas: Atlas) -> None:
    """Refuse scenes that cannot be named, beside the *atlas* of the same game.

    Raises:
        ExportError: with every mistake of every scene.
    """
    mistakes = [
        f"{scene.id}: a scene needs a layer; this one has none" for scene in scenes if not scene.layers
    ]
    mistakes += [f"{scene.id}: {problem}" for scene in scenes for problem in _name_problems(scene.name)]
    frames = [name for sprite in atlas.sprites for name in sprite.frame_names]
    mistakes += _repeated("name", frames + [name for scene in scenes for name in scene.layer_names])
    mistakes += _repeated("id", [sprite.id for sprite in atlas.sprites] + [scene.id for scene in scenes])
    mistakes += _repeated(
        "file", [*(page.file for page in atlas.pages), *(f for s in scenes for f in s.files)]
    )
    if mistakes:
        raise ExportError(mistakes)


def _repeated(what: str, names: Sequence[str]) -> list[str]:
    return [
        f"{what} {name!r} is there {count} times; engines need different ones, rename all but one"
        for name, count in Counter(names).items()
        if count > 1
    ]


def _problems(sprite: Sprite, layout: AtlasLayout) -> Iterator[str]:
    yield from _name_problems(sprite.name)
    yield from _file_problems(sprite.frame_ids)
    if not sprite.frames:
        yield "it has no frame; give at least one picture"
        return
    arrays = [frame.rgba for frame in sprite.frames]
    if any(array.ndim != 3 or array.shape[2] != 4 or array.dtype != np.uint8 for array in arrays):
        yield f"frames must be (height, width, 4) of uint8, got {sorted({f'{a.shape} of {a.dtype}' for a in arrays})}"
        return
    sizes = sorted({(array.shape[1], array.shape[0]) for array in arrays})
    if len(sizes) > 1:
        yield f"all frames must have one size, got {' and '.join(f'{w} x {h} px' for w, h in sizes)}"
        return
    if 0 in sizes[0]:
        yield f"its picture is {sizes[0][0]} x {sizes[0][1]} px; it must have at least one pixel"
        return
    yield from _picture_problems(sprite, layout.max_frame_px)
    for animation in sprite.animations:
        yield from (f"animation {animation.name!r}: {problem}" for problem in _timing(animation, len(arrays)))
    if sprite.tile_columns is not None:
        yield from _tile_problems(sprite, sprite.tile_columns, layout)


def _file_problems(ids: Sequence[str]) -> Iterator[str]:
    if unsafe := [name for name in ids if not re.fullmatch(r"[a-z][a-z0-9_]*", name)]:
        yield f"files cannot be named {unsafe[0]!r}; ids and labels need small letters, digits and _"


def _name_problems(name: str) -> Iterator[str]:
    if not name.strip() or not name.isprintable():
        yield f"no engine takes the name {name!r}; use letters, digits, spaces and signs that can be seen"
    elif name in RESERVED_NAMES:
        yield f"engines keep the name {name!r} for themselves; choose another"


def _picture_problems(sprite: Sprite, max_frame_px: int) -> Iterator[str]:
    width, height = sprite.size_px
    if not any(frame.rgba[..., 3].any() for frame in sprite.frames):
        yield "nothing of it is visible; make it again"
    if max(width, height) > max_frame_px:
        yield (
            f"{width} x {height} px are larger than a page, which holds up to {max_frame_px} px; "
            "allow larger pages, or keep it out of the atlas as a scene"
        )
    insets = sprite.nine_patch
    if insets and (insets.left + insets.right >= width or insets.top + insets.bottom >= height):
        yield f"the insets leave nothing of {width} x {height} px to stretch; make them smaller"
    if not all(map(math.isfinite, sprite.pivot)):
        yield f"the pivot {sprite.pivot} is no point"


def _timing(animation: Animation, frames: int) -> Iterator[str]:
    if missing := sorted({frame for frame in animation.frames if not 0 <= frame < frames}):
        yield f"there is no frame {missing[0]}; the sprite's frames are 0 to {frames - 1}"
    if not animation.frames or len(animation.frames) != len(animation.durations_ms):
        yield f"{len(animation.frames)} frames have {len(animation.durations_ms)} durations; give one each"
    if not all(1 <= duration < math.inf for duration in animation.durations_ms):
        yield f"each frame must be shown for 1 ms or more, got {min(animation.durations_ms)}"


def _tile_problems(sprite: Sprite, columns: int, layout: AtlasLayout) -> Iterator[str]:
    """Find grids larger than a page, and tiles that begin two animations: in a map an animation is its first tile's."""
    if columns < 1:
        yield f"tiles need one column or more, got {columns}"
        return
    if max(size := tile_grid(sprite, columns, layout).page_size_px) > layout.max_side_px:
        yield (
            f"its {len(sprite.frames)} tiles need a page of {size[0]} x {size[1]} px, and pages hold up to "
            f"{layout.max_side_px} px; allow larger pages, or make the tiles smaller or fewer"
        )
    first = Counter(animation.frames[0] for animation in sprite.animations if animation.frames)
    for tile, count in first.items():
        if count > 1:
            yield f"{count} animations begin with tile {tile}; let each begin with a tile of its own"
