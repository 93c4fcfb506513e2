"""The four ways of painting, as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Style:
    """How a thing is lit, lined and textured.

    Attributes:
        name: as users write it.
        outline: width of the dark line inside the silhouette, as a share of half its short side.
        bands: how hard light falls into steps; 0 keeps it smooth, 1 leaves flat steps alone.
        contrast: how far light and shadow lie from the colour itself.
        texture: how strongly materials show.
        gloss: strength of highlights.
        geometric: one straight shadow in place of light on a volume.
        grid_cells: logical pixels along the long side; 0 for none.
    """

    name: str
    outline: float = 0.0
    bands: float = 0.0
    contrast: float = 1.0
    texture: float = 1.0
    gloss: float = 0.5
    geometric: bool = False
    grid_cells: int = 0


STYLES: Final = {
    style.name: style
    for style in (
        Style("cartoon", outline=0.050, bands=0.72, gloss=0.55),
        Style("flat", bands=1.0, texture=0.8, gloss=0.0, geometric=True),
        Style("3d", contrast=1.25, texture=0.9, gloss=1.0),
        Style("pixel", outline=0.0, bands=0.55, contrast=1.15, texture=1.15, gloss=0.5, grid_cells=64),
    )
}
_HINTS: Final = {
    "pixel": ("pixel", "8-bit", "16-bit", "8bit", "16bit", "retro", "nes", "snes", "voxel"),
    "3d": ("3d", "render", "rendered", "realistic", "clay", "plastic", "glossy", "cgi", "isometric"),
    "flat": ("flat", "vector", "minimal", "minimalist", "geometric", "paper", "icon", "material"),
}


def style_named(words: str) -> Style:
    """Find the style nearest to a user's *words*; cartoon where nothing hints at another.

    >>> style_named("16-bit retro").name, style_named("hand-painted fairy tale").name
    ('pixel', 'cartoon')
    """
    said = words.lower().replace(",", " ").split()
    return next(
        (STYLES[name] for name, hints in _HINTS.items() if any(w in hints for w in said)), STYLES["cartoon"]
    )
