"""What a creature wears or carries, where words say so: each piece stays inside the silhouette."""

from __future__ import annotations

from typing import Final

from asset_pipeline.providers.local import shapes
from asset_pipeline.providers.local.frame import Frame
from asset_pipeline.providers.local.kit import INK, WHITE, Kit, darker, paler, relative
from asset_pipeline.providers.local.palette import Ramp


def dress_up(kit: Kit, face: Frame, accent: Ramp) -> None:
    """Put on every piece that the brief's words mention; *face* is the head's square."""
    usual = relative(accent, kit.brief.rng("dress"))
    for words, wear in _WARDROBE:
        if kit.brief.says(*words):
            dye = kit.brief.dyed(*words)
            wear(kit, face, Ramp(dye) if dye else usual)


def _scarf(kit: Kit, face: Frame, ramp: Ramp) -> None:
    band = shapes.stroke([(-1, -0.3), (-0.5, 0.15), (0, 0.28), (0.5, 0.15), (1, -0.3)], 0.42)
    kit.figure.part(shapes.superellipse(3), darker(ramp, -0.06), face.spot(0.44, 0.93, 0.13, 0.26, -12))
    kit.figure.part(band, ramp, face.spot(0, 0.72, 0.86, 0.44), bevel=0.8)


def _hat(kit: Kit, face: Frame, ramp: Ramp) -> None:
    if kit.brief.says("straw"):
        ramp = Ramp((232, 196, 112))
    kit.figure.part(shapes.superellipse(3), ramp, face.spot(0, -0.90, 0.56, 0.30), bevel=0.8)
    kit.figure.part(shapes.box(), darker(ramp, -0.25), face.spot(0, -0.74, 0.57, 0.08), bevel=0.0)
    kit.figure.part(shapes.ellipse(), ramp, face.spot(0, -0.60, 1.15, 0.15), bevel=0.8)


def _pointed_hat(kit: Kit, face: Frame, ramp: Ramp) -> None:
    cone = shapes.polygon((-0.75, 1), (-0.2, -0.9), (0.25, -1.1), (0.75, 1))
    kit.figure.part(shapes.smooth(cone, 1), ramp, face.spot(0, -0.80, 0.66, 0.38))
    kit.figure.part(shapes.ellipse(), darker(ramp), face.spot(0, -0.48, 0.92, 0.14))
    kit.figure.part(shapes.star(), Ramp((250, 206, 70)), face.spot(0, -0.72, 0.13), bevel=0.3)


def _cap(kit: Kit, face: Frame, ramp: Ramp) -> None:
    dome = shapes.polygon((-1, 1), (-0.95, 0), (-0.5, -0.85), (0, -1), (0.5, -0.85), (0.95, 0), (1, 1))
    kit.figure.part(shapes.smooth(dome, 1), ramp, face.spot(0, -0.74, 0.82, 0.36), gloss=0.2)
    kit.figure.part(shapes.superellipse(2.4), darker(ramp), face.spot(0.30, -0.44, 0.62, 0.12))
    kit.figure.part(shapes.ellipse(), paler(ramp), face.spot(0, -0.74, 0.12), bevel=0.4)


def _hood(kit: Kit, face: Frame, ramp: Ramp) -> None:
    brim = shapes.stroke([*map(tuple, shapes.arc(150, 390, 0.84, 30))], 0.34)
    kit.figure.part(brim, ramp, face.spot(0, 0.05, 1.0, 0.98), bevel=0.8)
    kit.figure.part(shapes.leaf(), ramp, face.spot(0, -0.86, 0.16, 0.20), line=0.0)


def _crown(kit: Kit, face: Frame, _: Ramp) -> None:
    gold = Ramp((250, 200, 60))
    points = shapes.polygon((-1, 1), (-1, -0.7), (-0.5, 0.1), (0, -1), (0.5, 0.1), (1, -0.7), (1, 1))
    kit.figure.part(points, gold, face.spot(0, -0.76, 0.48, 0.22), bevel=0.4, gloss=0.8)
    kit.figure.part(shapes.regular(4), Ramp((226, 56, 84)), face.spot(0, -0.66, 0.08), gloss=0.8)


def _helmet(kit: Kit, face: Frame, _: Ramp) -> None:
    steel = Ramp((168, 180, 198))
    dome = shapes.polygon(
        (-1, 1),
        (-1, -0.2),
        (-0.5, -0.95),
        (0.5, -0.95),
        (1, -0.2),
        (1, 1),
        (0.8, 0.55),
        (0, 0.35),
        (-0.8, 0.55),
    )
    kit.figure.part(
        shapes.smooth(dome, 2),
        steel,
        face.spot(0, -0.56, 0.96, 0.52),
        texture=kit.texture("metal"),
        gloss=0.8,
    )
    kit.figure.part(shapes.superellipse(3), darker(steel), face.spot(0, -0.56, 0.07, 0.44), gloss=0.5)


