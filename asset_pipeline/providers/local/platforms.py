"""Ground to stand on, and whatever no word names: a material, its edge, and what grows on it."""

from __future__ import annotations

from typing import Final

import numpy as np

from asset_pipeline.imaging.arrays import Floats
from asset_pipeline.providers.local import shapes
from asset_pipeline.providers.local.kit import Kit, darker, paler, vivid
from asset_pipeline.providers.local.materials import MATERIALS
from asset_pipeline.providers.local.noise import value_noise
from asset_pipeline.providers.local.outline import Area
from asset_pipeline.providers.local.palette import Ramp, adjust
from asset_pipeline.providers.local.sampling import depth_px, soft_step
from asset_pipeline.providers.local.textures import stone

_SNOWY: Final = ("snow", "snowy", "winter", "frozen")
_GREEN: Final = (104, 184, 72)


def paint_platform(kit: Kit) -> None:
    """Fill the shape with its material and cover the upper edge with grass, snow, moss or moulding."""
    figure = kit.figure
    grassy = kit.brief.says("grass", "grassy", "meadow", "turf", "fairway", "lawn")
    material = kit.material or MATERIALS["stone"]
    main, _ = kit.colours(material.colour)
    greens = [c for c in kit.brief.colours if c[1] > max(c[0], c[2]) + 12]
    if grassy:
        others = [c for c in kit.brief.colours if c not in greens]
        main = Ramp(others[0]) if others else kit.natural(material.colour or (142, 98, 66))
        if material is MATERIALS["grass"] and kit.brief.says("stone", "rock", "ledge"):
            material = MATERIALS["stone"]
    texture = material.make(kit.rng) if material.make else stone(kit.rng)
    figure.part(None, main, bevel=material.bevel * 0.8, texture=texture, gloss=material.gloss * 0.5)
    if material is MATERIALS["metal"]:
        _rivets(kit)
    if _snowed_on(kit):
        _turf(kit, Ramp((238, 244, 252)), drip=0.6)
    elif grassy:
        _turf(kit, Ramp(adjust(greens[0], chroma=1.05)) if greens else kit.natural(_GREEN))
    else:
        _moulding(kit, main)
    if kit.brief.says("moss", "mossy"):
        _moss(kit, Ramp((112, 156, 66)))


def _snowed_on(kit: Kit) -> bool:
    """Snow lies where the subject says so, and in a winter skin of the game."""
    return any(word in _SNOWY for word in (*kit.brief.words, *kit.brief.setting))


def _from_top(whole: Area) -> Floats:
    """Count, in each column, how far down from the silhouette's top a pixel is."""
    inside = whole.cover > 0.5
    top = np.where(inside.any(0), inside.argmax(0), whole.cover.shape[0]).astype(np.float32)
    return np.asarray(np.arange(whole.cover.shape[0])[:, None] - top, np.float32)


def _turf(kit: Kit, ramp: Ramp, drip: float = 1.0) -> None:
    figure, unit = kit.figure, kit.figure.frame.unit_px
    whole = figure.whole()
    height, width = whole.cover.shape
    blades = value_noise(kit.rng, (1, width), (1, max(4, int(width / unit * 5))))
    coarse = value_noise(kit.rng, (1, width), (1, max(3, int(width / unit * 2))))
    edge = unit * (0.36 + drip * (0.10 * coarse + 0.10 * np.abs(blades)))
    below = _from_top(whole)
    shade = Area(whole.rows, whole.columns, whole.cover * soft_step(edge + unit * 0.09 - below, 0, 2.0))
    figure.decal(shade, Ramp((40, 30, 46)), opacity=0.45)
    turf = Area(whole.rows, whole.columns, whole.cover * soft_step(edge - below, 0, 2.0))
    figure.part(turf, ramp, bevel=0.5, line=0.8)
    light = Area(whole.rows, whole.columns, whole.cover * soft_step(edge * 0.42 - below, 0, 2.0))
    figure.decal(light, paler(ramp, 0.28), opacity=0.75)
    for x in kit.rng.uniform(-0.95, 0.95, max(6, int(width / unit * 4))):
        blade = shapes.polygon((-0.5, 1), (float(kit.rng.uniform(-1, 1)), -1), (0.5, 1))
        top_v = (float((whole.cover[:, int((x + 1) / 2 * (width - 1))] > 0.5).argmax()) / height) * 2 - 1
        figure.decal(
            blade, darker(ramp, -0.10), figure.frame.spot(float(x), top_v + 0.30, 0.035, 0.13), opacity=0.8
        )


def _moulding(kit: Kit, main: Ramp) -> None:
    """Light the upper edge and darken the lower, as a ledge has them."""
    whole, unit = kit.figure.whole(), kit.figure.frame.unit_px
    below = _from_top(whole)
    cap = Area(whole.rows, whole.columns, whole.cover * soft_step(unit * 0.24 - below, 0, 1.5))
    kit.figure.part(cap, paler(main, 0.22), bevel=0.5, line=0.7, opacity=0.62)


def _moss(kit: Kit, ramp: Ramp) -> None:
    figure = kit.figure
    for _ in range(max(4, round(figure.frame.aspect * 3))):
        u, v, size = (
            kit.rng.uniform(-0.95, 0.95),
            kit.rng.choice([-0.72, 0.66]) + kit.rng.uniform(-0.12, 0.2),
            kit.rng.uniform(0.10, 0.20),
        )
        clump = shapes.wobble(shapes.ellipse(), kit.rng, 0.3)
        figure.part(
            clump,
            ramp,
            figure.frame.spot(u, v, size * 1.5, size),
            bevel=0.5,
            line=0.5,
            texture=kit.texture("foliage"),
        )


def _rivets(kit: Kit) -> None:
    figure, frame = kit.figure, kit.figure.frame
    for u in np.linspace(-1, 1, max(2, round(frame.aspect * 3)) * 2 + 1)[1::2]:
        for v in (-0.62, 0.72):
            figure.part(
                shapes.ellipse(), Ramp((186, 196, 212)), frame.spot(float(u), v, 0.07), gloss=0.9, line=0.6
            )


def paint_thing(kit: Kit) -> None:
    """Paint what no word names: a bevelled, textured body with an emblem that the seed picks."""
    figure = kit.figure
    main, accent = kit.colours()
    material = kit.material
    figure.part(
        None,
        main,
        bevel=material.bevel if material else 0.7,
        texture=kit.texture(),
        gloss=material.gloss if material else 0.4,
    )
    whole = figure.whole()
    depth = depth_px(whole.cover)
    inset = 0.26 * float(depth.max())
    inner = Area(whole.rows, whole.columns, whole.cover * soft_step(depth, inset, 1.5))
    if material is None:
        figure.part(inner, paler(main, 0.14), bevel=0.6, gloss=0.3, line=0.5)
    emblem = (
        shapes.star(),
        shapes.regular(4),
        shapes.leaf(),
        shapes.drop(),
        shapes.regular(6),
        shapes.star(8, 0.6),
    )[int(kit.rng.integers(6))]
    at = figure.roomiest(0, 0, 0.46)
    figure.decal(emblem, darker(main, -0.2), at.spot(0.08, 0.12, 1.0), opacity=0.8)
    figure.part(emblem, vivid(accent), at, bevel=0.7, gloss=0.6)
