"""Bad cutouts: each fault of D1 to D13 and of the named hue, on different sprites and in different strengths."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from asset_pipeline.imaging.arrays import Rgba
from asset_pipeline_tests.gates.drawing import PAPERS, SIDE_PX, Drawn, drawn, moved, with_matte
from asset_pipeline_tests.gates.fixtures import Fixture, faulty
from asset_pipeline_tests.imaging.pictures import as_jpeg

Y, X = np.indices((SIDE_PX, SIDE_PX))
PLACED = frozenset({"silhouette_iou", "fill_error", "coverage", "largest_component"})


def fixtures() -> Iterator[Fixture]:
    """Yield them all."""
    for seed in range(100, 108):
        yield from _misplaced(drawn(seed, shape=("disc", "blob", "box", "gem")[seed % 4], aspect=1.0), seed)
        yield from _miscoloured(drawn(seed + 20), seed)
        yield from _torn(
            drawn(seed + 40, shape=("disc", "blob", "capsule", "box")[seed % 4], aspect=1.0), seed
        )
        # No boxes: their edges lie between pixels, so nothing of them is mixed.
        yield from _badly_cut(drawn(seed + 60, shape=("disc", "blob", "gem", "star")[seed % 4]), seed)
    yield from _checkerboards()


def _misplaced(sprite: Drawn, seed: int) -> Iterator[Fixture]:
    strength = (seed - 100) / 7
    tiny = moved(sprite, scale=0.06 + 0.06 * strength)
    yield faulty(
        f"tiny {seed}", tiny.case(), "coverage", "fill_error", "silhouette_iou", open_to=("component_count",)
    )
    full = np.dstack([sprite.before[..., :3], np.full(sprite.matte.shape, 255)]).astype(np.uint8)
    yield faulty(
        f"background kept {seed}", sprite.case(full), "coverage", "border_touch",
        open_to=("silhouette_iou", "aspect_error", "fill_error", "hue_error_deg", "guide_leak"),
    )  # fmt: skip
    small = moved(sprite, scale=0.62 + 0.12 * strength)
    yield faulty(f"too small {seed}", small.case(), "fill_error", "silhouette_iou")
    wide = moved(sprite, stretch=0.55 + 0.25 * strength)
    yield faulty(f"squeezed {seed}", wide.case(), "aspect_error", open_to=("silhouette_iou",))
    cut_off = moved(sprite, x_px=40 + 30 * strength)
    yield faulty(
        f"cut off {seed}",
        cut_off.case(),
        "border_touch",
        "silhouette_iou",
        open_to=("fill_error", "aspect_error"),
    )
    other = drawn(seed + 3, shape="star", aspect=1.0)
    yield faulty(
        f"another shape {seed}", replace(sprite, silhouette=other.silhouette).case(), "silhouette_iou",
        open_to=("aspect_error",),
    )  # fmt: skip


def _miscoloured(sprite: Drawn, seed: int) -> Iterator[Fixture]:
    strength = (seed - 100) / 7
    left_black = (0.66 + 0.3 * strength > Y / 256)[..., None]
    for guide in ((0, 0, 0), (126, 130, 140)):
        leaked = np.where(left_black, np.array(guide) + 2, sprite.colour).astype(np.uint8)
        yield faulty(
            f"guide of {guide[0]} leaked {seed}", replace(sprite, colour=leaked, guide_rgb=guide).case(), "guide_leak",
            open_to=("hue_error_deg", "luma_std", "entropy_bits"),
        )  # fmt: skip
    red, green, blue = sprite.fill_rgb
    named = ((blue, red, green), (255 - red, 255 - green, 255 - blue))[seed % 2]
    yield faulty(f"another hue {seed}", replace(sprite.case(), colour=named), "hue_error_deg")


def _torn(sprite: Drawn, seed: int) -> Iterator[Fixture]:
    strength = (seed - 100) / 7
    rng = np.random.default_rng(seed)
    gap = (np.abs(X - (110 - 30 * strength)) > 6).astype(np.float32)
    yield faulty(
        f"fell apart {seed}", with_matte(sprite, sprite.matte * gap).case(), "largest_component",
        open_to=("component_count",),
    )  # fmt: skip
    specks = sprite.matte.copy()
    outside = np.argwhere(cv2.dilate(sprite.matte, np.ones((9, 9), np.uint8)) < 0.01)
    for y, x in rng.choice(
        outside[(outside.min(axis=1) > 1) & (outside.max(axis=1) < 254)], 30 + 20 * (seed - 100)
    ):
        specks[y, x] = 1.0
    yield faulty(
        f"specks {seed}", with_matte(sprite, specks).case(), "speck_count",
        open_to=("aspect_error", "fill_error", "halo", "hue_error_deg"),
    )  # fmt: skip
    pieces = drawn(seed, shape="disc", aspect=1.0).matte.copy()
    for x, y in ((14, 14), (242, 14), (14, 242), (242, 242)):
        cv2.circle(pieces, (x, y), 6, 1.0, -1)
    yield faulty(
        f"four pieces more {seed}", with_matte(sprite, pieces).case(), "component_count",
        open_to=("aspect_error", "fill_error", "border_touch", "silhouette_iou", "halo"),
    )  # fmt: skip
    holed = sprite.matte.copy()
    cv2.circle(holed, (128, 128), int(34 + 14 * strength), 0.0, -1)
    yield faulty(f"hole {seed}", with_matte(sprite, holed).case(), "holes", open_to=("silhouette_iou",))


def _badly_cut(sprite: Drawn, seed: int) -> Iterator[Fixture]:
    strength = (seed - 100) / 7
    soft = np.asarray(cv2.GaussianBlur(sprite.matte, (0, 0), 7 + 3 * strength), np.float32)
    yield faulty(
        f"soft all around {seed}", with_matte(sprite, soft).case(), "semi_transparent", "interior_ghost",
        open_to=("silhouette_iou", "aspect_error", "fill_error", "component_count", "largest_component"),
    )  # fmt: skip
    ghost = sprite.matte.copy()
    ghost[100:150, 90:160] *= 0.25 + 0.6 * strength
    yield faulty(
        f"ghost inside {seed}", with_matte(sprite, ghost).case(), "interior_ghost",
        open_to=("holes", "semi_transparent", "silhouette_iou", "largest_component", "component_count", "halo"),
    )  # fmt: skip
    shadow = np.maximum(sprite.matte, 0.3 * np.roll(sprite.matte, (9, 9), axis=(0, 1)))
    yield faulty(
        f"shadow kept {seed}",
        with_matte(sprite, shadow).case(),
        "interior_ghost",
        open_to=("semi_transparent",),
    )
    yield faulty(f"colour mixed with the paper {seed}", sprite.case(undecontaminated(sprite, 0)), "halo")
    for grown_px in (1, 2, 3, 5):
        yield faulty(
            f"alpha {grown_px} px too wide {seed}", sprite.case(undecontaminated(sprite, grown_px)), "halo",
            open_to=("silhouette_iou", "aspect_error", "hue_error_deg", "fill_error"),
        )  # fmt: skip


def undecontaminated(sprite: Drawn, grown_px: int) -> Rgba:
    """Cut the generation out without taking the paper's colour out of its edge."""
    reach = np.ones((2 * grown_px + 1, 2 * grown_px + 1), np.uint8)
    matte = np.asarray(cv2.dilate(sprite.matte, reach), np.float32)
    share = sprite.matte[..., None]
    mixed = np.rint(sprite.colour * share + sprite.paper * (1 - share))
    return np.dstack([mixed, np.floor(matte * 255)]).astype(np.uint8)


