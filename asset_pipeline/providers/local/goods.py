"""Things that are built: crates, barrels, lanterns, flags, doors, boats, towers."""

from __future__ import annotations

from typing import Final

import numpy as np

from asset_pipeline.imaging.arrays import Floats
from asset_pipeline.providers.local import shapes
from asset_pipeline.providers.local.figure import Patch
from asset_pipeline.providers.local.frame import Frame
from asset_pipeline.providers.local.kit import WHITE, Kit, Painter, darker, paler, vivid
from asset_pipeline.providers.local.palette import Ramp
from asset_pipeline.providers.local.textures import brick, wood


def crate(kit: Kit) -> None:
    """Boards in a nailed frame with a brace."""
    figure, frame = kit.figure, kit.figure.frame
    main, _ = kit.colours((178, 122, 66))
    figure.part(None, darker(main, -0.06), bevel=0.1, texture=wood(kit.rng, 0.4, upright=True))
    brace = shapes.stroke([(-0.85, 0.85), (0.85, -0.85)], 0.30)
    figure.part(brace if kit.rng.random() < 0.5 else brace * [-1, 1], main, frame, bevel=0.25)
    for u0, v0, u1, v1 in (
        (-1.1, -1.1, 1.1, -0.70),
        (-1.1, 0.70, 1.1, 1.1),
        (-1.1, -1.1, -0.70, 1.1),
        (0.70, -1.1, 1.1, 1.1),
    ):
        figure.part(
            shapes.box(),
            main,
            frame.area(u0, v0, u1, v1),
            bevel=0.3,
            texture=wood(kit.rng, 9.0, upright=u1 - u0 < 1),
        )
    for u in (-0.84, 0.84):
        for v in (-0.84, 0.84):
            figure.part(shapes.ellipse(), Ramp((92, 84, 92)), frame.spot(u, v, 0.065), gloss=0.8, line=0.6)


def barrel(kit: Kit) -> None:
    """Staves held by hoops."""
    figure, frame = kit.figure, kit.figure.frame
    main, _ = kit.colours((168, 108, 58))
    figure.part(None, main, bevel=1.0, texture=wood(kit.rng, 0.34, upright=True))
    for v in (-0.72, 0.0, 0.72):
        figure.part(
            shapes.superellipse(6),
            Ramp((116, 124, 140)),
            frame.area(-1.1, v - 0.10, 1.1, v + 0.10),
            bevel=0.6,
            texture=kit.texture("metal"),
            gloss=0.4,
        )


def lantern(kit: Kit) -> None:
    """Paper, ribs and a light inside; caps above and below."""
    figure, frame = kit.figure, kit.figure.frame
    main, accent = kit.colours((246, 150, 52))
    paper = vivid(main)
    figure.part(None, paper, bevel=1.0)
    for v in np.linspace(-0.62, 0.62, 6):
        rib = shapes.stroke([(-1.1, v * 0.86), (-0.5, v), (0, v * 1.05), (0.5, v), (1.1, v * 0.86)], 0.035)
        figure.decal(rib, darker(paper, -0.20), frame, opacity=0.8)
    for u in (-0.55, 0.55) if kit.rng.random() < 0.5 else (-0.62, 0.0, 0.62):
        bow = [(u * 0.55, -0.8), (u, -0.3), (u * 1.08, 0), (u, 0.3), (u * 0.55, 0.8)]
        figure.decal(shapes.stroke(bow, 0.03), darker(paper, -0.15), frame, opacity=0.6)
    figure.glow(frame.spot(0, 0.06, 1.0), Ramp((255, 236, 150)).at(0.6), 0.80)
    figure.decal(shapes.drop(), Ramp((255, 248, 206)), frame.spot(0, 0.12, 0.15, 0.26), opacity=0.95)
    cap = kit.natural((112, 62, 52))
    for v in (-0.92, 0.80):
        figure.part(
            shapes.superellipse(5), cap, frame.area(-0.56, v - 0.11, 0.56, v + 0.09), bevel=0.6, gloss=0.3
        )
    trim = accent if len(kit.brief.colours) > 1 else kit.natural((250, 200, 80))
    figure.part(
        shapes.polygon((-0.4, -1), (0.4, -1), (0.9, 1), (-0.9, 1)),
        trim,
        frame.area(-0.16, 0.84, 0.16, 1.06),
        bevel=0.5,
    )


