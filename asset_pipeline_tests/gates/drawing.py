"""Sprites drawn by code, as good as a good generation: shaded, outlined or not, with eyes, noise and clean edges."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from asset_pipeline.gates.case import Case
from asset_pipeline.imaging.alpha import bleed_alpha
from asset_pipeline.imaging.arrays import Floats, Region, Rgb, Rgba
from asset_pipeline_tests.imaging.pictures import as_jpeg

SIDE_PX = 256
FILL = 0.9
PAPERS: tuple[Rgb, ...] = (
    (255, 255, 255),
    (248, 247, 243),
    (250, 244, 228),
    (236, 238, 242),
    (40, 200, 90),
)
NIGHT: Rgb = (24, 22, 34)
HUES: tuple[Rgb, ...] = (
    (214, 60, 52),
    (58, 110, 214),
    (70, 160, 66),
    (226, 150, 40),
    (140, 76, 196),
    (40, 168, 176),
)
SHAPES = ("disc", "box", "star", "capsule", "blob", "gem")


@dataclass(frozen=True, eq=False)
class Drawn:
    """A sprite on its generation's canvas, and all that is known of it.

    Attributes:
        colour: uint8 ``(256, 256, 3)``, the sprite's own colour, also beyond its edge.
        matte: float32 ``(256, 256)``, its exact coverage.
        silhouette: what it was to fill.
        paper: uint8 ``(256, 256, 3)``, what it was generated on.
        fill_rgb: its main colour.
        guide_rgb: the colour of its guide.
    """

    colour: NDArray[np.uint8]
    matte: Floats
    silhouette: Region
    paper: NDArray[np.uint8]
    fill_rgb: Rgb
    guide_rgb: Rgb

    @property
    def aspect(self) -> float:
        """Of the silhouette's box."""
        _, _, width, height = cv2.boundingRect(self.silhouette.astype(np.uint8))
        return width / height

    @property
    def cut(self) -> Rgba:
        """The cutout as it should be."""
        return bleed_alpha(np.dstack([self.colour, np.floor(self.matte * 255).astype(np.uint8)]))

    @property
    def before(self) -> Rgba:
        """The generation, a JPEG."""
        share = self.matte[..., None]
        mixed = np.rint(self.colour * share + self.paper * (1 - share))
        return as_jpeg(np.dstack([mixed, np.full(self.matte.shape, 255)]).astype(np.uint8), 90)

    def case(self, rgba: Rgba | None = None, *, before: Rgba | None = None) -> Case:
        """Everything a gate could want; other pictures where they are given."""
        return Case(
            self.cut if rgba is None else rgba,
            before=self.before if before is None else before,
            silhouette=self.silhouette,
            guide_rgb=self.guide_rgb,
            aspect=self.aspect,
            fill_share=FILL,
            colour=self.fill_rgb,
        )


def drawn(seed: int, *, shape: str = "", aspect: float | None = None) -> Drawn:
    """Draw one of endlessly many good sprites; the same seed gives the same."""
    rng = np.random.default_rng(seed)
    shape = shape or SHAPES[seed % len(SHAPES)]
    aspect = float(rng.choice([1.0, 1.0, 0.6, 1.6])) if aspect is None else aspect
    matte = coverage(outline(shape, aspect, rng))
    fill_rgb = HUES[rng.integers(len(HUES))]
    papers = [paper for paper in PAPERS if np.abs(np.subtract(paper, fill_rgb)).max() > 90]
    paper = np.array(papers[rng.integers(len(papers))]) + 3 * noise(rng, 40.0)
    return Drawn(
        colour=painted(matte, fill_rgb, rng),
        matte=matte,
        silhouette=matte > 0.5,
        paper=np.rint(paper.clip(0, 255)).astype(np.uint8),
        fill_rgb=fill_rgb,
        guide_rgb=(0, 0, 0) if seed % 2 else (128, 132, 140),
    )


