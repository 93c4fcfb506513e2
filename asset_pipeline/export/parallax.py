"""A layer set as a game reads it, and as people look at it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from io import BytesIO
from typing import Any

import numpy as np
from PIL import Image

from asset_pipeline.errors import ImageError
from asset_pipeline.imaging.alpha import over, premultiply, unpremultiply
from asset_pipeline.imaging.arrays import Floats, Rgba
from asset_pipeline.imaging.measure.seams import wrap_seam
from asset_pipeline.imaging.parallax.layer_set import Layer, LayerSet
from asset_pipeline.imaging.resample import resample

PARALLAX_FORMAT = 1

_PREVIEW_WIDTH_PX = 320
_SWAY_SHARE = 0.1
_FRAMES = 32
_FRAME_MS = 90
_WEBP_QUALITY, _WEBP_METHOD = 60, 3


def finished_set(layers: Sequence[Rgba], *, loops: bool) -> LayerSet:
    """Take finished layers for a set.

    Args:
        layers: uint8 ``(height, width, 4)`` each, straight alpha, all of one size, back to front; not changed.
        loops: the scene goes on at its left where its right side ends.
    """
    last = max(len(layers) - 1, 1)
    seams = [wrap_seam(layer) for layer in layers]
    made = [
        Layer(rgba, number / last, number, seam=seams[number], seam_as_given=seams[number])
        for number, rgba in enumerate(layers)
    ]
    return LayerSet(made, over(layers), (), psnr_db=99, ssim=1, margin_db=None, loops=loops)


def parallax_json(layer_set: LayerSet, files: Sequence[str]) -> dict[str, Any]:
    """Describe a layer set for a game.

    Args:
        layer_set: the scene.
        files: for each layer, back to front, where the game finds its picture.

    Returns:
        Plain JSON values. ``size_px`` is ``[width, height]`` of the scene, ``loop`` says whether it may be repeated
        sideways, ``layers`` are back to front: ``file``; ``depth``, 0 far to 1 near; ``parallax_factor``, how many
        pixels it moves while the foreground moves one; ``anchor``, the side of the screen it keeps to (``top``,
        ``middle``, ``bottom``); ``offset_px``, where the file's left top lies in the scene; ``alpha_box_px``, ``[x, y,
        width, height]`` of what is visible of it, ``None`` where nothing is.

    Raises:
        ImageError: there are more or fewer files than layers.
    """
    if len(files) != len(layer_set.layers):
        raise ImageError(f"{len(layer_set.layers)} layers need as many files, got {len(files)}")
    height_px, width_px = layer_set.source.shape[:2]
    return {
        "format": PARALLAX_FORMAT,
        "size_px": [width_px, height_px],
        "loop": layer_set.loops,
        "layers": [
            {
                "file": file,
                "depth": round(layer.depth, 4),
                "parallax_factor": round(layer.parallax_factor, 4),
                "anchor": layer.anchor,
                "offset_px": [0, 0],
                "alpha_box_px": None if layer.box is None else list(layer.box),
            }
            for file, layer in zip(files, layer_set.layers, strict=True)
        ],
    }


def seen_from(layer_set: LayerSet, camera_px: float) -> Rgba:
    """Show the scene as a camera sees it that has moved to the right: each layer as far to the left as its factor says.

    Args:
        layer_set: the scene.
        camera_px: how far, in pixels of the scene; negative to the left. Parts of a pixel count.

    Returns:
        uint8 ``(height, width, 4)``; what leaves at one side comes back at the other.
    """
    return _composed([(_premul(layer.rgba), layer.parallax_factor) for layer in layer_set.layers], camera_px)


def preview(layer_set: LayerSet) -> bytes:
    """Show the layers moving: a camera that sways to either side and comes back to where it was.

    Returns:
        An animated WebP of a few seconds that repeats for ever, at most 320 px wide. A scene that does not loop is
        shown without the sides that would come into view.
    """
    height_px, width_px = layer_set.source.shape[:2]
    width = min(width_px, _PREVIEW_WIDTH_PX)
    height = max(1, round(height_px * width / width_px))
    layers = [
        (
            _premul(resample(layer.rgba, width=width, height=height, wraps=layer_set.loops)),
            layer.parallax_factor,
        )
        for layer in layer_set.layers
    ]
    side = 0 if layer_set.loops else math.ceil(width * _SWAY_SHARE)
    first, *rest = (
        Image.fromarray(
            _composed(layers, width * _SWAY_SHARE * math.sin(2 * math.pi * frame / _FRAMES))[
                :, side : width - side
            ]
        )
        for frame in range(_FRAMES)
    )
    file = BytesIO()
    animated = {"save_all": True, "append_images": rest, "duration": _FRAME_MS, "loop": 0}
    first.save(file, "WEBP", quality=_WEBP_QUALITY, method=_WEBP_METHOD, **animated)
    return file.getvalue()


def _composed(layers: Sequence[tuple[Floats, float]], camera_px: float) -> Rgba:
    composed = np.zeros_like(layers[0][0])
    for rgba_premul, factor in layers:
        front = _shifted(rgba_premul, camera_px * factor)
        composed *= 1 - front[..., 3:]
        composed += front
    return np.rint(unpremultiply(composed) * 255).astype(np.uint8)


def _shifted(rgba_premul: Floats, left_px: float) -> Floats:
    """Move a picture to the left, round its sides, by pixels and parts of them."""
    whole = math.floor(left_px)
    part = np.float32(left_px - whole)
    near, far = (np.roll(rgba_premul, -(whole + step), axis=1) for step in (0, 1))
    shifted: Floats = near if part == 0 else near * (1 - part) + far * part
    return shifted


def _premul(rgba: Rgba) -> Floats:
    return premultiply(rgba.astype(np.float32) / np.float32(255))
