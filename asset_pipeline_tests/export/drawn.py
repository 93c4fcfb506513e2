"""Sprites to pack: each with colours and an outline of its own, so that no two can be mistaken for each other."""

from __future__ import annotations

import numpy as np

from asset_pipeline.export.atlas.layout import AtlasLayout
from asset_pipeline.export.atlas.scene import Layer, Scene
from asset_pipeline.export.atlas.sprite import Animation, Frame, Sprite
from asset_pipeline.imaging.arrays import Rgba
from asset_pipeline.imaging.png import encode_png
from asset_pipeline.manifest.composites import Insets

# Two packed pages, and one of tiles.
SMALL_PAGES = AtlasLayout(max_side_px=144)


def blob(seed: int, width: int = 40, height: int = 32, *, margin: int = 3) -> Rgba:
    """Draw random colours in an ellipse, soft at the edge, with another margin on each side."""
    random = np.random.default_rng(seed)
    rgba = np.zeros((height, width, 4), np.uint8)
    rgba[..., :3] = random.integers(0, 256, (height, width, 3))
    x = np.linspace(-1, 1, width - 3 * margin)[None]
    y = np.linspace(-1, 1, height - 2 * margin - 3)[:, None]
    inside = np.clip(2.5 - 2.2 * np.hypot(x, y * random.uniform(0.6, 1.0)), 0, 1) * 255
    rgba[margin + 2 : height - margin - 1, margin : width - 2 * margin, 3] = inside
    return rgba


def solid(seed: int, width: int, height: int) -> Rgba:
    """Draw random opaque colours to the very edge."""
    rgba = np.random.default_rng(seed).integers(0, 256, (height, width, 4), np.uint8)
    rgba[..., 3] = 255
    return rgba


def still(sprite_id: str, seed: int, width: int = 40, height: int = 32) -> Sprite:
    """Make a sprite of one frame."""
    return Sprite(sprite_id, sprite_id, (Frame("", blob(seed, width, height)),))


def all_kinds() -> list[Sprite]:
    """Make one sprite of everything the manifest can say, with names that need care."""
    frog = tuple(Frame(str(n), blob(n, 36, 40)) for n in range(5))
    hops = (
        Animation("hop", (0, 1, 2, 1), (100.0, 50.0, 125.0, 50.0), "loop"),
        Animation("croak", (3, 4), (1000 / 12, 1000 / 12), "once"),
        Animation("breathe", (0, 3, 4), (200.0, 200.0, 400.0), "ping_pong"),
    )
    button = tuple(Frame(state, solid(n, 30, 24)) for n, state in enumerate(("normal", "hover"), 20))
    water = tuple(Frame(str(n), solid(n, 16, 16)) for n in range(30, 37))
    waves = (Animation("waves", (1, 2, 3), (150.0, 150.0, 150.0), "loop"),)
    return [
        Sprite("frog", 'Frösch "Quak" & <Co>', frog, (0.4, 0.9), (1.5, 2.0), animations=hops),
        Sprite("button", "Ok Button", button, nine_patch=Insets(left=5, top=3, right=7, bottom=9)),
        Sprite("ground", "Ground", water, animations=waves, tile_columns=3),
        Sprite("coin", "Coin", (Frame("", blob(50, 33, 21)),), (-0.25, 0.5), (0.5, 0.5)),
        *(still(f"stone_{number}", 60 + number, 44, 36) for number in range(12)),
    ]


def all_scenes() -> list[Scene]:
    """Make a parallax background and a title."""
    layers = tuple(
        Layer(encode_png(solid(number, 64, 32)), 64, 32, factor, (0, 4 * number))
        for number, factor in ((0, 0.0), (1, 0.35), (2, 1.0))
    )
    title = Layer(encode_png(solid(9, 48, 24)), 48, 24)
    return [
        Scene("hills", "Grüne Hügel", 64, 40, layers, loops=True),
        Scene("title", "Title", 48, 24, (title,), loops=False),
    ]
