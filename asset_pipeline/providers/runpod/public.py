"""The models that RunPod hosts, by the pages of 2026-08-20; what they cost is in ``prices/runpod.toml``.

None of them keeps alpha, removes a background or makes layers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from asset_pipeline.providers.capabilities import ModelCard, Sizes
from asset_pipeline.providers.operations import Operation
from asset_pipeline.providers.remote import Json
from asset_pipeline.providers.runpod.config import Encoding
from asset_pipeline.providers.runpod.wiring import Model, Wiring

_WORDS: Operation = "text_to_image"
_GUIDED: Operation = "image_to_image"
_PNG: Mapping[str, Json] = {"output_format": "png"}
# The key is "guidance" here, where workers of one's own usually say "guidance_scale".
_FLUX = {"negative_prompt": "negative_prompt", "steps": "num_inference_steps", "guidance_scale": "guidance"}
_NEGATIVE = {"negative_prompt": "negative_prompt"}
# The sizes RunPod's own client lets pass; the pages of these models name none but the default, 1024*1024.
_KNOWN_GOOD = Sizes(
    min_px=512,
    max_px=2048,
    step_px=4,
    choices=(
        *((side, side) for side in (512, 768, 1024, 1328, 1536, 2048)),
        *((512, 768), (768, 512), (768, 1024), (1024, 768), (1140, 1472), (1472, 1140)),
    ),
)
# Models without a size field draw in the shape of the picture they are given; this is the size we give it.
_AS_GIVEN = Sizes(min_px=512, max_px=1536, step_px=16)


def public_models(encoding: Encoding) -> tuple[Model, ...]:
    """List them; of those that fit, the first is the default.

    Args:
        encoding: how pictures are put into their bodies.
    """
    models = (*_flux(), *_qwen(), *_seedream(), *_quick(), *_google(), *_flux_2())
    first = {
        "flux-dev": 0,
        "z-image-turbo": 1,
    }  # the only one with a denoise strength is the default over a guide
    ordered = sorted(models, key=lambda model: first.get(model.name, 2))
    return tuple(_encoded(model, encoding) for model in ordered)


def _flux() -> tuple[Model, ...]:
    sizes = Sizes(256, 1536, 64)
    dev = Wiring(
        fields=_FLUX,
        size="width_height",
        fixed={"image_format": "png"},
        limits={"steps": (1, 50), "guidance_scale": (0, 10)},
    )
    kontext = Wiring(
        fields=_FLUX,
        size="star",
        image="image",
        fixed=_PNG,
        limits={"steps": (1, 50), "guidance_scale": (0, 10)},
    )
    schnell = replace(dev, limits={"steps": (1, 8), "guidance_scale": (0, 10)})
    return (
        _model("flux-dev", "black-forest-labs-flux-1-dev", {_WORDS: dev}, sizes),
        _model("flux-schnell", "black-forest-labs-flux-1-schnell", {_WORDS: schnell}, sizes),
        _model("kontext", "black-forest-labs-flux-1-kontext-dev", {_GUIDED: kontext}, _KNOWN_GOOD),
    )


def _qwen() -> tuple[Model, ...]:
    drawn = Wiring(fields=_NEGATIVE, size="star")
    edited = Wiring(fields=_NEGATIVE, image="image", fixed=_PNG)
    edited_2511 = Wiring(size="star", image="images", is_list=True, most_images=3, fixed=_PNG)
    listed = ((1024, 1024), (1024, 1280), (1280, 1024), (1280, 1280), (1280, 1536), (1536, 1080))
    sizes = Sizes(1024, 1536, 8, listed)
    return (
        _model("qwen-image", "qwen-image-t2i", {_WORDS: drawn}, _KNOWN_GOOD),
        _model("qwen-edit", "qwen-image-edit", {_GUIDED: edited}, _AS_GIVEN),
        _model("qwen-edit-2511", "qwen-image-edit-2511", {_GUIDED: edited_2511}, sizes),
    )


def _seedream() -> tuple[Model, ...]:
    drawn = Wiring(fields=_NEGATIVE, size="star")
    # Its page does not say how many pictures it takes; its sample sends two.
    edited = Wiring(size="star", image="images", is_list=True, most_images=2, has_seed=False)
    return (
        _model("seedream-4", "seedream-v4-t2i", {_WORDS: drawn}, _KNOWN_GOOD),
        _model("seedream-4-edit", "seedream-v4-edit", {_GUIDED: edited}, _KNOWN_GOOD),
    )


def _quick() -> tuple[Model, ...]:
    squares = tuple((side, side) for side in (512, 768, 1024, 1280))
    sizes = Sizes(512, 1280, 8, (*squares, (1024, 768), (768, 1024), (1280, 720), (720, 1280)))
    words = Wiring(size="star", fixed=_PNG)
    guided = replace(words, image="image", fields={"denoise_strength": "strength"})
    drawn = Wiring(size="custom_ratio")
    as_given = {"aspect_ratio": "match_input_image"}
    edited = Wiring(image="images", is_list=True, most_images=5, fixed=as_given)
    ratios = Sizes(256, 1440, 16)
    return (
        _model("z-image-turbo", "z-image-turbo", {_WORDS: words, _GUIDED: guided}, sizes),
        _model("p-image", "p-image-t2i", {_WORDS: drawn}, ratios),
        _model("p-image-edit", "p-image-edit", {_GUIDED: edited}, ratios),
    )


def _google() -> tuple[Model, ...]:
    plain = Wiring(image="images", is_list=True, most_images=4, has_seed=False)
    pro = Wiring(
        size="ratio",
        image="images",
        is_list=True,
        most_images=14,
        has_seed=False,
        fixed={"resolution": "1k", **_PNG},
    )
    # One size of about a megapixel for each of its aspect ratios.
    shapes = ((1024, 1024), (1248, 832), (832, 1248), (1152, 864), (1344, 756), (756, 1344))
    more_shapes = ((896, 1120), (1120, 896))
    return (
        _model("nano-banana-edit", "nano-banana-edit", {_GUIDED: plain}, _AS_GIVEN),
        _model(
            "nano-banana-pro-edit",
            "nano-banana-pro-edit",
            {_GUIDED: pro},
            Sizes(756, 1344, 4, (*shapes, *more_shapes)),
        ),
    )


def _flux_2() -> tuple[Model, ...]:
    edited = Wiring(image="images", is_list=True, most_images=5)
    return (_model("flux-2-klein-edit", "flux-2-klein-9b-edit", {_GUIDED: edited}, _AS_GIVEN),)


def _model(name: str, slug: str, wirings: Mapping[Operation, Wiring], sizes: Sizes) -> Model:
    honours = frozenset[str]().union(*(wiring.honours for wiring in wirings.values()))
    card = ModelCard(name, frozenset(wirings), honours, sizes, keeps_alpha=False)
    return Model(card, slug, public=True, wirings=wirings)


def _encoded(model: Model, encoding: Encoding) -> Model:
    return replace(
        model, wirings={name: replace(wiring, encoding=encoding) for name, wiring in model.wirings.items()}
    )
