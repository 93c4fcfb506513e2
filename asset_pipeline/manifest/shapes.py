"""The outline of an entity: what its picture must fill."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Discriminator,
    Field,
    Tag,
    ValidationInfo,
    model_validator,
)
from pydantic.json_schema import SkipJsonSchema

from asset_pipeline.manifest.base import Complaint, Frozen, mistyped, plain_error, refusal
from asset_pipeline.manifest.fields import Share
from asset_pipeline.manifest.pictures import FileName, PictureError, picture_sha256

SHAPES = ("box", "circle", "{polygon: [[x, y], …]}", "{mask: file.png}")
_MIN_AREA = 0.005  # of the sprite's rectangle; less is a line

Points: TypeAlias = tuple[tuple[Share, Share], ...]


def area(points: Points) -> float:
    """Return the area within *points* by the shoelace formula, in units of the rectangle they are shares of.

    >>> area(((0, 0), (1, 0), (1, 1)))
    0.5
    """
    return abs(sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairwise((*points, points[0])))) / 2


def _no_line(points: Points) -> Points:
    if area(points) < _MIN_AREA:
        raise plain_error("these points lie on one line; a polygon needs some area")
    return points


class Polygon(Frozen):
    """Straight edges between points, in order, closed by itself.

    Attributes:
        polygon: ``(x, y)`` as shares of the sprite's width and height, from its top left corner.
    """

    polygon: Annotated[Points, Field(min_length=3, max_length=256), AfterValidator(_no_line)] = Field(
        description="Points [x, y] as shares (0 to 1) of width and height, from the top left; at least 3."
    )


class Mask(Frozen):
    """A PNG that shows the shape: its opaque pixels or, where nothing is transparent, its bright ones.

    Attributes:
        mask: the file, relative to the manifest.
        sha256: of the file's bytes, in hexadecimal; set by the loader, so that an edited mask counts.
    """

    mask: FileName = Field(
        description="A PNG that shows the shape in white or opaque; the path counts from this file."
    )
    sha256: SkipJsonSchema[str] = ""

    @model_validator(mode="before")
    @classmethod
    def _read(cls, value: Any, info: ValidationInfo) -> Any:  # noqa: ANN401 - whatever YAML holds
        if not isinstance(info.context, Path) or not isinstance(value.get("mask"), str):
            return value
        if "sha256" in value:
            raise refusal(
                [Complaint(("sha256",), "there is no key 'sha256' here; the loader measures the mask")]
            )
        try:
            return {**value, "sha256": picture_sha256(info.context.parent, value["mask"], what="mask")}
        except PictureError as problem:
            raise refusal([Complaint(("mask",), str(problem))]) from problem


def _known(value: Any) -> Any:  # noqa: ANN401 - whatever YAML holds
    if isinstance(value, dict) and not value.keys() & {"polygon", "mask"}:
        raise plain_error(f"this is no shape; choose one of {' | '.join(SHAPES)}")
    if not isinstance(value, dict | str | Polygon | Mask):
        raise plain_error(mistyped("shape", value, SHAPES))
    if isinstance(value, str) and value not in ("box", "circle"):
        raise plain_error(mistyped("shape", value, SHAPES))
    return value


def _form(value: Any) -> str:  # noqa: ANN401 - whatever YAML holds
    if isinstance(value, str):
        return "<name>"
    is_polygon = "polygon" in value if isinstance(value, dict) else isinstance(value, Polygon)
    return "<polygon>" if is_polygon else "<mask>"


Shape: TypeAlias = Annotated[
    Annotated[Literal["box", "circle"], Tag("<name>")]
    | Annotated[Polygon, Tag("<polygon>")]
    | Annotated[Mask, Tag("<mask>")],
    Discriminator(_form),
    BeforeValidator(_known),
]
