"""What grows out of a body: ears, horns, hair, arms, wings, fins, feet; all of it inside the silhouette."""

from __future__ import annotations

from asset_pipeline.providers.local import shapes
from asset_pipeline.providers.local.frame import Frame
from asset_pipeline.providers.local.kit import INK, Kit, darker, paler
from asset_pipeline.providers.local.palette import Ramp
from asset_pipeline.providers.local.species import Species


def paint_sides(kit: Kit, species: Species, face: Frame, skin: Ramp, accent: Ramp) -> None:
    """Paint arms, wings, fins or claws."""
    frame, turn = kit.figure.frame, float(kit.brief.rng("pose").uniform(-12, 12))
    v = 0.42 if frame.aspect > 0.75 else 0.22
    edge = 0.80
    if species.sides == "arms":
        kit.both(shapes.superellipse(2.6), skin, frame, edge, v, (0.19, 0.34), -14 + turn, gloss=0.2)
    elif species.sides == "wings":
        feather = shapes.smooth(shapes.polygon((-0.5, -1), (0.6, -0.7), (0.9, 0.2), (0.3, 1), (-0.7, 0.3)), 2)
        kit.both(
            feather * [-1, 1],
            darker(accent if species.mark == "spots" else skin, -0.09),
            frame,
            edge,
            v - 0.05,
            (0.34, 0.56),
            -10 + turn,
        )
        for step in (0.12, 0.30):
            kit.both(
                shapes.leaf(),
                darker(skin, -0.2),
                frame,
                edge + 0.02,
                v + step,
                (0.05, 0.24),
                -24 + turn,
                bevel=0.0,
                line=0.0,
            )
    elif species.sides == "bat wings":
        wing = shapes.polygon(
            (-1, 0.9), (-0.4, -1), (1, -0.5), (0.75, 0.1), (0.9, 0.7), (0.3, 0.45), (0.1, 1), (-0.35, 0.55)
        )
        kit.both(wing * [-1, 1], accent, frame, 0.72, v - 0.12, (0.36, 0.46), turn)
    elif species.sides == "broad wings":
        _broad_wings(kit, face, skin, accent)
    elif species.sides == "fins":
        _fins(kit, face, accent)
    elif species.sides == "claws":
        for step in (0.0, 0.32):
            kit.both(
                shapes.stroke([(0.9, -0.5), (0.1, -0.2), (-0.9, 0.8)], 0.34, 0.5),
                darker(skin, -0.2),
                frame,
                0.82,
                v + step,
                (0.22, 0.17),
            )


def _broad_wings(kit: Kit, face: Frame, skin: Ramp, accent: Ramp) -> None:
    """The silhouette is the wings: veins, a pale hem, eye spots, and a small furry body in the middle."""
    figure, frame = kit.figure, kit.figure.frame
    for end in ((-1.0, -0.9), (-1.05, -0.4), (-0.95, 0.1), (-0.6, 0.6)):
        vein = shapes.stroke([(0, 0.1), (end[0] * 0.5, end[1] * 0.42), end], 0.035)
        for side in (1, -1):
            figure.decal(vein * [side, 1], darker(skin, -0.14), frame, opacity=0.7)
    for u, v, size in ((0.62, -0.42, 0.30), (0.42, 0.36, 0.17)):
        for share, ramp in ((1.0, accent), (0.66, paler(accent, 0.5)), (0.36, INK)):
            kit.both(shapes.ellipse(), ramp, frame, u, v, (size * share, size * share), bevel=0.3, line=0.6)
    figure.part(
        shapes.superellipse(2.2), paler(skin, 0.25), face.spot(0, 1.3, 0.5, 1.0), texture=kit.texture("fur")
    )
    figure.part(shapes.ellipse(), paler(skin, 0.35), face.spot(0, 0, 1.0, 0.94), texture=kit.texture("fur"))


def _fins(kit: Kit, face: Frame, accent: Ramp) -> None:
    figure, frame, side = kit.figure, kit.figure.frame, kit.facing
    fin = shapes.smooth(shapes.polygon((1, -0.25), (-0.4, -1), (-1, -0.2), (-0.7, 0.9), (0.4, 0.6)), 2)
    if frame.aspect > 1.15:
        tail = shapes.polygon((1, 0), (-0.2, -0.75), (-1, -1.1), (-0.62, 0), (-1, 1.1), (-0.2, 0.75))
        figure.part(shapes.smooth(tail, 2) * [side, 1], accent, frame.spot(-0.76 * side, 0, 0.62, 0.98))
        dorsal = shapes.smooth(shapes.polygon((-1, 1), (-0.5, -0.9), (0.3, -1), (1, 1)), 2)
        figure.part(dorsal * [side, 1], accent, frame.spot(-0.04 * side, -0.80, 0.62, 0.24))
        figure.part(dorsal * [side, -1], accent, frame.spot(-0.04 * side, 0.84, 0.50, 0.20))
        figure.part(fin * [side, 1], accent, face.spot(-1.05 * side, 0.45, 0.42, 0.32, -12 * side))
        gill = shapes.stroke(shapes.arc(120, 240, 0.9), 0.09) * [side, 1]
        figure.decal(gill, darker(accent, -0.2), face.spot(-0.42 * side, 0.05, 0.55), opacity=0.7)
    else:
        kit.both(fin * [-1, 1], accent, frame, 0.80, 0.36, (0.30, 0.26), -10)
    for step in (-0.10, 0.10) if frame.aspect <= 1.15 else ():
        figure.decal(shapes.leaf(), darker(accent, -0.18), frame.spot(0.82, 0.32 + step, 0.02, 0.14, 70))


