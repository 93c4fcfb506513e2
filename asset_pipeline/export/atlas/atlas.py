"""From sprites to an atlas, in one call."""

from __future__ import annotations

from collections.abc import Sequence

from asset_pipeline.export.atlas.checking import check_sprites
from asset_pipeline.export.atlas.layout import DEFAULT_LAYOUT, AtlasLayout
from asset_pipeline.export.atlas.pages import packed_pages, tile_page
from asset_pipeline.export.atlas.sprite import Sprite
from asset_pipeline.export.atlas.table import Atlas
from asset_pipeline.export.atlas.tiles import tile_grid


def make_atlas(
    name: str,
    sprites: Sequence[Sprite],
    *,
    pixels_per_unit: float,
    pixel_art: bool = False,
    layout: AtlasLayout = DEFAULT_LAYOUT,
) -> Atlas:
    """Pack *sprites*; the same sprites, in whatever order, give the same atlas, byte for byte.

    All frames of a sprite are on one page. Tiles of a level have a page each, where they lie in a grid. Frames with
    nine-patch insets are not trimmed.

    Args:
        name: what the atlas is called: the game's id, and the pack's where the game has packs, such as
            ``lantern_lake_winter``. Unity's ids are made of it, so that two packs can be in one project.
        sprites: with pictures that stay as they are.
        pixels_per_unit: pixels that make one world unit.
        pixel_art: whether engines should show the pages without smoothing.
        layout: sizes and spaces.

    Raises:
        ExportError: with every mistake of every sprite: no sprite at all, names that repeat or that an engine cannot
            take, nothing visible, a frame larger than a page, frames of several sizes, insets without a middle,
            animations with frames that are not there.
    """
    check_sprites(name, sprites, layout)
    ordered = tuple(sorted(sprites, key=lambda sprite: sprite.id))
    packed = [sprite for sprite in ordered if sprite.tile_columns is None]
    pages = packed_pages(packed, layout) if packed else []
    for sprite in ordered:
        if sprite.tile_columns is not None:
            pages.append(tile_page(tile_grid(sprite, sprite.tile_columns, layout), len(pages), layout))
    return Atlas(name, pixels_per_unit, pixel_art, ordered, tuple(pages))
