"""Gates by the question they answer, so that people read a handful of checks instead of thirty numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

FAMILIES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "content": ("area_px", "luma_std", "entropy_bits", "guide_leak", "hue_error_deg", "declared_facts"),
        "shape": (
            *("coverage", "silhouette_iou", "letter_iou", "aspect_error", "fill_error", "border_touch"),
            *("largest_component", "component_count", "speck_count", "holes"),
        ),
        "edges": ("semi_transparent", "interior_ghost", "halo", "checkerboard", "edge_bleed"),
        "pixels": ("pixel_grid", "colour_count", "off_palette"),
        "seams": ("wrap_seam", "tile_seam"),
        "layers": (
            *("recomposition_psnr_db", "recomposition_ssim", "order_margin_db"),
            *("layer_coverage", "layer_gain_db", "layer_sizes", "layer_scale"),
        ),
        "states": ("state_iou", "state_shift_px"),
    }
)
"""By name: is something drawn, in the right colour and size? Is its outline right? Is its edge clean? Is it true pixel art?
Does it repeat? Do its layers make it up? Do its states fit?"""

ABOUT: Mapping[str, str] = MappingProxyType(
    {
        "content": "Something is drawn, in the colour and the size that were asked for.",
        "shape": "It has the outline that was asked for, whole and in its place.",
        "edges": "It is cut out cleanly: no halo, no ghosts, no checkerboard.",
        "pixels": "It is true pixel art, in the palette's colours.",
        "seams": "It repeats without a visible seam.",
        "layers": "Its layers make up the scene.",
        "states": "Its states fit each other.",
    }
)


def families_of(metrics: Iterable[str]) -> tuple[str, ...]:
    """Return the families of some gates, in the order in which people should read them.

    >>> families_of(["halo", "area_px"])
    ('content', 'edges')
    """
    wanted = set(metrics)
    return tuple(name for name, gates in FAMILIES.items() if wanted & set(gates))
