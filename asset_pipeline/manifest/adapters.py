"""What steers a model beside words: LoRAs, ControlNets, reference images."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from asset_pipeline.manifest.base import Frozen, plain_error
from asset_pipeline.manifest.fields import Name, Number, Share, listed_twice
from asset_pipeline.manifest.pictures import FileBeside, Picture


class Lora(Frozen):
    """A small adapter of a model's weights.

    Attributes:
        name: the provider's name of it.
        strength: 0 ignores it, 1 is as trained; below 0 it works the other way.
    """

    name: Name = Field(description="the provider's name of it: a file, or an id.")
    strength: Annotated[Number, Field(ge=-2, le=2)] = Field(
        default=1.0, description="0 ignores it, 1 is as trained; -2 to 2."
    )


class ControlNet(Frozen):
    """A picture whose structure the drawing follows.

    Attributes:
        image: the picture.
        control: what is followed, as the model names it.
        model: the provider's name of the network; ``None`` for its default.
        strength: 0 ignores the picture, 1 is as trained.
        start: where in the denoising it begins to act.
        end: where it ends.
    """

    image: Picture = Field(description="a PNG to follow; the path counts from this file.")
    control: Name = Field(default="canny", description="What is followed: canny, depth, pose, tile, …")
    model: Name | None = Field(default=None, description="The provider's name of the network.")
    strength: Annotated[Number, Field(ge=0, le=2)] = Field(
        default=0.7, description="0 ignores the picture, 1 is as trained; up to 2."
    )
    start: Share = Field(default=0.0, description="Where in the denoising it begins to act, 0 to 1.")
    end: Share = Field(
        default=1.0, validate_default=True, description="Where in the denoising it ends, 0 to 1."
    )

    @field_validator("end")
    @classmethod
    def _after_its_start(cls, end: float, info: ValidationInfo) -> float:
        start = info.data.get("start", 0.0)
        if "start" in info.data and end <= start:
            raise plain_error(f"it must end after its start; end is {end:g}, start {start:g}")
        return end


def _once_each_lora(loras: tuple[Lora, ...]) -> tuple[Lora, ...]:
    if problem := listed_twice(lora.name for lora in loras):
        raise plain_error(problem)
    return loras


def _once_each_picture(pictures: tuple[FileBeside, ...]) -> tuple[FileBeside, ...]:
    if problem := listed_twice(picture.file for picture in pictures):
        raise plain_error(problem)
    return pictures


Loras: TypeAlias = Annotated[tuple[Lora, ...], Field(max_length=16), AfterValidator(_once_each_lora)]
ControlNets: TypeAlias = Annotated[tuple[ControlNet, ...], Field(max_length=8)]
References: TypeAlias = Annotated[
    tuple[Picture, ...], Field(max_length=16), AfterValidator(_once_each_picture)
]
