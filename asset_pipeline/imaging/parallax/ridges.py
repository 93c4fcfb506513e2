"""Where one depth of a scene ends and the next, nearer one begins."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from asset_pipeline.imaging.arrays import Floats
from asset_pipeline.imaging.colour import delta_e76, rgb_to_lab

# ΔE76 between what lies above and below, from which a line is as good as it gets; texture should not outbid a
# ridge.
_FULL_CONTRAST_DELTA_E = 25.0
_CONTRAST_ROWS_SHARE = 0.008
# So many rows away a ridge still parts two things; the beam of a crane, or a mouth, is over by then.
_FAR_ROWS_SHARE = 0.04
# What a path pays to climb or fall by a pixel; going along one column without any contrast costs 1.
_CLIMB_COST = 0.12
# The farthest layer, mostly sky, begins with this share of the height; what is left is shared out evenly.
_SKY_SHARE = 0.3
_DISPLACEMENT_COST = 0.35
_COARSE_SIDE_PX = 256
_REFINED_COARSE_ROWS = 3


def find_ridges(rgb: NDArray[np.uint8], count: int, *, wraps: bool) -> list[NDArray[np.intp]]:
    """Find lines from the left to the right side along which what is above differs most from what is below.

    Each is the cheapest path through the picture (dynamic programming, as for the seams of Avidan and Shamir
    2007), drawn towards an even spacing of depths and kept below the one before.

    Args:
        rgb: uint8 ``(height, width, 3)``, sRGB; not changed. At least ``4 * (count + 1)`` rows high.
        count: how many lines.
        wraps: each line is to end at the right side where it begins at the left.

    Returns:
        *count* arrays of intp ``(width,)``, from the highest line to the lowest: the first row below the
        line, in each column.
    """
    height, width = rgb.shape[:2]
    flatness = 1 - _contrast(rgb)
    scale = min(1.0, _COARSE_SIDE_PX / max(height, width))
    small = max(1, round(width * scale)), max(min(height, 4 * (count + 1)), round(height * scale))
    coarse = np.asarray(cv2.resize(flatness, small, interpolation=cv2.INTER_AREA), np.float32)
    ridges = _coarse_ridges(coarse, count, wraps=wraps)
    if scale == 1:
        return ridges
    if not ridges:
        return []
    refined = _refined(flatness, np.stack(ridges), height / small[1], wraps=wraps)
    return list(np.maximum.accumulate(refined, axis=0))


def _coarse_ridges(flatness: Floats, count: int, *, wraps: bool) -> list[NDArray[np.intp]]:
    """Find the lines, one after the other from the top."""
    height, width = flatness.shape
    row = np.arange(height)[:, None]
    spacing = height * (1 - _SKY_SHARE) / (count + 1)
    least_gap = max(2, round(spacing / 4))
    ridges: list[NDArray[np.intp]] = []
    highest = np.full(width, least_gap)
    for number in range(count):
        wanted = height * _SKY_SHARE + spacing * (number + 1)
        cost = flatness + _DISPLACEMENT_COST * ((row - wanted) / spacing) ** 2
        lowest = height - least_gap * (count - number - 1) - 2
        cost[(row < np.minimum(highest, lowest)) | (row > lowest)] = np.inf
        ridges.append(_paths(cost[None], wraps=wraps)[0])
        highest = ridges[-1] + least_gap
    return ridges


def _refined(flatness: Floats, coarse: NDArray[np.intp], scale: float, *, wraps: bool) -> NDArray[np.intp]:
    """Carry lines found on a small copy, ``(count, width)``, over to the full picture: the best paths close to them."""
    height, width = flatness.shape
    column = np.arange(width)
    coarse_column = (np.arange(coarse.shape[1]) + 0.5) * width / coarse.shape[1] - 0.5
    period = width if wraps else None
    between = np.stack([np.interp(column, coarse_column, line * scale, period=period) for line in coarse])
    around = np.rint(between).astype(np.intp)
    reach = int(np.ceil(_REFINED_COARSE_ROWS * scale))
    rows: NDArray[np.intp] = (around[:, None] + np.arange(-reach, reach + 1)[:, None]).clip(1, height - 1)
    best = _paths(flatness[rows, column], wraps=wraps)
    return np.take_along_axis(rows, best[:, None], axis=1)[:, 0]


def _contrast(rgb: NDArray[np.uint8]) -> Floats:
    """Measure, in ``[0, 1]``, how much what is below the top of each pixel differs from what is above, near and far."""
    lab = rgb_to_lab(rgb)
    near = _step(lab, max(2, round(_CONTRAST_ROWS_SHARE * len(rgb))))
    far = _step(lab, max(2, round(_FAR_ROWS_SHARE * len(rgb))))
    return np.asarray((near + np.sqrt(near * far)) / 2, np.float32)


def _step(lab: Floats, rows: int) -> Floats:
    """Measure, in ``[0, 1]``, how much the *rows* just below the top of each pixel differ from those above, by their means."""
    mean = cv2.blur(cv2.copyMakeBorder(lab, rows, rows, 0, 0, cv2.BORDER_REPLICATE), (3, rows), anchor=(1, 0))
    below, above = (part.astype(np.float32, copy=False) for part in (mean[rows:-rows], mean[: len(lab)]))
    step: Floats = np.minimum(delta_e76(below, above) / np.float32(_FULL_CONTRAST_DELTA_E), 1)
    return step


def _paths(cost: NDArray[np.floating], *, wraps: bool) -> NDArray[np.intp]:
    """Return the cheapest paths through several pictures; a closed one is first found in the middle of a round, then held there.

    Args:
        cost: ``(count, height, width)``; not changed.
        wraps: the paths are to end where they begin.

    Returns:
        intp ``(count, width)``, the row in each column.
    """
    if not wraps:
        return _cheapest_paths(cost)
    count, half = len(cost), cost.shape[2] // 2
    begin = _cheapest_paths(np.roll(cost, half, axis=2))[:, half]
    held = np.concatenate([cost, cost[:, :, :1]], axis=2)
    held[:, :, [0, -1]] = np.inf
    held[np.arange(count), begin, 0] = held[np.arange(count), begin, -1] = 0
    return _cheapest_paths(held)[:, :-1]


def _cheapest_paths(cost: NDArray[np.floating]) -> NDArray[np.intp]:
    """Return the row of each column on the path from left to right with the least sum of cost and climbing.

    Every row can be reached from every other at a price linear in their distance, so that the cheapest
    predecessor of all rows comes from one running minimum down and one up (Felzenszwalb and Huttenlocher
    2012, section 3).
    """
    count, height, width = cost.shape
    climb = _CLIMB_COST * np.arange(height)
    columns = np.ascontiguousarray(np.moveaxis(cost, 2, 0), np.float64)
    total = np.empty_like(columns)
    total[0] = columns[0]
    for x in range(1, width):
        from_above = np.minimum.accumulate(total[x - 1] - climb, axis=1) + climb
        from_below = np.minimum.accumulate((total[x - 1] + climb)[:, ::-1], axis=1)[:, ::-1] - climb
        total[x] = columns[x] + np.minimum(from_above, from_below)
    path = np.empty((count, width), np.intp)
    path[:, -1] = total[-1].argmin(axis=1)
    for x in range(width - 2, -1, -1):
        path[:, x] = (total[x] + np.abs(climb - climb[path[:, x + 1], None])).argmin(axis=1)
    return path
