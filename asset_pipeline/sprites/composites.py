"""What sheets and pieces of user interface ask of a provider: in one picture, or one by one."""

from __future__ import annotations

import math
from functools import partial
from pathlib import Path
from typing import Literal, TypeAlias

from asset_pipeline.errors import ConfigError
from asset_pipeline.imaging.arrays import Rgb
from asset_pipeline.imaging.colour import colour_words
from asset_pipeline.imaging.guide import draw_guide
from asset_pipeline.imaging.guide_layouts import Grid, NinePatch, draw_grid_guide, draw_nine_patch_guide
from asset_pipeline.imaging.png import encode_png
from asset_pipeline.imaging.shapes import Box, Circle
from asset_pipeline.manifest.composites import SheetForm, State, UiForm
from asset_pipeline.manifest.prompts import cell_prompt
from asset_pipeline.manifest.spec import SpriteSpec
from asset_pipeline.providers.operations import ImageToImage, TextToImage
from asset_pipeline.sprites.guides import guide_colour
from asset_pipeline.sprites.requests import image_to_image, text_to_image

Consistency: TypeAlias = Literal["one_picture", "shared_seed", "reference", "from_first"]
"""How the cells of a sheet come to look alike: all drawn in one picture; or each in a call of its own, from the same seed,
with the first one as a reference, or over the first one."""

# Over the first cell, or over the normal state: the look is kept, pose or colour is drawn anew.
_CELL_STRENGTH, _STATE_STRENGTH = 0.65, 0.35
_CELL_CANVAS_PX, _GRID_PX = 512, 16


def grid_of(form: SheetForm) -> Grid:
    """Return where the cells of a sheet lie, for its guide, its drawing and its finished file."""
    return Grid(
        form.columns, form.rows, form.cell_width_px, form.cell_height_px, form.spacing_px, form.margin_px
    )


def composite_guide_png(spec: SpriteSpec) -> bytes:
    """Draw the guide of a sheet or a piece of user interface.

    Returns:
        PNG, RGBA, opaque, as large as the canvas that is asked of the model: for a sheet a disc in every cell, in the
        colour that a variant's words name, or a box that fills it where it holds tiles; for a nine-patch its frame, for
        other pieces a box.

    Raises:
        ConfigError: the spec is neither.
    """
    form = spec.details
    match form:
        case SheetForm(sheet="tile"):
            aspect = form.cell_width_px / form.cell_height_px
            fills = _cell_colours(spec, form)
            draw = partial(
                draw_grid_guide, grid_of(form), Box(), aspect=aspect, fills_rgb=fills, fill_share=1.0
            )
        case SheetForm():
            fills = _cell_colours(spec, form)
            draw = partial(draw_grid_guide, grid_of(form), Circle(), aspect=1.0, fills_rgb=fills)
        case UiForm(nine_patch=None):
            aspect = spec.width_px / spec.height_px
            draw = partial(draw_guide, Box(), aspect=aspect, fill_rgb=guide_colour(spec))
        case UiForm(nine_patch=insets) if insets is not None:
            sides = (insets.left, insets.top, insets.right, insets.bottom)
            patch = NinePatch(spec.width_px, spec.height_px, *sides)
            draw = partial(draw_nine_patch_guide, patch, fill_rgb=guide_colour(spec))
        case _:
            raise ConfigError(
                f"{spec.game}/{spec.sprite}: only a sheet or a ui has such a guide, this is a {spec.kind}"
            )
    picture = draw(canvas_width_px=spec.canvas_width_px, canvas_height_px=spec.canvas_height_px)
    return encode_png(picture)


def _cell_colours(spec: SpriteSpec, form: SheetForm) -> list[Rgb]:
    """Return the colour of the guide in each cell that shows something: models swap the colours of variants otherwise."""
    general = guide_colour(spec)
    named = [next(iter(colour_words(variant)), general) for variant in form.variants]
    return named or [general] * cell_count(form)


def whole_request(spec: SpriteSpec, games_dir: Path) -> ImageToImage:
    """Ask for a whole sheet, or for the normal state of a piece of user interface, over its guide.

    The other states of the manifest need no request: :func:`~asset_pipeline.imaging.states.state_of` makes them.

    Raises:
        ConfigError: the spec is neither, or one of its pictures cannot be read.
    """
    return image_to_image(spec, composite_guide_png(spec), games_dir)


def cell_request(
    spec: SpriteSpec, cell: int, consistency: Consistency, games_dir: Path, *, first: bytes = b""
) -> TextToImage | ImageToImage:
    """Ask for one cell of a sheet, where each is drawn in a call of its own.

    Args:
        spec: the sheet.
        cell: which cell, from 0; no picture is needed for that one.
        consistency: how cells come to look alike; all of them share the seed.
        games_dir: the folder that the pictures named in the manifest count from.
        first: the picture that was drawn for cell 0, PNG; where only cost is planned, a placeholder.

    Raises:
        ConfigError: the spec is no sheet or has no such cell, or one of its pictures cannot be read.
    """
    form = spec.details
    if not isinstance(form, SheetForm) or not 0 <= cell < cell_count(form) or consistency == "one_picture":
        raise ConfigError(
            f"{spec.game}/{spec.sprite}: a {spec.kind} has no cell {cell} that is drawn on its own"
        )
    width_px, height_px = _cell_canvas_px(form)
    prompt = cell_prompt(form, cell, description=spec.description, sheet_prompt=spec.prompt)
    changed = {"prompt": prompt, "width_px": width_px, "height_px": height_px}
    request = text_to_image(spec, games_dir).model_copy(update=changed)
    if cell == 0 or consistency == "shared_seed":
        return request
    if consistency == "reference":
        return request.model_copy(update={"reference_images": (first, *request.reference_images)})
    strength = _CELL_STRENGTH if spec.denoise_strength is None else spec.denoise_strength
    return ImageToImage(**dict(request), image=first, denoise_strength=strength)


def cell_count(form: SheetForm) -> int:
    """Return how many cells of a sheet show something: one for each variant, where it names them."""
    return len(form.variants) or form.columns * form.rows


def state_request(spec: SpriteSpec, state: State, normal: bytes, games_dir: Path) -> ImageToImage:
    """Ask for a state over the normal one, where colour alone is not enough.

    Args:
        spec: the piece of user interface.
        state: which state.
        normal: the normal state as it was drawn, PNG, with its background.
        games_dir: the folder that the pictures named in the manifest count from.

    Raises:
        ConfigError: the spec has no such state, or one of its pictures cannot be read.
    """
    form = spec.details
    if not isinstance(form, UiForm) or state not in form.states:
        raise ConfigError(f"{spec.game}/{spec.sprite}: a {spec.kind} has no state {state!r} here")
    over_normal = {"prompt": f"{state} state of {spec.prompt}", "denoise_strength": _STATE_STRENGTH}
    return image_to_image(spec, normal, games_dir).model_copy(update=over_normal)


def _cell_canvas_px(form: SheetForm) -> tuple[int, int]:
    scale = _CELL_CANVAS_PX / max(form.cell_width_px, form.cell_height_px) / _GRID_PX
    width, height = (max(1, math.ceil(side * scale)) for side in (form.cell_width_px, form.cell_height_px))
    return width * _GRID_PX, height * _GRID_PX
