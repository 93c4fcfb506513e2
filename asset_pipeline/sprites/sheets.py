"""From the picture of a sheet to its finished cells: sliced, brought to one size and pivot, put together again."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from asset_pipeline.imaging.alpha import PixelBox
from asset_pipeline.imaging.arrays import Rgb, Rgba
from asset_pipeline.imaging.colour import colour_words, parse_colour
from asset_pipeline.imaging.finish import is_pixel_art, square_px
from asset_pipeline.imaging.pixelart import learnt_palette, pixelate
from asset_pipeline.imaging.sheets.aligning import aligned
from asset_pipeline.imaging.sheets.blob import BLOB_47, blob_16, blob_47
from asset_pipeline.imaging.sheets.slicing import assembled, sliced
from asset_pipeline.imaging.sheets.terrain import Border, base_tiles
from asset_pipeline.imaging.sheets.tiling import finished_tiles
from asset_pipeline.imaging.sheets.variants import told_apart
from asset_pipeline.manifest.composites import SheetForm
from asset_pipeline.manifest.spec import SpriteSpec
from asset_pipeline.sprites.layouts import drawn_boxes, grid_of, require_sheet

# How far inside its tile a terrain ends, how round, and how wide its dark rim is, as shares of the tile.
_INSET, _RADIUS, _RIM = 1 / 5, 1 / 6, 1 / 16


def finished_sheet(spec: SpriteSpec, rgba: Rgba) -> Rgba:
    """Bring the cells of a sheet to what the spec asks for.

    Args:
        spec: the sheet.
        rgba: what was drawn, cells cut out where they are to be; uint8 ``(height, width, 4)``, straight alpha; not changed.

    Returns:
        The sheet at its exact size: each cell lies in its rectangle of the manifest, transparent between them.

    Raises:
        ConfigError: the spec is no sheet.
        ImageError: *rgba* is no picture, or too small for its cells.
    """
    form = require_sheet(spec)
    drawn = sliced(rgba, drawn_boxes(form, rgba))
    cells = _tiles(spec, form, drawn) if form.sheet == "tile" else _subjects(spec, form, drawn)
    width_px, height_px = form.size_px
    return assembled(cells, cell_boxes(form), width_px=width_px, height_px=height_px)


def cell_boxes(form: SheetForm) -> tuple[PixelBox, ...]:
    """Return the rectangle of each cell that shows something in the finished file, in order."""
    width_px, height_px = form.size_px
    return grid_of(form).boxes(canvas_width_px=width_px, canvas_height_px=height_px)[: form.cells]


def repeating_cells(form: SheetForm) -> Sequence[int]:
    """Number those of a sheet's tiles that must fit each other on all sides: of a terrain the one without a border."""
    if form.autotile == "none":
        return range(form.cells)
    return [BLOB_47.index(255) if form.autotile == "blob_47" else 15]


def repeating_tiles(form: SheetForm, cells: Sequence[Rgba]) -> Sequence[Rgba]:
    """Return those of a sheet's finished *cells* that :func:`repeating_cells` numbers."""
    return [cells[number] for number in repeating_cells(form)]


def _subjects(spec: SpriteSpec, form: SheetForm, drawn: Sequence[Rgba]) -> list[Rgba]:
    """Tell variants apart, then stand all cells on one pivot, in one scale and palette."""
    if form.sheet == "variation":
        named = [next(iter(colour_words(variant)), None) for variant in form.variants]
        drawn = told_apart(drawn, named)
    return aligned(
        drawn,
        width_px=form.cell_width_px,
        height_px=form.cell_height_px,
        pivot=form.pivot,
        style=spec.style,
        palette=_palette(spec),
        dither=spec.finish.dither,
        outline=None if spec.finish.outline is None else parse_colour(spec.finish.outline),
    )


def _tiles(spec: SpriteSpec, form: SheetForm, drawn: Sequence[Rgba]) -> list[Rgba]:
    """Have tiles fit each other; of a terrain, make the tiles of every neighbourhood."""
    width_px, height_px, palette = form.cell_width_px, form.cell_height_px, _palette(spec)

    def fitted(textures: Sequence[Rgba]) -> list[Rgba]:
        return finished_tiles(
            textures, width_px=width_px, height_px=height_px, style=spec.style, palette=palette
        )

    if form.autotile == "none":
        return fitted(drawn)
    tiles = [fitted([texture])[0] for texture in drawn]  # what is around need not fit the terrain itself
    square = square_px(width_px, height_px, style=spec.style, scene=False)
    inside, *around = (tile[::square, ::square] for tile in tiles)
    shorter = min(inside.shape[:2])
    crisp = is_pixel_art(spec.style)
    inset, radius, rim = (
        round(shorter * share) if crisp else shorter * share for share in (_INSET, _RADIUS, _RIM)
    )
    border = Border(max(1, inset), min(radius, inset), max(1, rim), crisp=crisp)
    base = base_tiles(inside, around[0] if around else np.zeros_like(inside), border)
    made = blob_47(base) if form.autotile == "blob_47" else blob_16(base)
    if crisp:
        height, width = inside.shape[:2]
        palette = palette or list(learnt_palette(tiles))
        made = [pixelate(tile, width=width, height=height, palette=palette) for tile in made]
    return [tile.repeat(square, axis=0).repeat(square, axis=1) for tile in made]


def _palette(spec: SpriteSpec) -> list[Rgb]:
    return [parse_colour(colour) for colour in spec.palette]
