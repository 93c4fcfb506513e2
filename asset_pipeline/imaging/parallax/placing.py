"""Bringing pictures of layers, whole or cropped, to the canvas of their scene."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from asset_pipeline.errors import ImageError
from asset_pipeline.imaging.alpha import PixelBox
from asset_pipeline.imaging.arrays import Rgba
from asset_pipeline.imaging.resample import resample

# Models work on multiples of 16 px, so that 640 x 360 comes back as 640 x 352.
_SAME_SHAPE = 0.045
_SEARCH_SIDE_PX = 256
_CANDIDATES = 24
_SAMPLED_SIDE = 96
_ALIKE_U8 = 40.0
_FOUND_SHARE = 0.4
_CLEARLY_BETTER = 1.5


def on_canvas(pictures: Sequence[Rgba], source: Rgba, boxes: Sequence[PixelBox | None]) -> list[Rgba | None]:
    """Lay each picture, alone, where it belongs on a transparent canvas as large as the scene.

    A picture with a box goes there; one of the size that most have, or of the scene's shape, covers all of it;
    any other is a part and looked for in the scene, at the scene's size and at that of those which cover all of it.

    Args:
        pictures: uint8 ``(height, width, 4)`` each, straight alpha; not changed.
        source: the scene, uint8 ``(height, width, 4)``; not changed.
        boxes: for each picture where it lies in the scene, in the scene's pixels, or ``None`` where nobody knows.

    Returns:
        For each picture uint8 of the scene's size, or ``None`` where it was found nowhere.

    Raises:
        ImageError: a box does not lie within the scene.
    """
    _require_within(boxes, source)
    usual = _usual_size(pictures)
    whole = [picture for picture in pictures if picture.shape[:2] == usual or _has_shape_of(source, picture)]
    scales = {1.0, *(source.shape[1] / picture.shape[1] for picture in whole)}
    placed: list[Rgba | None] = []
    for picture, box in zip(pictures, boxes, strict=True):
        where = box
        if where is None and picture.shape[:2] == usual:
            where = _whole(source)
        elif where is None:
            where = _box_of(picture, source, sorted(scales))
        placed.append(None if where is None else _laid(picture, where, source))
    return placed


def _require_within(boxes: Sequence[PixelBox | None], source: Rgba) -> None:
    height, width = source.shape[:2]
    beyond = [
        f"layer {number} at {tuple(box)}"
        for number, box in enumerate(boxes)
        if box is not None
        and not (0 <= box.x < box.x + box.width <= width and 0 <= box.y < box.y + box.height <= height)
    ]
    if beyond:
        raise ImageError(
            f"boxes (x, y, width, height) must lie within their scene of {width} x {height} px: {'; '.join(beyond)}"
        )


def _laid(picture: Rgba, box: PixelBox, source: Rgba) -> Rgba:
    canvas = np.zeros_like(source)
    scaled = resample(picture, width=box.width, height=box.height)
    canvas[box.y : box.y + box.height, box.x : box.x + box.width] = scaled
    return canvas


def _whole(source: Rgba) -> PixelBox:
    return PixelBox(0, 0, source.shape[1], source.shape[0])


def _usual_size(pictures: Sequence[Rgba]) -> tuple[int, ...] | None:
    """Return the height and width that more than half of several pictures have."""
    [(size, count)] = Counter(picture.shape[:2] for picture in pictures).most_common(1) or [((), 0)]
    return size if count > max(1, len(pictures) / 2) else None


def _has_shape_of(source: Rgba, picture: Rgba) -> bool:
    ratio = picture.shape[1] / picture.shape[0] * source.shape[0] / source.shape[1]
    return abs(math.log(ratio)) <= _SAME_SHAPE


def _box_of(picture: Rgba, source: Rgba, scales: Sequence[float]) -> PixelBox | None:
    """Tell where a picture without a box lies."""
    height, width = source.shape[:2]
    whole = _whole(source)
    if picture.shape[:2] == source.shape[:2] or not picture[..., 3].any():
        return whole
    found = max((_best_match(picture, source, scale) for scale in scales), default=(0.0, whole))
    if _has_shape_of(source, picture):
        covers = _share_alike(resample(picture, width=width, height=height), source)
        return found[1] if found[0] > max(_FOUND_SHARE, _CLEARLY_BETTER * covers) else whole
    return found[1] if found[0] >= _FOUND_SHARE else None


def _best_match(picture: Rgba, source: Rgba, scale: float) -> tuple[float, PixelBox]:
    """Return how much of a picture, scaled, is alike at its best place in the scene, and that place."""
    height, width = source.shape[:2]
    own_width, own_height = (max(1, round(side * scale)) for side in picture.shape[1::-1])
    if own_width > width or own_height > height:
        return 0.0, _whole(source)
    scaled = resample(picture, width=own_width, height=own_height)

    def fit(place: tuple[int, int]) -> float:
        return _fit(scaled, source[place[1] : place[1] + own_height, place[0] : place[0] + own_width])

    x, y = max(_rough_places(scaled, source), key=fit)
    reach = math.ceil(max(width, height) / _SEARCH_SIDE_PX) + 1
    columns = range(max(0, x - reach), min(width - own_width, x + reach) + 1)
    rows = range(max(0, y - reach), min(height - own_height, y + reach) + 1)
    x, y = max(((column, row) for row in rows for column in columns), key=fit)
    box = PixelBox(x, y, own_width, own_height)
    return _share_alike(scaled, source[y : y + own_height, x : x + own_width]), box


def _rough_places(scaled: Rgba, source: Rgba) -> list[tuple[int, int]]:
    """Return the best places, left and top, found on small copies by the sum of squared differences."""
    shrink = min(1.0, _SEARCH_SIDE_PX / max(source.shape[:2]))
    part, whole = (_shrunk(picture, shrink) for picture in (scaled, source))
    weight = cv2.merge([part[..., 3].astype(np.float32) / 255] * 3)
    colours = [np.ascontiguousarray(picture[..., :3], np.float32) for picture in (whole, part)]
    error = np.asarray(cv2.matchTemplate(colours[0], colours[1], cv2.TM_SQDIFF, mask=weight))
    dips = np.flatnonzero(error <= cv2.erode(error, np.ones((3, 3), np.uint8)))
    best = dips[np.argsort(error.reshape(-1)[dips])[:_CANDIDATES]]
    most_x, most_y = source.shape[1] - scaled.shape[1], source.shape[0] - scaled.shape[0]
    return [
        (min(most_x, round(int(column) / shrink)), min(most_y, round(int(row) / shrink)))
        for row, column in zip(*np.unravel_index(best, error.shape), strict=True)
    ]


def _fit(part: Rgba, there: Rgba) -> float:
    """Return how well *part* fits, 0 to 1, by some of its pixels; one that is hidden is no worse than one that is not alike."""
    step = max(1, round(math.sqrt(part.shape[0] * part.shape[1]) / _SAMPLED_SIDE))
    some, some_there = part[::step, ::step], there[::step, ::step]
    solid = some[..., 3] > 127
    if not solid.any():
        return 0.0
    return 1 - float(np.minimum(_difference(some, some_there)[solid] / _ALIKE_U8, 1).mean())


def _share_alike(part: Rgba, there: Rgba) -> float:
    """Return which share of what *part* covers has about the same colour *there*."""
    solid = part[..., 3] > 127
    return float((_difference(part, there) <= _ALIKE_U8)[solid].mean()) if solid.any() else 0.0


def _difference(part: Rgba, there: Rgba) -> NDArray[np.uint8]:
    difference: NDArray[np.uint8] = cv2.absdiff(part[..., :3], there[..., :3]).max(axis=2)
    return difference


def _shrunk(picture: Rgba, scale: float) -> Rgba:
    height, width = (max(1, round(side * scale)) for side in picture.shape[:2])
    return resample(picture, width=width, height=height)