def _checkerboards() -> Iterator[Fixture]:
    rng = np.random.default_rng(9)
    for number, cell_px in enumerate((6, 8, 8, 10, 12, 13, 16, 16, 20, 24, 11, 15)):
        sprite = drawn(number + 300, shape=("disc", "star", "gem")[number % 3], aspect=1.0)
        light = np.array(PAPERS[number % 4], np.float64)
        odd = ((X + number) // cell_px + (Y + 2 * number) // cell_px) % 2
        contrast = 12 + 5 * number
        paper = light - contrast * odd[..., None] + rng.normal(0, 3, (SIDE_PX, SIDE_PX, 1))
        chequered = replace(sprite, paper=paper.clip(0, 255).astype(np.uint8))
        before = as_jpeg(_laid(chequered), 92 - number)
        # Not one colour was removed, so what is left of it along the edge cannot be told well.
        yield faulty(
            f"checkerboard of {cell_px} px {number}",
            sprite.case(before=before),
            "checkerboard",
            open_to=("halo",),
        )


def _laid(sprite: Drawn) -> Rgba:
    share = sprite.matte[..., None]
    mixed: NDArray[np.floating] = np.rint(sprite.colour * share + sprite.paper * (1 - share))
    return np.dstack([mixed, np.full(sprite.matte.shape, 255)]).astype(np.uint8)