def paint_feet(kit: Kit, species: Species, skin: Ramp, accent: Ramp) -> None:
    """Stand it on two feet, with a notch between them."""
    if not species.feet or kit.figure.frame.aspect > 2.2:
        return
    figure, frame = kit.figure, kit.figure.frame
    figure.carve(shapes.polygon((-1, 1), (0, -1), (1, 1)), frame.spot(0, 0.99, 0.10, 0.16))
    shoe = accent if species.mark in ("clothes", "visor") else darker(skin, -0.12)
    kit.both(shapes.superellipse(2.6), shoe, frame, 0.36, 0.93, (0.29, 0.17), gloss=0.3)


def paint_top(kit: Kit, species: Species, face: Frame, skin: Ramp, accent: Ramp) -> None:
    """Paint what grows on the head."""
    figure, top = kit.figure, species.top
    ear = shapes.smooth(shapes.polygon((-0.9, 1), (-0.35, -1), (0.0, -1), (1, 0.8)), 1) * [-1, 1]
    inner = paler(accent, 0.35) if species.coat != "fur" else Ramp((240, 160, 150))
    if top == "ears":
        figure.carve(shapes.polygon((-1, -1), (1, -1), (0, 1)), face.spot(0, -1.02, 0.20, 0.10))
        kit.both(ear, darker(skin, -0.05), face, 0.56, -0.72, (0.30, 0.34), -8)
        kit.both(ear, inner, face, 0.55, -0.66, (0.16, 0.20), -8, line=0.4)
    elif top in ("round ears", "tufts"):
        size = (0.25, 0.25) if top == "round ears" else (0.15, 0.28)
        form = shapes.ellipse() if top == "round ears" else shapes.leaf()
        kit.both(form, skin, face, 0.62, -0.70, size, 24)
        kit.both(form, inner, face, 0.61, -0.66, (size[0] * 0.55, size[1] * 0.55), 24, line=0.4)
    elif top == "long ears":
        kit.both(shapes.superellipse(2.2), skin, face, 0.30, -0.68, (0.16, 0.36), 10)
        kit.both(shapes.superellipse(2.2), inner, face, 0.30, -0.66, (0.08, 0.25), 10, line=0.4)
    elif top == "horns":
        horn = shapes.stroke([(-0.4, 0.9), (0.35, 0.35), (0.45, -0.3), (0.15, -0.9)], 0.75, 0.15)
        kit.both(horn * [-1, 1], Ramp((240, 224, 188)), face, 0.56, -0.66, (0.26, 0.30), gloss=0.4)
    elif top == "antennae":
        kit.both(
            shapes.stroke([(-0.9, 0.9), (-0.4, 0.1), (0.6, -0.7)], 0.22),
            darker(skin, -0.25),
            face,
            0.30,
            -0.66,
            (0.20, 0.24),
        )
        kit.both(shapes.ellipse(), accent, face, 0.45, -0.78, (0.095, 0.095), gloss=0.9)
    elif top in ("crest", "spikes"):
        for u, tip in ((-0.30, 0.16), (0.30, 0.16), (0.0, 0.22)):
            form = shapes.leaf() if top == "crest" else shapes.polygon((-0.8, 1), (0, -1), (0.8, 1))
            figure.part(
                form, accent, face.spot(u, -0.86 + abs(u) * 0.25, tip * 0.7, tip * 1.2, u * 60), gloss=0.2
            )
    elif top == "bulb eyes":
        kit.both(shapes.ellipse(), skin, face, 0.38, -0.50, (0.37, 0.36))
    elif top == "hair":
        _hair(kit, face)


def _hair(kit: Kit, face: Frame) -> None:
    rng = kit.brief.rng("hair")
    tones = ((92, 58, 40), (58, 44, 52), (214, 150, 70), (176, 76, 44), (236, 224, 210))
    hair = Ramp(tones[int(rng.integers(len(tones)))])
    lean = float(rng.uniform(-0.35, 0.35))
    fringe = shapes.polygon(
        (-1, 0.9),
        (-1.1, -0.4),
        (-0.4, -1.2),
        (0.4, -1.2),
        (1.1, -0.4),
        (1, 0.9),
        (0.72, 0.1),
        (0.42 + lean, 0.42),
        (0.1 + lean, 0.02),
        (-0.3 + lean, 0.34),
        (-0.68, 0.05),
    )
    kit.figure.part(
        shapes.smooth(fringe, 2), hair, face.spot(0, -0.52, 0.94, 0.52), texture=kit.texture("fur"), gloss=0.2
    )
