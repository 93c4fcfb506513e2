"""What is on a body: cheeks, masks, spots, a shell, a visor."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeAlias

from asset_pipeline.providers.local import shapes
from asset_pipeline.providers.local.frame import Frame
from asset_pipeline.providers.local.kit import WHITE, Kit, darker, paler
from asset_pipeline.providers.local.palette import Ramp

Mark: TypeAlias = Callable[[Kit, Frame, Ramp, Ramp], None]
"""Paints with a kit on a face's square, given the skin and the accent."""


def _cheeks(kit: Kit, face: Frame, skin: Ramp, _: Ramp) -> None:
    cheek = shapes.polygon((-1, -0.35), (0.1, -0.5), (1.0, 0.35), (0.6, 0.95), (-0.5, 0.75))
    kit.both(shapes.smooth(cheek, 2), paler(skin, 0.78), face, 0.46, 0.38, (0.56, 0.48), bevel=0.5, line=0.0)


def _mask(kit: Kit, face: Frame, skin: Ramp, _: Ramp) -> None:
    kit.both(shapes.ellipse(), darker(skin, -0.2), face, 0.36, -0.02, (0.34, 0.27), 18, bevel=0.0, line=0.0)


def _spots(kit: Kit, _: Frame, __: Ramp, accent: Ramp) -> None:
    rng = kit.brief.rng("mark")
    for _spot in range(9):
        u, v, size = rng.uniform(-0.85, 0.85), rng.uniform(-0.9, 0.8), rng.uniform(0.07, 0.17)
        spot = shapes.wobble(shapes.ellipse(), rng, 0.2)
        kit.figure.decal(spot, paler(accent, 0.25), kit.figure.frame.spot(u, v, size), opacity=0.8)


def _visor(kit: Kit, face: Frame, skin: Ramp, _: Ramp) -> None:
    figure, pane = kit.figure, shapes.superellipse(3.2)
    figure.part(pane, darker(skin, -0.12), face.spot(0, -0.02, 0.84, 0.62), bevel=0.2)
    figure.part(pane, Ramp((38, 52, 92)), face.spot(0, -0.02, 0.74, 0.52), bevel=0.5, gloss=1.0)
    glint = shapes.stroke([(-0.6, 0.3), (-0.2, -0.4)], 0.16)
    figure.decal(glint, WHITE, face.spot(-0.36, -0.18, 0.3), opacity=0.5)


def _shell(kit: Kit, _: Frame, __: Ramp, accent: Ramp) -> None:
    figure, frame = kit.figure, kit.figure.frame
    shell = figure.part(
        shapes.superellipse(2.4), accent, frame.spot(0, 0.52, 0.86, 0.60), bevel=0.9, gloss=0.5
    )
    for u, v, size in (
        (-0.4, 0.45, 0.16),
        (0.4, 0.45, 0.16),
        (0, 0.72, 0.18),
        (-0.68, 0.78, 0.12),
        (0.68, 0.78, 0.12),
    ):
        plate = frame.spot(u, v, size)
        figure.part(shapes.regular(6), darker(accent, -0.2), plate, bevel=0.4, line=0.5, within=shell)
    figure.decal(shapes.box(), darker(accent, -0.3), frame.spot(0, 0.6, 0.016, 0.5), within=shell)


MARKS: Mapping[str, Mark] = MappingProxyType(
    {"cheeks": _cheeks, "mask": _mask, "spots": _spots, "visor": _visor, "shell": _shell}
)
