"""The kinds of parameters a workflow template may have, and which values each takes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Literal, TypeAlias, get_args

from pydantic import BaseModel, ConfigDict, Field

from asset_pipeline.providers.remote import Json

Feed: TypeAlias = Annotated[str, Field(pattern=r"^[^.\s]+\.\S+$")]
"""``node.input``: where a value goes."""
Slot: TypeAlias = Annotated[str, Field(pattern=r"^[^.\s]+\.\d+$")]
"""``node.number``: an output of a node."""
FileName: TypeAlias = Annotated[str, Field(min_length=1, pattern=r"^[^\x00-\x1f]+$")]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class _Fed(_Part):
    """A parameter whose value goes into the graph as it is.

    Attributes:
        feeds: the inputs that get it.
        default: the value where nobody gives one; a parameter without a default is required.
    """

    feeds: tuple[Feed, ...] = Field(min_length=1)


class Text(_Fed):
    """Words."""

    type: Literal["text"]
    default: str | None = None

    def complaint(self, value: Json) -> str:
        """Say what is wrong with *value*; empty where nothing is."""
        return "" if isinstance(value, str) else f"{value!r} is no text"


class Integer(_Fed):
    """A whole number from ``min`` to ``max``."""

    type: Literal["integer"]
    default: int | None = None
    min: int | None = None
    max: int | None = None

    def complaint(self, value: Json) -> str:
        """Say what is wrong with *value*; empty where nothing is."""
        if isinstance(value, bool) or not isinstance(value, int):
            return f"{value!r} is no whole number"
        return _out_of_range(value, self.min, self.max)


class Number(_Fed):
    """A number from ``min`` to ``max``."""

    type: Literal["number"]
    default: float | None = None
    min: float | None = None
    max: float | None = None

    def complaint(self, value: Json) -> str:
        """Say what is wrong with *value*; empty where nothing is."""
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            return f"{value!r} is no number"
        return _out_of_range(value, self.min, self.max)


class Flag(_Fed):
    """Yes or no; the server takes the *text* "false" for yes."""

    type: Literal["boolean"]
    default: bool | None = None

    def complaint(self, value: Json) -> str:
        """Say what is wrong with *value*; empty where nothing is."""
        return "" if isinstance(value, bool) else f"{value!r} is neither true nor false"


class Choice(_Fed):
    """One of ``choices``."""

    type: Literal["choice"]
    choices: tuple[str, ...] = Field(min_length=1)
    default: str | None = None

    def complaint(self, value: Json) -> str:
        """Say what is wrong with *value*; empty where nothing is."""
        return "" if value in self.choices else f"{value!r} is none of {', '.join(self.choices)}"


class Picture(_Fed):
    """A picture, uploaded before the job; the value is its name on the server, which we choose."""

    type: Literal["image"]
    default: None = None

    def complaint(self, value: Json) -> str:
        """Say what is wrong with *value*; empty where nothing is."""
        return "" if isinstance(value, str) and value else "there is no picture"


class ModelFile(_Fed):
    """A file of weights in one of the server's model folders; another name can be configured."""

    type: Literal["model"]
    folder: str = Field(min_length=1)
    default: FileName

    def complaint(self, value: Json) -> str:
        """Say what is wrong with *value*; empty where nothing is."""
        return "" if isinstance(value, str) and value else f"{value!r} is no file name"


class LoraStack(_Part):
    """Any number of LoRAs, put between what gives the model and what reads it.

    Attributes:
        model: the slot that gives the model.
        clip: the slot that gives the text encoder; left out, only the model is changed.
    """

    type: Literal["loras"]
    model: Slot
    clip: Slot | None = None


class ControlNetStack(_Part):
    """Any number of ControlNets, put between what gives the conditioning and what reads it.

    Attributes:
        positive: the slot that gives the wanted conditioning.
        negative: the slot that gives the unwanted one.
        vae: the slot that gives the VAE, where the networks need one.
        files: what can be followed, and the network's file for it.
    """

    type: Literal["controlnets"]
    positive: Slot
    negative: Slot
    vae: Slot | None = None
    files: Mapping[str, FileName] = Field(min_length=1)


Fed: TypeAlias = Text | Integer | Number | Flag | Choice | Picture | ModelFile
Parameter: TypeAlias = Annotated[Fed | LoraStack | ControlNetStack, Field(discriminator="type")]
KINDS = frozenset(
    kind
    for cls in (*get_args(Fed), LoraStack, ControlNetStack)
    for kind in get_args(cls.model_fields["type"].annotation)
)


def slots_of(parameter: LoraStack | ControlNetStack) -> dict[str, str]:
    """Name the slots that *parameter* reads, by field."""
    names = ("model", "clip") if isinstance(parameter, LoraStack) else ("positive", "negative", "vae")
    return {name: getattr(parameter, name) for name in names if getattr(parameter, name) is not None}


def parse_slot(slot: str) -> tuple[str, int]:
    """Split ``node.number``.

    >>> parse_slot("ckpt.1")
    ('ckpt', 1)
    """
    node_id, _, number = slot.partition(".")
    return node_id, int(number)


def _out_of_range(value: float, least: float | None, most: float | None) -> str:
    if least is not None and value < least:
        return f"{value} is less than {least}"
    if most is not None and value > most:
        return f"{value} is more than {most}"
    return ""
