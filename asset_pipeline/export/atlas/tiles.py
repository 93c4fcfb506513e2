"""Tiles of a level: a page of their own, on which they lie in a grid."""

from __future__ import annotations

from dataclasses import dataclass, field

from asset_pipeline.export.atlas.layout import AtlasLayout
from asset_pipeline.export.atlas.sprite import Sprite
from asset_pipeline.imaging.alpha import PixelBox


@dataclass(frozen=True)
class TileGrid:
    """How the tiles of a page lie.

    Attributes:
        sprite: whose tiles they are.
        columns: tiles in a row.
        margin_px: between the page's edge and the first tile.
        spacing_px: between neighbouring tiles.
        page_size_px: width and height of the page.
    """

    sprite: Sprite = field(repr=False)
    columns: int
    margin_px: int
    spacing_px: int
    page_size_px: tuple[int, int]

    def box(self, index: int) -> PixelBox:
        """Return where tile *index* lies on the page."""
        width, height = self.sprite.size_px
        row, column = divmod(index, self.columns)
        x, y = (
            self.margin_px + place * (side + self.spacing_px)
            for place, side in ((column, width), (row, height))
        )
        return PixelBox(x, y, width, height)


def tile_grid(sprite: Sprite, columns: int, layout: AtlasLayout) -> TileGrid:
    """Lay the frames of *sprite* in rows of *columns*, or of as many more as the rounded page holds.

    Map editors count the tiles of a picture by its size, so a row must not have room for one more.
    """
    width, height = sprite.size_px
    spacing = 2 * layout.extrude_px + layout.padding_px
    page_width = layout.shape.rounded_up(columns * (width + spacing) - layout.padding_px)
    columns = (page_width - layout.extrude_px + spacing) // (width + spacing)
    rows = -(-len(sprite.frames) // columns)
    page_height = layout.shape.rounded_up(rows * (height + spacing) - layout.padding_px)
    return TileGrid(sprite, columns, layout.extrude_px, spacing, (page_width, page_height))
