"""Who carries out an operation, and with which model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeAlias, get_args

from pydantic import AfterValidator, BeforeValidator, Field

from asset_pipeline.manifest.base import mistyped, plain_error
from asset_pipeline.manifest.fields import Name, listed_twice

ProviderName: TypeAlias = Literal["local", "scenario", "runpod", "comfyui"]
OperationName: TypeAlias = Literal["text_to_image", "image_to_image", "remove_background", "decompose_layers"]
LaterOperation: TypeAlias = Literal["remove_background", "decompose_layers"]


def _long_form(value: Any) -> Any:  # noqa: ANN401 - whatever YAML holds
    """Make a list of a single name; its mistakes are told here, where no list stands in the file."""
    if isinstance(value, list | tuple) or value is None:
        return value
    if not isinstance(value, str):
        raise plain_error(
            f"name one of {' | '.join(get_args(ProviderName))}, or list several, the first choice first"
        )
    if value not in get_args(ProviderName):
        raise plain_error(mistyped("provider", value, get_args(ProviderName)))
    return (value,)


def _once_each(names: tuple[ProviderName, ...]) -> tuple[ProviderName, ...]:
    if problem := listed_twice(names):
        raise plain_error(problem)
    return names


def _after_the_drawing(value: Any) -> Any:  # noqa: ANN401 - whatever YAML holds
    if value in ("text_to_image", "image_to_image"):
        raise plain_error(
            "the model that draws is set by 'model': generation.model, or a pack's or sprite's own"
        )
    return value


_Ranked: TypeAlias = Annotated[
    tuple[ProviderName, ...], Field(min_length=1, json_schema_extra={"uniqueItems": True})
]
Ranking: TypeAlias = Annotated[
    _Ranked,
    AfterValidator(_once_each),
    BeforeValidator(_long_form, json_schema_input_type=ProviderName | _Ranked),
]
"""One provider, or several: the next one is asked where the one before cannot deliver."""

Providers: TypeAlias = Mapping[OperationName, Ranking]
Models: TypeAlias = Mapping[
    Annotated[LaterOperation, BeforeValidator(_after_the_drawing, json_schema_input_type=LaterOperation)],
    Name,
]
"""The model of what is done to a finished drawing; the one that draws is ``model``."""
