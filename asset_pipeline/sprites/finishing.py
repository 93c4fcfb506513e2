"""The last step: pictures of the exact size and style, with what made them written into the file."""

from __future__ import annotations

import hashlib
import json

import numpy as np

from asset_pipeline.imaging.alpha import over
from asset_pipeline.imaging.arrays import Rgba
from asset_pipeline.imaging.colour import parse_colour
from asset_pipeline.imaging.finish import finish_scene, finish_sprite
from asset_pipeline.imaging.png import decode_image, encode_png
from asset_pipeline.manifest.spec import SpriteSpec
from asset_pipeline.sprites.artwork import Artwork, FinishedSprite
from asset_pipeline.sprites.requests import wraps

PNG_TEXT_KEY = "asset_pipeline"


def finished(spec: SpriteSpec, artwork: Artwork) -> FinishedSprite:
    """Bring *artwork* to what the spec asks for.

    Raises:
        ImageError: a picture cannot be decoded.
    """
    pictures = [
        _sized(spec, decode_image(image, what=f"{spec.game}/{spec.sprite}, picture {number}"))
        for number, image in enumerate(artwork.images)
    ]
    layers = pictures if spec.kind == "parallax" else []
    whole = over(layers) if layers else pictures[0]
    note = {PNG_TEXT_KEY: json.dumps(provenance(spec, artwork), sort_keys=True)}
    return FinishedSprite(
        encode_png(whole, text=note), tuple(encode_png(layer, text=note) for layer in layers)
    )


def provenance(spec: SpriteSpec, artwork: Artwork) -> dict[str, object]:
    """Say what made the picture; the same for the same request, so that bytes repeat."""
    return {
        "game": spec.game,
        "pack": spec.pack,
        "sprite": spec.sprite,
        "prompt": spec.prompt,
        "seed": seed_of(spec, artwork),
        "made_by": [[receipt.operation, receipt.provider, receipt.model] for receipt in artwork.receipts],
        "work": [receipt.fingerprint for receipt in artwork.receipts],
        "weights": [[weights.model_dump() for weights in receipt.weights] for receipt in artwork.receipts],
        "software": "asset_pipeline",
    }


def seed_of(spec: SpriteSpec, artwork: Artwork) -> int:
    """Return the seed of the drawing: of the candidate that was chosen, where there were several."""
    return spec.seed if artwork.candidate is None else artwork.candidate.seed


def pixels_sha256(sprite: FinishedSprite) -> str:
    """Hash everything a game would see, so that what depends on the sprite turns stale only when that changes."""
    digest = hashlib.sha256()
    for png in (sprite.picture, *sprite.layers):
        digest.update(np.ascontiguousarray(decode_image(png, what="finished sprite")).tobytes())
    return digest.hexdigest()


def _sized(spec: SpriteSpec, rgba: Rgba) -> Rgba:
    width_px, height_px = spec.width_px, spec.height_px
    palette = [parse_colour(colour) for colour in spec.palette]
    if spec.transparent:
        return finish_sprite(rgba, width_px=width_px, height_px=height_px, style=spec.style, palette=palette)
    return finish_scene(
        rgba, width_px=width_px, height_px=height_px, style=spec.style, palette=palette, wraps=wraps(spec)
    )
