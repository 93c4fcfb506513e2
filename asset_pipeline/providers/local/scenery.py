"""What stands on a skyline: pines, broadleaf trees, buildings, grasses, stalactites; all of it loops."""

from __future__ import annotations

import numpy as np

from asset_pipeline.imaging.arrays import Floats, Rgb
from asset_pipeline.providers.local import shapes
from asset_pipeline.providers.local.backdrop import Backdrop
from asset_pipeline.providers.local.palette import adjust, mix
from asset_pipeline.providers.local.shapes import Points

# Outlines that stand on the origin, one high and as wide as it says.
_TIER = shapes.polygon((0, -1), (1, 0), (0.3, -0.06), (0, 0.07), (-0.3, -0.06), (-1, 0))
_TIER_SHADE = shapes.polygon((0, -1), (1, 0), (0.3, -0.06), (0.1, 0.05))
_TIER_SNOW = shapes.polygon((0, -1), (0.45, -0.5), (0, -0.64), (-0.5, -0.42))
_TRUNK = shapes.polygon((-1, 0), (-0.6, -1), (0.6, -1), (1, 0))
_WALL = shapes.polygon((-1, 0), (-1, -1), (1, -1), (1, 0))
_ROOF = shapes.polygon((-1, 0), (0, -1), (1, 0))
_CRYSTAL = shapes.polygon((-1, 0), (-1, -0.75), (0, -1), (1, -0.75), (1, 0))
_CRYSTAL_LIGHT = shapes.polygon((-1, 0), (-1, -0.75), (0, -1))


def _placed(shape: Points, x: float, foot: float, half_width: float, height: float) -> Points:
    """Stand a unit outline at ``(x, foot)``, all in pixels."""
    return np.asarray(shape * np.array([half_width, height]) + np.array([x, foot]), np.float64)


def _stations(scene: Backdrop, name: str, spacing: float) -> list[tuple[float, float]]:
    """Pick places about *spacing* (a share of the height) apart: pairs of x in px and size 0.6..1.2."""
    rng = scene.brief.rng(name)
    count = max(2, round(scene.width_px / (spacing * scene.height_px)))
    places = (np.arange(count) + rng.uniform(-0.42, 0.42, count)) * scene.width_px / count
    return list(zip(places.tolist(), rng.uniform(0.6, 1.2, count).tolist(), strict=True))


def _ground_px(scene: Backdrop, line: Floats, x: float) -> float:
    return float(line[int(x) % scene.width_px]) * scene.height_px


def pines(scene: Backdrop, line: Floats, tone: Rgb, size: float, name: str) -> None:
    """Stand a row of firs on *line*, lit from the left, snow on them in winter."""
    tiers: list[tuple[float, float, float, float]] = []
    for x, scale in _stations(scene, name, size * 0.52):
        tall = size * scale * scene.height_px
        foot = _ground_px(scene, line, x) + tall * 0.08
        for tier in range(4):
            bottom, half = foot - tall * (0.52 - tier * 0.17), tall * (0.105 + tier * 0.055)
            tiers.append((x, bottom, half, tall * (0.48 + tier * 0.02)))
    cover = scene.stencil([_placed(_TIER, *tier) for tier in tiers])
    scene.lay(cover, tone)
    if scene.detailed:
        scene.lay(
            cover * scene.stencil([_placed(_TIER_SHADE, *tier) for tier in tiers]), adjust(tone, light=-0.055)
        )
    if scene.brief.says("winter", "snow", "snowy", "frozen", "frost"):
        snow = scene.stencil([_placed(_TIER_SNOW, *tier) for tier in tiers])
        scene.lay(snow, mix((240, 246, 252), scene.mood.sky[1], 0.25), 0.9)


def broadleaves(scene: Backdrop, line: Floats, tone: Rgb, size: float) -> None:
    """Stand round trees on *line*: trunk, crown, lit clumps."""
    rng = scene.brief.rng("crowns")
    trunks: list[Points] = []
    crowns: list[Points] = []
    lights: list[Points] = []
    for x, scale in _stations(scene, "broadleaves", size * (0.9 if size > 0.1 else 2.2)):
        tall = size * scale * scene.height_px
        foot = _ground_px(scene, line, x) + tall * 0.06
        trunks.append(_placed(_TRUNK, x, foot, tall * 0.05, tall * 0.6))
        for _ in range(6):
            at = np.array([x, foot - tall * 0.62]) + rng.uniform(-1, 1, 2) * [tall * 0.26, tall * 0.20]
            radius = tall * rng.uniform(0.20, 0.29)
            crowns.append(shapes.ellipse(28) * radius + at)
            lights.append(shapes.ellipse(28) * radius * 0.66 + at - radius * 0.26)
    scene.lay(scene.stencil(trunks), mix((104, 74, 60), scene.mood.haze, 0.2))
    cover = scene.stencil(crowns)
    scene.lay(cover, adjust(tone, light=-0.03))
    if scene.detailed:
        scene.lay(cover * scene.stencil(lights), adjust(tone, light=0.045))


