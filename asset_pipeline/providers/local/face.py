"""Faces: eyes, brows, mouths, cheeks, and what grows around them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from asset_pipeline.providers.local import shapes
from asset_pipeline.providers.local.frame import Frame
from asset_pipeline.providers.local.kit import INK, WHITE, Kit, darker, paler
from asset_pipeline.providers.local.palette import Ramp


@dataclass(frozen=True)
class Look:
    """How a face looks out of the picture.

    Attributes:
        fierce: brows down, teeth out.
        eyes: how many.
        eye: half width of an eye in units of the face.
        gap: half the distance between two eyes.
        level: height of the eyes, -1 at the top.
        nose: ``none``, ``snout``, ``muzzle``, ``beak`` or ``wide``.
    """

    fierce: bool = False
    eyes: int = 2
    eye: float = 0.21
    gap: float = 0.33
    level: float = -0.10
    nose: str = "none"


def paint_face(kit: Kit, face: Frame, look: Look, skin: Ramp, accent: Ramp) -> None:
    """Paint a whole face into the square *face*."""
    if look.nose in ("snout", "muzzle"):
        kit.figure.part(
            shapes.superellipse(2.4),
            paler(skin),
            face.spot(0, look.level + 0.46, 0.44, 0.30),
            bevel=0.6,
            line=0.0,
        )
    _eyes(kit, face, look)
    if not look.fierce and look.nose != "beak":
        blush = Ramp((244, 118, 128))
        kit.both(
            shapes.ellipse(),
            blush,
            face,
            look.gap + look.eye * 0.9,
            look.level + look.eye * 1.75,
            (0.11, 0.065),
            line=0.0,
            bevel=0.0,
            opacity=0.55,
        )
    _mouth(kit, face, look)
    _nose(kit, face, look, accent)


@dataclass(frozen=True)
class _Gaze:
    """What the eyes of a face share: iris, height over width, how far they look aside, plain dots or not."""

    iris: Ramp
    tall: float
    aside: float
    plain: bool


def _gaze(kit: Kit, look: Look) -> _Gaze:
    rng = kit.brief.rng("eyes")
    tall = float(rng.uniform(1.08, 1.38)) * (0.86 if look.fierce else 1.0)
    calm = ((90, 190, 240), (120, 200, 90), (196, 130, 60), (170, 120, 230))
    iris = ((240, 190, 40), (236, 72, 52), (180, 230, 60)) if look.fierce else calm
    colour = Ramp(iris[int(rng.integers(len(iris)))])
    return _Gaze(colour, tall, float(rng.uniform(0.10, 0.30)), bool(rng.random() < 0.4) and not look.fierce)


def _eyes(kit: Kit, face: Frame, look: Look) -> None:
    gaze = _gaze(kit, look)
    for x in np.linspace(-look.gap, look.gap, look.eyes) if look.eyes > 1 else (0.0,):
        _eye(kit, face.spot(float(x), look.level, look.eye, look.eye * gaze.tall), gaze)
    if look.fierce:
        _brows(kit, face, look, look.level - look.eye * gaze.tall * 0.94)


def _brows(kit: Kit, face: Frame, look: Look, level: float) -> None:
    size = (look.eye * 1.3, look.eye * 0.62)
    if look.eyes > 1:
        brow = shapes.polygon((-1, -0.55), (1, 0.05), (1, 0.75), (-1, 0.0))
        kit.both(brow, INK, face, look.gap, level, size, bevel=0.0)
    else:
        frown = shapes.polygon((-1, -0.6), (0, 0.1), (1, -0.6), (1, 0.1), (0, 0.9), (-1, 0.1))
        kit.figure.part(frown, INK, face.spot(0, level, *size), bevel=0.0)


def _eye(kit: Kit, at: Frame, gaze: _Gaze) -> None:
    figure, disc, x = kit.figure, shapes.ellipse(), gaze.aside
    white = figure.part(disc, WHITE, at, bevel=0.35)
    if gaze.plain:
        figure.decal(disc, INK, at.area(x - 0.66, -0.64, x + 0.66, 0.80), within=white)
    else:
        figure.part(
            disc, gaze.iris, at.area(x - 0.70, -0.64, x + 0.70, 0.84), bevel=0.3, line=0.6, within=white
        )
        figure.decal(disc, INK, at.area(x - 0.42, -0.38, x + 0.42, 0.62), within=white)
    figure.decal(disc, WHITE, at.spot(x - 0.22, -0.22, 0.25))
    figure.decal(disc, WHITE, at.spot(x + 0.26, 0.32, 0.12), opacity=0.85)


def _mouth(kit: Kit, face: Frame, look: Look) -> None:
    if look.nose == "beak":
        return
    figure, rng = kit.figure, kit.brief.rng("mouth")
    y = look.level + (0.66 if look.nose in ("snout", "muzzle") else 0.50)
    kind = int(rng.integers(3))
    if look.fierce:
        wide = shapes.polygon((-1, -0.5), (-0.4, -0.28), (0.4, -0.28), (1, -0.5), (0.7, 0.65), (-0.7, 0.65))
        gape = figure.part(shapes.smooth(wide, 2), Ramp((92, 26, 44)), face.spot(0, y, 0.42, 0.22), bevel=0.0)
        for x, side in ((-0.26, 1), (0.26, 1), (-0.09, 0.7), (0.09, 0.7)):
            figure.part(
                shapes.polygon((-1, -1), (1, -1), (0, 1)),
                WHITE,
                face.spot(x, y - 0.06, 0.085, 0.13 * side),
                bevel=0.0,
                line=0.5,
                within=gape,
            )
    elif kind == 0:
        figure.decal(shapes.stroke(shapes.arc(160, 20, 0.8), 0.34, 1.0), INK, face.spot(0, y - 0.16, 0.20))
    else:
        smile = shapes.polygon((-1, -0.6), (1, -0.6), (0.72, 0.5), (0, 0.95), (-0.72, 0.5))
        size = (0.22, 0.17) if kind == 1 else (0.15, 0.15)
        open_ = figure.part(shapes.smooth(smile, 3), Ramp((120, 34, 52)), face.spot(0, y, *size), bevel=0.0)
        figure.decal(
            shapes.ellipse(), Ramp((240, 116, 124)), face.spot(0, y + 0.13, 0.12, 0.10), within=open_
        )


def _nose(kit: Kit, face: Frame, look: Look, accent: Ramp) -> None:
    figure, y = kit.figure, look.level + 0.32
    if look.nose == "beak":
        beak = Ramp((250, 168, 48)) if not kit.brief.palette else kit.natural((250, 168, 48))
        figure.part(
            shapes.smooth(shapes.polygon((-1, -0.7), (1, -0.7), (0.2, 0.9), (-0.2, 0.9)), 2),
            darker(beak),
            face.spot(0, y + 0.12, 0.15, 0.17),
        )
        figure.part(
            shapes.smooth(shapes.polygon((-1, -0.4), (0, -1), (1, -0.4), (0, 1)), 2),
            beak,
            face.spot(0, y, 0.25, 0.20),
            gloss=0.6,
        )
    elif look.nose in ("snout", "muzzle"):
        tip = INK if look.nose == "snout" else Ramp((214, 110, 120))
        nose = shapes.smooth(shapes.polygon((-1, -0.9), (1, -0.9), (0.25, 1), (-0.25, 1)), 2)
        figure.part(nose, tip, face.spot(0, y - 0.02, 0.125, 0.10), bevel=0.8, gloss=0.7, line=0.5)
    elif look.nose == "wide":
        for x in (-0.10, 0.10):
            figure.decal(shapes.ellipse(), darker(accent, -0.3), face.spot(x, y, 0.035, 0.045))
