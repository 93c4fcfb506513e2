"""What a sprite will ask for, told before anything of it exists: for plans, and for what a provider cannot do."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import assert_never

import numpy as np

from asset_pipeline.imaging.png import encode_png
from asset_pipeline.manifest.spec import SpriteSpec
from asset_pipeline.providers.operations import Operation, Request
from asset_pipeline.sprites.composites import cell_request, is_drawn_by_cells, state_request, states_to_ask
from asset_pipeline.sprites.layouts import guide_of, require_sheet
from asset_pipeline.sprites.requests import (
    decompose_layers,
    image_to_image,
    remove_background,
    text_to_image,
)
from asset_pipeline.sprites.scene_plan import cut_request, layer_request, planned_layers


def expected_requests(spec: SpriteSpec, games_dir: Path, *, guide: bool = True) -> tuple[Request, ...]:
    """Say what a sprite will ask for, before anything of it exists, so that its cost can be planned.

    Args:
        spec: the sprite.
        games_dir: the folder its mask and its other pictures count from.
        guide: draw the guide, so that the first request is exact; where only fields and sizes matter, a placeholder will do.

    Returns:
        The requests in order: one an operation, or one a cell, state or layer where these are calls of their own. The first is
        exactly the one that will be made; the picture in a later one is a grey placeholder of the size asked of the model, for
        nobody knows yet what will be drawn.

    Raises:
        ConfigError: a file of the sprite cannot be read, or was edited after the game was loaded.
    """
    if count := planned_layers(spec):
        grey = placeholder(spec.canvas_width_px, spec.canvas_height_px)
        layers = [layer_request(spec, layer, games_dir) for layer in range(count)]
        return (*layers, *[cut_request(spec, grey)] * (count - 1))
    drawing, *later = spec.operations
    if is_drawn_by_cells(spec):
        count, first = len(require_sheet(spec).drawn), placeholder(512, 512)
        drawn: list[Request] = [cell_request(spec, cell, games_dir, first=first) for cell in range(count)]
        later = [operation for operation in later if operation != "image_to_image"]
    else:
        drawn = [_expected(spec, drawing, games_dir, guide=guide)]
    normal = placeholder(spec.canvas_width_px, spec.canvas_height_px)
    states = [state_request(spec, state, normal, games_dir) for state in states_to_ask(spec)]
    return (
        *drawn,
        *states,
        *(_expected(spec, operation, games_dir, guide=guide) for operation in later),
    )


@lru_cache(maxsize=64)
def placeholder(width_px: int, height_px: int) -> bytes:
    """Return a grey PNG: what is not drawn yet."""
    return encode_png(np.full((height_px, width_px, 4), (128, 128, 128, 255), np.uint8))


def _expected(spec: SpriteSpec, operation: Operation, games_dir: Path, *, guide: bool) -> Request:
    grey = placeholder(spec.canvas_width_px, spec.canvas_height_px)
    match operation:
        case "text_to_image":
            return text_to_image(spec, games_dir)
        case "image_to_image":
            return image_to_image(spec, guide_of(spec, games_dir) if guide else grey, games_dir)
        case "remove_background":
            return remove_background(spec, grey)
        case "decompose_layers":
            return decompose_layers(spec, grey)
        case _:
            assert_never(operation)
