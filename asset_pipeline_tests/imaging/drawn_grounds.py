"""Subjects whose exact matte is known, on the grounds that generators draw: flat, noisy, graded, checkered."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from asset_pipeline.imaging.arrays import Floats, Rgb, Rgba
from asset_pipeline_tests.imaging.pictures import as_jpeg, disc_matte, flat

_SAMPLES = 4


def ground(
    kind: str, side_px: int, *, tone: Rgb = (246, 246, 243), strength: float = 1.0, seed: int = 0
) -> NDArray[np.float64]:
    """A background, float64 ``(side, side, 3)``, 0..255; *strength* 0..1 is how much it differs from flat."""
    x, y = np.meshgrid(np.linspace(-1, 1, side_px), np.linspace(-1, 1, side_px))
    darker: NDArray[np.floating] = np.zeros((side_px, side_px, 1))
    if kind == "noisy":
        darker = np.random.default_rng(seed).normal(0, 8 * strength, (side_px, side_px, 3))
    elif kind == "gradient":
        slope = np.cos(seed * 0.7) * x + np.sin(seed * 0.7) * y + 1
        darker = 30 * strength * slope[..., None] * np.array([1, 0.8, 0.5])
    elif kind == "vignette":
        darker = 25 * strength * (x * x + y * y)[..., None]
    elif kind == "checkerboard":
        cell = np.arange(side_px) // (8 + seed % 17)
        darker = (8 + 46 * strength) * ((cell[:, None] + cell[None, :]) % 2)[..., None]
    return np.asarray(np.array(tone, np.float64) - darker + np.zeros((side_px, side_px, 3)))


def disc(side_px: int, radius_px: float) -> tuple[Rgba, Floats]:
    """A disc with shading and an outline; the picture of its colours, and its matte."""
    matte = disc_matte(side_px, radius_px)
    colours = flat(side_px, (190, 70, 60))
    colours = _painted(disc_matte(side_px, radius_px * 0.93), (235, 130, 70), colours)
    return _painted(
        disc_matte(side_px, radius_px * 0.3, centre=(side_px * 0.42, side_px * 0.4)), (250, 200, 150), colours
    ), matte


def ring(side_px: int, radius_px: float, thickness_px: float) -> tuple[Rgba, Floats]:
    """A ring of one colour."""
    matte = disc_matte(side_px, radius_px) - disc_matte(side_px, radius_px - thickness_px)
    return flat(side_px, (70, 60, 150)), matte.clip(0, 1).astype(np.float32)


def hero(side_px: int) -> tuple[Rgba, Floats]:
    """A figure with white eyes, teeth and gloves, legs apart, arms akimbo, a sword and whiskers."""
    size = side_px * _SAMPLES
    unit = size / 100
    colours = np.zeros((size, size, 3), np.uint8)
    body = np.zeros((size, size), np.uint8)

    def put(rgb: Rgb, draw: str, *args: object) -> None:
        for canvas, value in ((colours, rgb), (body, 1)):
            getattr(cv2, draw)(canvas, *args[:-1], value, args[-1])

    def at(x: float, y: float) -> tuple[int, int]:
        return round(x * unit), round(y * unit)

    ink, skin, coat, white = (40, 30, 45), (232, 170, 120), (60, 110, 190), (255, 255, 255)
    for x in (42, 58):
        put(ink, "line", at(50, 60), at(x, 88), round(6 * unit))
        put(ink, "ellipse", at(x, 89), at(5, 3), 0, 0, 360, -1)
    for x in (26, 74):
        put(ink, "line", at(50, 44), at(x, 52), round(4 * unit))
        put(ink, "line", at(x, 52), at(45 if x < 50 else 55, 62), round(4 * unit))
    put(ink, "circle", at(50, 55), round(12 * unit), -1)
    put(coat, "circle", at(50, 55), round(11 * unit), -1)
    put(ink, "circle", at(50, 30), round(16 * unit), -1)
    put(skin, "circle", at(50, 30), round(15 * unit), -1)
    for x in (44, 56):
        put(ink, "circle", at(x, 28), round(4.6 * unit), -1)
        put(white, "circle", at(x, 28), round(4 * unit), -1)
        put(ink, "circle", at(x, 29), round(1.6 * unit), -1)
    put(ink, "rectangle", at(45, 36), at(55, 40), -1)
    put(white, "rectangle", at(45.6, 36.6), at(54.4, 39.4), -1)
    put((120, 120, 135), "line", at(74, 52), at(88, 14), round(1.6 * unit))
    matte = cv2.resize(body.astype(np.float32), (side_px, side_px), interpolation=cv2.INTER_AREA)
    total = cv2.resize(colours.astype(np.float32), (side_px, side_px), interpolation=cv2.INTER_AREA)
    colour = np.rint(total / np.maximum(matte, 1e-6)[..., None]).clip(0, 255).astype(np.uint8)
    return np.dstack([colour, np.full(matte.shape, 255, np.uint8)]), np.asarray(matte, np.float32)


def generated(colours: Rgba, matte: Floats, behind: NDArray[np.float64], *, jpeg: int | None = 90) -> Rgba:
    """Lay colours with a matte over a ground, opaque, as JPEG of that quality."""
    share = matte[..., None].astype(np.float64)
    rgb = colours[..., :3] * share + behind * (1 - share)
    rgba = np.dstack([np.rint(rgb.clip(0, 255)), np.full(matte.shape, 255)]).astype(np.uint8)
    return rgba if jpeg is None else as_jpeg(rgba, jpeg)


def _painted(matte: Floats, colour: Rgb, behind: Rgba) -> Rgba:
    share = matte[..., None]
    rgb = np.array(colour) * share + behind[..., :3] * (1 - share)
    return np.dstack([np.rint(rgb), np.full(matte.shape, 255)]).astype(np.uint8)
