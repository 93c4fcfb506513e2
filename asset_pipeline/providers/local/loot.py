"""Things to find once: keys, potions, rings, crowns, chests."""

from __future__ import annotations

from typing import Final

import numpy as np

from asset_pipeline.providers.local import shapes
from asset_pipeline.providers.local.kit import INK, WHITE, Kit, Painter, darker, paler, vivid
from asset_pipeline.providers.local.palette import Ramp
from asset_pipeline.providers.local.treasures import GOLD


def key(kit: Kit) -> None:
    """A bow with a hole or an emblem, a shank and bits."""
    figure, frame = kit.figure, kit.figure.frame
    main, accent = kit.colours(GOLD)
    figure.part(None, main, bevel=0.8, texture=kit.texture("gold"), gloss=0.5)
    upright = frame.aspect < 1
    bow = (
        frame.spot(0, -1 + 0.9 * frame.unit_px / frame.half_height_px, 0.62)
        if upright
        else frame.spot(-1 + 0.9 * frame.unit_px / frame.half_width_px, 0, 0.62)
    )
    figure.part(shapes.ellipse(), darker(main, -0.12), bow, bevel=0.0)
    if kit.brief.says("moon", "crescent"):
        t = shapes.arc(50, 310, 0.82, 30)
        figure.part(
            np.concatenate([t, t[::-1] * 0.78 + [0.34, 0]]), paler(main, 0.45), bow, bevel=0.7, gloss=0.5
        )
    else:
        figure.part(
            shapes.heart() if kit.rng.random() < 0.5 else shapes.star(),
            paler(main, 0.3),
            bow.spot(0, 0, 0.62),
            bevel=0.7,
        )
    figure.part(
        shapes.regular(6),
        vivid(accent),
        bow.spot(0.28 if kit.brief.says("moon", "crescent") else 0, 0, 0.26),
        bevel=0.6,
        gloss=0.9,
    )
    for step in (0.08, 0.20):
        v = step if upright else 0.0
        collar = (
            frame.area(-0.34, v - 0.03, 0.34, v + 0.03)
            if upright
            else frame.area(step - 0.03, -0.34, step + 0.03, 0.34)
        )
        figure.part(shapes.superellipse(4), darker(main, -0.08), collar, bevel=0.8)


def potion(kit: Kit) -> None:
    """Liquid and bubbles behind glass, under a cork."""
    figure, frame = kit.figure, kit.figure.frame
    figure.soften()
    main, _ = kit.colours((208, 84, 168))
    liquid = vivid(main)
    figure.part(None, Ramp((206, 228, 240)), bevel=0.5)
    level = 0.02 + float(kit.rng.uniform(-0.10, 0.08))
    wave = shapes.polygon(
        (-1.2, level), (-0.5, level + 0.05), (0.2, level - 0.05), (1.2, level + 0.04), (1.2, 1.2), (-1.2, 1.2)
    )
    body = figure.part(wave, liquid, frame.area(-0.90, -1.0, 0.90, 0.93), bevel=0.8, gloss=0.0, line=0.3)
    figure.decal(
        shapes.ellipse(), paler(liquid, 0.5), frame.area(-0.80, level - 0.07, 0.80, level + 0.09), within=body
    )
    for _ in range(7):
        u, v, size = (
            kit.rng.uniform(-0.6, 0.6),
            kit.rng.uniform(level + 0.2, 0.8),
            kit.rng.uniform(0.04, 0.10),
        )
        figure.part(
            shapes.ellipse(), paler(liquid, 0.55), frame.spot(u, v, size), bevel=0.0, line=0.4, within=body
        )
    figure.part(
        shapes.superellipse(3.5),
        paler(Ramp((190, 216, 232)), 0.4),
        frame.area(-0.46, -0.66, 0.46, -0.48),
        bevel=0.7,
        gloss=0.4,
    )
    figure.part(
        shapes.superellipse(4),
        kit.natural((170, 118, 70)),
        frame.area(-0.40, -1.1, 0.40, -0.64),
        bevel=0.5,
        texture=kit.texture("sand"),
    )
    figure.decal(
        shapes.stroke([tuple(p) for p in shapes.arc(170, 245, 0.68)], 0.17, 0.5),
        WHITE,
        frame.area(-1, -0.15, 1, 1.0),
        opacity=0.75,
    )


def ring(kit: Kit) -> None:
    """A polished band with a stone."""
    main, accent = kit.colours(GOLD)
    kit.figure.part(None, main, bevel=1.0, texture=kit.texture("gold"), gloss=0.6)
    kit.figure.part(
        shapes.regular(6), vivid(accent), kit.figure.frame.spot(0, -0.80, 0.26), bevel=0.5, gloss=0.9
    )


def crown(kit: Kit) -> None:
    """Gold points over a jewelled band."""
    figure, frame = kit.figure, kit.figure.frame
    main, accent = kit.colours(GOLD)
    figure.part(None, main, bevel=0.4, texture=kit.texture("gold"), gloss=0.4)
    figure.part(shapes.box(), darker(main, -0.07), frame.area(-1.1, 0.45, 1.1, 0.92), bevel=0.4)
    for u, ramp in ((-0.6, vivid(accent)), (0.0, Ramp((226, 56, 84))), (0.6, vivid(accent))):
        figure.part(shapes.regular(4), ramp, frame.spot(u, 0.68, 0.14), bevel=0.6, gloss=0.9)


def chest(kit: Kit) -> None:
    """Planks in iron, with a lock."""
    figure, frame = kit.figure, kit.figure.frame
    main, _ = kit.colours((164, 100, 52))
    figure.part(None, main, bevel=0.2, texture=kit.texture("wood"))
    figure.part(shapes.box(), darker(main, -0.22), frame.area(-1.1, -0.20, 1.1, -0.08), bevel=0.0)
    steel = kit.natural(GOLD)
    for u in (-0.80, 0.80):
        figure.part(
            shapes.box(),
            steel,
            frame.area(u - 0.11, -1.1, u + 0.11, 1.1),
            bevel=0.5,
            texture=kit.texture("gold"),
        )
    figure.part(shapes.superellipse(3), steel, frame.spot(0, -0.08, 0.22, 0.26), bevel=0.5, gloss=0.6)
    figure.decal(shapes.ellipse(), INK, frame.spot(0, -0.14, 0.07))
    figure.decal(shapes.box(), INK, frame.spot(0, -0.02, 0.03, 0.10))


LOOT: Final[tuple[tuple[tuple[str, ...], Painter], ...]] = (
    (("key",), key),
    (("potion", "bottle", "flask", "vial", "elixir", "jar", "oil", "canister"), potion),
    (("ring",), ring),
    (("crown", "tiara"), crown),
    (("chest", "treasure"), chest),
)
