"""What a sprite is held to: traits that excuse it from a gate, and gates that are changed, with the reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Annotated, Any, Literal, Self, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from asset_pipeline.manifest.base import Complaint, Frozen, plain_error
from asset_pipeline.manifest.fields import Flag, Number, Whole, Words, listed_twice

Trait: TypeAlias = Literal[
    "glow", "glass", "smoke", "multi_part", "hole", "free_shape", "dark", "tile", "still", "outlined"
]
GateName: TypeAlias = Literal[
    "area_px",
    "aspect_error",
    "border_touch",
    "cell_error",
    "checkerboard",
    "colour_count",
    "component_count",
    "coverage",
    "declared_facts",
    "edge_bleed",
    "entropy_bits",
    "fill_error",
    "guide_leak",
    "halo",
    "holes",
    "hue_error_deg",
    "interior_ghost",
    "largest_component",
    "layer_coverage",
    "layer_gain_db",
    "layer_scale",
    "layer_sizes",
    "letter_iou",
    "luma_std",
    "off_palette",
    "order_margin_db",
    "pixel_grid",
    "recomposition_psnr_db",
    "recomposition_ssim",
    "scale_error",
    "semi_transparent",
    "silhouette_iou",
    "speck_count",
    "state_iou",
    "state_shift_px",
    "tile_seam",
    "twin_delta_e",
    "twin_hash_bits",
    "twin_matte_iou",
    "variant_delta_e",
    "wrap_seam",
]
SET_GATES: frozenset[GateName] = frozenset(
    {
        *("twin_delta_e", "twin_hash_bits", "twin_matte_iou"),
        *("variant_delta_e", "scale_error", "cell_error"),
    }
)
PICTURE_GATES: frozenset[GateName] = frozenset(
    {
        *("area_px", "luma_std", "entropy_bits", "pixel_grid", "colour_count", "off_palette"),
        *("tile_seam", "declared_facts"),
    }
)
"""The gates of any picture, cut out or not."""
_CUTOUT: frozenset[GateName] = PICTURE_GATES | {
    *("semi_transparent", "interior_ghost", "halo", "checkerboard", "edge_bleed", "hue_error_deg"),
}
_ALONE: frozenset[GateName] = _CUTOUT | {"coverage", "border_touch"}
_WHOLE: frozenset[GateName] = _ALONE | {
    *("aspect_error", "largest_component", "component_count", "speck_count", "holes"),
}
_SCENE: frozenset[GateName] = PICTURE_GATES | {"wrap_seam"}
KIND_GATES: Mapping[str, frozenset[GateName]] = MappingProxyType(
    {
        "entity": _WHOLE | {"silhouette_iou", "fill_error", "guide_leak"},
        "background": _SCENE,
        "title": _ALONE | {"letter_iou"},
        "parallax": _SCENE
        | {
            *("recomposition_psnr_db", "recomposition_ssim", "order_margin_db"),
            *("layer_coverage", "layer_gain_db", "layer_sizes", "layer_scale"),
            *("coverage", "interior_ghost"),
        },
        "sheet": _CUTOUT | {"border_touch"},
        "ui": _WHOLE | {"state_iou", "state_shift_px"},
    }
)
"""The gates by which a sprite of a kind may be judged, whatever its style and its traits."""

Keep: TypeAlias = Literal["drop", "keep"]
Candidates: TypeAlias = Annotated[Whole, Field(ge=1, le=16)]
Rerolls: TypeAlias = Annotated[Whole, Field(ge=0, le=16)]


class GateChange(Frozen):
    """Another limit of one gate, and why.

    Attributes:
        why: the reason; it is kept with every verdict.
        at_least: a smaller value fails, all others pass.
        at_most: a larger value fails, all others pass.
        off: do not judge it at all.
    """

    why: Words = Field(description="the reason; it is kept with every verdict.")
    at_least: Number | None = Field(default=None, description="A smaller value fails, all others pass.")
    at_most: Number | None = Field(default=None, description="A larger value fails, all others pass.")
    off: Flag = Field(default=False, description="true: do not judge it at all.")

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        limits = self.at_least is not None or self.at_most is not None
        if limits is self.off:
            raise plain_error("say at_least, at_most, or both; or say off: true, and nothing else but why")
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise plain_error(f"nothing is at least {self.at_least:g} and at most {self.at_most:g}")
        return self


def misplaced_gates(kind: str, gates: Iterable[GateName]) -> Iterator[Complaint]:
    """Name those of *gates* by which no sprite of *kind* is judged, and say where they belong."""
    for gate in gates:
        if gate in SET_GATES:
            yield Complaint((gate,), f"{gate!r} is a gate of the set; write it under the game's gates")
        elif gate not in KIND_GATES[kind]:
            known = " | ".join(sorted(KIND_GATES[kind]))
            yield Complaint((gate,), f"{gate!r} is no gate of kind: {kind}; choose one of {known}")


def _with_a_reason(value: Any) -> Any:  # noqa: ANN401 - whatever YAML holds
    if not isinstance(value, dict | Frozen):
        raise plain_error(
            "a gate is changed by its limit and the reason: {at_most: 0.08, why: it has soft fur}"
        )
    return value


def _once_each(traits: tuple[Trait, ...]) -> tuple[Trait, ...]:
    if problem := listed_twice(traits):
        raise plain_error(problem)
    return traits


Gates: TypeAlias = Mapping[
    GateName, Annotated[GateChange, BeforeValidator(_with_a_reason, json_schema_input_type=GateChange)]
]
Traits: TypeAlias = Annotated[
    tuple[Trait, ...], AfterValidator(_once_each), Field(json_schema_extra={"uniqueItems": True})
]
