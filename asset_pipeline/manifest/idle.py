"""Gates that a manifest changes and that judge nothing: whoever wrote them believes that they hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from asset_pipeline.manifest.base import Complaint
from asset_pipeline.manifest.quality import KIND_GATES, PICTURE_GATES, GateName, Trait

PIXEL_GATES: frozenset[GateName] = frozenset({"pixel_grid", "colour_count", "off_palette"})
"""The gates of pixel art alone: of a style with the word "pixel"."""
_PIECES: frozenset[GateName] = frozenset({"largest_component", "component_count", "speck_count"})
_TRANSLUCENT: frozenset[GateName] = frozenset({"semi_transparent", "interior_ghost"})
EXCUSES: Mapping[Trait, frozenset[GateName]] = MappingProxyType(
    {
        "glow": _TRANSLUCENT,
        "glass": _TRANSLUCENT,
        "smoke": _TRANSLUCENT,
        "multi_part": _PIECES,
        "hole": frozenset({"holes"}),
        "free_shape": frozenset({"silhouette_iou"}),
        "dark": frozenset({"guide_leak"}),
        "still": frozenset({"wrap_seam"}),
    }
)
"""The gates by which a sprite with a trait is not judged."""


def idle_gates(sprite: Mapping[str, Any], styles: Iterable[str]) -> Iterator[Complaint]:
    """Name those gates of a sprite that its traits and styles keep from ever judging it, with what keeps them.

    Args:
        sprite: as it stands in the file, right or wrong.
        styles: of the packs it is drawn in; none where nobody knows them.
    """
    gates, traits = sprite.get("gates"), sprite.get("traits")
    kind = str(sprite.get("kind"))
    if not isinstance(gates, Mapping):
        return
    styles, named = (
        tuple(styles),
        {str(trait) for trait in traits} if isinstance(traits, list | tuple) else set(),
    )
    drawn_as_pixels = not styles or any("pixel" in style.lower() for style in styles)
    for gate in (gate for gate in gates if gate in KIND_GATES.get(kind, ())):
        excuses = [trait for trait, excused in EXCUSES.items() if trait in named and gate in excused]
        if excuses:
            yield Complaint(
                (gate,), f"{gate!r} never judges it, because of its trait {excuses[0]}; drop one of the two"
            )
        elif gate == "tile_seam" and "tile" not in named:
            yield Complaint(
                (gate,), "'tile_seam' judges only what has the trait tile; write traits: [tile], or drop it"
            )
        elif gate in PIXEL_GATES and not drawn_as_pixels:
            yield Complaint(
                (gate,),
                f"{gate!r} judges only pixel art, and the style is {' or '.join(dict.fromkeys(styles))}; drop it",
            )
        elif gate == "guide_leak" and sprite.get("colour"):
            yield Complaint(
                (gate,), "'guide_leak' never judges it, because the guide has its colour by right; drop it"
            )
        elif kind == "title" and sprite.get("background") is True and gate not in PICTURE_GATES:
            yield Complaint(
                (gate,), f"{gate!r} judges only what is cut out, and this has a background; drop it"
            )