def buildings(scene: Backdrop, line: Floats, tone: Rgb) -> None:
    """Line up houses or towers with windows; some are lit."""
    rng, height = scene.brief.rng("windows"), scene.height_px
    city = scene.brief.says("city", "skyline", "buildings")
    walls: list[Points] = []
    roofs: list[Points] = []
    lit: list[Points] = []
    for x, scale in _stations(scene, "buildings", 0.085 if city else 0.115):
        wide = height * scale * (0.036 if city else 0.040)
        foot = _ground_px(scene, line, x) + height * 0.02
        tall = height * scale * (rng.uniform(0.12, 0.30) if city else rng.uniform(0.06, 0.085))
        walls.append(_placed(_WALL, x, foot, wide, tall))
        if not city:
            roofs.append(_placed(_ROOF, x, foot - tall, wide * 1.25, wide * 1.25))
        step = wide * (0.42 if city else 0.62)
        rows = np.arange(foot - tall + step * 0.6, foot - step * 1.2, step * 1.25)
        panes = [
            (column, row)
            for row in rows
            for column in np.arange(x - wide + step * 0.55, x + wide - step * 0.4, step)
        ]
        lit += [
            shapes.box() * [step * 0.24, step * 0.34] + np.array(pane) for pane in panes if rng.random() < 0.5
        ]
    wall = scene.stencil(walls)
    scene.lay(wall, adjust(tone, light=-0.02))
    scene.lay(scene.stencil(roofs), adjust(tone, light=-0.08, hue_deg=25))
    scene.lay(wall * scene.stencil(lit), scene.mood.light, 0.92)


def grasses(scene: Backdrop, line: Floats, tone: Rgb) -> None:
    """Let blades and reeds stand up from the nearest edge."""
    rng, height = scene.brief.rng("grass"), scene.height_px
    blades: tuple[list[Points], list[Points]] = ([], [])
    for x, scale in _stations(scene, "blades", 0.013):
        foot, lean, bend = _ground_px(scene, line, x) + height * 0.012, rng.uniform(-5, 5), 0.4
        blade = shapes.polygon(
            (-1, 0), (lean * bend - 0.6, -0.6), (lean, -1), (lean * bend + 0.6, -0.6), (1, 0)
        )
        blades[int(rng.integers(2))].append(_placed(blade, x, foot, height * 0.0042, height * 0.042 * scale))
    scene.lay(scene.stencil(blades[0]), adjust(tone, light=0.055))
    scene.lay(scene.stencil(blades[1]), tone)


def stalactites(scene: Backdrop, line: Floats, tone: Rgb, size: float, name: str) -> None:
    """Hang cones from *line*."""
    cones: list[Points] = []
    lit: list[Points] = []
    for x, scale in _stations(scene, name, size * 0.7):
        root, tall = _ground_px(scene, line, x) - scene.height_px * 0.03, size * scale * scene.height_px
        cones.append(_placed(_ROOF * [1, -1], x, root, tall * 0.20, tall))
        lit.append(_placed(shapes.polygon((-1, 0), (0, 1), (-0.3, 0)), x, root, tall * 0.20, tall))
    cover = scene.stencil(cones)
    scene.lay(cover, tone)
    scene.lay(cover * scene.stencil(lit), adjust(tone, light=0.05))


def crystals(scene: Backdrop, light: Rgb) -> None:
    """Grow clusters of glowing crystals from a cave's floor."""
    rng, height = scene.brief.rng("crystals"), scene.height_px
    bodies: list[Points] = []
    lit: list[Points] = []
    for x, scale in _stations(scene, "clusters", 0.34):
        scene.glow(x / scene.width_px, 0.80, 0.22 * scale, light, 0.55)
        for lean in (-0.42, 0.0, 0.38):
            size = np.array([height * 0.017 * scale, height * 0.15 * scale * rng.uniform(0.6, 1.1)])
            foot = np.array([x + lean * height * 0.05, height * 0.87])
            bodies.append(shapes.turned(_CRYSTAL * size, lean * 60) + foot)
            lit.append(shapes.turned(_CRYSTAL_LIGHT * size, lean * 60) + foot)
    cover = scene.stencil(bodies)
    scene.lay(cover, adjust(light, light=-0.12))
    scene.lay(cover * scene.stencil(lit), adjust(light, light=0.08), 0.9)
