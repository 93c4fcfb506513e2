"""Everything above the horizon: gradient, stars, sun and moon, aurora, nebula, planets, clouds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from asset_pipeline.imaging.arrays import Floats, Rgb
from asset_pipeline.providers.local import shapes
from asset_pipeline.providers.local.backdrop import Backdrop
from asset_pipeline.providers.local.palette import adjust, mix
from asset_pipeline.providers.local.sampling import soft_step


def paint_sky(scene: Backdrop) -> None:
    """Paint the sky the words ask for."""
    _gradient(scene)
    brief, mood = scene.brief, scene.mood
    space, cave = brief.says("space", "galaxy", "nebula", "cosmos", "orbit"), "cave" in mood.words
    if space:
        _nebula(scene)
    if mood.dark or brief.says("stars", "starry"):
        _stars(scene, 260 if space else 150)
    if brief.says("aurora", "northern"):
        _aurora(scene)
    if brief.says("planet", "planets") or (space and not brief.says("moon", "sun")):
        _planets(scene)
    if brief.says("moon", "moonlit") or (mood.dark and not space):
        _disc(scene, mix(brief.dyed("moon") or (250, 226, 160), (255, 252, 236), 0.5), craters=True)
    elif brief.says("sun", "sunny", "sunset", "sunrise", "dusk", "dawn", "day") or not (
        mood.dark or cave or space
    ):
        _disc(scene, brief.dyed("sun") or mix(mood.light, (255, 250, 220), 0.4), craters=False)
    if not (space or cave):
        _clouds(scene)


def _gradient(scene: Backdrop) -> None:
    stops = np.array(scene.mood.sky, np.float32) / 255
    place = scene.y[:, 0]
    if scene.brief.style.geometric:
        place = np.floor(place * np.float32(9)) / np.float32(9)
    columns = [np.interp(place, [0.0, 0.36, 0.72], stops[:, channel]) for channel in range(3)]
    scene.rgb[:] = np.stack(columns, axis=-1)[:, None]


def _stars(scene: Backdrop, count: int) -> None:
    rng, height = scene.brief.rng("stars"), scene.height_px
    count = round(count * scene.width_px / height)
    sky = 1.0 if "space" in scene.mood.words else 0.72
    small, large = [], []
    for _ in range(count):
        x, y, size = (
            rng.uniform(0, scene.width_px),
            rng.uniform(0, sky) ** 1.2 * height,
            rng.pareto(2.5) + 0.6,
        )
        place = np.array([x, y])
        if size > 2.4:
            large.append(shapes.star(4, 0.16) * min(size, 5.5) * height / 330 + place)
        else:
            small.append(shapes.regular(6) * max(0.8, size * height / 620) + place)
    scene.lay(scene.stencil(small), mix(scene.mood.light, (255, 255, 255), 0.6), 0.85)
    scene.lay(scene.stencil(large), (255, 252, 240))


def _disc(scene: Backdrop, colour: Rgb, craters: bool) -> None:
    """Hang a sun or a moon, with its light around it."""
    rng = scene.brief.rng("disc")
    radius = 0.115 if scene.brief.says("big", "huge", "giant", "full") else 0.078
    x, y = float(rng.uniform(0.2, 0.8)), float(rng.uniform(0.14, 0.20))
    centre = np.array([x * scene.width_px, y * scene.height_px])
    size = radius * scene.height_px
    scene.keep_whole(x, radius * 1.2)
    scene.glow(x, y, radius * 4.2, colour, 0.42)
    scene.glow(x, y, radius * 1.9, colour, 0.50)
    disc = scene.stencil([shapes.ellipse(96) * size + centre])
    scene.lay(disc, colour)
    if not craters:
        scene.lay(
            disc * scene.stencil([shapes.ellipse(96) * size * 0.80 + centre]),
            mix(colour, (255, 255, 255), 0.45),
        )
        return
    if scene.brief.says("crescent"):
        bite = scene.stencil([shapes.ellipse(96) * size * 0.92 + centre + [size * 0.42, -size * 0.14]])
        scene.lay(disc * bite, scene.mood.sky[0], 0.92)
        return
    spots = [
        shapes.ellipse() * size * rng.uniform(0.09, 0.24) + centre + rng.uniform(-0.62, 0.62, 2) * size
        for _ in range(7)
    ]
    scene.lay(disc * scene.stencil(spots), adjust(colour, light=-0.075), 0.8)
    lit = scene.stencil([shapes.ellipse(96) * size * 1.02 + centre - [size * 0.16, size * 0.16]])
    scene.lay(disc * (1 - lit), adjust(colour, light=-0.13), 0.7)


def _aurora(scene: Backdrop) -> None:
    for band in range(3):
        line = 0.20 + 0.09 * band + 0.13 * (scene.outline(f"aurora {band}", 1.1, 2) - 0.5)
        rise = scene.y - line[None]
        curtain = np.exp(-np.maximum(-rise, 0) / 0.10) * np.exp(-np.maximum(rise, 0) / 0.012)
        rays = 0.65 + 0.35 * scene.outline(f"rays {band}", 16, 2)[None]
        scene.shine(
            (curtain * rays).astype(np.float32), ((84, 246, 178), (96, 190, 250), (190, 120, 250))[band], 0.62
        )


def _nebula(scene: Backdrop) -> None:
    colour = scene.brief.dyed("nebula", "nebulae", "galaxy", "cloud", "clouds") or adjust(
        scene.mood.sky[2], light=0.12, chroma=1.6
    )
    for name, tint, low in (("nebula", colour, 0.02), ("veil", adjust(colour, hue_deg=55, light=0.05), 0.20)):
        cloud = scene.noise(name, (3, 2), 5) + 0.25 * scene.noise(name + " band", (1, 1), 1)
        cover = soft_step(cloud, low + 0.28, 0.62)
        if scene.brief.style.bands:
            cover = np.floor(cover * 5 + 0.15) / 5 * 0.7 + cover * 0.3
        scene.lay(cover.astype(np.float32), tint, 0.58)


@dataclass(frozen=True)
class _Planet:
    """A planet: centre as shares of width and height, radius as a share of the height."""

    x: float
    y: float
    radius: float
    colour: Rgb
    ringed: bool = False


def _planets(scene: Backdrop) -> None:
    shift = scene.brief.rng("planets").uniform(-0.07, 0.07, 3)
    named = scene.brief.dyed("planet", "planets") or (236, 150, 84)
    ringed = scene.brief.says("ring", "rings", "ringed")
    _planet(scene, _Planet(0.68 + shift[0], 0.30, 0.17, named, ringed))
    _planet(scene, _Planet(0.20 + shift[1], 0.58, 0.07, (110, 170, 220)))
    _planet(scene, _Planet(0.43 + shift[2], 0.17, 0.04, (196, 140, 200)))


def _planet(scene: Backdrop, it: _Planet) -> None:
    size, centre = it.radius * scene.height_px, np.array([it.x * scene.width_px, it.y * scene.height_px])
    scene.keep_whole(it.x, it.radius * (2.0 if it.ringed else 1.1))
    scene.glow(it.x, it.y, it.radius * 2.1, it.colour, 0.25)
    halo = _rings(scene, size, centre) if it.ringed else np.zeros(scene.rgb.shape[:2], np.float32)
    scene.lay(halo, adjust(it.colour, light=0.10, chroma=0.7), 0.85)
    disc = scene.stencil([shapes.ellipse(96) * size + centre])
    scene.lay(disc, it.colour)
    bands = np.sin((scene.y * 6.4 / it.radius + scene.noise(f"planet {it.radius}", (4, 2), 2) * 0.9) * 2.6)
    scene.lay(disc * soft_step(bands, 0.35, 0.4), adjust(it.colour, light=0.06), 0.8)
    for shift in (0.30, 0.58):
        lit = scene.stencil([shapes.ellipse(96) * size * 1.06 + centre - [size * shift, size * shift * 0.8]])
        scene.lay(disc * (1 - lit), adjust(mix(it.colour, scene.mood.sky[0], 0.45), light=-0.13), 0.55)
    front = soft_step(scene.y * scene.height_px - centre[1] + scene.offset(it.x) * 0.29, 0, 2.0)
    scene.lay(halo * front, adjust(it.colour, light=0.14, chroma=0.7), 0.95)


def _rings(scene: Backdrop, size: float, centre: shapes.Points) -> Floats:
    outer, inner = (
        shapes.turned(shapes.ellipse(96) * [size * k, size * k * 0.30], -16) + centre for k in (1.95, 1.38)
    )
    return scene.stencil([outer]) * (1 - scene.stencil([inner]))


def _clouds(scene: Backdrop) -> None:
    rng, height, dark = scene.brief.rng("clouds"), scene.height_px, scene.mood.dark
    count = round((2 if dark else 5) * scene.width_px / height)
    tint = mix(scene.mood.sky[2], (255, 255, 255), 0.18 if dark else 0.72)
    bodies: list[shapes.Points] = []
    tops: list[shapes.Points] = []
    for _ in range(count):
        x, y, size = (
            rng.uniform(0, scene.width_px),
            rng.uniform(0.10, 0.46) * height,
            rng.uniform(0.035, 0.085) * height,
        )
        for puff in range(5):
            lift = size * (0.35 + 0.75 * np.sin((puff + 0.6) / 5.2 * np.pi))
            at = np.array([x + (puff - 2) * size * 0.95, y - lift * 0.45])
            bodies.append(_flat_bottomed(shapes.ellipse(40) * lift + at, y + size * 0.12))
            tops.append(
                _flat_bottomed(
                    shapes.ellipse(40) * lift * 0.84 + at - [size * 0.10, size * 0.16], y - size * 0.12
                )
            )
    body = scene.stencil(bodies)
    scene.lay(body, mix(tint, scene.mood.sky[1], 0.38), 0.5 if dark else 0.9)
    scene.lay(body * scene.stencil(tops), tint, 0.5 if dark else 0.92)


def _flat_bottomed(points: shapes.Points, bottom_px: float) -> shapes.Points:
    return np.stack([points[:, 0], np.minimum(points[:, 1], bottom_px)], axis=1)
