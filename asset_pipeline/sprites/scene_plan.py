"""Scenes whose layers are drawn one by one, each from its own words, where nobody is to split a whole picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from asset_pipeline.errors import ConfigError
from asset_pipeline.imaging.alpha import over
from asset_pipeline.imaging.arrays import Rgba
from asset_pipeline.imaging.parallax.stacked import stacked
from asset_pipeline.imaging.png import decode_image, encode_png
from asset_pipeline.manifest.prompts import layer_prompt
from asset_pipeline.manifest.spec import SpriteSpec
from asset_pipeline.manifest.sprites import ParallaxForm
from asset_pipeline.providers.operations import Delivery, RemoveBackground, TextToImage
from asset_pipeline.sprites.cutting import cut
from asset_pipeline.sprites.requests import remove_background, text_to_image

# A layer reaches the sides of its picture; a cutter looks for the background there. What is added is cut away again.
_GOES_ON_PX, _PAPER_PX = 8, 24
_PAPER_U8 = (
    200  # what is darker above a layer is no white that a model has drawn, but a sky that it should not have
)


def planned_layers(spec: SpriteSpec) -> int:
    """Return how many layers of *spec* are drawn one by one; 0 where it is no planned scene."""
    return len(spec.details.plan) if isinstance(spec.details, ParallaxForm) else 0


def layer_request(spec: SpriteSpec, layer: int, games_dir: Path) -> TextToImage:
    """Ask for one layer of a planned scene; all of them share seed, look and size.

    Args:
        spec: the scene.
        layer: which one, from 0, the farthest, which fills its picture; the others stand on white.
        games_dir: the folder that the pictures named in the manifest count from.

    Raises:
        ConfigError: the scene has no such layer in its plan, or one of its pictures cannot be read.
    """
    if not isinstance(spec.details, ParallaxForm) or not 0 <= layer < len(spec.details.plan):
        raise ConfigError(f"{spec.game}/{spec.sprite}: there is no layer {layer} in its plan")
    prompt = layer_prompt(spec.details, layer, description=spec.description, scene_prompt=spec.prompt)
    return text_to_image(spec, games_dir).model_copy(update={"prompt": prompt})


def cut_request(spec: SpriteSpec, picture: bytes) -> RemoveBackground:
    """Ask for a layer that stands on white without its background: with paper all around, so that it is one thing on a sheet.

    Raises:
        ImageError: the picture cannot be decoded.
    """
    return remove_background(
        spec, encode_png(_framed(decode_image(picture, what=f"a layer of {spec.sprite}")))
    )


def cut_layer(spec: SpriteSpec, picture: bytes, delivery: Delivery | None) -> tuple[bytes, str]:
    """Cut a layer out as :func:`~asset_pipeline.sprites.cutting.cut` does, and take its frame of paper away again.

    Args:
        spec: the scene.
        picture: PNG bytes, as the layer was drawn.
        delivery: what came of :func:`cut_request`; ``None`` where that was of no use.

    Returns:
        The cutout as PNG, of the size of *picture*; and how it came about.

    Raises:
        ImageError: one of them cannot be decoded.
    """
    drawn = decode_image(picture, what=f"a layer of {spec.sprite}")
    cutout, note = cut(spec, encode_png(_framed(drawn)), delivery)
    framed, edge = decode_image(cutout, what="the layer that was cut out"), _GOES_ON_PX + _PAPER_PX
    height, width = drawn.shape[:2]
    return encode_png(np.ascontiguousarray(framed[edge : edge + height, edge : edge + width])), note


def _framed(rgba: Rgba) -> Rgba:
    """Let a layer go on a little at its sides and below, and lay it on paper: its own, where that is above it, else white."""
    sides = ((0, 0), (_GOES_ON_PX, _GOES_ON_PX), (0, 0))
    wider = np.pad(rgba, sides, mode="wrap")
    larger = np.pad(wider, ((_GOES_ON_PX, _GOES_ON_PX), (0, 0), (0, 0)), mode="edge")
    above = np.median(rgba[0], axis=0)
    paper = above.astype(np.uint8) if above.min() >= _PAPER_U8 else np.full(4, 255, np.uint8)
    height, width = larger.shape[:2]
    framed = np.broadcast_to(paper, (height + 2 * _PAPER_PX, width + 2 * _PAPER_PX, 4)).copy()
    framed[_PAPER_PX:-_PAPER_PX, _PAPER_PX:-_PAPER_PX] = larger
    return framed


def put_in_layers(spec: SpriteSpec, pictures: Sequence[bytes]) -> tuple[tuple[bytes, ...], bytes]:
    """Make a layer set of pictures that were drawn one by one.

    Args:
        spec: the scene.
        pictures: PNG bytes, farthest first; all but that one cut out.

    Returns:
        The layers as PNG, back to front, all of one size; and the scene that they give, as PNG.

    Raises:
        ImageError: a picture cannot be decoded.
    """
    drawn = [
        decode_image(png, what=f"layer {number} of {spec.game}/{spec.sprite}")
        for number, png in enumerate(pictures)
    ]
    farthest = over([np.full_like(drawn[0], 255), drawn[0]])
    layers = stacked([farthest, *drawn[1:]], wraps=spec.loops)
    return tuple(encode_png(layer) for layer in layers), encode_png(over(layers))