def flag(kit: Kit) -> None:
    """A pole and waving cloth; a pattern where the seed likes one."""
    figure, frame = kit.figure, kit.figure.frame
    main, _ = kit.colours((222, 60, 66))

    def folds(patch: Patch) -> Floats:
        return np.sin(patch.x * 5.2 + patch.y * 1.2).astype(np.float32) * np.float32(0.16)

    figure.part(None, main, bevel=0.12, texture=folds)
    kind = int(kit.rng.integers(3))
    if kind < 2:
        figure.part(
            shapes.ellipse() if kind else shapes.star(),
            paler(main, 0.85),
            frame.spot(-0.18, -0.58, 0.20),
            bevel=0.2,
            line=0.5,
        )
    pole = _pole_area(kit)
    figure.part(shapes.box(), kit.natural((232, 226, 214)), pole, bevel=1.0, gloss=0.3)
    figure.part(
        shapes.ellipse(),
        kit.natural((250, 200, 60)),
        frame.spot((pole.x_px - frame.x_px) / frame.half_width_px, -0.95, 0.12),
        gloss=0.8,
    )


def _pole_area(kit: Kit) -> Frame:
    """Find the pole in the silhouette's lowest rows; its left edge where they show none."""
    figure, frame = kit.figure, kit.figure.frame
    row = int(frame.y_px + frame.half_height_px * 0.9)
    columns = np.flatnonzero(figure.cover[row] > 0.5)
    left, right = (columns[0], columns[-1] + 1) if len(columns) else (0, 0)
    if not 0 < right - left < 0.8 * frame.half_width_px:
        return frame.area(-1.0, -1.0, -0.80, 1.0)
    to_u = [(edge - frame.x_px) / frame.half_width_px for edge in (left, right)]
    return frame.area(to_u[0], -1.02, to_u[1], 1.02)


def door(kit: Kit) -> None:
    """Planks in a stone arch, iron straps, a knob."""
    figure, frame = kit.figure, kit.figure.frame
    main, _ = kit.colours((150, 96, 56))
    figure.part(None, Ramp((150, 152, 164)), bevel=0.2, texture=kit.texture("stone"))
    arch = shapes.polygon((-1, 1.2), (-1, -0.35), (-0.7, -0.8), (0, -1), (0.7, -0.8), (1, -0.35), (1, 1.2))
    figure.part(
        arch, main, frame.area(-0.74, -0.82, 0.74, 1.0), bevel=0.12, texture=wood(kit.rng, 0.36, upright=True)
    )
    for v in (-0.30, 0.46):
        figure.part(
            shapes.superellipse(4), Ramp((84, 84, 98)), frame.area(-0.76, v - 0.06, 0.40, v + 0.06), bevel=0.6
        )
    figure.part(shapes.ellipse(), kit.natural((250, 200, 70)), frame.spot(0.50, 0.14, 0.10), gloss=0.9)


def boat(kit: Kit) -> None:
    """A planked hull with a stripe, a gunwale and a coil of rope."""
    figure, frame = kit.figure, kit.figure.frame
    main, accent = kit.colours((176, 74, 58))
    figure.part(None, main, bevel=0.7, texture=wood(kit.rng, 0.42))
    curve = [(-1.1, -0.30), (-0.5, -0.06), (0, -0.02), (0.5, -0.06), (1.1, -0.30)]
    figure.part(
        shapes.stroke(curve, 0.20),
        paler(accent, 0.4) if len(kit.brief.colours) > 1 else WHITE,
        frame,
        bevel=0.3,
        line=0.7,
    )
    rail = [(-1.1, -0.86), (-0.88, -0.42), (0, -0.36), (0.88, -0.42), (1.1, -0.86)]
    figure.part(shapes.stroke(rail, 0.17), darker(main, -0.14), frame, bevel=0.8)
    rope = kit.natural((214, 178, 118))
    for radius in (0.25, 0.16, 0.07):
        figure.part(shapes.ellipse(), rope, frame.spot(0.60, 0.16, radius), bevel=0.5, line=0.8)


def tower(kit: Kit) -> None:
    """Brick walls with a window and battlements drawn on."""
    figure, frame = kit.figure, kit.figure.frame
    main, accent = kit.colours((168, 160, 168))
    figure.part(None, main, bevel=0.15, texture=brick(kit.rng))
    figure.part(
        shapes.polygon((-1, 1), (-1, -0.3), (0, -1), (1, -0.3), (1, 1)),
        Ramp((56, 48, 74)),
        frame.spot(0, -0.1, 0.26, 0.38),
        bevel=0.0,
    )
    figure.part(shapes.box(), accent, frame.area(-1.1, -1.1, 1.1, -0.78), bevel=0.4)


GOODS: Final[tuple[tuple[tuple[str, ...], Painter], ...]] = (
    (("crate", "box", "parcel", "package"), crate),
    (("barrel", "keg", "cask"), barrel),
    (("lantern", "lamp", "torch"), lantern),
    (("flag", "banner", "pennant"), flag),
    (("door", "gate"), door),
    (("boat", "rowboat", "ship", "raft", "canoe"), boat),
    (("tower", "castle", "house", "hut"), tower),
)
