"""Everything below the sky, from far to near: mountains, hills, forests, towns, water, shores, caves."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from asset_pipeline.imaging.arrays import Floats, Rgb
from asset_pipeline.providers.local.backdrop import Backdrop
from asset_pipeline.providers.local.palette import adjust, mix, to_oklch
from asset_pipeline.providers.local.sampling import soft_step
from asset_pipeline.providers.local.scenery import (
    broadleaves,
    buildings,
    crystals,
    grasses,
    pines,
    stalactites,
)

_SNOWY = ("winter", "snow", "snowy", "frozen", "ice", "icy", "frost", "arctic")
_WATERS = ("lake", "sea", "ocean", "river", "water", "pond", "bay", "harbour", "harbor", "coast", "lagoon")


def paint_land(scene: Backdrop) -> None:
    """Paint the ground the words ask for."""
    brief = scene.brief
    if "space" in scene.mood.words:
        if brief.says("surface", "ground", "crater", "craters", "lunar", "moonscape", "landscape", "hills"):
            _hills(scene, _Ridge("surface", 0.80, 0.10, scene.mood.land, 0.2))
        return
    if "cave" in scene.mood.words:
        _cave(scene)
        return
    water = brief.says(*_WATERS) and "underwater" not in scene.mood.words
    _mountains(scene, 0.50 if water else 0.56)
    base = 0.62 if water else 0.66
    hill = brief.dyed("hills", "hill", "dunes", "meadow", "fields", "grass", "forest") or scene.mood.land
    far = _hills(scene, _Ridge("far hills", base, 0.13, hill, 0.50))
    if brief.says(
        "city", "town", "village", "houses", "castle", "buildings", "skyline", "harbour", "harbor", "ruins"
    ):
        buildings(scene, far, _distant(scene, hill, 0.34))
    if brief.says("pine", "pines", "fir", "firs", "spruce") or (
        brief.says("forest", "woods", "trees") and brief.says(*_SNOWY)
    ):
        pines(scene, far, _distant(scene, adjust(hill, light=-0.04), 0.36), 0.085, "far pines")
    near = _hills(
        scene, _Ridge("near hills", base + (0.055 if water else 0.12), 0.10, adjust(hill, light=-0.03), 0.22)
    )
    _growth(scene, near, hill)
    if water:
        _water(scene, 0.72)
    front = brief.dyed("shore", "ground", "beach", "grass") or adjust(scene.mood.land, light=-0.09)
    shore = _hills(scene, _Ridge("front", 0.925 if water else 0.87, 0.055, front, 0.0))
    if not brief.says("desert", "dunes", "beach", *_SNOWY):
        grasses(scene, shore, adjust(front, light=-0.03))


def paint_strip(scene: Backdrop, depth: float) -> None:
    """Paint one layer of land: what its words name, hazier, higher and smaller the farther it is.

    Args:
        scene: the canvas; nothing above the land is touched but by mist.
        depth: 0 is the farthest, 1 the nearest.
    """
    brief, haze = scene.brief, 0.45 * (1 - depth)
    base = 0.56 + 0.33 * depth
    if brief.says("mountain", "mountains", "peaks", "alps", "cliffs", "volcano", "range", "ranges"):
        _mountains(scene, base + 0.04)
        base += 0.05  # foothills, where the faces of the mountains end
    tone = brief.dyed(
        "hills", "hill", "dunes", "meadow", "fields", "grass", "forest", "shore", "ground", "beach"
    )
    tone = tone or next(iter(brief.colours), None) or adjust(scene.mood.land, light=-0.08 * depth)
    level = brief.says(*_WATERS, "city", "town", "village", "street", "road")
    line = _hills(
        scene,
        _Ridge(
            f"strip {depth:.2f}", base, (0.02 if level else 0.13) - 0.02 * depth * (not level), tone, haze
        ),
    )
    grown = _distant(scene, adjust(tone, light=-0.05), haze * 0.7)
    size = 0.09 + 0.14 * depth
    if brief.says("city", "town", "village", "houses", "castle", "buildings", "skyline", "ruins"):
        buildings(scene, line, grown)
    if brief.says("pine", "pines", "fir", "firs", "spruce"):
        pines(scene, line, grown, size, f"pines {depth:.2f}")
    elif brief.says("forest", "woods", "trees", "tree", "jungle", "park", "orchard"):
        broadleaves(scene, line, grown, size)
    if brief.says("grass", "grassy", "reeds", "reed", "meadow", "shore", "bank"):
        grasses(scene, line, adjust(tone, light=-0.03))


def _distant(scene: Backdrop, colour: Rgb, haze: float) -> Rgb:
    return mix(colour, scene.mood.haze, haze)


def _growth(scene: Backdrop, ground: Floats, hill: Rgb) -> None:
    brief = scene.brief
    tone = _distant(
        scene,
        brief.dyed("pine", "trees", "forest", "woods", "jungle", "pines") or adjust(hill, light=-0.05),
        0.12,
    )
    if brief.says("pine", "pines", "fir", "firs", "spruce") or (
        brief.says("forest", "woods", "trees") and brief.says(*_SNOWY)
    ):
        pines(scene, ground, tone, 0.17, "near pines")
    elif brief.says("forest", "woods", "trees", "tree", "jungle", "park", "orchard"):
        broadleaves(scene, ground, tone, 0.15)
    elif not brief.says("desert", "dunes", "lava", "volcano", "underwater", "beach"):
        broadleaves(scene, ground, tone, 0.055)


def _mountains(scene: Backdrop, base: float) -> None:
    """Raise a far range with lit and shaded faces and, where it is cold or high, snow."""
    brief = scene.brief
    if (
        not brief.says(
            "mountain", "mountains", "peaks", "alps", "cliffs", "volcano", "rocks", *_SNOWY, "fjord"
        )
        and brief.rng("range").random() < 0.35
    ):
        return
    tone = brief.dyed("mountains", "mountain", "peaks", "cliffs") or mix(
        scene.mood.sky[1], (92, 92, 130), 0.55
    )
    for rank, (lift, haze) in enumerate(((0.30, 0.52), (0.20, 0.30))):
        line = base + 0.05 * rank - lift * scene.outline(f"range {rank}", 1.6 + rank, 4, sharp=True)
        cover, colour = scene.below(line), np.array(_distant(scene, tone, haze), np.float32) / 255
        faces = (
            scene.noise(f"faces {rank}", (5, 5), 3)
            + 0.9 * np.gradient(cv2.GaussianBlur(line[None], (0, 0), 4)[0])[None] * scene.height_px
        )
        shade = soft_step(faces, 0.0, 0.10 if scene.brief.style.bands else 0.6) * 0.16 - 0.06
        lit = (
            np.clip(colour + shade[..., None] * np.array([0.9, 0.95, 1.15], np.float32), 0, 1)
            if scene.detailed
            else colour
        )
        scene.lay(cover, lit.astype(np.float32))
        if rank == 0 or brief.says(*_SNOWY):
            depth = scene.y - line[None] + 0.028 * scene.noise(f"snow line {rank}", (6, 12), 2)
            snow = (
                cover
                * soft_step(-depth, -0.052 * (1.5 if brief.says(*_SNOWY) else 1.0), 0.006)
                * soft_step(-line, -base + 0.11, 0.05)[None]
            )
            scene.lay(snow, _distant(scene, (246, 250, 255), 0.25 + haze * 0.4), 0.92)
        _mist(scene, base + 0.06 + 0.05 * rank, 0.11, 0.42)


def _mist(scene: Backdrop, y: float, spread: float, strength: float) -> None:
    if scene.brief.says("mist", "misty", "fog", "foggy", "haze", "hazy"):
        strength = min(0.9, strength * 1.5)
    veil = np.exp(-(((scene.y - y) / spread) ** 2)) * (
        0.8 + 0.2 * scene.outline(f"mist {y:.2f}", 1.5, 2)[None]
    )
    scene.lay(veil.astype(np.float32), scene.mood.haze, strength)


@dataclass(frozen=True)
class _Ridge:
    """A row of hills: name of its random stream, foot and rise in shares of the height, colour, haze."""

    name: str
    base: float
    rise: float
    tone: Rgb
    haze: float


def _hills(scene: Backdrop, ridge: _Ridge) -> Floats:
    """Roll hills; returns their skyline as a share of the height for each column."""
    name, tone, haze = ridge.name, ridge.tone, ridge.haze
    sharp = scene.brief.says("desert", "dunes")
    line: Floats = (
        ridge.base - ridge.rise * scene.outline(name, 1.3 if haze else 0.9, 2, sharp=sharp)
    ).astype(np.float32)
    snowy = scene.brief.says(*_SNOWY)
    colour = _distant(scene, mix(tone, (232, 240, 250), 0.78) if snowy else tone, haze)
    if scene.mood.dark and snowy:
        colour = mix(colour, scene.mood.sky[1], 0.38)
    cover = scene.below(line)
    depth = scene.y - line[None]
    rgb = np.array(colour, np.float32) / 255
    if scene.detailed:
        field = depth * 9 + scene.noise(name + " folds", (4, 3), 3) * 0.55
        steps = (
            soft_step(-field, -0.45, 0.06 if scene.brief.style.bands else 0.6) * 0.055
            + soft_step(-field, -1.1, 0.08) * 0.035
        )
        speckle = soft_step(scene.noise(name + " tufts", (46, 46), 1), 0.55, 0.12) * -0.028
        tone_map = (steps - 0.05 + speckle - np.clip(depth, 0, 0.3) * 0.22)[..., None]
        scene.lay(
            cover, np.clip(rgb + tone_map * np.array([1.0, 1.05, 0.95], np.float32), 0, 1).astype(np.float32)
        )
    else:
        scene.lay(cover, colour)
    rim = cover * soft_step(-depth, -0.0075, 0.004)
    scene.lay(rim, mix(adjust(colour, light=0.09), scene.mood.light, 0.22), 0.85)
    if haze:
        scene.lay(
            (cover * np.clip(depth / 0.17, 0, 1) ** 1.5).astype(np.float32),
            scene.mood.haze,
            0.30 + haze * 0.4,
        )
    return line


def _water(scene: Backdrop, level: float) -> None:
    """Mirror what stands above *level*, broken by ripples that widen towards the viewer."""
    height, top = scene.height_px, int(level * scene.height_px)
    rows = np.arange(height - top, dtype=np.float32)
    depth = rows / max(1, height - top)
    ripple = (
        np.sin(rows**0.72 * 2.1 + scene.outline("swell", 3, 2)[None].T * 5).T
        * (0.4 + 3.2 * depth[:, None])
        * height
        / 560
    )
    source_y = np.clip(top - 1 - rows[:, None] * 0.92 + ripple * 0.6, 0, top - 1).astype(np.float32)
    source_x = (np.arange(scene.width_px, dtype=np.float32)[None] + ripple * 0.8) % np.float32(scene.width_px)
    ahead = np.concatenate([scene.rgb[:top], scene.rgb[:top, :1]], axis=1)
    mirrored = cv2.remap(ahead, source_x.astype(np.float32), source_y, cv2.INTER_LINEAR)
    blue = scene.brief.dyed(*_WATERS) or mix(scene.mood.sky[1], (40, 120, 170), 0.35)
    deep = np.array(adjust(blue, light=-0.10 if to_oklch(blue)[0] > 0.3 else 0), np.float32) / 255
    tint = (0.34 + 0.34 * depth)[:, None, None]
    scene.rgb[top:] = mirrored * (1 - tint) + deep * tint
    waves = scene.noise("waves", (60, 5), 2)[top:]
    crest = soft_step(waves - (1 - depth[:, None]) * 0.06, 0.46, 0.07) * (0.25 + 0.5 * depth[:, None])
    lit = np.zeros(scene.rgb.shape[:2], np.float32)
    lit[top:] = crest
    scene.lay(lit, mix(scene.mood.sky[2], scene.mood.light, 0.45), 0.42)
    edge = np.exp(-(((scene.y - level) / 0.006) ** 2)) * np.ones((1, scene.width_px))
    scene.lay(edge.astype(np.float32), mix(scene.mood.haze, (255, 255, 255), 0.3), 0.55)


def _cave(scene: Backdrop) -> None:
    """Hang rock from above and raise it from below, darker as it comes nearer."""
    for rank, depth in enumerate((0.55, 0.30, 0.0)):
        tone = _distant(scene, adjust(scene.mood.land, light=-0.03 * rank), depth)
        roof = 0.10 + 0.07 * (2 - rank) + 0.15 * scene.outline(f"roof {rank}", 2 + rank, 3) - 0.10 * rank
        upper = 1 - scene.below(roof.astype(np.float32))
        scene.lay(upper, tone)
        stalactites(scene, roof, tone, 0.16 - 0.02 * rank, f"hanging {rank}")
        _hills(scene, _Ridge(f"floor {rank}", 0.74 + 0.09 * rank, 0.10, tone, depth * 0.5))
    lamp = scene.brief.dyed("crystal", "crystals", "glow", "light", "mushrooms") or scene.mood.light
    crystals(scene, lamp)
