"""Measure an atlas of 500 sprites of 128 pixels, and all files that engines load.

``python -m asset_pipeline_tests.benchmarks.atlas [--json]``: each sprite is a shaded ellipse of its own size in a picture of
128 x 128 pixels, trimmed, padded, bled and extruded as by default. Room counts only visible boxes as used: neither padding nor
extruded pixels. The edge is the worst difference between filtering a frame on its page and filtering it alone, at
every pixel of every edge; neighbours are kept apart by it.
"""

from __future__ import annotations

import argparse
import time

import cv2
import numpy as np
from numpy.typing import NDArray

from asset_pipeline.export.atlas.atlas import make_atlas
from asset_pipeline.export.atlas.sprite import Animation, Frame, Sprite
from asset_pipeline.export.atlas.table import Atlas
from asset_pipeline.export.engines.files import engine_files
from asset_pipeline.imaging.alpha import PixelBox
from asset_pipeline.imaging.arrays import Rgba
from asset_pipeline_tests.benchmarks.report import Figure, emit

SPRITES, SIDE_PX = 500, 128
ATLAS_S, FORMATS_S, UNUSED_PERCENT, NEIGHBOUR = 5.0, 1.0, 15.0, 2.0


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    emit("atlas", figures(), json=parser.parse_args().json)


def figures() -> list[Figure]:
    """Pack, encode and write everything, and look at the result."""
    sprites = [drawn_sprite(number) for number in range(SPRITES)]
    begin = time.perf_counter()
    atlas = make_atlas("benchmark", sprites, pixels_per_unit=64)
    pictures = atlas.pictures()
    atlas_s = time.perf_counter() - begin
    begin = time.perf_counter()
    texts = engine_files(atlas)
    formats_s = time.perf_counter() - begin
    return [
        Figure("atlas_500", atlas_s, "s", ATLAS_S),
        Figure("all_formats", formats_s, "s", FORMATS_S),
        Figure("unused_room", 100 - used_percent(atlas), "%", UNUSED_PERCENT),
        Figure("neighbour_at_an_edge", worst_at_an_edge(atlas), "of 255", NEIGHBOUR),
        Figure("pages", len(atlas.pages), "", None),
        Figure("pictures_mb", sum(map(len, pictures.values())) / 1e6, "MB", None),
        Figure("texts_mb", sum(map(len, texts.values())) / 1e6, "MB", None),
    ]


def drawn_sprite(number: int) -> Sprite:
    """Draw an ellipse with a light from above and an outline, in colours of its own; every tenth sprite is animated."""
    random = np.random.default_rng(number)
    animations = (Animation("blink", (0, 0), (900.0, 100.0), "loop"),) if number % 10 == 0 else ()
    frame = Frame("", drawn_frame(random))
    return Sprite(f"sprite_{number}", f"Sprite {number}", (frame,), animations=animations)


def drawn_frame(random: np.random.Generator) -> Rgba:
    """Draw one picture."""
    middle, radii = SIDE_PX // 2, tuple(int(radius) for radius in random.integers(30, 62, 2))
    colour = random.integers(60, 256, 3)
    matte = np.zeros((SIDE_PX, SIDE_PX), np.uint8)
    cv2.ellipse(matte, (middle, middle), radii, 0, 0, 360, 255, -1, cv2.LINE_AA)
    light = np.linspace(1.0, 0.6, SIDE_PX)[:, None, None]
    noise = random.normal(0, 6, (SIDE_PX, SIDE_PX, 1))
    rgb = (colour * light + noise).clip(0, 255)
    return np.dstack([rgb, matte]).astype(np.uint8)


def used_percent(atlas: Atlas) -> float:
    """Return the share of the pages that visible boxes take."""
    used = sum(placement.box.width * placement.box.height for placement in atlas.placements)
    return 100 * used / sum(page.size_px[0] * page.size_px[1] for page in atlas.pages)


def worst_at_an_edge(atlas: Atlas) -> float:
    """Filter halfway over every pixel of every frame's edge, on the page and alone, and return the worst difference."""
    worst = 0.0
    for page in atlas.pages:
        for placement in page.placements:
            box = placement.box
            around = page.rgba[box.y - 1 : box.y + box.height + 1, box.x - 1 : box.x + box.width + 1]
            alone = np.pad(around[1:-1, 1:-1], ((1, 1), (1, 1), (0, 0)), mode="edge")
            here, there = halfway_out(around, box), halfway_out(alone, box)
            worst = max(worst, float(np.abs(here - there).max()))
    return worst


def halfway_out(rgba: Rgba, box: PixelBox) -> NDArray[np.float64]:
    """Return the mean of each pixel along the edge with the one outside of it, which is what filtering finds there."""
    straight = rgba.astype(np.float64)
    across, down = slice(1, box.width + 1), slice(1, box.height + 1)
    sides = (
        (straight[0, across] + straight[1, across]) / 2,
        (straight[-1, across] + straight[-2, across]) / 2,
        (straight[down, 0] + straight[down, 1]) / 2,
        (straight[down, -1] + straight[down, -2]) / 2,
    )
    return np.concatenate(sides)


if __name__ == "__main__":
    main()
