"""The last step: pictures of the exact size and style, with what made them written into the file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence

import numpy as np

from asset_pipeline.imaging.alpha import over
from asset_pipeline.imaging.arrays import Rgba
from asset_pipeline.imaging.colour import parse_colour
from asset_pipeline.imaging.finish import finish_scene, finish_sprite
from asset_pipeline.imaging.parallax.looping import looped
from asset_pipeline.imaging.png import decode_image, encode_png
from asset_pipeline.manifest.composites import SheetForm, UiForm
from asset_pipeline.manifest.spec import SpriteSpec
from asset_pipeline.manifest.sprites import ParallaxForm
from asset_pipeline.sprites.artwork import Artwork, FinishedSprite
from asset_pipeline.sprites.lettering import lettering_of
from asset_pipeline.sprites.sheets import finished_sheet
from asset_pipeline.sprites.states import as_normal, fitted, named_states, recoloured_state

PNG_TEXT_KEY = SOFTWARE = "asset_pipeline"


def finished(spec: SpriteSpec, artwork: Artwork) -> FinishedSprite:
    """Bring *artwork* to what the spec asks for.

    Raises:
        ImageError: a picture cannot be decoded.
    """
    drawn = [
        decode_image(image, what=f"{spec.game}/{spec.sprite}, picture {number}")
        for number, image in enumerate(artwork.images)
    ]
    layers: list[Rgba] = []
    states: Mapping[str, Rgba] = {}
    match spec.details:
        case UiForm():
            whole, states = _with_states(spec, spec.details, drawn)
        case SheetForm():
            whole = finished_sheet(spec, drawn[0])
        case ParallaxForm():
            layers = [_sized(spec, layer) for layer in drawn]
            whole = over(layers)
        case _:
            whole = _sized(spec, _looping(spec, drawn[0]))
    note = {PNG_TEXT_KEY: json.dumps(provenance(spec, artwork), sort_keys=True), "Software": SOFTWARE}
    return FinishedSprite(
        encode_png(whole, text=note),
        tuple(encode_png(layer, text=note) for layer in layers),
        states={state: encode_png(picture, text=note) for state, picture in states.items()},
        loops=spec.loops,
    )


def _with_states(spec: SpriteSpec, form: UiForm, drawn: Sequence[Rgba]) -> tuple[Rgba, dict[str, Rgba]]:
    """Finish the normal state and the others: as they were drawn where they keep its outline, else made of it by colour."""
    normal, *others = drawn
    whole = _sized(spec, fitted(spec, form, normal))
    states: dict[str, Rgba] = {}
    for number, state in enumerate(named_states(form)):
        own = as_normal(normal, others[number], state, spec) if number < len(others) else None
        states[state] = (
            recoloured_state(spec, whole, state) if own is None else _sized(spec, fitted(spec, form, own))
        )
    return whole, states


def _looping(spec: SpriteSpec, rgba: Rgba) -> Rgba:
    """Close the seam of a background that is to go on sideways; layers were made so that theirs is closed."""
    return looped(rgba) if spec.kind == "background" and spec.loops else rgba


def provenance(spec: SpriteSpec, artwork: Artwork) -> dict[str, object]:
    """Say what made the picture; the same for the same work, so that bytes repeat.

    Returns:
        What stands as JSON under :data:`PNG_TEXT_KEY` in the finished PNG: which sprite it is, the prompt it was drawn
        by and that prompt's SHA-256, its seed; and for each call, in one order, its operation, provider and model (``made_by``),
        the job by its name in our journal (``jobs``; ``asset-pipeline jobs show`` tells the provider's id of it, which is another
        each time), and what took part with its licence (``weights``).
    """
    prompt = prompt_of(spec, artwork)
    return {
        "game": spec.game,
        "pack": spec.pack,
        "sprite": spec.sprite,
        "prompt": prompt,
        "prompt_sha256": hashlib.sha256(prompt.encode()).hexdigest(),
        "seed": seed_of(spec, artwork),
        "made_by": [[receipt.operation, receipt.provider, receipt.model] for receipt in artwork.receipts],
        "jobs": [receipt.fingerprint for receipt in artwork.receipts],
        "weights": [[weights.model_dump() for weights in receipt.weights] for receipt in artwork.receipts],
        "software": SOFTWARE,
    }


def seed_of(spec: SpriteSpec, artwork: Artwork) -> int:
    """Return the seed of the drawing: of the candidate that was chosen, where there were several."""
    return spec.seed if artwork.candidate is None else artwork.candidate.seed


def prompt_of(spec: SpriteSpec, artwork: Artwork) -> str:
    """Return the prompt of the drawing: of a pinned picture its own, empty where nobody kept it."""
    return spec.prompt if artwork.candidate is None else artwork.candidate.prompt


def seen_sha256(spec: SpriteSpec, sprite: FinishedSprite) -> str:
    """Hash everything a game would see, so that what depends on the sprite turns stale when that changes, and only then.

    That is its pixels, and what the engines' files say of them: its name, its size in the world, how it moves and stretches.
    """
    said = [spec.name, spec.loops, spec.details.model_dump(mode="json")]
    digest = hashlib.sha256(json.dumps(said, sort_keys=True).encode())
    for png in (sprite.picture, *sprite.layers, *sprite.states.values()):
        digest.update(np.ascontiguousarray(decode_image(png, what="finished sprite")).tobytes())
    return digest.hexdigest()


def _sized(spec: SpriteSpec, rgba: Rgba) -> Rgba:
    palette = [parse_colour(colour) for colour in spec.palette]
    size = {"width_px": spec.width_px, "height_px": spec.height_px}
    lettering = lettering_of(spec)
    if not spec.transparent:
        return finish_scene(
            rgba, **size, style=spec.style, palette=palette, wraps=spec.loops, dither=spec.finish.dither
        )
    return finish_sprite(
        rgba,
        **size,
        style=spec.style,
        palette=palette,
        anchor=spec.finish.anchor,
        dither=spec.finish.dither,
        outline=None if spec.finish.outline is None else parse_colour(spec.finish.outline),
        trim=lettering is None or lettering.grid is None,  # else every letter stays in its cell
    )
