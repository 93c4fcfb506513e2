"""How one operation of one model is spelled on the wire, as data, and the body that follows from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import gcd
from typing import Literal, TypeAlias

from asset_pipeline.providers.capabilities import ModelCard
from asset_pipeline.providers.fitting import Fit
from asset_pipeline.providers.operations import Operation, RemoveBackground, Request
from asset_pipeline.providers.remote import Json
from asset_pipeline.providers.runpod.config import Encoding

SizeSpelling: TypeAlias = Literal["none", "width_height", "star", "custom_ratio", "ratio"]
"""``width`` and ``height``; ``size`` as ``"1024*768"``; ``aspect_ratio: custom`` with both; ``aspect_ratio`` as ``"4:3"``."""


@dataclass(frozen=True)
class Wiring:
    """The spelling of one operation.

    Attributes:
        fields: our optional fields by their names on the wire.
        size: how the size is said; ``none`` where the picture's own size decides.
        image: the field of the picture that is worked on; empty where there is none.
        encoding: how that picture is put into it.
        is_list: *image* holds a list.
        most_images: how many pictures it takes, references included.
        has_seed: it takes a ``seed``.
        fixed: what is always sent, such as ``output_format: png``.
        limits: the least and the most of a field of ours.
    """

    fields: Mapping[str, str] = field(default_factory=dict)
    size: SizeSpelling = "none"
    image: str = ""
    encoding: Encoding = "data_uri"
    is_list: bool = False
    most_images: int = 1
    has_seed: bool = True
    fixed: Mapping[str, Json] = field(default_factory=dict)
    limits: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    @property
    def honours(self) -> frozenset[str]:
        """Our optional fields that change the picture."""
        more = {"reference_images"} if self.most_images > 1 else set()
        return frozenset(self.fields) | more


@dataclass(frozen=True)
class Model:
    """A model, where it lives and how each of its operations is spelled.

    Attributes:
        card: what it can do.
        endpoint_id: an own endpoint's id, or a public endpoint's slug.
        public: paid by the picture.
        wirings: the spelling of each operation.
    """

    card: ModelCard
    endpoint_id: str
    public: bool
    wirings: Mapping[Operation, Wiring]

    @property
    def name(self) -> str:
        """As users write it."""
        return self.card.name


def pictures_of(request: Request) -> tuple[bytes, ...]:
    """List the pictures that go into the body: the guide first, then the references."""
    image = getattr(request, "image", None)
    references: tuple[bytes, ...] = getattr(request, "reference_images", ())
    return (*(() if image is None else (image,)), *references)


def write_input(
    wiring: Wiring, request: Request, fit: Fit | None, pictures: Sequence[str]
) -> dict[str, Json]:
    """Write what the worker reads.

    Args:
        wiring: the model's spelling.
        request: what is asked.
        fit: the size to ask for; ``None`` where none is asked for.
        pictures: :func:`pictures_of` the request, encoded.
    """
    body: dict[str, Json] = dict(wiring.fixed)
    if not isinstance(request, RemoveBackground):
        body["prompt"] = getattr(request, "prompt", "")
        if wiring.has_seed:
            body["seed"] = request.seed
    for ours, theirs in wiring.fields.items():
        value = getattr(request, ours, None)
        if value not in (None, ""):
            body[theirs] = value
    if fit is not None:
        body |= _size(wiring.size, fit)
    if wiring.image and pictures:
        body[wiring.image] = list(pictures) if wiring.is_list else pictures[0]
    return body


def _size(spelling: SizeSpelling, fit: Fit) -> dict[str, Json]:
    width, height = fit.width_px, fit.height_px
    common = gcd(width, height)
    sizes: dict[SizeSpelling, dict[str, Json]] = {
        "none": {},
        "width_height": {"width": width, "height": height},
        "star": {"size": f"{width}*{height}"},
        "custom_ratio": {"aspect_ratio": "custom", "width": width, "height": height},
        "ratio": {"aspect_ratio": f"{width // common}:{height // common}"},
    }
    return sizes[spelling]