def outline(shape: str, aspect: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return the corners of a shape, ``(corners, 2)`` in pixels, filling 0.9 of the tighter side."""
    turn = np.linspace(0, 2 * np.pi, 240, endpoint=False)
    match shape:
        case "disc":
            points = np.stack([np.cos(turn), np.sin(turn)], axis=1)
        case "box":
            points = np.array([[-1.0, -1], [1, -1], [1, 1], [-1, 1]])
        case "star":
            radius = np.where(np.arange(10) % 2, 0.55, 1.0)
            points = radius[:, None] * np.stack(
                [np.sin(np.arange(10) * np.pi / 5), -np.cos(np.arange(10) * np.pi / 5)], 1
            )
        case "capsule":
            points = np.stack([np.cos(turn) * 0.5 + np.sign(np.cos(turn)) * 0.5, np.sin(turn)], axis=1)
        case "gem":
            points = np.array([[-0.5, -1.0], [0.5, -1], [1, -0.3], [0, 1], [-1, -0.3]])
        case _:
            waves = [rng.uniform(0.02, 0.1) * np.sin(n * turn + rng.uniform(0, 6)) for n in range(2, 6)]
            points = (0.85 + np.sum(waves, axis=0))[:, None] * np.stack([np.cos(turn), np.sin(turn)], axis=1)
    unit = (points - points.min(axis=0)) / np.ptp(points, axis=0)
    size = FILL * SIDE_PX * np.array([min(1.0, aspect), min(1.0, 1 / aspect)])
    placed: NDArray[np.float64] = (SIDE_PX - size) / 2 + unit * size
    return placed


def coverage(points_px: NDArray[np.float64]) -> Floats:
    """Fill a polygon, 8 x 8 samples a pixel."""
    large = np.zeros((SIDE_PX * 8, SIDE_PX * 8), np.uint8)
    cv2.fillPoly(large, [np.rint(points_px * 8).astype(np.int32)], 255)
    small = cv2.resize(large, (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_AREA)
    return small.astype(np.float32) / np.float32(255)


def painted(matte: Floats, fill_rgb: Rgb, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Shade a body, give every second one a dark outline, and most a face."""
    inside = (matte > 0.5).astype(np.uint8)
    depth_px = cv2.distanceTransform(inside, cv2.DIST_L2, cv2.DIST_MASK_5)
    light = 0.78 + 0.3 * np.sqrt(depth_px / depth_px.max()) - 0.25 * np.linspace(0, 1, SIDE_PX)[:, None]
    colour = np.array(fill_rgb) * light[..., None] + noise(rng, rng.uniform(2, 8)) * rng.uniform(3, 9)
    if rng.random() < 0.5:
        colour = np.where(depth_px[..., None] < rng.uniform(5, 9), np.array(fill_rgb) * 0.3, colour)
    picture = np.ascontiguousarray(np.rint(colour.clip(0, 255)), np.uint8)
    if rng.random() < 0.7:
        for x in (108, 148):
            cv2.circle(picture, (x, 118), 12, (250, 250, 246), -1, cv2.LINE_AA)
            cv2.circle(picture, (x + 3, 120), 5, (24, 20, 30), -1, cv2.LINE_AA)
    return picture


def noise(rng: np.random.Generator, sigma_px: float) -> Floats:
    """Random colour ``(256, 256, 3)``, deviation 1, as coarse as asked for."""
    smooth = cv2.GaussianBlur(rng.normal(size=(SIDE_PX, SIDE_PX, 3)).astype(np.float32), (0, 0), sigma_px)
    return np.asarray(smooth / smooth.std(), np.float32)


def with_matte(sprite: Drawn, matte: Floats) -> Drawn:
    """Give a sprite another coverage, its silhouette unchanged."""
    return replace(sprite, matte=np.asarray(matte, np.float32))


def moved(
    sprite: Drawn, *, scale: float = 1.0, stretch: float = 1.0, x_px: float = 0, y_px: float = 0
) -> Drawn:
    """Scale, stretch across and shift a sprite about the middle of its canvas; the silhouette stays."""
    to_canvas = np.array([
        [scale * stretch, 0, 128 * (1 - scale * stretch) + x_px],
        [0, scale, 128 * (1 - scale) + y_px],
    ])  # fmt: skip
    size = (SIDE_PX, SIDE_PX)
    colour = cv2.warpAffine(sprite.colour, to_canvas, size, borderMode=cv2.BORDER_REPLICATE)
    matte = cv2.warpAffine(sprite.matte, to_canvas, size)
    return replace(sprite, colour=np.asarray(colour, np.uint8), matte=np.asarray(matte, np.float32))
