"""Things that fly through space: planets, asteroids, black holes, comets; fire too."""

from __future__ import annotations

from typing import Final

import numpy as np

from asset_pipeline.imaging.arrays import Floats
from asset_pipeline.providers.local import shapes
from asset_pipeline.providers.local.face import Look, paint_face
from asset_pipeline.providers.local.figure import Patch
from asset_pipeline.providers.local.kit import WHITE, Kit, Painter, darker, paler, vivid
from asset_pipeline.providers.local.noise import fractal_noise
from asset_pipeline.providers.local.outline import Area
from asset_pipeline.providers.local.palette import Ramp
from asset_pipeline.providers.local.sampling import depth_px, soft_step
from asset_pipeline.providers.local.treasures import shine


def planet(kit: Kit) -> None:
    """A lit globe with seas and land, bands or ice, craters and a dark rim."""
    figure, frame = kit.figure, kit.figure.frame
    moon = kit.brief.says("moon", "moonlet", "lunar")
    main, accent = kit.colours((206, 202, 194) if moon else None)
    icy = kit.brief.says("ice", "icy", "snow", "snowy", "frozen")
    figure.part(None, main, bevel=1.0, texture=kit.texture("ice") if icy else None, gloss=0.2)
    whole = figure.whole()
    kind = (
        2
        if moon
        else 0
        if kit.brief.says("sea", "seas", "ocean", "grass", "land", "continents")
        else int(kit.rng.integers(3))
    )
    if icy:
        for v, side in ((-1.0, 1), (1.0, -1)):
            cap = shapes.polygon(
                (-1.2, -1.2 * side),
                (1.2, -1.2 * side),
                (0.9, 0.2 * side),
                (0.4, 0.5 * side),
                (0.05, 0.1 * side),
                (-0.4, 0.45 * side),
                (-0.9, 0.1 * side),
            )
            figure.part(shapes.smooth(cap, 2), WHITE, frame.spot(0, v, 0.85, 0.48), bevel=0.5, line=0.5)
    elif kind == 0:
        figure.part(_land(kit, whole), accent, bevel=0.0, line=0.55)
    elif kind == 1:
        for v in np.linspace(-0.75, 0.75, 5):
            bend = [(-1.2, v + 0.12), (-0.4, v - 0.04), (0.3, v - 0.06), (1.2, v + 0.1)]
            figure.decal(
                shapes.stroke(bend, float(kit.rng.uniform(0.10, 0.24))),
                accent if kit.rng.random() < 0.5 else darker(main, -0.1),
                frame,
                opacity=0.75,
            )
    else:
        _craters(kit, darker(main, -0.12))
    _globe_shadow(kit)
    shine(kit, frame, 0.45)
    staring(kit, main)


def _land(kit: Kit, whole: Area) -> Area:
    """Cover the continents: a share of the globe that the seed decides."""
    noise = fractal_noise(kit.rng, whole.cover.shape, (2, 2), 4)
    threshold = float(np.quantile(noise, kit.rng.uniform(0.45, 0.65)))
    return Area(whole.rows, whole.columns, whole.cover * soft_step(noise, threshold, 0.02))


def _craters(kit: Kit, ramp: Ramp) -> None:
    for _ in range(9):
        u, v, size = kit.rng.uniform(-0.8, 0.8), kit.rng.uniform(-0.8, 0.8), kit.rng.uniform(0.07, 0.20)
        at = kit.figure.frame.spot(u, v, size, size * 0.9)
        kit.figure.decal(shapes.ellipse(), paler(ramp, 0.3), at.spot(0.12, 0.16, 1.0), opacity=0.5)
        kit.figure.part(shapes.ellipse(), ramp, at, bevel=0.5, lift=-0.12, line=0.6)


def _globe_shadow(kit: Kit) -> None:
    """Darken the side away from the light in one crescent, so that it reads as a globe."""
    offset = kit.figure.frame.spot(-0.20, -0.24, 1.14)
    lit = kit.figure.area(shapes.ellipse(96), offset)
    if lit is not None:
        shade = np.ones(kit.figure.cover.shape, np.float32)
        shade[lit.rows, lit.columns] -= lit.cover
        kit.figure.rgb *= 1 - shade[..., None] * np.array([0.42, 0.38, 0.26], np.float32)


