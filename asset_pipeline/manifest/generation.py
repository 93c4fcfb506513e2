"""How pictures are asked for: settings of the model, and packs."""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias

from pydantic import BeforeValidator, Field

from asset_pipeline.manifest.adapters import ControlNets, Loras, References
from asset_pipeline.manifest.base import Frozen
from asset_pipeline.manifest.fields import Name, Number, Seed, Take, Whole, Words
from asset_pipeline.manifest.palettes import Palette
from asset_pipeline.manifest.quality import Candidates, Rerolls

DEFAULT_SIZE_PX, THIN_SIZE_PX, MAX_SCENE_PX = 512, 1024, 2048


class Drawing(Frozen):
    """Settings of any picture; ``None`` leaves a setting to the next wider scope, in the end to the model.

    Attributes:
        model: the provider's name of a model.
        seed: integer noise seed; derived from game, pack, sprite and take where nobody gives one.
        take: which roll of the dice; another number is another picture of the same thing.
        steps: denoising steps.
        guidance_scale: classifier-free guidance: how literally to take the prompt.
        negative_prompt: what to keep out of the picture.
        loras: small adapters of the model's weights, applied in order; a list replaces that of the wider scope.
        controlnets: pictures whose structure is followed; replaces likewise.
        reference_images: pictures whose look is taken over; replaces likewise.
        candidates: how many pictures to draw at most, of which the best is taken; drawing ends with the first good one.
        rerolls: how many more to draw where none of them passes its gates.
    """

    model: Name | None = Field(default=None, description="The provider's name of a model.")
    seed: Seed | None = Field(default=None, description="Noise seed; left out, each sprite gets its own.")
    take: Take | None = Field(
        default=None, description="Which roll of the dice; count up for another picture."
    )
    steps: Annotated[Whole, Field(ge=1, le=150)] | None = Field(
        default=None, description="Denoising steps, 1 to 150."
    )
    guidance_scale: Annotated[Number, Field(ge=0, le=30)] | None = Field(
        default=None, description="How literally to take the prompt (CFG), 0 to 30."
    )
    negative_prompt: Words | None = Field(default=None, description="What to keep out of the picture.")
    loras: Loras | None = Field(
        default=None,
        description="Adapters of the model in order, such as [{name: …, strength: 0.8}]; [] for none.",
    )
    controlnets: ControlNets | None = Field(
        default=None, description="Pictures whose lines, depth or pose are followed; [] for none."
    )
    reference_images: References | None = Field(
        default=None, description="PNG files whose look is taken over; [] for none."
    )
    candidates: Candidates | None = Field(
        default=None,
        description="Pictures to draw at most, of which the best is taken, 1 to 16; 1 if left out.",
    )
    rerolls: Rerolls | None = Field(
        default=None,
        description="Further pictures to draw where none passes its gates, 0 to 16; 0 if left out.",
    )


class Guided(Drawing):
    """Settings of a picture that is drawn over a guide.

    Attributes:
        denoise_strength: 0 keeps the guide, 1 ignores it.
    """

    denoise_strength: Annotated[Number, Field(ge=0, le=1)] | None = Field(
        default=None, description="0 keeps the guide's shape and colour, 1 ignores them."
    )


class Scaled(Guided):
    """Settings of a picture whose finished size says nothing about the size to ask for.

    Attributes:
        size_px: long side of the picture asked of the model; the finished sprite is scaled from it.
    """

    size_px: Annotated[Whole, Field(ge=64, le=2048)] | None = Field(
        default=None,
        description=f"Long side in px asked of the model, 64 to 2048; {DEFAULT_SIZE_PX} if left out, "
        f"up to {THIN_SIZE_PX} for what is longer than 4:1.",
    )


class Generation(Scaled):
    """A game's settings; its sprites may say otherwise."""


class Pack(Frozen):
    """A skin of a game: the same sprites in another look.

    Attributes:
        theme: instead of the game's.
        style: instead of the game's.
        palette: instead of the game's.
        model: instead of the game's; a sprite's own still wins.
        seed: instead of the game's; a sprite's own still wins.
        loras: instead of the game's; a sprite's own still win.
    """

    theme: Words | None = Field(default=None, description="Instead of the game's theme.")
    style: Name | None = Field(default=None, description="Instead of the game's style.")
    palette: Palette | None = Field(default=None, description="Instead of the game's palette.")
    model: Name | None = Field(default=None, description="Instead of the game's model.")
    seed: Seed | None = Field(default=None, description="Instead of the game's seed.")
    loras: Loras | None = Field(default=None, description="Instead of the game's loras; [] for none.")


def _empty_is_plain(value: Any) -> Any:  # noqa: ANN401 - whatever YAML holds
    return {} if value is None else value


PackEntry: TypeAlias = Annotated[Pack, BeforeValidator(_empty_is_plain, json_schema_input_type=Pack | None)]
