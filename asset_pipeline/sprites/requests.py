"""What each step asks of a provider, from the sprite's resolved spec."""

from __future__ import annotations

from asset_pipeline.errors import ConfigError
from asset_pipeline.manifest.spec import SpriteSpec
from asset_pipeline.manifest.sprites import ParallaxForm
from asset_pipeline.providers.operations import (
    DecomposeLayers,
    ImageToImage,
    Operation,
    RemoveBackground,
    TextToImage,
)

DENOISE_STRENGTH = (
    0.8  # where the manifest says nothing: the guide gives shape and colour, the model the rest
)


def operations_of(spec: SpriteSpec) -> tuple[Operation, ...]:
    """Name the operations that *spec* needs, in order."""
    first: Operation = "image_to_image" if spec.kind == "entity" else "text_to_image"
    if spec.kind == "parallax":
        return first, "decompose_layers"
    return (first, "remove_background") if spec.transparent else (first,)


def text_to_image(spec: SpriteSpec) -> TextToImage:
    """Ask for the picture from words alone."""
    return TextToImage(
        prompt=spec.prompt,
        negative_prompt=spec.negative_prompt,
        width_px=spec.canvas_width_px,
        height_px=spec.canvas_height_px,
        seed=spec.seed,
        steps=spec.steps,
        guidance_scale=spec.guidance_scale,
        model=spec.model,
        style=spec.style,
        palette=spec.palette,
        wraps=wraps(spec),
    )


def image_to_image(spec: SpriteSpec, guide: bytes) -> ImageToImage:
    """Ask for the picture over *guide* (PNG)."""
    strength = DENOISE_STRENGTH if spec.denoise_strength is None else spec.denoise_strength
    return ImageToImage(**dict(text_to_image(spec)), image=guide, denoise_strength=strength)


def remove_background(picture: bytes) -> RemoveBackground:
    """Ask for the subject of *picture* (PNG) without its background."""
    return RemoveBackground(image=picture)


def decompose_layers(spec: SpriteSpec, picture: bytes) -> DecomposeLayers:
    """Ask for the layers of the scene in *picture* (PNG).

    Raises:
        ConfigError: the spec is no parallax scene.
    """
    if not isinstance(spec.details, ParallaxForm):
        raise ConfigError(
            f"{spec.game}/{spec.sprite}: only a parallax scene has layers, this is a {spec.kind}"
        )
    count = spec.details.layer_count
    return DecomposeLayers(image=picture, layer_count=count, prompt=spec.prompt, seed=spec.seed)


def wraps(spec: SpriteSpec) -> bool:
    """Tell whether the picture is to loop sideways."""
    return spec.kind in ("background", "parallax")
