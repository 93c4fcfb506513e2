"""The kinds of sprite that are one picture each: entity, background, title, parallax."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias, get_args

from pydantic import Field, ValidationInfo, field_validator

from asset_pipeline.manifest.base import Frozen, plain_error, refusal
from asset_pipeline.manifest.choices import Models, Providers
from asset_pipeline.manifest.fields import (
    Colour,
    Flag,
    Name,
    SidePx,
    Whole,
    Words,
    WorldUnits,
    aspect_problem,
    size_problem,
)
from asset_pipeline.manifest.finish import Finish
from asset_pipeline.manifest.generation import Drawing, Scaled
from asset_pipeline.manifest.lettering import Lettering, lettering_problem
from asset_pipeline.manifest.quality import Gates, Keep, Traits, misplaced_gates
from asset_pipeline.manifest.shapes import Shape

Role: TypeAlias = Literal["character", "enemy", "item", "platform", "ui"]


class Described(Frozen):
    """What every sprite has.

    Attributes:
        name: the engine's own id of the sprite, in any spelling; the sprite's id where left out.
        description: what to draw, in words.
        providers: who carries out an operation, in order of preference, where not the game's choice.
        models: with which model a finished drawing is worked on, where not the game's choice.
        traits: what it is by right, and gates would otherwise take for a fault.
        shadows: what becomes of a shadow that the model drew under it.
        gates: limits that are changed for this sprite, of the gates of its kind.
        finish: what is done to the drawn picture, where not the game's choice.
    """

    name: Name | None = Field(default=None, description="The engine's own id, in any spelling.")
    description: Words = Field(description="what to draw, in words; colour words help.")
    providers: Providers = Field(
        default={}, description="Who carries out an operation, instead of the game's choice."
    )
    models: Models = Field(default={}, description="Model of a later operation, instead of the game's.")
    traits: Traits = Field(
        default=(),
        description="What it is by right: glow, glass, smoke, multi_part, hole, free_shape, dark, tile, still, outlined.",
    )
    shadows: Keep = Field(default="drop", description="keep or drop the shadow that a model draws under it.")
    gates: Gates = Field(
        default={},
        description="Gates changed for this sprite, such as {halo: {at_most: 0.08, why: soft fur}}.",
    )
    finish: Finish = Field(
        default=Finish(), description="What is done to the drawn picture, instead of the game's choice."
    )

    @field_validator("gates")
    @classmethod
    def _are_of_its_kind(cls, gates: Gates) -> Gates:
        (kind,) = get_args(cls.model_fields["kind"].annotation)
        if complaints := list(misplaced_gates(kind, gates)):
            raise refusal(complaints)
        return gates


class Sized(Frozen):
    """A picture whose size is given in pixels."""

    width_px: SidePx = Field(description="width of the finished picture in pixels, 16 to 8192.")
    height_px: SidePx = Field(description="height of the finished picture in pixels, 16 to 8192.")

    @field_validator("height_px")
    @classmethod
    def _can_be_drawn(cls, height_px: int, info: ValidationInfo) -> int:
        width_px = info.data.get("width_px", height_px)
        if problem := size_problem(width_px, height_px) or aspect_problem(width_px, height_px):
            raise plain_error(problem)
        return height_px


class EntityForm(Frozen):
    """What only an entity has: a thing in the game's world, cut out of its background.

    Attributes:
        shape: the outline that the picture fills.
        width: in world units.
        height: in world units.
        role: what the thing is in the game.
        colour: its main colour, ``#rrggbb`` or a CSS name, lower case; ``None`` leaves it to the description.
    """

    kind: Literal["entity"] = Field(description="a thing in the world, cut out of its background.")
    shape: Shape = Field(description="the outline: box, circle, {polygon: [[x, y], …]} or {mask: file.png}.")
    width: WorldUnits = Field(description="width in world units.")
    height: WorldUnits = Field(description="height in world units.")
    role: Role = Field(description="character, enemy, item, platform or ui.")
    colour: Colour | None = Field(default=None, description='Main colour, "#rrggbb" in quotes or a CSS name.')

    @field_validator("height")
    @classmethod
    def _can_be_drawn(cls, height: float, info: ValidationInfo) -> float:
        if problem := aspect_problem(info.data.get("width", height), height):
            raise plain_error(problem)
        return height


class BackgroundForm(Frozen):
    """What only a background has: nothing more; it is opaque and loops sideways."""

    kind: Literal["background"] = Field(description="an opaque scene that loops sideways.")


class TitleForm(Frozen):
    """What only a title has.

    Attributes:
        text: the words to letter, as they are written.
        background: whether it comes with a scene; else it is cut out.
        lettering: how its letters are set; ``None`` leaves them to the model, unchecked.
    """

    kind: Literal["title"] = Field(description="lettering.")
    text: Annotated[str, Field(min_length=1, max_length=80)] = Field(description="the words to letter.")
    background: Flag = Field(default=False, description="true: with a scene behind; false: cut out.")
    lettering: Lettering | None = Field(
        default=None,
        exclude_if=lambda lettering: lettering is None,  # what is not asked for is no part of its version
        description="How its letters are set, so that they are right and checked; {} for the usual way.",
    )


class ParallaxForm(Frozen):
    """What only a parallax background has.

    Attributes:
        layer_count: how many layers the scene is split into, the farthest included.
        plan: what each layer shows, the farthest first, where they are drawn one by one; empty has a whole scene split.
    """

    kind: Literal["parallax"] = Field(description="a scene that loops sideways, split into layers.")
    layer_count: Annotated[Whole, Field(ge=2, le=8)] = Field(description="how many layers, 2 to 8.")
    plan: Annotated[tuple[Words, ...], Field(max_length=8)] = Field(
        default=(),
        exclude_if=lambda plan: not plan,  # what is not asked for is no part of its version
        description="What each layer shows, the farthest first, to draw them one by one; left out, a whole scene is split.",
    )

    @field_validator("plan")
    @classmethod
    def _one_a_layer(cls, plan: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        count = info.data.get("layer_count", len(plan))
        if plan and len(plan) != count:
            raise plain_error(f"a plan says what each of the {count} layers shows; here are {len(plan)}")
        return plan


class Entity(EntityForm, Described, Scaled):
    """A thing in the game's world."""


class Background(BackgroundForm, Sized, Described, Drawing):
    """An opaque scene that loops sideways."""


class Title(TitleForm, Sized, Described, Drawing):
    """The game's name, or any other words, lettered."""

    @field_validator("lettering")
    @classmethod
    def _can_be_set(cls, lettering: Lettering | None, info: ValidationInfo) -> Lettering | None:
        text, background = info.data.get("text"), info.data.get("background", False)
        if lettering is not None and text is not None:
            sides = {side: info.data.get(side) for side in ("width_px", "height_px")}
            if problem := lettering_problem(lettering, text, background=background, **sides):
                raise plain_error(problem)
        return lettering


class Parallax(ParallaxForm, Sized, Described, Drawing):
    """A scene in layers; the description is the scene's prompt."""
