"""Good sprites, and good ones that look like bad ones: every gate that fails here gives a false alarm."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from asset_pipeline.imaging.arrays import Floats
from asset_pipeline_tests.gates.drawing import NIGHT, SIDE_PX, Drawn, drawn, moved, with_matte
from asset_pipeline_tests.gates.fixtures import Fixture

Y, X = np.indices((SIDE_PX, SIDE_PX))
NONE: frozenset[str] = frozenset()


def fixtures() -> Iterator[Fixture]:
    """Yield them all."""
    for seed in range(36):
        yield Fixture(f"good sprite {seed}", drawn(seed).case(), NONE)
    yield from _papers()
    yield from _edges()
    yield from _excused()


def _papers() -> Iterator[Fixture]:
    """Backgrounds that are no checkerboard."""
    angle = np.arctan2(Y - 128, X - 128)
    papers: dict[str, NDArray[np.floating]] = {
        "stripes": 235 + 12.0 * (X // 9 % 2),
        "diagonal stripes": 235 + 12.0 * ((X + Y) // 11 % 2),
        "sunrays": 225 + 20 * np.sign(np.sin(20 * angle)),
        "fine sunrays": 225 + 20 * np.sign(np.sin(34 * angle)),
        "a grid of lines": 245 - 30.0 * ((X % 16 < 2) | (Y % 16 < 2)),
        "dots": 245 - 40.0 * ((X % 14 - 7) ** 2 + (Y % 14 - 7) ** 2 < 12),
        "a vignette": 250 - 0.002 * ((X - 128) ** 2 + (Y - 128) ** 2),
        "grain": 240 + 8 * np.random.default_rng(1).normal(size=X.shape),
        "a gradient": 200 + 50 * Y / SIDE_PX,
        "bricks": 230 - 30.0 * ((Y % 16 < 2) | ((X + 16 * (Y // 16 % 2)) % 32 < 2)),
    }
    for number, (name, grey) in enumerate(papers.items()):
        sprite = drawn(number, shape="disc", aspect=1.0)
        paper = np.repeat(grey.clip(0, 255)[..., None], 3, axis=2).astype(np.uint8)
        # A patterned paper has no one colour to have been removed, so only the checkerboard is asked for it.
        yield Fixture(
            f"{name} behind", replace(sprite, paper=paper).case(), NONE, open_to=frozenset({"halo"})
        )


def _edges() -> Iterator[Fixture]:
    """Edges that are no halo. On night sky a dark rim is not to be told from one: it must be declared."""
    for seed in range(4):
        sprite = drawn(seed + 40, shape="disc", aspect=1.0)
        night = replace(sprite, paper=np.full_like(sprite.paper, NIGHT))
        yield Fixture(f"on night sky {seed}", replace(night.case(), outlined=True), NONE)
        yield Fixture(f"rim light {seed}", _rim_lit(sprite).case(), NONE)
        yield Fixture(f"dark outline of 3 px {seed}", _outlined(sprite, 3, 20).case(), NONE)
        sticker = _outlined(sprite, 6, 252)
        yield Fixture(f"declared white outline {seed}", replace(sticker.case(), outlined=True), NONE)
        grain = (sprite.colour + 10 * np.random.default_rng(seed).normal(size=sprite.colour.shape)).clip(
            0, 255
        )
        yield Fixture(f"film grain {seed}", replace(sprite, colour=grain.astype(np.uint8)).case(), NONE)


def _excused() -> Iterator[Fixture]:
    """What would be a fault had the spec not said so."""
    for seed in range(3):
        sprite = drawn(seed + 60, shape="disc", aspect=1.0)
        glow = np.maximum(sprite.matte, 0.6 * _soft(moved(sprite, scale=0.9).matte, 9))
        yield Fixture(
            f"glow {seed}", with_matte(moved(sprite, scale=0.95), glow).case(), NONE,
            traits=("glow",), open_to=frozenset({"halo"}),
        )  # fmt: skip
        ring = sprite.matte * (1 - moved(sprite, scale=0.4).matte)
        ringed = replace(with_matte(sprite, ring), silhouette=ring > 0.5)
        yield Fixture(f"ring {seed}", ringed.case(), NONE, traits=("hole",))
        halves = sprite.matte * (np.abs(X - 128) > 10)
        parted = replace(with_matte(sprite, halves), silhouette=halves > 0.5)
        yield Fixture(f"two halves {seed}", parted.case(), NONE, traits=("multi_part",))
        night = (sprite.colour * 0.12).astype(np.uint8)
        night[60:90, 100:160] = (220, 210, 120)
        black = replace(sprite, colour=night, guide_rgb=(0, 0, 0), fill_rgb=(10, 10, 12))
        yield Fixture(f"black by right {seed}", black.case(), NONE, traits=("dark",))
        other = replace(sprite, silhouette=drawn(seed, shape="box", aspect=1.0).silhouette)
        yield Fixture(f"free shape {seed}", other.case(), NONE, traits=("free_shape",))
        chess = replace(
            sprite, colour=np.where(((X // 16 + Y // 16) % 2)[..., None], sprite.colour, 40).astype(np.uint8)
        )
        yield Fixture(f"chequered body {seed}", replace(chess, guide_rgb=(128, 132, 140)).case(), NONE)


def _rim_lit(sprite: Drawn) -> Drawn:
    rim = _soft(1 - moved(sprite, scale=0.93).matte, 4) * ((X - 128) / 128).clip(0)
    return replace(sprite, colour=(sprite.colour + 40 * rim[..., None]).clip(0, 255).astype(np.uint8))


def _outlined(sprite: Drawn, width_px: int, grey: int) -> Drawn:
    core = moved(sprite, scale=1 - width_px / 115).matte[..., None]
    return replace(sprite, colour=(sprite.colour * core + grey * (1 - core)).astype(np.uint8))


def _soft(matte: Floats, sigma_px: float) -> Floats:
    return np.asarray(cv2.GaussianBlur(matte, (0, 0), sigma_px), np.float32)