def asteroid(kit: Kit) -> None:
    """A broken rock with craters."""
    main, _ = kit.colours((134, 128, 136))
    kit.figure.part(None, main, bevel=0.8, texture=kit.texture("rock"))
    _craters(kit, darker(main, -0.10))
    staring(kit, main, 0.85)


def black_hole(kit: Kit) -> None:
    """A swirl of light falling into a dark disc."""
    figure, frame = kit.figure, kit.figure.frame
    main, accent = kit.colours((86, 52, 140))
    third = Ramp(kit.brief.colours[2]) if len(kit.brief.colours) > 2 else Ramp((250, 160, 70))
    turns = float(kit.rng.uniform(1.8, 2.6))

    def swirl(patch: Patch) -> Floats:
        radius, angle = np.hypot(patch.x, patch.y), np.arctan2(patch.y, patch.x)
        return (np.sin(angle * 2 + radius * turns * 4) * 0.13 - (radius - 0.6) * 0.30).astype(np.float32)

    figure.part(None, darker(main, -0.06), bevel=0.0, texture=swirl)
    for start in range(0, 360, 60):
        ramp = (vivid(accent), third)[start // 60 % 2]
        path = [
            (r * np.cos(a), r * np.sin(a))
            for r, a in zip(
                np.linspace(0.98, 0.44, 16), np.radians(start) + np.linspace(0, turns, 16), strict=True
            )
        ]
        figure.decal(shapes.stroke(path, 0.07, 3.0), ramp, frame, opacity=0.85)
    figure.decal(shapes.ellipse(), vivid(accent), frame.area(-0.55, -0.55, 0.55, 0.55))
    figure.decal(shapes.ellipse(), third, frame.area(-0.49, -0.49, 0.49, 0.49))
    figure.decal(shapes.ellipse(), Ramp((24, 14, 40)), frame.area(-0.43, -0.43, 0.43, 0.43))
    for _ in range(14):
        a, r = kit.rng.uniform(0, 6.3), kit.rng.uniform(0.6, 0.95)
        figure.decal(
            shapes.star(4, 0.3), WHITE, frame.spot(r * np.cos(a), r * np.sin(a), kit.rng.uniform(0.02, 0.05))
        )


def fireball(kit: Kit) -> None:
    """Flames from deep to pale, around a face where it has one."""
    figure = kit.figure
    main, accent = kit.colours((244, 120, 40))
    figure.part(None, darker(main, -0.08), bevel=0.8)
    whole = figure.whole()
    depth = depth_px(whole.cover)
    wave = fractal_noise(kit.rng, (whole.cover.shape[0], whole.cover.shape[1]), (4, 4), 3) * np.float32(
        0.10 * figure.frame.unit_px
    )
    inner = accent if len(kit.brief.colours) > 1 else Ramp((255, 214, 84))
    for share, ramp in ((0.16, main), (0.40, inner), (0.66, paler(inner, 0.6))):
        cover = soft_step(depth + wave, share * float(depth.max()), 2.0) * whole.cover
        figure.decal(Area(whole.rows, whole.columns, cover), ramp)
    staring(kit, main, 0.92)


def staring(kit: Kit, ramp: Ramp, size: float = 0.8) -> None:
    """Give a thing a face where its role or its words ask for one."""
    if kit.brief.role in ("character", "enemy") or kit.brief.says("face", "smile", "eye", "eyes"):
        eyes = 1 if kit.brief.says("one", "cyclops", "single") else 2
        look = Look(
            kit.brief.role == "enemy" or kit.brief.says("evil", "angry"), eyes, 0.32 if eyes == 1 else 0.22
        )
        paint_face(kit, kit.face_frame(size), look, ramp, ramp)


SPACE: Final[tuple[tuple[tuple[str, ...], Painter], ...]] = (
    (("hole", "blackhole", "portal", "vortex", "wormhole"), black_hole),
    (("asteroid", "meteor", "meteorite", "boulder"), asteroid),
    (("planet", "moon", "globe", "world", "moonlet"), planet),
    (("fireball", "flame", "comet", "fire", "ember", "sun"), fireball),
)
