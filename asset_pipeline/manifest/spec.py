"""One sprite in one pack, with nothing left open."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import Field

from asset_pipeline.manifest.adapters import ControlNet, Lora
from asset_pipeline.manifest.base import Frozen
from asset_pipeline.manifest.choices import LaterOperation, OperationName, Ranking
from asset_pipeline.manifest.composites import SheetForm, UiForm
from asset_pipeline.manifest.finish import Finishing
from asset_pipeline.manifest.pictures import Picture
from asset_pipeline.manifest.quality import GateChange, GateName, Keep, Trait
from asset_pipeline.manifest.sprites import BackgroundForm, EntityForm, ParallaxForm, TitleForm

SPEC_VERSION = 1  # count up when the same manifest shall mean another picture

Kind: TypeAlias = Literal["entity", "background", "title", "parallax", "sheet", "ui"]
Details: TypeAlias = Annotated[
    EntityForm | BackgroundForm | TitleForm | ParallaxForm | SheetForm | UiForm, Field(discriminator="kind")
]


def operations_of(details: Details, *, transparent: bool) -> tuple[OperationName, ...]:
    """Name the operations that make a sprite, in order.

    >>> title = TitleForm(kind="title", text="Lantern Lake")
    >>> operations_of(title, transparent=True)
    ('text_to_image', 'remove_background')
    """
    if isinstance(details, ParallaxForm):
        return "text_to_image", "remove_background" if details.plan else "decompose_layers"
    drawing = _drawing_of(details)
    return (*drawing, "remove_background") if transparent else drawing


def _drawing_of(details: Details) -> tuple[OperationName, ...]:
    match details:
        case SheetForm(consistency="from_first"):
            return "text_to_image", "image_to_image"
        case TitleForm(lettering=None):
            return ("text_to_image",)
        case EntityForm() | TitleForm() | UiForm() | SheetForm(consistency="one_picture"):
            return ("image_to_image",)
        case _:
            return ("text_to_image",)


class SpriteSpec(Frozen):
    """Everything that decides one picture; survives a trip through JSON.

    Attributes:
        game: the game's id.
        pack: the pack's id; ``None`` where the game has no packs.
        sprite: the sprite's id.
        name: the engine's own id.
        prompt: what to draw, ready for a model.
        negative_prompt: what to keep out.
        description: the manifest's words for the sprite.
        style: ``pixel``, ``cartoon``, ``3d``, ``flat`` or free words.
        palette: colours to prefer, ``#rrggbb``.
        model: the provider's name of a model; ``None`` for its default.
        fixed_seed: the seed the manifest asks for; ``None`` lets it be derived.
        take: which roll of the dice.
        roll: which candidate of that take; 0 for the first.
        steps: denoising steps; ``None`` leaves it to the model.
        guidance_scale: classifier-free guidance; ``None`` leaves it to the model.
        denoise_strength: 0 keeps the guide, 1 ignores it; ``None`` leaves it to the pipeline.
        width_px: width of the finished picture.
        height_px: height of the finished picture.
        canvas_width_px: width asked of the model, a multiple of 16.
        canvas_height_px: height asked of the model, a multiple of 16.
        loras: adapters of the model's weights, in order.
        controlnets: pictures whose structure is followed; the hash of each file is part of it.
        reference_images: pictures whose look is taken over; the hash of each file is part of it.
        providers: who carries out an operation that this sprite needs, in order of preference, where the manifest
            names someone.
        models: the provider's name of a model for an operation after the drawing, where the manifest names one.
        finish: what is done to the drawn picture; no part of any request.
        transparent: the background is to be removed.
        traits: what it is by right, and gates would otherwise take for a fault.
        shadows: what becomes of a shadow that the model drew.
        gates: limits that are changed, the game's and the sprite's own together.
        candidates: how many pictures are drawn at most, of which the best is taken.
        rerolls: how many more where none of them passes.
        details: what only this kind of sprite has.
    """

    game: str
    pack: str | None
    sprite: str
    name: str
    prompt: str
    negative_prompt: str
    description: str
    style: str
    palette: tuple[str, ...]
    model: str | None
    fixed_seed: int | None
    take: int
    roll: int = 0
    steps: int | None
    guidance_scale: float | None
    denoise_strength: float | None
    width_px: int
    height_px: int
    canvas_width_px: int
    canvas_height_px: int
    loras: tuple[Lora, ...]
    controlnets: tuple[ControlNet, ...]
    reference_images: tuple[Picture, ...]
    providers: Mapping[OperationName, Ranking]
    models: Mapping[LaterOperation, str]
    finish: Finishing
    transparent: bool
    traits: tuple[Trait, ...] = ()
    shadows: Keep = "drop"
    gates: Mapping[GateName, GateChange] = {}
    candidates: int = 1
    rerolls: int = 0
    details: Details

    @property
    def kind(self) -> Kind:
        """Which kind of sprite it is."""
        return self.details.kind

    @property
    def operations(self) -> tuple[OperationName, ...]:
        """The operations that make it, in order."""
        return operations_of(self.details, transparent=self.transparent)

    @property
    def seed(self) -> int:
        """The noise seed, 0 to 2**32 - 1: fixed, else derived; later takes and rolls of a fixed seed are derived."""
        if self.fixed_seed is not None and self.take == self.roll == 0:
            return self.fixed_seed
        start = [self.game, self.pack, self.sprite] if self.fixed_seed is None else [self.fixed_seed]
        which = [self.take, self.roll] if self.roll else [self.take]
        digest = hashlib.sha256(json.dumps([*start, *which]).encode()).digest()
        return int.from_bytes(digest[:4], "big")

    @property
    def loops(self) -> bool:
        """Whether its finished picture goes on at its left side where its right side ends."""
        return self.kind in ("background", "parallax") and "still" not in self.traits

    @property
    def version(self) -> str:
        """16 hexadecimal digits that change whenever anything of this spec does."""
        canonical = json.dumps(self.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(f"{SPEC_VERSION}:{canonical}".encode()).hexdigest()[:16]

    def with_take(self, take: int) -> Self:
        """Return the same sprite with another roll of the dice."""
        return self.model_copy(update={"take": take})

    def rolled(self, roll: int, denoise_strength: float | None) -> Self:
        """Return another candidate of the same sprite.

        Args:
            roll: which one, from 0.
            denoise_strength: instead of its own; ``None`` keeps that.
        """
        changed = {} if denoise_strength is None else {"denoise_strength": denoise_strength}
        return self.model_copy(update={"roll": roll, **changed})
