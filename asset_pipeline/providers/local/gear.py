"""Things to play with or press: balls, bombs, buttons, boosters, rockets."""

from __future__ import annotations

from typing import Final

import numpy as np

from asset_pipeline.providers.local import shapes
from asset_pipeline.providers.local.face import Look, paint_face
from asset_pipeline.providers.local.kit import WHITE, Kit, Painter, darker, vivid
from asset_pipeline.providers.local.palette import Ramp
from asset_pipeline.providers.local.treasures import shine

_BOLT: Final = shapes.polygon((0.25, -1), (-0.6, 0.15), (-0.05, 0.15), (-0.25, 1), (0.6, -0.2), (0.05, -0.2))


_ARROW: Final = shapes.polygon((-0.9, -1), (-0.05, -1), (0.9, 0), (-0.05, 1), (-0.9, 1), (0.0, 0))


def ball(kit: Kit) -> None:
    """A ball: dimples for golf, else seams or panels."""
    figure, frame = kit.figure, kit.figure.frame
    golf = kit.brief.says("golf", "dimple", "dimples", "dimpled")
    main, accent = kit.colours((236, 238, 244) if golf else None)
    figure.part(None, main, bevel=1.0, texture=kit.texture(), gloss=0.2)
    if golf:
        for u, v in (
            (x + 0.5 * (round(y / 0.34) % 2) * 0.4, y)
            for y in np.arange(-0.85, 0.9, 0.34)
            for x in np.arange(-1.0, 1.0, 0.4)
        ):
            reach = np.hypot(u, v)
            if reach < 0.9:
                figure.decal(
                    shapes.ellipse(),
                    darker(main, -0.20),
                    frame.spot(u, v, 0.095 * np.sqrt(1 - reach**2 * 0.8)),
                    opacity=0.75,
                )
    else:
        kind, turn_deg = int(kit.rng.integers(3)), float(kit.rng.uniform(-25, 25))
        if kind == 0:
            figure.part(
                shapes.box(), accent, frame.spot(0, 0, 1.1, 0.26, turn_deg), bevel=0.0, line=0.6, opacity=0.95
            )
            figure.part(shapes.star(), WHITE, frame.spot(0, 0, 0.40, turn_deg=turn_deg), bevel=0.3, line=0.5)
        elif kind == 1:
            for side in (-1, 1):
                seam = shapes.stroke([tuple(p) for p in shapes.arc(-60, 60, 1.0)], 0.10) * [side, 1] - [
                    1.35 * side,
                    0,
                ]
                figure.part(seam, accent, frame.spot(0, 0, 1.0, turn_deg=turn_deg), bevel=0.0, line=0.5)
        else:
            for sector in range(0, 6, 2):
                wedge = shapes.polygon(
                    (0, 0), *(tuple(p) for p in shapes.arc(sector * 60, sector * 60 + 60, 1.15, 8))
                )
                figure.part(
                    wedge,
                    accent,
                    frame.spot(-0.12, -0.2, 1.25, turn_deg=turn_deg),
                    bevel=0.0,
                    line=0.5,
                    opacity=0.92,
                )
            figure.part(shapes.ellipse(), WHITE, frame.spot(-0.12, -0.2, 0.18), bevel=0.4, line=0.5)
    if kit.brief.role in ("character", "enemy") or kit.brief.says("face", "smile"):
        paint_face(
            kit,
            frame.square(0, 0, 0.82),
            Look(kit.brief.role == "enemy", eye=0.2, gap=0.34, level=-0.05),
            main,
            accent,
        )
    shine(kit, frame)


def bomb(kit: Kit) -> None:
    """A dark ball, a fuse and a spark."""
    figure, frame = kit.figure, kit.figure.frame
    main, _ = kit.colours((58, 58, 76))
    figure.part(None, main, bevel=1.0, gloss=0.7)
    figure.part(
        shapes.superellipse(4), darker(main, 0.14), frame.spot(0.40, -0.66, 0.22, 0.15, 32), gloss=0.3
    )
    figure.part(shapes.star(8, 0.5), Ramp((255, 204, 64)), frame.spot(0.62, -0.72, 0.19), bevel=0.0)
    shine(kit, frame, 0.6)


