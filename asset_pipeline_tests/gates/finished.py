"""Finished files: blank ones, hidden colour, pixel grids, palettes, states, declared facts; sound ones among them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO

import cv2
import numpy as np
from PIL import Image

from asset_pipeline.gates.case import Case, Declared
from asset_pipeline.imaging.alpha import PixelBox, bleed_alpha
from asset_pipeline.imaging.arrays import Rgb, Rgba
from asset_pipeline.imaging.png import encode_png
from asset_pipeline_tests.gates.drawing import Drawn, drawn, moved
from asset_pipeline_tests.gates.fixtures import Fixture

PALETTE: tuple[Rgb, ...] = (
    (11, 15, 43), (34, 48, 107), (74, 127, 214), (127, 224, 210), (138, 143, 163), (122, 74, 43),
    (107, 191, 61), (246, 215, 67), (240, 138, 60), (217, 58, 76), (139, 79, 200), (247, 244, 234),
)  # fmt: skip


def fixtures() -> Iterator[Fixture]:
    """Yield them all."""
    for seed in range(400, 408):
        yield from _blank(seed)
        yield from _hidden_colour(drawn(seed), seed)
        yield from _pixel_art(seed)
        yield from _states(drawn(seed + 10, shape=("gem", "capsule", "blob")[seed % 3]), seed)
        yield from _facts(drawn(seed + 20).cut, seed)


def _file(
    name: str, case: Case, *faults: str, open_to: tuple[str, ...] = (), style: str = "cartoon"
) -> Fixture:
    return Fixture(name, case, frozenset(faults), step="finish", style=style, open_to=frozenset(open_to))


def _blank(seed: int) -> Iterator[Fixture]:
    sprite = drawn(seed)
    nothing = np.zeros_like(sprite.cut)
    yield _file(f"nothing {seed}", Case(nothing), "area_px", "luma_std", "entropy_bits")
    flat = sprite.cut
    flat[..., :3] = (30 * (seed - 400), 90, 120)
    yield _file(f"one colour {seed}", Case(flat), "luma_std", "entropy_bits")
    flat_style = Case(flat, colour=None)
    yield _file(f"one colour, flat style {seed}", flat_style, style="flat")
    dot = np.zeros_like(flat)
    dot[100 : 103 + (seed - 400) % 4, 100:106] = sprite.cut[100 : 103 + (seed - 400) % 4, 100:106]
    dot[..., 3] = np.where(dot.any(axis=2), 255, 0)
    yield _file(f"a dot {seed}", Case(dot), "area_px", open_to=("luma_std", "entropy_bits", "edge_bleed"))


def _hidden_colour(sprite: Drawn, seed: int) -> Iterator[Fixture]:
    yield _file(f"bled edge {seed}", Case(sprite.cut))
    hidden = sprite.cut
    hidden[hidden[..., 3] == 0, :3] = (0, 255)[seed % 2]
    if seed % 2 == 0 or min(sprite.fill_rgb) < 200:
        yield _file(f"foreign colour hidden {seed}", Case(hidden), "edge_bleed")


def _pixel_art(seed: int) -> Iterator[Fixture]:
    cell_px = (2, 3, 4, 4, 6, 8, 8, 16)[seed - 400]
    art = art_of(seed)
    true = art.repeat(cell_px, axis=0).repeat(cell_px, axis=1)
    size = (true.shape[1], true.shape[0])
    yield _file(f"true pixels of {cell_px} px {seed}", Case(true, palette=PALETTE), style="pixel")
    yield _file(f"single pixels {seed}", Case(art, palette=PALETTE, cell_px=1), style="pixel art")
    smooth = np.asarray(cv2.resize(art, size, interpolation=cv2.INTER_CUBIC), np.uint8)
    blurred = ("edge_bleed",)
    yield _file(
        f"smoothly enlarged {seed}", Case(bleed_alpha(smooth), palette=PALETTE), "pixel_grid", "colour_count",
        open_to=("off_palette", *blurred), style="pixel",
    )  # fmt: skip
    painting = drawn(seed + 50).cut
    yield _file(
        f"a painting called pixel art {seed}", Case(painting, palette=PALETTE), "pixel_grid", "colour_count",
        "off_palette", style="pixel",
    )  # fmt: skip
    rng = np.random.default_rng(seed)
    tinted = true.copy()
    tinted[..., :3] = np.clip(tinted[..., :3].astype(int) + rng.choice([-40, 34]), 0, 255)
    yield _file(f"another palette {seed}", Case(tinted, palette=PALETTE), "off_palette", style="pixel")


def art_of(seed: int) -> Rgba:
    """A round thing of 40 x 40 pixels, of palette colours, with hard alpha."""
    small = cv2.resize(drawn(seed, shape="disc", aspect=1.0).cut, (40, 40), interpolation=cv2.INTER_AREA)
    shade = small[..., :3].astype(int) @ [2, 5, 1] // 8 + np.random.default_rng(seed).integers(
        -20, 20, (40, 40)
    )
    colours = np.array(PALETTE)[np.random.default_rng(seed + 1).permutation(12)[:6]]
    rgb = colours[(shade // 40).clip(0, 5)]
    alpha = np.where(small[..., 3] > 127, 255, 0)
    return bleed_alpha(np.dstack([rgb, alpha]).astype(np.uint8))


def _states(sprite: Drawn, seed: int) -> Iterator[Fixture]:
    strength = (seed - 400) / 7
    lit = np.dstack([np.minimum(sprite.cut[..., :3].astype(int) + 40, 255), sprite.cut[..., 3]]).astype(
        np.uint8
    )

    def state(name: str, rgba: Rgba, *faults: str, open_to: tuple[str, ...] = ()) -> Fixture:
        case = Case(rgba, base=sprite.cut)
        return Fixture(
            f"{name} {seed}", case, frozenset(faults), kind="ui", step="finish", open_to=frozenset(open_to)
        )

    yield state("hover", lit)
    yield state(
        "pressed but moved",
        moved(sprite, y_px=3 + 6 * strength).cut,
        "state_shift_px",
        open_to=("state_iou",),
    )
    grown = moved(sprite, scale=0.72 + 0.1 * strength).cut
    yield state("pressed but smaller", grown, "state_iou", "state_shift_px")
    other = drawn(seed + 17, shape="star", aspect=1.0 if sprite.aspect < 1.2 else 0.6).cut
    yield state("another shape", other, "state_iou", open_to=("state_shift_px",))


def _facts(rgba: Rgba, seed: int) -> Iterator[Fixture]:
    png, halves = encode_png(rgba), (PixelBox(0, 0, 128, 256), PixelBox(128, 0, 128, 256))
    jpeg = BytesIO()
    Image.fromarray(rgba[..., :3]).save(jpeg, "JPEG")
    true = Declared(png, "image/png", (256, 256), halves)
    yield _file(f"true facts {seed}", Case(rgba, declared=true))
    wrong = (
        replace(true, data=jpeg.getvalue()),
        replace(true, size_px=(512, 256)),
        replace(true, regions=(*halves, PixelBox(250, 0, 10 + seed % 3, 10))),
        replace(true, regions=(halves[0], PixelBox(120, 0, 128, 256))),
    )
    for number, declared in enumerate(wrong[seed % 2 :: 2]):
        yield _file(f"wrong facts {seed} {number}", Case(rgba, declared=declared), "declared_facts")
