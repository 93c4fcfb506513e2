"""Putting cropped layers back where they were cut from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from asset_pipeline.errors import BadResult, ImageError
from asset_pipeline.imaging.alpha import PixelBox
from asset_pipeline.imaging.arrays import Rgba
from asset_pipeline.imaging.png import decode_image, encode_png
from asset_pipeline.imaging.resample import resample
from asset_pipeline.providers.remote import Json
from asset_pipeline.providers.scenario.words import NAME

_SLACK_PX = 1.5


def placed(
    pictures: Sequence[tuple[Mapping[str, Json], bytes]], canvas_px: tuple[int, int] | None, *, what: str
) -> tuple[bytes, ...]:
    """Return layers of one size: those with a box are laid, alone, on a transparent canvas.

    Boxes count pixels of a layer without a box, which is the whole scene, or else of the picture that was split.

    Args:
        pictures: what is known of each layer, and its file.
        canvas_px: ``(width, height)`` of the picture that was split.
        what: the job; begins error messages.

    Raises:
        BadResult: a box makes no sense.
    """
    if not any("bbox" in row for row, _ in pictures):
        return tuple(data for _, data in pictures)
    whole = next((data for row, data in pictures if "bbox" not in row), None)
    try:
        if whole is not None:
            height, width = decode_image(whole, what=what).shape[:2]
            canvas_px = width, height
        return tuple(_on_canvas(row, data, canvas_px, what) for row, data in pictures)
    except ImageError as error:
        raise BadResult(NAME, str(error)) from error


def box_of(bbox: Json, size_px: tuple[int, int], canvas_px: tuple[int, int]) -> PixelBox | None:
    """Read a box, in whichever of the usual ways it is written; the layer's own size tells them apart.

    Known ways: an object of ``x``/``left``, ``y``/``top`` and ``width``/``height``; four numbers ``[x, y, width, height]`` or
    ``[left, top, right, bottom]``; all of these in pixels or as shares of the canvas.

    Returns:
        The box in pixels; ``None`` where none of the ways fits the canvas.

    >>> box_of([10, 20, 40, 60], (30, 40), (100, 100))
    PixelBox(x=10, y=20, width=30, height=40)
    """
    numbers = _numbers(bbox)
    if numbers is None:
        return None
    if max(numbers) <= 1.0 and min(size_px) > 1:
        numbers = [value * canvas_px[at % 2] for at, value in enumerate(numbers)]
    left, top, third, fourth = numbers
    by_size = (left, top, left + third, top + fourth)
    ways = [by_size] if isinstance(bbox, Mapping) else [by_size, (left, top, third, fourth)]
    fitting = [way for way in ways if _fits(way, canvas_px)]
    if not fitting:
        return None
    best = min(fitting, key=lambda way: _off(way, size_px))
    left, top = max(0, round(best[0])), max(0, round(best[1]))
    right, bottom = min(canvas_px[0], round(best[2])), min(canvas_px[1], round(best[3]))
    return PixelBox(left, top, right - left, bottom - top)


def _on_canvas(row: Mapping[str, Json], data: bytes, canvas_px: tuple[int, int] | None, what: str) -> bytes:
    if "bbox" not in row or canvas_px is None:
        return data
    layer = decode_image(data, what=what)
    height, width = layer.shape[:2]
    if (width, height) == canvas_px:
        return data
    box = box_of(row["bbox"], (width, height), canvas_px)
    if box is None:
        raise ImageError(
            f"{what}: a layer of {width} x {height} pixels has a box that does not fit its scene"
        )
    return encode_png(_laid(layer, box, canvas_px))


def _laid(layer: Rgba, box: PixelBox, canvas_px: tuple[int, int]) -> Rgba:
    canvas = np.zeros((canvas_px[1], canvas_px[0], 4), np.uint8)
    rows, columns = slice(box.y, box.y + box.height), slice(box.x, box.x + box.width)
    canvas[rows, columns] = resample(layer, width=box.width, height=box.height)
    return canvas


def _numbers(bbox: Json) -> list[float] | None:
    if isinstance(bbox, Mapping):
        names = (("x", "left"), ("y", "top"), ("width", "w"), ("height", "h"))
        bbox = [next((bbox[name] for name in either if name in bbox), None) for either in names]
    good = isinstance(bbox, list | tuple) and len(bbox) == 4
    if not good or any(isinstance(value, bool) or not isinstance(value, int | float) for value in bbox):
        return None
    return [float(value) for value in bbox]


def _fits(way: tuple[float, ...], canvas_px: tuple[int, int]) -> bool:
    left, top, right, bottom = way
    return (
        -_SLACK_PX < left <= right - 1
        and -_SLACK_PX < top <= bottom - 1
        and right <= canvas_px[0] + _SLACK_PX
        and bottom <= canvas_px[1] + _SLACK_PX
    )


def _off(way: tuple[float, ...], size_px: tuple[int, int]) -> float:
    """How much a box differs in shape from the layer that is to fill it."""
    width, height = way[2] - way[0], way[3] - way[1]
    return abs(width - size_px[0]) + abs(height - size_px[1])
