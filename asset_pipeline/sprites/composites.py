"""What the parts of a sheet or a piece of user interface ask of a provider where each is a call of its own."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from asset_pipeline.errors import ConfigError
from asset_pipeline.imaging.png import decode_image, encode_png
from asset_pipeline.imaging.resample import resample
from asset_pipeline.manifest.composites import SheetForm, State, UiForm
from asset_pipeline.manifest.prompts import cell_prompt
from asset_pipeline.manifest.spec import SpriteSpec
from asset_pipeline.providers.operations import ImageToImage, TextToImage
from asset_pipeline.sprites.layouts import drawn_boxes, require_sheet
from asset_pipeline.sprites.requests import image_to_image, text_to_image
from asset_pipeline.sprites.scene_plan import planned_layers

# Over the first cell, or over the normal state: the look is kept, pose or colour is drawn anew.
_CELL_STRENGTH, _STATE_STRENGTH = 0.65, 0.35
_CELL_CANVAS_PX, _GRID_PX = 512, 16


def is_drawn_by_cells(spec: SpriteSpec) -> bool:
    """Tell whether *spec* is a sheet of which every cell is a call of its own."""
    return isinstance(spec.details, SheetForm) and spec.details.consistency != "one_picture"


def may_fuse(spec: SpriteSpec) -> bool:
    """Tell whether it may be drawn and cut out in one call: states are asked for over the picture with its background."""
    return "remove_background" in spec.operations and not (
        is_drawn_by_cells(spec) or states_to_ask(spec) or planned_layers(spec)
    )


def needs_first(spec: SpriteSpec) -> bool:
    """Tell whether the other cells can be asked for only when the first one is there."""
    return isinstance(spec.details, SheetForm) and spec.details.consistency in ("reference", "from_first")


def cell_request(
    spec: SpriteSpec, cell: int, games_dir: Path, *, first: bytes = b""
) -> TextToImage | ImageToImage:
    """Ask for one cell of a sheet, where each is drawn in a call of its own; all of them share the seed.

    Args:
        spec: the sheet.
        cell: which of what is drawn, from 0; no picture is needed for that one.
        games_dir: the folder that the pictures named in the manifest count from.
        first: the picture that was drawn for cell 0, PNG; where only cost is planned, a placeholder.

    Raises:
        ConfigError: the spec is no such sheet or has no such cell, or one of its pictures cannot be read.
    """
    form = require_sheet(spec)
    if not 0 <= cell < len(form.drawn) or not is_drawn_by_cells(spec):
        raise ConfigError(
            f"{spec.game}/{spec.sprite}: this sheet has no cell {cell} that is drawn on its own"
        )
    width_px, height_px = _cell_canvas_px(form)
    prompt = cell_prompt(form, cell, description=spec.description, sheet_prompt=spec.prompt)
    changed = {"prompt": prompt, "width_px": width_px, "height_px": height_px}
    request = text_to_image(spec, games_dir).model_copy(update=changed)
    if cell == 0 or form.consistency == "shared_seed":
        return request
    if form.consistency == "reference":
        return request.model_copy(update={"reference_images": (first, *request.reference_images)})
    strength = _CELL_STRENGTH if spec.denoise_strength is None else spec.denoise_strength
    return ImageToImage(**dict(request), image=first, denoise_strength=strength)


def put_together(spec: SpriteSpec, pictures: Sequence[bytes]) -> bytes:
    """Lay cells that were drawn one by one where one picture of the whole sheet would have them.

    Args:
        spec: the sheet.
        pictures: PNG bytes, one for each that is drawn, in order.

    Returns:
        PNG, RGBA, white between the cells, of the size of the canvas.

    Raises:
        ConfigError: the spec is no sheet.
        ImageError: one cannot be decoded.
    """
    form = require_sheet(spec)
    canvas = np.full((spec.canvas_height_px, spec.canvas_width_px, 4), 255, np.uint8)
    for number, (png, box) in enumerate(zip(pictures, drawn_boxes(form, canvas), strict=True)):
        cell = decode_image(png, what=f"cell {number} of {spec.game}/{spec.sprite}")
        canvas[box.y : box.y + box.height, box.x : box.x + box.width] = resample(
            cell, width=box.width, height=box.height
        )
    return encode_png(canvas)


def state_request(spec: SpriteSpec, state: State, normal: bytes, games_dir: Path) -> ImageToImage:
    """Ask for a state over the normal one.

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


def states_to_ask(spec: SpriteSpec) -> tuple[State, ...]:
    """Name the states of a piece of user interface that are asked of the model over the normal one."""
    form = spec.details
    return form.states[1:] if isinstance(form, UiForm) and form.states_by == "model" else ()


def _cell_canvas_px(form: SheetForm) -> tuple[int, int]:
    scale = _CELL_CANVAS_PX / max(form.cell_width_px, form.cell_height_px) / _GRID_PX
    width, height = (max(1, math.ceil(side * scale)) for side in (form.cell_width_px, form.cell_height_px))
    return width * _GRID_PX, height * _GRID_PX
