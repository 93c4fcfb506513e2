"""Pages of an atlas: frames packed tightly, or tiles in a grid."""

from __future__ import annotations

from collections.abc import Sequence

from asset_pipeline.export.atlas.layout import AtlasLayout
from asset_pipeline.export.atlas.packing import Cell, pack
from asset_pipeline.export.atlas.painting import paint, visible_box
from asset_pipeline.export.atlas.sprite import Sprite
from asset_pipeline.export.atlas.table import Page, PlacedFrame
from asset_pipeline.export.atlas.tiles import TileGrid
from asset_pipeline.imaging.alpha import PixelBox


def packed_pages(sprites: Sequence[Sprite], layout: AtlasLayout) -> list[Page]:
    """Pack the frames of *sprites*; all frames of a sprite are on one page.

    Raises:
        ExportError: the frames of a sprite do not fit one page.
    """
    frames = [(sprite, index) for sprite in sprites for index in range(len(sprite.frames))]
    parts = [_part(sprite, index, trim=layout.trim) for sprite, index in frames]
    edge = layout.extrude_px
    cells = [
        Cell(sprite.id, part.width + 2 * edge, part.height + 2 * edge)
        for (sprite, _), part in zip(frames, parts, strict=True)
    ]
    pages = []
    for number, packed in enumerate(pack(cells, layout.shape)):
        placements = [
            PlacedFrame(
                *frames[cell],
                number,
                PixelBox(x + edge, y + edge, parts[cell].width, parts[cell].height),
                parts[cell].x,
                parts[cell].y,
            )
            for cell, (x, y) in sorted(packed.places.items())
        ]
        pages.append(_painted(f"atlas_{number}.png", (packed.width, packed.height), placements, layout))
    return pages


def tile_page(grid: TileGrid, number: int, layout: AtlasLayout) -> Page:
    """Lay out the tiles of *grid* on the page with that *number*."""
    sprite = grid.sprite
    placements = [
        PlacedFrame(sprite, index, number, grid.box(index), 0, 0) for index in range(len(sprite.frames))
    ]
    return _painted(f"tiles_{sprite.id}.png", grid.page_size_px, placements, layout, grid)


def _part(sprite: Sprite, index: int, *, trim: bool) -> PixelBox:
    """Return which part of a frame is packed."""
    if trim and sprite.nine_patch is None:
        return visible_box(sprite.frames[index].rgba)
    return PixelBox(0, 0, *sprite.size_px)


def _painted(
    file: str,
    size_px: tuple[int, int],
    placements: Sequence[PlacedFrame],
    layout: AtlasLayout,
    grid: TileGrid | None = None,
) -> Page:
    pictures = [(placement, placement.sprite.frames[placement.index].rgba) for placement in placements]
    return Page(file, paint(*size_px, pictures, extrude_px=layout.extrude_px), tuple(placements), grid)
