"""What surfaces are made of: for each material its colour, shine, bulge and texture, as data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from asset_pipeline.imaging.arrays import Rgb
from asset_pipeline.providers.local.figure import Texture
from asset_pipeline.providers.local.soft_textures import (
    cloth,
    foliage,
    fur,
    lava,
    sand,
    scales,
    slime,
    soil,
    stripes,
    water,
)
from asset_pipeline.providers.local.textures import brick, crystal, gold, ice, metal, rock, stone, wood


@dataclass(frozen=True)
class Material:
    """One kind of surface.

    Attributes:
        words: what prompts call it.
        colour: what it looks like where nobody names a colour; ``None`` where it can be any.
        make: gives its texture for one seed; ``None`` for a plain surface.
        bevel: how far its volume rises from the edge.
        gloss: strength of its highlight.
    """

    words: tuple[str, ...]
    colour: Rgb | None
    make: Callable[[np.random.Generator], Texture] | None
    bevel: float = 1.0
    gloss: float = 0.3


MATERIALS: Final[dict[str, Material]] = {
    "wood": Material(
        ("wood", "wooden", "plank", "planks", "timber", "log", "bamboo", "crate", "dock", "jetty", "bark"),
        (158, 104, 58),
        wood,
        0.22,
        0.0,
    ),
    "brick": Material(("brick", "bricks", "castle", "ruin", "ruins"), (172, 92, 70), brick, 0.18, 0.0),
    "rock": Material(
        ("rock", "rocky", "boulder", "asteroid", "meteor", "meteorite", "crater", "cratered"),
        (134, 128, 136),
        rock,
        0.8,
        0.0,
    ),
    "stone": Material(
        ("stone", "stones", "cobblestone", "granite", "marble", "slate", "concrete", "pebble", "mossy"),
        (142, 146, 156),
        stone,
        0.25,
        0.0,
    ),
    "metal": Material(
        (
            "metal",
            "metallic",
            "steel",
            "iron",
            "chrome",
            "tin",
            "robot",
            "machine",
            "mechanical",
            "armor",
            "armour",
            "cannon",
            "pipe",
        ),
        (140, 156, 176),
        metal,
        0.3,
        0.5,
    ),
    "gold": Material(
        ("gold", "golden", "brass", "bronze", "copper", "silver"), (250, 196, 56), gold, 0.3, 0.7
    ),
    "ice": Material(
        ("ice", "icy", "frozen", "frost", "frosty", "iceberg", "glacier"), (156, 216, 240), ice, 0.35, 0.7
    ),
    "snow": Material(("snow", "snowy", "snowball"), (228, 238, 248), sand, 0.7, 0.0),
    "crystal": Material(
        ("crystal", "gem", "diamond", "ruby", "emerald", "sapphire", "amethyst", "jewel", "quartz"),
        None,
        crystal,
        0.25,
        0.8,
    ),
    "glass": Material(("glass", "bubble", "bottle", "translucent"), (150, 214, 232), ice, 0.8, 0.9),
    "slime": Material(
        ("slime", "jelly", "goo", "gooey", "blob", "gelatinous", "ooze"), (116, 204, 92), slime, 1.0, 0.9
    ),
    "lava": Material(("lava", "magma", "molten", "volcanic", "ember"), (196, 76, 38), lava, 0.6, 0.0),
    "foliage": Material(
        ("leaf", "leaves", "leafy", "bush", "foliage", "hedge", "shrub", "vine", "tree"),
        (92, 164, 74),
        foliage,
        0.8,
        0.0,
    ),
    "grass": Material(("grass", "grassy", "meadow", "turf", "lawn"), (148, 100, 62), soil, 0.2, 0.0),
    "soil": Material(("earth", "dirt", "soil", "mud", "ground", "clay"), (142, 98, 66), soil, 0.25, 0.0),
    "sand": Material(("sand", "sandy", "desert", "beach", "dune"), (226, 194, 128), sand, 0.3, 0.0),
    "cloth": Material(
        ("cloth", "fabric", "felt", "wool", "woolen", "silk", "canvas", "banner", "plush", "sail"),
        None,
        cloth,
        0.5,
        0.0,
    ),
    "fur": Material(("fur", "furry", "fluffy", "hairy"), None, fur, 1.0, 0.0),
    "scales": Material(
        ("scales", "scaly", "feather", "feathers", "feathered", "feathery"), None, scales, 1.0, 0.2
    ),
    "water": Material(("water", "wave", "waves", "liquid"), (66, 148, 214), water, 0.4, 0.6),
    "candy": Material(("candy", "lollipop", "striped", "sweet"), (244, 112, 150), stripes, 0.8, 0.8),
}


def material_in(words: tuple[str, ...]) -> Material | None:
    """Find the material that *words* mention first; ``None`` where they mention none."""
    return next((m for word in words for m in MATERIALS.values() if word in m.words), None)
