"""The guide of whatever is drawn over one: a shape, letters, a sheet's cells, the frame of a piece of user interface."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from asset_pipeline.errors import ConfigError
from asset_pipeline.imaging.alpha import PixelBox
from asset_pipeline.imaging.arrays import Rgb, Rgba
from asset_pipeline.imaging.colour import colour_words
from asset_pipeline.imaging.guide import draw_guide
from asset_pipeline.imaging.guide_layouts import Grid, NinePatch, draw_grid_guide, draw_nine_patch_guide
from asset_pipeline.imaging.png import encode_png
from asset_pipeline.imaging.shapes import Box, Circle
from asset_pipeline.manifest.composites import SheetForm, UiForm
from asset_pipeline.manifest.spec import SpriteSpec
from asset_pipeline.sprites.guides import guide_colour, guide_png


def grid_of(form: SheetForm) -> Grid:
    """Return where the cells of a sheet lie in its finished file."""
    return Grid(
        form.columns, form.rows, form.cell_width_px, form.cell_height_px, form.spacing_px, form.margin_px
    )


def drawn_grid_of(form: SheetForm) -> Grid:
    """Return where what is drawn lies: as in the finished file, or without gaps where it is laid otherwise for the model."""
    if form.is_drawn_as_it_lies:
        return grid_of(form)
    return Grid(*form.drawn_layout, form.cell_width_px, form.cell_height_px)


def drawn_boxes(form: SheetForm, picture: Rgba) -> Sequence[PixelBox]:
    """Return where on *picture*, of any size, everything lies that a sheet is made of."""
    height, width = picture.shape[:2]
    return drawn_grid_of(form).boxes(canvas_width_px=width, canvas_height_px=height)[: len(form.drawn)]


def guide_of(spec: SpriteSpec, games_dir: Path) -> bytes:
    """Draw the guide of a sprite that is drawn over one.

    Args:
        spec: an entity, a lettered title, a sheet or a piece of user interface.
        games_dir: the folder that an entity's mask file and a title's font file count from.

    Returns:
        PNG, RGBA, opaque, as large as the canvas that is asked of the model: for a sheet a disc in every cell, in the
        colour that a variant's words name, or a box that fills it where it holds tiles; for a nine-patch its frame, for
        other pieces a box.

    Raises:
        ConfigError: the spec is none of these, or its mask or font file is not the one the manifest was loaded with.
    """
    form = spec.details
    draw: Callable[..., Rgba]
    match form:
        case SheetForm(sheet="tile"):
            aspect = form.cell_width_px / form.cell_height_px
            fills = _cell_colours(spec, form)
            draw = partial(
                draw_grid_guide, drawn_grid_of(form), Box(), aspect=aspect, fills_rgb=fills, fill_share=1.0
            )
        case SheetForm():
            fills = _cell_colours(spec, form)
            draw = partial(draw_grid_guide, drawn_grid_of(form), Circle(), aspect=1.0, fills_rgb=fills)
        case UiForm(nine_patch=None):
            aspect = spec.width_px / spec.height_px
            draw = partial(draw_guide, Box(), aspect=aspect, fill_rgb=guide_colour(spec))
        case UiForm(nine_patch=insets) if insets is not None:
            sides = (insets.left, insets.top, insets.right, insets.bottom)
            patch = NinePatch(spec.width_px, spec.height_px, *sides)
            draw = partial(draw_nine_patch_guide, patch, fill_rgb=guide_colour(spec))
        case _:
            return guide_png(spec, games_dir)
    return encode_png(draw(canvas_width_px=spec.canvas_width_px, canvas_height_px=spec.canvas_height_px))


def _cell_colours(spec: SpriteSpec, form: SheetForm) -> list[Rgb]:
    """Return the colour of the guide in each cell that shows something: models swap the colours of variants otherwise."""
    general = guide_colour(spec)
    return [next(iter(colour_words(words)), general) for words in form.drawn]


def require_sheet(spec: SpriteSpec) -> SheetForm:
    """Return what only a sheet has.

    Raises:
        ConfigError: the spec is none.
    """
    if not isinstance(spec.details, SheetForm):
        raise ConfigError(f"{spec.game}/{spec.sprite}: only a sheet has cells, this is a {spec.kind}")
    return spec.details
