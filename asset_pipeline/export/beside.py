"""The files that go with a sprite of several pictures: what a game reads of it, and what shows it to people."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

import numpy as np
from PIL import Image

from asset_pipeline.export.animations import animated
from asset_pipeline.export.atlas.of_spec import animation_of, cell_labels, neighbours_of, pivot_of
from asset_pipeline.export.atlas.sprite import Animation
from asset_pipeline.imaging.arrays import Rgba
from asset_pipeline.imaging.finish import is_pixel_art
from asset_pipeline.imaging.nine_patch import Insets, stretch_preview
from asset_pipeline.imaging.png import decode_image
from asset_pipeline.imaging.sheets.slicing import sliced
from asset_pipeline.manifest.composites import SheetForm, UiForm
from asset_pipeline.manifest.spec import SpriteSpec
from asset_pipeline.sprites.artwork import FinishedSprite
from asset_pipeline.sprites.sheets import cell_boxes, repeating_tiles

SHEET_FORMAT = 1
_BROWSE_FPS = 2.0  # how fast cells without an animation, and states, are shown one after the other
REPEATED = 3  # how often a tile is repeated across and down to show that it does


def files_beside(spec: SpriteSpec, sprite: FinishedSprite) -> dict[str, bytes]:
    """Make the files that go with a sprite.

    Args:
        spec: what it is.
        sprite: its finished pictures.

    Returns:
        Contents by the end of their name. Of a sheet ``sheet.json``, which a game reads, and ``preview.webp``, which shows its
        first animation, its cells one after the other, or its tiles repeated; of a piece of user interface ``preview.webp`` with
        its states, and of a nine-patch ``stretch.webp``, at three sizes. Nothing for other kinds.

    Raises:
        ImageError: a picture cannot be decoded.
    """
    picture = decode_image(sprite.picture, what=f"finished {spec.game}/{spec.sprite}")
    match spec.details:
        case SheetForm() as form:
            document = json.dumps(sheet_json(form, f"{spec.sprite}.png"), indent=2).encode()
            return {"sheet.json": document, "preview.webp": _moving(form, picture)}
        case UiForm() as form:
            states = [picture, *(decode_image(png, what=state) for state, png in sprite.states.items())]
            moving = {"preview.webp": _one_by_one(states)} if len(states) > 1 else {}
            return {**moving, **_stretched(spec, form, picture)}
        case _:
            return {}


def sheet_json(form: SheetForm, file: str) -> dict[str, Any]:
    """Describe a sheet for a game.

    Args:
        form: the sheet.
        file: name of its picture.

    Returns:
        Plain JSON values: ``format``, ``file``, ``size_px``; ``cells`` with name, number and rectangle in pixels of the file,
        for a terrain also the neighbours that each tile is for; ``animations`` by name with their cells, frames a second, and how
        they go on (``loop``, ``once`` or ``ping_pong``); ``pivot``, from 0 at the left and top to 1.
    """
    boxes, names, neighbours = cell_boxes(form), cell_labels(form), neighbours_of(form)
    cells = [
        {
            "name": name,
            "number": number,
            "rect_px": list(box),
            **({"neighbours": neighbours[number]} if neighbours else {}),
        }
        for number, (name, box) in enumerate(zip(names, boxes, strict=True))
    ]
    animations = {
        name: {
            "cells": list(animation.frames),
            "fps": animation.fps,
            "playback": animation_of(name, animation).playback,
        }
        for name, animation in form.animations.items()
    }
    return {
        "format": SHEET_FORMAT,
        "file": file,
        "size_px": list(form.size_px),
        "kind": form.sheet,
        **({} if form.autotile == "none" else {"autotile": form.autotile}),
        "pivot": list(pivot_of(form)),
        "cells": cells,
        "animations": animations,
    }


def _moving(form: SheetForm, picture: Rgba) -> bytes:
    cells = sliced(picture, cell_boxes(form))
    if form.sheet == "tile":
        return _as_webp([np.tile(tile, (REPEATED, REPEATED, 1)) for tile in repeating_tiles(form, cells)])
    if form.animations:
        name, animation = next(iter(form.animations.items()))
        return animated(cells, animation_of(name, animation), "webp")
    return _one_by_one(cells)


def _one_by_one(pictures: Sequence[Rgba]) -> bytes:
    durations = (1000 / _BROWSE_FPS,) * len(pictures)
    return animated(pictures, Animation("all", tuple(range(len(pictures))), durations, "loop"), "webp")


def _as_webp(pictures: Sequence[Rgba]) -> bytes:
    if len(pictures) > 1:
        return _one_by_one(pictures)
    file = BytesIO()
    Image.fromarray(pictures[0]).save(file, "WEBP", lossless=True, exact=True)
    return file.getvalue()


def _stretched(spec: SpriteSpec, form: UiForm, picture: Rgba) -> Mapping[str, bytes]:
    if form.nine_patch is None:
        return {}
    insets = Insets(form.nine_patch.left, form.nine_patch.top, form.nine_patch.right, form.nine_patch.bottom)
    return {"stretch.webp": _as_webp([stretch_preview(picture, insets, crisp=is_pixel_art(spec.style))])}