def _goggles(kit: Kit, face: Frame, ramp: Ramp) -> None:
    kit.figure.part(shapes.box(), darker(ramp, -0.2), face.spot(0, -0.48, 0.95, 0.08), bevel=0.4)
    kit.both(shapes.ellipse(), Ramp((190, 150, 70)), face, 0.30, -0.48, (0.24, 0.22), gloss=0.4)
    kit.both(shapes.ellipse(), Ramp((120, 206, 232)), face, 0.30, -0.48, (0.16, 0.145), gloss=1.0, line=0.6)


def _bow(kit: Kit, face: Frame, ramp: Ramp) -> None:
    wing = shapes.smooth(shapes.polygon((0.9, -0.2), (-1, -1), (-1, 1), (0.9, 0.2)), 2)
    kit.both(wing, ramp, face.spot(0.0, -0.70, 0.5), 0.36, 0, (0.48, 0.40))
    kit.figure.part(shapes.ellipse(), darker(ramp), face.spot(0, -0.70, 0.09))


def _lantern(kit: Kit, _face: Frame, _: Ramp) -> None:
    at = kit.figure.frame.spot(0.62, 0.50, 0.24, 0.30)
    kit.figure.part(
        shapes.stroke([*map(tuple, shapes.arc(180, 360, 0.5))], 0.14), INK, at.spot(0, -0.86, 0.9), bevel=0.0
    )
    kit.figure.part(shapes.superellipse(3), Ramp((255, 214, 96)), at.area(-0.7, -0.8, 0.7, 0.8), lift=0.1)
    kit.figure.decal(shapes.drop(), Ramp((255, 250, 214)), at.spot(0, 0.1, 0.34, 0.5))
    kit.figure.part(shapes.box(), Ramp((96, 74, 84)), at.area(-0.8, -0.98, 0.8, -0.66))
    kit.figure.part(shapes.box(), Ramp((96, 74, 84)), at.area(-0.8, 0.66, 0.8, 0.98))
    kit.figure.glow(at.area(-2.2, -2.2, 2.2, 2.2), Ramp((255, 206, 96)).at(0.5), 0.35)


def _blade(kit: Kit, _face: Frame, _: Ramp) -> None:
    at = kit.figure.frame.spot(0.66, 0.34, 0.5, 0.5, 20)
    kit.figure.part(
        shapes.polygon((-0.13, 0.5), (-0.13, -0.75), (0, -1), (0.13, -0.75), (0.13, 0.5)),
        Ramp((206, 216, 228)),
        at,
        gloss=0.6,
    )
    kit.figure.part(
        shapes.polygon((-0.34, 0.45), (0.34, 0.45), (0.34, 0.60), (-0.34, 0.60)), Ramp((232, 180, 70)), at
    )
    kit.figure.part(
        shapes.polygon((-0.09, 0.6), (0.09, 0.6), (0.09, 0.95), (-0.09, 0.95)), Ramp((110, 66, 48)), at
    )


def _glasses(kit: Kit, face: Frame, _: Ramp) -> None:
    kit.both(
        shapes.stroke([*map(tuple, shapes.arc(0, 359, 0.88, 40))], 0.18),
        INK,
        face,
        0.33,
        -0.04,
        (0.30, 0.30),
        bevel=0.0,
        line=0.0,
    )


def _bandana(kit: Kit, face: Frame, ramp: Ramp) -> None:
    wrap = shapes.polygon((-1, 0.6), (-0.9, -0.5), (0, -1), (0.9, -0.5), (1, 0.6), (0, 0.25))
    kit.figure.part(shapes.smooth(wrap, 2), ramp, face.spot(0, -0.66, 0.92, 0.36))
    for u, v in ((-0.4, -0.62), (0.0, -0.76), (0.4, -0.62)):
        kit.figure.decal(shapes.ellipse(), WHITE, face.spot(u, v, 0.06))


_WARDROBE: Final = (
    (("scarf", "muffler", "shawl"), _scarf),
    (("hat", "fedora", "straw"), _hat),
    (("wizard", "witch", "mage", "gnome"), _pointed_hat),
    (("cap", "beanie", "beret"), _cap),
    (("hood", "hooded", "ninja", "monk", "parka"), _hood),
    (("crown", "king", "queen", "prince", "princess", "royal", "crowned"), _crown),
    (("helmet", "knight", "viking", "armor", "armour"), _helmet),
    (("goggles", "pilot", "inventor"), _goggles),
    (("bow", "ribbon"), _bow),
    (("bandana", "pirate"), _bandana),
    (("glasses", "spectacles", "monocle"), _glasses),
    (("lantern", "lamp", "torch"), _lantern),
    (("sword", "blade", "dagger", "knife", "warrior"), _blade),
)
