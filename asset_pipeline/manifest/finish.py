"""What is done to a picture after it was drawn; no setting here is ever asked of a model, so none costs anything."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BeforeValidator, Field, WithJsonSchema

from asset_pipeline.manifest.base import Frozen
from asset_pipeline.manifest.fields import COLOUR_PATTERN, checked_colour

Anchor: TypeAlias = Literal["centre", "bottom", "top"]
Dither: TypeAlias = Literal["none", "ordered", "floyd-steinberg"]


def _colour_or_none(value: Any) -> Any:  # noqa: ANN401 - whatever YAML holds
    return checked_colour(value) if isinstance(value, str) and value != "none" else value


Outline: TypeAlias = Annotated[
    str, BeforeValidator(_colour_or_none), WithJsonSchema({"type": "string", "pattern": COLOUR_PATTERN})
]
"""A colour, or ``none``, which fits the pattern of colour names."""


class Finish(Frozen):
    """How a drawn picture becomes the finished one; ``None`` leaves a setting to the next wider scope.

    Attributes:
        anchor: where a thing stands in its rectangle that was drawn less high; by its role where nobody says.
        dither: how pixel art mixes colours that its palette lacks.
        outline: colour of a line around what is cut out; ``none`` for no line.
    """

    anchor: Anchor | None = Field(
        default=None,
        description="Where it stands when drawn less high than its rectangle: centre, bottom or top; left out, a "
        "character or enemy stands at the bottom, a platform at the top, anything else in the centre.",
    )
    dither: Dither | None = Field(
        default=None,
        description="Mixes the palette's colours in pixel art: none, ordered or floyd-steinberg; none if left out.",
    )
    outline: Outline | None = Field(
        default=None,
        description='Line around what is cut out, one cell of pixel art or 1/64 of its shorter side wide: "#rrggbb", a CSS '
        "name or none.",
    )


class Finishing(Frozen):
    """:class:`Finish` with nothing left open, and only what the sprite at hand can use.

    Attributes:
        anchor: where a thing stands in its rectangle that was drawn less high.
        dither: how pixel art mixes colours that its palette lacks.
        outline: colour of a line around it, ``#rrggbb``; ``None`` for no line.
    """

    anchor: Anchor = "centre"
    dither: Dither = "none"
    outline: str | None = None
