"""Drawn as the catalog says, what is visible of a picture lies over the physics shape."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_pipeline.export.catalog import catalog_entry
from asset_pipeline.export.placement import Placement, place
from asset_pipeline.imaging.alpha import PixelBox
from asset_pipeline.imaging.png import encode_png
from asset_pipeline.manifest.game import Game
from asset_pipeline.manifest.resolve import resolve
from asset_pipeline.manifest.shapes import Polygon, Shape
from asset_pipeline.manifest.sprites import EntityForm

# A wedge in the lower right quarter of its rectangle.
WEDGE = Polygon(polygon=((0.5, 1.0), (1.0, 1.0), (1.0, 0.5)))


def entity(shape: Shape, width: float, height: float) -> EntityForm:
    return EntityForm(kind="entity", shape=shape, width=width, height=height, role="item")


def drawn_box(
    placed: Placement, size_px: tuple[int, int], visible: PixelBox
) -> tuple[float, float, float, float]:
    """Draw by anchor and scale at the origin; return where what is visible lies, in world units."""
    left, top = (-anchor * side * placed.scale for anchor, side in zip(placed.anchor, size_px, strict=True))
    return (
        left + visible.x * placed.scale,
        top + visible.y * placed.scale,
        left + (visible.x + visible.width) * placed.scale,
        top + (visible.y + visible.height) * placed.scale,
    )


boxes = st.builds(PixelBox, st.integers(0, 40), st.integers(0, 40), st.integers(1, 60), st.integers(1, 60))
units = st.floats(1, 16)


@given(boxes, units, units, st.sampled_from(["box", "circle", WEDGE]))
def test_what_is_visible_touches_the_shapes_box_on_two_sides_and_crosses_none(
    visible: PixelBox, width: float, height: float, shape: Shape
) -> None:
    size_px = 100, 100
    placed = place(entity(shape, width, height), size_px, visible)
    left, top, right, bottom = drawn_box(placed, size_px, visible)
    wanted = (
        (0.0, 0.0, width / 2, height / 2)
        if shape is WEDGE
        else (-width / 2, -height / 2, width / 2, height / 2)
    )
    assert (left + right) / 2 == pytest.approx((wanted[0] + wanted[2]) / 2, abs=1e-6)
    assert (top + bottom) / 2 == pytest.approx((wanted[1] + wanted[3]) / 2, abs=1e-6)
    rooms = (wanted[2] - wanted[0]) - (right - left), (wanted[3] - wanted[1]) - (bottom - top)
    assert min(rooms) == pytest.approx(0, abs=1e-6)


@given(boxes, units, units)
def test_offset_and_anchor_say_the_same(visible: PixelBox, width: float, height: float) -> None:
    placed = place(entity("box", width, height), (100, 80), visible)
    for anchor, side, offset in zip(placed.anchor, (100, 80), placed.offset, strict=True):
        assert (0.5 - anchor) * side * placed.scale == pytest.approx(offset, abs=1e-6)


def test_a_picture_that_fills_its_rectangle_is_placed_by_its_middle() -> None:
    placed = place(entity("box", 2, 1), (128, 64), PixelBox(0, 0, 128, 64))
    assert placed == Placement((0.5, 0.5), 1 / 64, (0, 0))
    assert place(entity("box", 2, 1), (128, 64), None) == placed


def test_the_catalog_places_what_is_visible() -> None:
    game = Game.model_validate(
        {
            "id": "pond",
            "title": "Pond",
            "theme": "a pond",
            "style": "flat",
            "sprites": {
                "frog": {
                    "kind": "entity", "shape": "box", "width": 1, "height": 1, "role": "enemy", "description": "x",
                }
            },
        }
    )  # fmt: skip
    picture = np.zeros((64, 64, 4), np.uint8)
    picture[32:64, 0:32] = 255
    entry = catalog_entry(resolve(game, "frog"), encode_png(picture), key="k", blob="b", url=None)
    assert entry["placement"] == {
        "anchor": [0.25, 0.75],
        "scale": 1 / 32,
        "offset": [0.5, -0.5],
        "world_width": 1,
        "world_height": 1,
        "pixels_per_unit": [64, 64],
    }
