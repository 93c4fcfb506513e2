"""What each step asks of a provider, from the sprite's resolved spec."""

from __future__ import annotations

from pathlib import Path

from asset_pipeline.errors import ConfigError
from asset_pipeline.manifest.adapters import ControlNet as ControlNetOfSpec
from asset_pipeline.manifest.pictures import FileBeside
from asset_pipeline.manifest.spec import SpriteSpec
from asset_pipeline.manifest.sprites import ParallaxForm
from asset_pipeline.providers.operations import (
    ControlNet,
    DecomposeLayers,
    ImageToImage,
    Lora,
    Operation,
    RemoveBackground,
    TextToImage,
)
from asset_pipeline.sprites.files import picture_bytes
from asset_pipeline.sprites.strength import denoise_strength


def operations_of(spec: SpriteSpec) -> tuple[Operation, ...]:
    """Name the operations that *spec* needs, in order."""
    return spec.operations


def text_to_image(spec: SpriteSpec, games_dir: Path) -> TextToImage:
    """Ask for the picture from words, and what the manifest adds to them.

    Args:
        spec: the sprite.
        games_dir: the folder that the pictures named in the manifest count from.

    Raises:
        ConfigError: one of those pictures cannot be read, or was edited after the game was loaded.
    """
    return TextToImage(
        prompt=spec.prompt,
        negative_prompt=spec.negative_prompt,
        width_px=spec.canvas_width_px,
        height_px=spec.canvas_height_px,
        seed=spec.seed,
        take=spec.take,
        steps=spec.steps,
        guidance_scale=spec.guidance_scale,
        model=spec.model,
        style=spec.style,
        palette=spec.palette,
        wraps=wraps(spec),
        loras=tuple(Lora(name=lora.name, strength=lora.strength) for lora in spec.loras),
        controlnets=tuple(_controlnet(net, games_dir) for net in spec.controlnets),
        reference_images=tuple(
            _bytes_of(picture, games_dir, "reference image") for picture in spec.reference_images
        ),
    )


def image_to_image(spec: SpriteSpec, guide: bytes, games_dir: Path) -> ImageToImage:
    """Ask for the picture over *guide* (PNG); otherwise as :func:`text_to_image`."""
    return ImageToImage(
        **dict(text_to_image(spec, games_dir)), image=guide, denoise_strength=denoise_strength(spec)
    )


def remove_background(spec: SpriteSpec, picture: bytes) -> RemoveBackground:
    """Ask for the subject of *picture* (PNG) without its background."""
    return RemoveBackground(image=picture, take=spec.take, model=spec.models.get("remove_background"))


def decompose_layers(spec: SpriteSpec, picture: bytes) -> DecomposeLayers:
    """Ask for the layers of the scene in *picture* (PNG).

    Raises:
        ConfigError: the spec is no parallax scene.
    """
    if not isinstance(spec.details, ParallaxForm):
        raise ConfigError(
            f"{spec.game}/{spec.sprite}: only a parallax scene has layers, this is a {spec.kind}"
        )
    return DecomposeLayers(
        image=picture,
        layer_count=spec.details.layer_count,
        prompt=spec.prompt,
        seed=spec.seed,
        take=spec.take,
        model=spec.models.get("decompose_layers"),
    )


def wraps(spec: SpriteSpec) -> bool:
    """Tell whether the picture is to loop sideways."""
    return spec.kind in ("background", "parallax")


def _controlnet(net: ControlNetOfSpec, games_dir: Path) -> ControlNet:
    return ControlNet(**{**dict(net), "image": _bytes_of(net.image, games_dir, "control picture")})


def _bytes_of(picture: FileBeside, games_dir: Path, what: str) -> bytes:
    return picture_bytes(games_dir / picture.file, picture.sha256, what=what)
