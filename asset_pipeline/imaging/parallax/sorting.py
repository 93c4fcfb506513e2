"""Telling which pictures of a decomposition are layers, and in which order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from asset_pipeline.imaging.alpha import over, unpremultiply
from asset_pipeline.imaging.arrays import Floats, Rgba
from asset_pipeline.imaging.measure.grid import hidden_removed
from asset_pipeline.imaging.measure.layers import layer_worths
from asset_pipeline.imaging.measure.likeness import psnr_db
from asset_pipeline.imaging.measure.stacking import likely_order, recompose, shown
from asset_pipeline.imaging.parallax.layer_set import Dropped, Reason

LEAST_COVERAGE = 0.005
LEAST_GAIN_DB = 0.1
"""Layers that cover or add less are none; as quality gate D21 has it."""

_WORK_SIDE_PX = 256
_OPAQUE_MEAN_U8 = 250
# A re-drawn scene is at least that like the scene; what the layers give without it, that much less at most.
_LIKE_SCENE_DB = 20.0
_SAME_DB, _SAME_LOSS_DB = 26.0, 6.0
# What two layers, swapped, must add to the mean squared error (of colours in 0..1) before the scene says which is nearer.
_TELLING_ERROR = 3e-5


@dataclass(frozen=True)
class Sorted:
    """Which pictures are layers.

    Attributes:
        order: their numbers, from back to front.
        dropped: the others.
        margin_db: by how much this order is better than the next; ``None`` for a single layer.
    """

    order: tuple[int, ...]
    dropped: tuple[Dropped, ...]
    margin_db: float | None


def sort_out(pictures: Mapping[int, Rgba], source: Rgba) -> Sorted:
    """Find the layers among pictures, and the order in which they give the scene.

    The whole scene, which some models add, is told by what the others give without it. What covers or adds next
    to nothing is no layer either. Where two layers give the scene either way, as those do that never overlap, the
    one that lies lower is nearer.

    Args:
        pictures: by number, uint8 ``(height, width, 4)`` each, straight alpha, all of the scene's size; not changed.
        source: the scene; not changed.
    """
    scene, small = _small(source), {number: _small(picture) for number, picture in pictures.items()}
    gone: dict[int, Reason] = {
        number: "empty" for number, layer in small.items() if _coverage(layer) < LEAST_COVERAGE
    }
    kept = [number for number in small if number not in gone]
    if (composite := _composite(kept, small, scene)) is not None:
        gone[composite] = "composite"
        kept.remove(composite)
    if not kept:
        return Sorted((), _dropped(gone), None)
    order, margin_db = _best_order(kept, small, scene)
    while (least := _adds_nothing(order, small, scene)) is not None:
        gone[least] = "hidden"
        order, margin_db = _best_order([number for number in order if number != least], small, scene)
    return Sorted(tuple(_lower_nearer(order, small, scene)), _dropped(gone), margin_db)


def _small(rgba: Rgba) -> Rgba:
    """Return a copy to try things on, averaged in sRGB values: so layers of copies give the copy of the scene."""
    scale = min(1.0, _WORK_SIDE_PX / max(rgba.shape[:2]))
    size = max(1, round(rgba.shape[1] * scale)), max(1, round(rgba.shape[0] * scale))
    shrunk = cv2.resize(hidden_removed(rgba), size, interpolation=cv2.INTER_AREA)
    return np.rint(unpremultiply(shrunk.astype(np.float32) / np.float32(255)) * 255).astype(np.uint8)


def _dropped(gone: Mapping[int, Reason]) -> tuple[Dropped, ...]:
    return tuple(Dropped(number, gone[number]) for number in sorted(gone))


def _coverage(layer: Rgba) -> float:
    return float(np.mean(layer[..., 3] > 127))


def _best_order(
    numbers: Sequence[int], pictures: Mapping[int, Rgba], scene: Rgba
) -> tuple[list[int], float | None]:
    """Return the numbers from back to front, and by how much that is better than the next order."""
    found = recompose([pictures[number] for number in numbers], scene)
    return [numbers[index] for index in found.order], found.margin_db


def _composite(numbers: Sequence[int], pictures: Mapping[int, Rgba], scene: Rgba) -> int | None:
    """Return the picture that is the whole scene, where the others give the scene without it."""
    likeness = {
        number: psnr_db(shown(pictures[number]), shown(scene))
        for number in numbers
        if pictures[number][..., 3].mean() >= _OPAQUE_MEAN_U8
    }
    for number in sorted(likeness, key=likeness.__getitem__, reverse=True):
        rest = [pictures[other] for other in numbers if other != number]
        if likeness[number] < _LIKE_SCENE_DB or not rest:
            break
        given = over([rest[index] for index in likely_order(rest, scene)])
        enough_db = min(_SAME_DB, likeness[number] - _SAME_LOSS_DB)
        if given[..., 3].mean() >= _OPAQUE_MEAN_U8 and psnr_db(shown(given), shown(scene)) >= enough_db:
            return number
    return None


def _adds_nothing(order: Sequence[int], pictures: Mapping[int, Rgba], scene: Rgba) -> int | None:
    """Return the layer without which the scene is as good, if there is one: the least useful."""
    worths = layer_worths([pictures[number] for number in order], scene, range(len(order)))
    gains = {number: w.gain_db for number, w in zip(order, worths, strict=True) if w.gain_db is not None}
    least = min(gains, key=gains.__getitem__, default=None)
    return least if least is not None and gains[least] < LEAST_GAIN_DB else None


def _squared_error(picture: Rgba, scene: Rgba) -> Floats:
    apart = cv2.absdiff(picture[..., :3], scene[..., :3]).astype(np.float32) / np.float32(255)
    return np.asarray(np.square(apart).mean(axis=2), np.float32)


def _lower_nearer(order: Sequence[int], pictures: Mapping[int, Rgba], scene: Rgba) -> list[int]:
    """Put layers of which the scene does not say which is nearer from the highest to the lowest; keep the others' order."""
    alphas = {number: pictures[number][..., 3].astype(np.float32) / 255 for number in order}
    errors = {number: _squared_error(pictures[number], scene) for number in order}
    behind: dict[int, set[int]] = {}
    seen: Floats = np.ones(scene.shape[:2], np.float32)
    for place in reversed(range(len(order))):
        number = order[place]
        own = np.asarray(alphas[number] * seen, np.float32)
        behind[number] = {
            other
            for other in order[:place]
            if float((alphas[other] * own * (errors[other] - errors[number])).mean()) > _TELLING_ERROR
        }
        seen = np.asarray(seen - own, np.float32)
    rows = np.arange(len(pictures[order[0]]))
    height = {number: float(rows @ alpha.sum(axis=1) / alpha.sum()) for number, alpha in alphas.items()}
    settled: list[int] = []
    while len(settled) < len(order):
        ready = [number for number in order if number not in settled and behind[number] <= set(settled)]
        settled.append(min(ready, key=height.__getitem__))
    return settled