def button(kit: Kit) -> None:
    """A bevelled face with an icon."""
    figure, frame = kit.figure, kit.figure.frame
    main, _ = kit.colours()
    figure.part(None, darker(main, -0.17), bevel=0.25)
    form = shapes.ellipse() if _is_round(kit) else shapes.superellipse(8)
    u, v = 0.16 * frame.unit_px / frame.half_width_px, 0.16 * frame.unit_px / frame.half_height_px
    figure.part(form, main, frame.area(-1 + u, -1 + v * 0.7, 1 - u, 1 - v * 1.6), bevel=0.3, gloss=0.3)
    icons = {
        "bolt": _BOLT,
        "lightning": _BOLT,
        "power": _BOLT,
        "heart": shapes.heart(),
        "star": shapes.star(),
        "play": shapes.regular(3, 0),
        "arrow": _ARROW,
        "home": shapes.polygon((0, -1), (1, 0), (0.7, 0), (0.7, 0.9), (-0.7, 0.9), (-0.7, 0), (-1, 0)),
    }
    icon = next((icons[word] for word in kit.brief.words if word in icons), None)
    if icon is not None:
        face = frame.square(0, 0, 0.46).spot(0, -0.12, 1.0)
        figure.decal(icon, darker(main, -0.25), face.spot(0.06, 0.10, 1.0))
        figure.part(icon, WHITE, face, bevel=0.3)
    figure.decal(
        shapes.stroke([tuple(p) for p in shapes.arc(200, 300, 0.74)], 0.09, 0.5)
        if _is_round(kit)
        else shapes.superellipse(6),
        WHITE,
        frame if _is_round(kit) else frame.area(-0.82, -0.78, 0.82, -0.60),
        opacity=0.5,
    )


def _is_round(kit: Kit) -> bool:
    frame = kit.figure.frame
    return float(kit.figure.cover.sum()) < 3.4 * frame.half_width_px * frame.half_height_px


def spring(kit: Kit) -> None:
    """Chevrons on a lit plate: boosters, springs, bumpers and pads."""
    figure, frame = kit.figure, kit.figure.frame
    main, accent = kit.colours((120, 96, 200))
    figure.part(None, main, bevel=0.3, texture=kit.texture("metal"), gloss=0.4)
    figure.part(shapes.superellipse(7), Ramp((40, 34, 66)), frame.area(-0.84, -0.60, 0.84, 0.56), bevel=0.2)
    lamp = vivid(accent if len(kit.brief.colours) > 1 else kit.natural((250, 214, 70)))
    count = max(1, min(5, round(frame.aspect * 1.3)))
    for u in np.linspace(-0.56, 0.56, count) if count > 1 else (0.0,):
        arrow = shapes.polygon((-1, -1), (0.1, -1), (1, 0), (0.1, 1), (-1, 1), (-0.1, 0))
        figure.part(arrow, lamp, frame.spot(float(u), -0.02, 0.28, 0.40), bevel=0.3, lift=0.05)
        figure.glow(frame.spot(float(u), -0.02, 0.6), lamp.at(0.5), 0.22)
    for u in (-0.92, 0.92):
        figure.part(shapes.ellipse(), Ramp((176, 180, 200)), frame.spot(u, 0.06, 0.08), gloss=0.9, line=0.6)


def rocket(kit: Kit) -> None:
    """A hull with a nose cone, a porthole and fins."""
    figure, frame = kit.figure, kit.figure.frame
    figure.soften()
    main, accent = kit.colours((226, 230, 240))
    figure.part(None, main, bevel=1.0, gloss=0.5)
    figure.part(
        shapes.polygon((-1.2, 1), (-1.2, -1), (1.2, -1), (1.2, 1)),
        accent,
        frame.area(-1, -1.05, 1, -0.52),
        bevel=0.8,
        gloss=0.4,
    )
    kit.both(
        shapes.smooth(shapes.polygon((-1, -1), (1, 0), (1, 1), (-0.8, 0.7)), 1),
        accent,
        frame,
        0.80,
        0.66,
        (0.36, 0.42),
    )
    figure.part(shapes.ellipse(), darker(main, -0.2), frame.spot(0, -0.10, 0.36))
    figure.part(shapes.ellipse(), Ramp((96, 190, 232)), frame.spot(0, -0.10, 0.26), gloss=1.0)
    figure.part(shapes.drop(), Ramp((255, 176, 56)), frame.spot(0, 0.92, 0.24, 0.30, 180), bevel=0.5)


GEAR: Final[tuple[tuple[tuple[str, ...], Painter], ...]] = (
    (("button", "switch", "badge"), button),
    (("ball", "golf", "golfball", "football", "basketball", "bead", "orb", "peg", "marble", "bubble"), ball),
    (("bomb", "mine", "cannonball"), bomb),
    (("booster", "spring", "bumper", "trampoline", "pad", "conveyor", "accelerator"), spring),
    (("rocket", "spaceship", "missile", "shuttle"), rocket),
)
