"""What a subject's painter is given: the figure, the brief, and colours mixed for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np

from asset_pipeline.imaging.arrays import Floats, Rgb
from asset_pipeline.providers.local import shapes
from asset_pipeline.providers.local.brief import NEAR, Brief
from asset_pipeline.providers.local.figure import Figure, Texture
from asset_pipeline.providers.local.frame import Frame
from asset_pipeline.providers.local.materials import MATERIALS, Material, material_in
from asset_pipeline.providers.local.palette import Ramp, adjust, companion, from_oklch, gap, mix, to_oklch

WHITE = Ramp((246, 246, 250))
INK = Ramp((44, 36, 58))


@dataclass(frozen=True)
class Kit:
    """A figure on the easel and the paints for it.

    Attributes:
        figure: what is painted on.
        brief: what to paint.
        guide: the guide's colour where it has one.
    """

    figure: Figure
    brief: Brief
    guide: Rgb | None = None

    @cached_property
    def rng(self) -> np.random.Generator:
        """The take's own random stream."""
        return self.brief.rng("subject")

    @cached_property
    def material(self) -> Material | None:
        """The material the prompt mentions."""
        return material_in(self.brief.words)

    def texture(self, name: str = "") -> Texture | None:
        """The texture of the prompt's material, or of material *name*."""
        material = MATERIALS[name] if name else self.material
        return material.make(self.rng) if material is not None and material.make is not None else None

    def colours(self, natural: Rgb | None = None) -> tuple[Ramp, Ramp]:
        """Mix ramps of the main colour and the accent; each take leans a little its own way."""
        if self.material is not None and self.material.colour is not None:
            natural = self.material.colour
        main, accent = self.brief.scheme(natural, self.guide)
        lean = self.brief.rng("lean")
        turn_deg, light = float(lean.uniform(-9, 9)), float(lean.uniform(-0.025, 0.025))
        return Ramp(adjust(main, hue_deg=turn_deg, light=light)), Ramp(adjust(accent, hue_deg=turn_deg))

    def natural(self, rgb: Rgb) -> Ramp:
        """Mix a colour that a thing has by nature: the palette's nearest where that is near."""
        near = [c for c in self.brief.palette if gap(c, rgb) < NEAR]
        return Ramp(min(near, key=lambda c: gap(c, rgb), default=rgb))

    @cached_property
    def facing(self) -> int:
        """Which way a long thing looks, 1 right or -1 left: away from the waist before its tail."""
        figure = self.figure
        heights_px = figure.cover.sum(0)
        heights_px = heights_px[heights_px > 1]
        half = len(heights_px) // 2
        return -1 if _flare(heights_px[half:]) > 1.05 * _flare(heights_px[:half][::-1]) else 1

    def face_frame(self, size: float = 1.0) -> Frame:
        """The roundest place for a face: high in an upright shape, at the front end of a long one."""
        frame = self.figure.frame
        if frame.aspect > 1.25:
            return self.figure.roomiest(0.55 * self.facing, -0.04, size)
        return self.figure.roomiest(0.0, -0.20, size)

    def both(  # noqa: PLR0913, PLR0917 - what, colour, where, how large: the order every call reads in
        self,
        shape: shapes.Points,
        ramp: Ramp,
        frame: Frame,
        u: float,
        v: float,
        size: tuple[float, float],
        turn_deg: float = 0.0,
        **how: float,
    ) -> None:
        """Paint *shape* on the left and, mirrored, on the right."""
        flipped = shape * [-1, 1]
        self.figure.part(shape, ramp, frame.spot(-u, v, *size, -turn_deg), **how)  # type: ignore[arg-type]  # numbers only
        self.figure.part(flipped, ramp, frame.spot(u, v, *size, turn_deg), **how)  # type: ignore[arg-type]  # numbers only


def _flare(heights_px: Floats) -> float:
    """How much a shape widens again beyond its waist, walking outwards; 1 where it only narrows."""
    beyond = np.maximum.accumulate(heights_px[::-1])[::-1]
    return float((beyond / np.maximum(heights_px, 1)).max())


Painter: TypeAlias = Callable[[Kit], None]


def paler(ramp: Ramp, share: float = 0.6) -> Ramp:
    """Mix a belly or an inner ear: a warm, pale relative."""
    return Ramp(mix(adjust(ramp.base, light=0.10), (255, 246, 226), share))


def darker(ramp: Ramp, light: float = -0.16) -> Ramp:
    """Mix a shadowed relative."""
    return Ramp(adjust(ramp.base, light=light))


def relative(ramp: Ramp, rng: np.random.Generator) -> Ramp:
    """Mix a colour that goes with *ramp*."""
    return Ramp(companion(ramp.base, rng))


def vivid(ramp: Ramp) -> Ramp:
    """Mix the lively version of a colour, for lights and gems."""
    lightness, chroma, hue = to_oklch(ramp.base)
    return Ramp(from_oklch(max(0.64, lightness), max(0.15, chroma), hue))
