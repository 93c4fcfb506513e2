"""How a game puts a picture over the thing it shows: the box of what is visible against the physics shape."""

from __future__ import annotations

from dataclasses import dataclass

from asset_pipeline.imaging.alpha import PixelBox
from asset_pipeline.manifest.shapes import Polygon, Shape
from asset_pipeline.manifest.sprites import EntityForm


@dataclass(frozen=True)
class Placement:
    """Where the picture of an entity goes, and how large it is drawn.

    Attributes:
        anchor: the point of the picture that lies on the thing's position, in shares of the picture from its top left.
        scale: world units for one pixel: as large as what is visible may be drawn without leaving the shape's box.
        offset: from the thing's position to the middle of the picture, in world units, y downwards; says the same as
            the anchor, for engines that place pictures by their middle.
    """

    anchor: tuple[float, float]
    scale: float
    offset: tuple[float, float]


def place(entity: EntityForm, size_px: tuple[int, int], visible: PixelBox | None) -> Placement:
    """Lay the middle of what is visible over the middle of the shape's box, scaled to fit it.

    The thing's position is the middle of its ``width`` x ``height``; a polygon may fill only a part of that.

    Args:
        entity: what the picture shows.
        size_px: width and height of the picture.
        visible: the box of its visible pixels; ``None`` takes the whole picture.

    >>> box = EntityForm(kind="entity", shape="box", width=2, height=1, role="item")
    >>> place(box, (100, 100), PixelBox(10, 40, 80, 40))
    Placement(anchor=(0.5, 0.6), scale=0.025, offset=(0.0, -0.25))
    """
    left, top, right, bottom = _bounds(entity.shape)
    box = visible or PixelBox(0, 0, *size_px)
    scale = min((right - left) * entity.width / box.width, (bottom - top) * entity.height / box.height)
    middle = ((left + right) / 2 - 0.5) * entity.width, ((top + bottom) / 2 - 0.5) * entity.height
    visible_middle_px = box.x + box.width / 2, box.y + box.height / 2
    x, y = (
        at + (side / 2 - px) * scale for at, side, px in zip(middle, size_px, visible_middle_px, strict=True)
    )
    return Placement((0.5 - x / scale / size_px[0], 0.5 - y / scale / size_px[1]), scale, (x, y))


def _bounds(shape: Shape) -> tuple[float, float, float, float]:
    """Return left, top, right and bottom of a shape, as shares of the entity's width and height."""
    if not isinstance(shape, Polygon):
        return 0, 0, 1, 1
    xs, ys = zip(*shape.polygon, strict=True)
    return min(xs), min(ys), max(xs), max(ys)
