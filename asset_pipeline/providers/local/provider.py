"""The provider itself: requests in, PNG bytes and a receipt out."""

from __future__ import annotations

import time
from typing import ClassVar, assert_never, get_args

import cv2
import numpy as np

from asset_pipeline.errors import ImageError, ProviderRejected
from asset_pipeline.imaging.arrays import Floats, Rgba
from asset_pipeline.imaging.matte import cut_out
from asset_pipeline.imaging.parallax.decompose import decompose
from asset_pipeline.imaging.png import decode_image, encode_png
from asset_pipeline.providers.capabilities import ModelCard, fitness
from asset_pipeline.providers.local.brief import read_brief
from asset_pipeline.providers.local.layer import paint_layer
from asset_pipeline.providers.local.painter import paint_entity
from asset_pipeline.providers.local.scene import paint_scene
from asset_pipeline.providers.local.sheet import SHEETS, paint_frame, paint_sheet, paint_texture
from asset_pipeline.providers.local.silhouette import guide_colour, guide_cover, invented_cover
from asset_pipeline.providers.local.title import paint_lettered, paint_title
from asset_pipeline.providers.operations import (
    DecomposeLayers,
    Delivery,
    ImageToImage,
    Operation,
    Receipt,
    RemoveBackground,
    Request,
    TextToImage,
)

_FREE_FROM = 0.9  # a denoise strength above this ignores the guide, as it does with a real model
_FULL_PAINT_FROM = 0.5  # below this the guide's own pixels shine through


CARD = ModelCard(
    "local-painter-1",
    frozenset(get_args(Operation)),
    # It reads words and colours only, so steps and guidance have nothing to act on.
    honours=frozenset({"negative_prompt", "denoise_strength", "prompt", "seed"}),
)


class LocalProvider:
    """Draws placeholder art here: no key, no network, no cost; the same request gives the same bytes.

    It holds no state, so one instance serves any number of threads.
    """

    model: ClassVar[str] = CARD.name

    @property
    def name(self) -> str:
        """``local``."""
        return "local"

    def honours(self, request: Request) -> bool:
        """Tell whether everything that *request* asks for would have its effect; LoRAs and their like have none."""
        return not fitness(CARD, request).mistakes

    def run(self, request: Request) -> Delivery:
        """Do what *request* asks and return its pictures.

        Raises:
            ProviderRejected: the request's image cannot be read or holds no shape.
        """
        started = time.perf_counter()
        try:
            images = _pictures(request)
        except ImageError as error:
            raise ProviderRejected(self.name, f"{request.operation}: {error}") from error
        receipt = Receipt(
            provider=self.name,
            operation=request.operation,
            model=self.model,
            seed=None if isinstance(request, RemoveBackground) else request.seed,
            seconds=time.perf_counter() - started,
            warnings=_ignored(request),
        )
        return Delivery(images=tuple(encode_png(image) for image in images), receipt=receipt)


def _ignored(request: Request) -> tuple[str, ...]:
    """Name what a real model would honour: a prototype may go on without it, but not without a word."""
    found = fitness(CARD, request)
    return (*(mistake.replace("takes no", "ignores") for mistake in found.mistakes), *found.warnings)


def _pictures(request: Request) -> list[Rgba]:
    match request:
        case TextToImage():
            return [_opaque(_from_words(request))]
        case ImageToImage():
            return [_opaque(_over_guide(request))]
        case RemoveBackground():
            return [cut_out(decode_image(request.image, what="the picture to cut out"))]
        case DecomposeLayers():
            scene = decode_image(request.image, what="the scene to split into layers")
            return list(decompose(scene, request.layer_count, wraps=True))
        case _:
            assert_never(request)


def _from_words(request: TextToImage | ImageToImage) -> Floats:
    brief = read_brief(request)
    size = (request.width_px, request.height_px)
    if brief.lettering:
        return paint_title(brief, *size)
    if brief.role == "layer":
        return paint_layer(brief, *size)
    if brief.role == "tile":
        return paint_texture(brief, *size)
    if brief.role == "sprite":
        return paint_frame(brief, *size)
    if brief.plain or brief.role:
        return paint_entity(brief, invented_cover(brief, *size))
    return paint_scene(brief, *size)


def _over_guide(request: ImageToImage) -> Floats:
    """Paint inside the guide's shape; a low strength keeps some of the guide itself."""
    guide = decode_image(request.image, what="the guide")
    if request.denoise_strength > _FREE_FROM:
        return _from_words(request)
    guide = _fitted(guide, request.width_px, request.height_px)
    brief = read_brief(request)
    if brief.role in SHEETS:
        return paint_sheet(brief, guide, request.prompt)
    cover = guide_cover(guide)
    painted = (
        paint_lettered(brief, cover)
        if brief.lettering
        else paint_entity(brief, cover, guide_colour(guide, cover))
    )
    share = np.float32(min(1.0, request.denoise_strength / _FULL_PAINT_FROM))
    if share == 1:
        return painted
    kept = guide[..., :3].astype(np.float32) / np.float32(255)
    return np.asarray(kept + (painted - kept) * share, np.float32)


def _fitted(guide: Rgba, width_px: int, height_px: int) -> Rgba:
    if guide.shape[:2] == (height_px, width_px):
        return guide
    shrinks = guide.shape[1] > width_px
    way = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(guide, (width_px, height_px), interpolation=way), np.uint8)


def _opaque(rgb: Floats) -> Rgba:
    colours = np.round(np.clip(rgb, 0, 1) * 255).astype(np.uint8)
    return np.dstack([colours, np.full(rgb.shape[:2], 255, np.uint8)])
