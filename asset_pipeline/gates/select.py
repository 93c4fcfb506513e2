"""Which gates a sprite must pass, by its kind, its style, its traits and the step that has just been done."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, TypeAlias, get_args

from asset_pipeline.errors import ConfigError
from asset_pipeline.gates.readings import metrics
from asset_pipeline.imaging.finish import is_pixel_art

Kind: TypeAlias = Literal["entity", "background", "title", "parallax", "sheet", "ui"]
Step: TypeAlias = Literal[
    "text_to_image", "image_to_image", "remove_background", "decompose_layers", "finish"
]
Trait: TypeAlias = Literal[
    "glow",
    "glass",
    "smoke",
    "multi_part",
    "hole",
    "free_shape",
    "dark",
    "opaque",
    "tile",
    "still",
    "outlined",
]
"""What a spec may say that excuses a sprite from a gate, or subjects it to one.

``glow``, ``glass`` and ``smoke`` may be semi-transparent (D6, D7), ``multi_part`` may be in pieces (D8), ``hole`` may have
holes (D9), ``free_shape`` has no silhouette to fill (D2), ``dark`` may have the colour of a black guide (D5), ``opaque``
is not cut out at all, ``tile`` repeats across and down (D18), ``still`` is a scene that need not loop (D17). ``outlined`` has a
line around it in the colour of its background, such as a sticker's white one, which is no halo (D11).
"""

_CONTENT = frozenset({"area_px", "luma_std", "entropy_bits"})
_PLACE = frozenset({"coverage", "aspect_error", "fill_error", "border_touch"})
_LETTERS = frozenset({"letter_iou"})
_GUIDED = frozenset({"silhouette_iou", "fill_error", "guide_leak"})
_PIECES = frozenset({"largest_component", "component_count", "speck_count"})
_TRANSLUCENT = frozenset({"semi_transparent", "interior_ghost"})
_CUTOUT = _PLACE | _GUIDED | _PIECES | _TRANSLUCENT | {"holes", "halo", "checkerboard", "hue_error_deg"}
_LAYERS = frozenset(
    metric for metric in metrics() if metric.startswith(("layer_", "recomposition_", "order_"))
)
_STATES = frozenset({"state_iou", "state_shift_px"})
_PIXELS = frozenset({"pixel_grid", "colour_count", "off_palette"})
_FILE = frozenset({"edge_bleed", "declared_facts"})
_SCENES = frozenset({"background", "parallax"})
_EXCUSED = {
    "glow": _TRANSLUCENT,
    "glass": _TRANSLUCENT,
    "smoke": _TRANSLUCENT,
    "multi_part": _PIECES,
    "hole": frozenset({"holes"}),
    "free_shape": frozenset({"silhouette_iou"}),
    "dark": frozenset({"guide_leak"}),
    "opaque": _CUTOUT | {"edge_bleed"},
    "still": frozenset({"wrap_seam"}),
}
_BY_STEP = {
    "text_to_image": _CONTENT | {"wrap_seam", "tile_seam"},
    "image_to_image": _CONTENT | {"wrap_seam", "tile_seam"},
    "remove_background": _CONTENT | _CUTOUT | _LETTERS,
    "decompose_layers": _LAYERS,
    "finish": _CONTENT | _PIXELS | _FILE | _STATES | {"wrap_seam", "tile_seam", "hue_error_deg"},
}


def select(  # noqa: PLR0913  # what a sprite is, by keyword
    *,
    kind: Kind,
    style: str = "",
    step: Step | None = None,
    traits: Iterable[Trait] = (),
    guided: bool = True,
    lettered: bool = False,
) -> tuple[str, ...]:
    """Return the gates of one sprite, in the order in which people should read them.

    Args:
        kind: of the sprite.
        style: as the manifest has it; one with the word "pixel" is held to a grid and a palette.
        step: what was just done to it. A cutout is judged on the canvas it was generated on, before it is trimmed
            and scaled: what fills its canvas by right afterwards would touch the frame. ``None``: every step.
        traits: what its spec excuses, or asks for.
        guided: it was drawn from a silhouette, so that there is one to fill and a colour to leak.
        lettered: it is a title that was drawn over letters, which must be the same.

    Raises:
        ConfigError: *kind*, *step* or a trait is unknown.

    >>> select(kind="background", step="finish")
    ('area_px', 'luma_std', 'entropy_bits', 'wrap_seam', 'declared_facts')
    """
    wanted = frozenset(traits)
    _require_known(kind, step, wanted)
    pixel_art = is_pixel_art(style)
    chosen = frozenset(metrics()) if step is None else _of_step(step, pixel_art=pixel_art)
    chosen -= _not_of_kind(kind, wanted)
    chosen -= frozenset().union(*(_EXCUSED.get(trait, frozenset()) for trait in wanted))
    if not guided:
        chosen -= _GUIDED
    # Of laid-out letters next to everything is edge; what became of them is measured letter by letter.
    chosen -= frozenset({"semi_transparent"}) if lettered and kind == "title" else _LETTERS
    if not pixel_art:
        chosen -= _PIXELS
    return tuple(metric for metric in metrics() if metric in chosen)


def _of_step(step: Step, *, pixel_art: bool) -> frozenset[str]:
    """Return what is asked after a step; of pixel art only the finish, which hardens edges, answers for soft ones."""
    chosen = frozenset(_BY_STEP[step])
    if not pixel_art:
        return chosen
    return chosen | {"semi_transparent"} if step == "finish" else chosen - {"semi_transparent"}


def _not_of_kind(kind: Kind, traits: frozenset[Trait]) -> frozenset[str]:
    """Return what cannot be asked of a kind."""
    never: frozenset[str] = frozenset()
    if kind in _SCENES:
        never |= _CUTOUT | {"edge_bleed"}
    else:
        never |= {"wrap_seam"}
    if kind != "parallax":
        never |= _LAYERS
    if kind != "ui":
        never |= _STATES
    if "tile" not in traits:
        never |= {"tile_seam"}
    if kind == "title":  # letters: many pieces, most of them with holes, drawn without a silhouette
        never |= _PIECES | _GUIDED | {"holes", "aspect_error"}
    if kind == "sheet":  # many things on one canvas; cells are judged one by one, and none may leave its own
        never |= _PIECES | (_PLACE - {"border_touch"}) | _GUIDED | {"holes"}
    return never


def _require_known(kind: str, step: str | None, traits: Iterable[str]) -> None:
    for what, value, known in (
        ("kind", kind, get_args(Kind)),
        ("step", step, (None, *get_args(Step))),
        *(("trait", trait, get_args(Trait)) for trait in traits),
    ):
        if value not in known:
            raise ConfigError(
                f"there are no gates for the {what} {value!r}; there are {', '.join(map(str, known))}"
            )
