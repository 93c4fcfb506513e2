"""Things to collect by the dozen: coins, gems, hearts, stars."""

from __future__ import annotations

from typing import Final

import numpy as np

from asset_pipeline.providers.local import shapes
from asset_pipeline.providers.local.face import Look, paint_face
from asset_pipeline.providers.local.frame import Frame
from asset_pipeline.providers.local.kit import WHITE, Kit, Painter, darker, paler, vivid
from asset_pipeline.providers.local.palette import Ramp

GOLD: Final = (250, 196, 56)


def shine(kit: Kit, frame: Frame, opacity: float = 0.85) -> None:
    """Lay a curved highlight along the upper left of a round thing."""
    sweep = shapes.stroke([tuple(p) for p in shapes.arc(195, 262, 0.70)], 0.13, 0.35)
    kit.figure.decal(sweep, WHITE, frame, opacity=opacity)
    kit.figure.decal(shapes.ellipse(), WHITE, frame.spot(-0.12, -0.74, 0.055), opacity=opacity)


def sparkle(kit: Kit, frame: Frame, u: float, v: float, size: float) -> None:
    """Set a four-pointed glint."""
    kit.figure.decal(shapes.star(4, 0.22), WHITE, frame.spot(u, v, size))


def coin(kit: Kit) -> None:
    """A raised rim around an embossed emblem."""
    figure, frame = kit.figure, kit.figure.frame
    main, _ = kit.colours(GOLD)
    figure.part(None, main, bevel=0.22, texture=kit.texture("gold"), gloss=0.3)
    figure.part(shapes.ellipse(), darker(main, -0.09), frame.area(-0.76, -0.76, 0.76, 0.76), bevel=0.0)
    figure.part(
        shapes.ellipse(),
        main,
        frame.area(-0.68, -0.68, 0.68, 0.68),
        bevel=0.12,
        texture=kit.texture("gold"),
        line=0.5,
    )
    emblems = [shapes.star(), shapes.star(6, 0.55), shapes.heart(), shapes.leaf(), shapes.regular(4)]
    emblem = shapes.star() if kit.brief.says("star") else emblems[int(kit.rng.integers(len(emblems)))]
    figure.decal(emblem, darker(main, -0.24), frame.square().spot(0.03, 0.05, 0.42))
    figure.part(emblem, Ramp(paler(main, 0.25).base), frame.square().spot(0, 0, 0.42), bevel=0.6, gloss=0.5)
    sparkle(kit, frame, 0.46, -0.50, 0.20)


def gem(kit: Kit) -> None:
    """A brilliant cut: table, crown and pavilion, each facet with its own light."""
    figure, frame = kit.figure, kit.figure.frame
    main, _ = kit.colours((70, 200, 226))
    bright = vivid(main)
    girdle = -0.30 + float(kit.rng.uniform(-0.06, 0.06))
    figure.decal(None, bright)
    crown, base = np.linspace(-1.05, 1.05, 5), np.linspace(-0.62, 0.62, 4)
    lights = kit.rng.permutation([0.22, -0.04, 0.12, -0.14, 0.05, -0.10, 0.18])
    for i in range(4):
        down = shapes.polygon((crown[i], girdle), (crown[i + 1], girdle), (0, 1.05))
        figure.part(down, bright, frame, bevel=0.0, lift=(0.14, 0.28, -0.12, -0.30)[i], line=0.45)
    for i in range(3):
        up = shapes.polygon((base[i], -1.05), (base[i + 1], -1.05), (crown[i + 1], girdle))
        figure.part(up, bright, frame, bevel=0.0, lift=float(lights[i]) + 0.16, line=0.45)
    for i in range(4):
        left, right = base[max(0, i - 1)], base[min(3, i)]
        tri = shapes.polygon(
            (crown[i], girdle),
            ((left + right) / 2 if 0 < i < 3 else crown[i] * 0.62, -1.05),
            (crown[i + 1], girdle),
        )
        figure.part(tri, bright, frame, bevel=0.0, lift=(0.34, 0.16, 0.0, -0.18)[i], line=0.45)
    figure.decal(
        shapes.polygon((-0.5, -0.92), (-0.05, -0.92), (-0.42, girdle - 0.08), (-0.72, girdle - 0.08)),
        WHITE,
        frame,
        opacity=0.55,
    )
    sparkle(kit, frame, 0.42, -0.52, 0.22)


def heart(kit: Kit) -> None:
    """A plump heart with a soft highlight."""
    kit.figure.soften()
    main, _ = kit.colours((230, 52, 72))
    kit.figure.part(None, main, bevel=1.0, texture=kit.texture(), gloss=0.6)
    kit.figure.decal(
        shapes.superellipse(2), WHITE, kit.figure.frame.spot(-0.48, -0.48, 0.24, 0.13, -38), opacity=0.85
    )
    kit.figure.decal(shapes.ellipse(), WHITE, kit.figure.frame.spot(-0.74, -0.16, 0.06), opacity=0.8)


def star(kit: Kit) -> None:
    """A puffed star, with a face where words ask for one."""
    figure = kit.figure
    main, accent = kit.colours((252, 208, 62))
    rim = accent if len(kit.brief.colours) > 1 else darker(main, -0.12)
    figure.part(None, rim, bevel=0.5)
    centre = figure.frame.spot(0, 0.10, 1.0)
    figure.part(
        shapes.smooth(shapes.star(5, 0.52), 1), main, centre.spot(0, 0, 0.84), bevel=1.0, gloss=0.5, line=0.4
    )
    if kit.brief.says("smile", "face", "smiling", "happy", "eyes"):
        paint_face(kit, centre.spot(0, 0.05, 0.50), Look(eye=0.22, gap=0.36), main, rim)
    sparkle(kit, figure.frame, -0.25, -0.35, 0.14)


TREASURES: Final[tuple[tuple[tuple[str, ...], Painter], ...]] = (
    (("coin", "coins", "medal", "token", "doubloon"), coin),
    (("gem", "jewel", "diamond", "ruby", "emerald", "sapphire", "amethyst", "crystal", "topaz"), gem),
    (("heart", "life"), heart),
    (("star",), star),
)
