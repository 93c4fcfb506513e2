"""Things that grow, and thorns: trees, bushes, mushrooms, flowers, fruit."""

from __future__ import annotations

from typing import Final

import numpy as np

from asset_pipeline.providers.local import shapes
from asset_pipeline.providers.local.kit import WHITE, Kit, Painter, darker, vivid
from asset_pipeline.providers.local.space import staring
from asset_pipeline.providers.local.treasures import shine


def bush(kit: Kit) -> None:
    """Heaped leaves with berries or blossoms."""
    figure = kit.figure
    main, accent = kit.colours((92, 164, 74))
    figure.part(None, main, bevel=0.9, texture=kit.texture("foliage"))
    for _ in range(10):
        u, v = kit.rng.uniform(-0.8, 0.8), kit.rng.uniform(-0.7, 0.7)
        figure.part(shapes.ellipse(), vivid(accent), figure.frame.spot(u, v, 0.075), gloss=0.6, line=0.6)


def tree(kit: Kit) -> None:
    """A crown of leaves over a trunk."""
    figure, frame = kit.figure, kit.figure.frame
    main, _ = kit.colours((92, 164, 74))
    figure.part(None, kit.natural((140, 92, 58)), bevel=0.8, texture=kit.texture("wood"))
    crown = shapes.wobble(shapes.ellipse(), kit.rng, 0.05) * 1.12
    figure.part(crown, main, frame.area(-1, -1, 1, 0.46), bevel=0.8, texture=kit.texture("foliage"))


def mushroom(kit: Kit) -> None:
    """A spotted cap on a pale stem."""
    figure, frame = kit.figure, kit.figure.frame
    main, _ = kit.colours((216, 66, 60))
    figure.part(None, kit.natural((240, 226, 200)), bevel=0.9)
    cap = figure.part(
        shapes.smooth(
            shapes.polygon((-1.3, 1), (-1.2, -1.3), (1.2, -1.3), (1.3, 1), (0.5, 0.7), (-0.5, 0.7)), 2
        ),
        main,
        frame.area(-1.05, -1.1, 1.05, 0.22),
        bevel=0.9,
        gloss=0.4,
    )
    for u, v, size in ((-0.55, -0.25, 0.18), (0.1, -0.62, 0.22), (0.62, -0.2, 0.17), (0.05, -0.08, 0.11)):
        figure.part(
            shapes.wobble(shapes.ellipse(), kit.rng, 0.12),
            WHITE,
            frame.spot(u, v, size),
            bevel=0.3,
            line=0.5,
            within=cap,
        )
    staring(kit, main, 0.6)


def flower(kit: Kit) -> None:
    """Petals around a disc."""
    figure, frame = kit.figure, kit.figure.frame
    main, _ = kit.colours()
    figure.part(None, darker(main, -0.08), bevel=0.6)
    petals = int(kit.rng.integers(5, 9))
    for turn_deg in np.arange(petals) * 360 / petals:
        at = frame.spot(
            0.55 * np.sin(np.radians(turn_deg)), -0.55 * np.cos(np.radians(turn_deg)), 0.28, 0.46, turn_deg
        )
        figure.part(shapes.ellipse(), main, at, bevel=0.8)
    figure.part(
        shapes.ellipse(), kit.natural((250, 206, 70)), frame.spot(0, 0, 0.30), texture=kit.texture("sand")
    )


def fruit(kit: Kit) -> None:
    """A glossy fruit with a stem and a leaf."""
    figure, frame = kit.figure, kit.figure.frame
    main, _ = kit.colours((226, 60, 62))
    figure.part(None, main, bevel=1.0, texture=kit.texture(), gloss=0.2)
    figure.part(
        shapes.stroke([(0, 1), (0.1, 0), (0.3, -1)], 0.5),
        kit.natural((120, 80, 50)),
        frame.spot(0.02, -0.82, 0.10, 0.18),
    )
    figure.part(shapes.leaf(), kit.natural((104, 178, 76)), frame.spot(0.30, -0.74, 0.13, 0.27, 62))
    shine(kit, frame)
    staring(kit, main, 0.7)


def spikes(kit: Kit) -> None:
    """Rows of steel points."""
    figure, frame = kit.figure, kit.figure.frame
    main, _ = kit.colours((176, 184, 200))
    figure.part(None, darker(main, -0.2), bevel=0.3, texture=kit.texture("metal"))
    count = max(2, round(frame.aspect * 3))
    for u in np.linspace(-1, 1, count * 2 + 1)[1::2]:
        half = 1 / count
        figure.part(
            shapes.polygon((-1, 1), (0, -1), (1, 1)),
            main,
            frame.area(u - half, -1.0, u + half, 1.0),
            bevel=0.6,
        )
        figure.decal(
            shapes.polygon((-1, 1), (0, -1), (0, 1)),
            WHITE,
            frame.area(u - half * 0.8, -0.85, u + half * 0.5, 1.0),
            opacity=0.35,
        )


NATURE: Final[tuple[tuple[tuple[str, ...], Painter], ...]] = (
    (("tree", "pine", "fir"), tree),
    (("bush", "shrub", "hedge"), bush),
    (("mushroom", "toadstool"), mushroom),
    (("flower", "blossom", "lotus", "daisy"), flower),
    (("apple", "cherry", "berry", "fruit", "orange", "peach", "tomato", "pumpkin"), fruit),
    (("spike", "spikes", "thorn", "thorns"), spikes),
)
