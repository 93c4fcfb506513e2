"""The canvas of a scene: everything laid on it runs on at the left edge where it left at the right."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from asset_pipeline.imaging.arrays import Floats, Rgb
from asset_pipeline.providers.local.brief import Brief
from asset_pipeline.providers.local.mood import Mood
from asset_pipeline.providers.local.noise import fractal_noise
from asset_pipeline.providers.local.shapes import Points


@dataclass
class Backdrop:
    """A scene being painted.

    Attributes:
        brief: what to paint.
        mood: its light.
        width_px: its width; also the period of everything in it.
        height_px: its height.
        rgb: the colours so far, ``(height, width, 3)`` float32 in ``[0, 1]``.
        whole: the columns of moons and planets, through which the picture's edges should not cut.
    """

    brief: Brief
    mood: Mood
    width_px: int
    height_px: int
    rgb: Floats = field(init=False)
    whole: NDArray[np.bool_] = field(init=False)

    def __post_init__(self) -> None:
        self.rgb = np.zeros((self.height_px, self.width_px, 3), np.float32)
        self.whole = np.zeros(self.width_px, np.bool_)

    @property
    def y(self) -> Floats:
        """Height of each row, 0 at the top and 1 at the bottom: ``(height, 1)``."""
        rows = (np.arange(self.height_px, dtype=np.float32) + np.float32(0.5)) / np.float32(self.height_px)
        return rows[:, None]

    @property
    def detailed(self) -> bool:
        """Whether the style shows surfaces, not only shapes."""
        return not self.brief.style.geometric

    def noise(self, purpose: str, cells: tuple[int, int], octaves: int = 3) -> Floats:
        """Looping noise; *cells* down and, for each height of the picture, across."""
        across = max(2, round(cells[1] * self.width_px / self.height_px))
        return fractal_noise(
            self.brief.rng(purpose), (self.height_px, self.width_px), (cells[0], across), octaves
        )

    def outline(self, purpose: str, waves: float, octaves: int = 3, sharp: bool = False) -> Floats:
        """Draw a looping skyline in ``[0, 1]`` for each column; *waves* in a picture's height."""
        across = max(2, round(waves * self.width_px / self.height_px))
        line = fractal_noise(self.brief.rng(purpose), (1, self.width_px), (1, across), octaves)[0]
        line = 1 - np.abs(line) * 1.6 if sharp else line * 0.5 + 0.5
        span = float(line.max() - line.min())
        scaled: Floats = (line - line.min()) / np.float32(max(span, 1e-6))
        return scaled

    def lay(self, cover: Floats, colour: Floats | Rgb, opacity: float = 1.0) -> None:
        """Paint *colour* where *cover* is."""
        paint = np.array(colour, np.float32) / np.float32(255) if isinstance(colour, tuple) else colour
        self.rgb += (paint - self.rgb) * (cover * np.float32(opacity))[..., None]

    def shine(self, cover: Floats, colour: Rgb, strength: float) -> None:
        """Add light of *colour* where *cover* is."""
        light = np.array(colour, np.float32) / np.float32(255)
        self.rgb += (1 - self.rgb) * light * (cover * np.float32(strength))[..., None]

    def glow(self, x: float, y: float, radius: float, colour: Rgb, strength: float) -> None:
        """Let light fall off around ``(x, y)``; all as shares of the picture's height, x looping."""
        across = self.offset(x)
        down = self.y * self.height_px - y * self.height_px
        distance = (across**2 + down**2) / np.float32((radius * self.height_px) ** 2)
        self.shine(np.exp(-2.5 * distance).astype(np.float32), colour, strength)

    def keep_whole(self, x: float, reach: float) -> None:
        """Keep the picture's edges out of what lies around *x*; *reach* is a share of the height."""
        self.whole |= np.abs(self.offset(x)[0]) <= reach * self.height_px

    def offset(self, x: float) -> Floats:
        """How far each column is from *x*, a share of the width, the short way round: ``(1, width)``, px."""
        columns = np.arange(self.width_px, dtype=np.float32) + np.float32(0.5) - np.float32(x * self.width_px)
        half = np.float32(self.width_px / 2)
        return ((columns + half) % np.float32(self.width_px) - half)[None]

    def stencil(self, polygons: list[Points]) -> Floats:
        """Cover polygons given in pixels; what leaves at one side comes in at the other."""
        drawn = np.zeros((self.height_px, self.width_px), np.uint8)
        for points in polygons:
            for shift in (-self.width_px, 0, self.width_px):
                left, right = points[:, 0].min() + shift, points[:, 0].max() + shift
                if right >= -1 and left <= self.width_px:
                    moved = points + np.array([shift - 0.5, -0.5])
                    cv2.fillPoly(drawn, [np.round(moved * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
        return drawn.astype(np.float32) / np.float32(255)

    def below(self, line: Floats) -> Floats:
        """Cover everything under a skyline *line* given as a share of the height for each column."""
        tops = line * np.float32(self.height_px)
        slope = (np.roll(tops, -1) - np.roll(tops, 1)) / 2
        rows = np.arange(self.height_px, dtype=np.float32)[:, None] + np.float32(0.5)
        covered: Floats = np.clip((rows - tops[None]) / np.sqrt(1 + slope**2)[None] + np.float32(0.5), 0, 1)
        return covered
