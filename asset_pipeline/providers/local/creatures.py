"""Living things: one body plan that each species varies."""

from __future__ import annotations

from typing import Final

import numpy as np

from asset_pipeline.providers.local import shapes
from asset_pipeline.providers.local.dress import dress_up
from asset_pipeline.providers.local.face import Look, paint_face
from asset_pipeline.providers.local.figure import Texture
from asset_pipeline.providers.local.frame import Frame
from asset_pipeline.providers.local.kit import Kit, darker, paler
from asset_pipeline.providers.local.limbs import paint_feet, paint_sides, paint_top
from asset_pipeline.providers.local.marks import MARKS
from asset_pipeline.providers.local.materials import MATERIALS
from asset_pipeline.providers.local.palette import Ramp
from asset_pipeline.providers.local.species import Species, species_in

_GARMENTS: Final = (
    *("coat", "jacket", "cloak", "cape", "robe", "shirt", "suit", "dress", "vest", "overalls", "uniform"),
    *("apron", "tunic", "sweater", "hoodie"),
)
_FIERCE: Final = ("angry", "evil", "fierce", "grumpy", "menacing", "boss", "frowning")


def paint_creature(kit: Kit) -> None:
    """Paint the creature the brief asks for, or one that its seed makes up."""
    kit.figure.soften()
    species = species_in(kit.brief.words) or _imagined(kit)
    main, accent = kit.colours(species.colour)
    clothed = species.mark == "clothes" or kit.brief.says(*_GARMENTS)
    skin, body = (
        (_bare(kit, species), Ramp(kit.brief.dyed(*_GARMENTS) or main.base)) if clothed else (main, main)
    )
    face = kit.face_frame(0.60 if species.sides == "broad wings" else 0.97)
    _body(kit, species, body)
    if clothed:
        _head(kit, species, face, skin, body)
    if species.mark in MARKS and not (clothed and species.mark == "spots"):
        MARKS[species.mark](kit, face, skin, accent)
    paint_sides(kit, species, face, body, accent)
    paint_feet(kit, species, body, accent)
    paint_top(kit, species, face, skin, accent)
    paint_face(kit, face, _look(kit, species), skin, accent)
    dress_up(kit, face, accent)


def _look(kit: Kit, species: Species) -> Look:
    level = -0.42 if species.top == "bulb eyes" else -0.02 if species.top != "none" else -0.12
    many = species.eyes > 2
    one = kit.brief.says("cyclops", "one-eyed") or (kit.brief.says("one") and kit.brief.says("eye"))
    return Look(
        fierce=kit.brief.role == "enemy" or kit.brief.says(*_FIERCE),
        eyes=1 if one else species.eyes,
        eye=0.30 if one else species.eye * (0.72 if many else 1.0),
        gap=0.46 if many else 0.33,
        level=level,
        nose=species.nose,
    )


def _bare(kit: Kit, species: Species) -> Ramp:
    """The colour of a clothed creature's head: the first colour word, unless that dyes the garment."""
    named = kit.brief.colours[:1] if species.mark != "clothes" else ()
    own = [colour for colour in named if colour != kit.brief.dyed(*_GARMENTS)]
    return Ramp(own[0] if own else species.colour or (200, 160, 120))


def _head(kit: Kit, species: Species, face: Frame, skin: Ramp, cloth: Ramp) -> None:
    """Set a bare head on a dressed body: collar, seam and buttons below."""
    figure, frame = kit.figure, kit.figure.frame
    seam = shapes.stroke([(0, -0.4), (0.03, 0.3), (0, 1.1)], 0.035)
    figure.decal(seam, darker(cloth, -0.2), frame)
    for v in (0.36, 0.58, 0.80):
        figure.part(shapes.ellipse(), Ramp((244, 200, 96)), frame.spot(0.14, v, 0.06), gloss=0.8, line=0.6)
    figure.part(shapes.ellipse(), paler(cloth, 0.25), face.spot(0, 0.78, 0.72, 0.30))
    texture = MATERIALS[species.coat].make if species.coat else None
    figure.part(
        shapes.superellipse(2.3),
        skin,
        face.spot(0, -0.04, 0.97, 0.90),
        texture=texture(kit.rng) if texture else None,
        bevel=0.9,
    )


def _imagined(kit: Kit) -> Species:
    """Make up a creature where no word names one."""
    rng = kit.brief.rng("species")
    tops = ("ears", "round ears", "horns", "antennae", "tufts", "crest", "spikes", "long ears")
    return Species(
        top=str(rng.choice(tops)),
        nose=str(rng.choice(("none", "wide", "muzzle"))),
        coat=str(rng.choice(("", "fur"))),
        mark=str(rng.choice(("none", "spots", "bands", "cheeks"))),
        eyes=int(rng.choice([1, 2, 2, 2])),
        eye=0.21,
    )


def _coat(kit: Kit, species: Species) -> tuple[Texture | None, float]:
    material = MATERIALS[species.coat] if species.coat else kit.material
    if material is None or material.make is None:
        return None, 0.35
    return material.make(kit.rng), material.gloss


def _body(kit: Kit, species: Species, skin: Ramp) -> None:
    figure = kit.figure
    texture, gloss = _coat(kit, species)
    if species.mark == "clothes" or kit.brief.says(*_GARMENTS):
        texture, gloss = kit.texture("cloth"), 0.0
    figure.part(None, skin, texture=texture, gloss=gloss, line=0.0)
    frame = figure.frame
    if species.mark == "bands":
        dark = darker(skin, -0.26)
        for v in np.linspace(-0.05, 0.75, 3):
            curve = shapes.stroke(
                [(-1.0, v - 0.1), (-0.5, v + 0.04), (0, v + 0.08), (0.5, v + 0.04), (1.0, v - 0.1)], 0.16
            )
            figure.decal(curve, dark, frame, opacity=0.75)
    bellied = species.belly and species.sides not in ("fins", "broad wings")
    if bellied and frame.aspect < 1.6 and not kit.brief.says(*_GARMENTS):
        low, tall = (0.48, 0.72) if frame.aspect < 0.8 else (0.66, 0.58)
        figure.part(
            shapes.superellipse(2.3), paler(skin), frame.spot(0, low, 0.56, tall), bevel=0.7, line=0.0
        )
