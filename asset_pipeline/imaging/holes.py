"""Which enclosed areas of the background's colour are holes, and which are eyes, gloves, highlights and clouds."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from asset_pipeline.imaging.arrays import Floats, Region
from asset_pipeline.imaging.regions import Parts, distance_px, parts_of
from asset_pipeline.imaging.surface import Surface

# Smaller and thinner ones cannot be judged.
_LEAST_HOLE_PX, _LEAST_RADIUS_PX = 16, 1.9
# A hole is bounded by something else than background: all around it, but for a tenth, there is something close that
# differs from that by at least this (ΔE76), and by much more around a tiny one. A highlight fades, and so does a cloud.
_WALL_NEAR_PX, _WALL_FAR_PX, _WALL_DELTA_E, _WALL_PERCENTILE = 1.5, 3.2, 15.0, 10
# How close: JPEG blurs what bounds a large one.
_WALL_WINDOW_PX, _LARGE_RADIUS_PX, _LARGE_WALL_WINDOW_PX = 5, 12.0, 11
_TINY_RADIUS_PX, _TINY_WALL_DELTA_E = 3.0, 45.0
# Nobody has eyes of a saturated (chroma key) colour: there, whatever has the colour is a hole.
_NEUTRAL_CHROMA, _SATURATED_LEAST_SHARE, _SATURATED_DELTA_E = 14.0, 0.0005, 2.5
# On white and grey the colour must be the same to a hair, for painted white is a little lighter. JPEG tints small
# areas, and what is seen through small gaps is a little darker.
_LIGHTER, _DARKER, _TINTED, _TINTED_SMALL, _SMALL_RADIUS_PX = 0.6, 1.0, 1.0, 1.8, 6.0
_NOISE_SHARE = 0.3
# Pure white beside a background that is not quite is paint. Where the background is pure itself, colour says
# nothing, and shape has to.
_PURE_WHITE, _PURE_BLACK, _LIGHTER_IF_PURE = 99.35, 0.5, 0.25
_ALMOST_PURE_WHITE = 99.5
# Around a hole the subject is thicker than an outline, and thinner than the hole is wide: it is a ring, a loop. What
# lies too deep inside for its size is no hole at all.
_BLUR_PX, _OUTLINE_SHARE, _LOOP_SHARE, _DEEP_SHARE = 3.0, 0.05, 0.9, 15.0
# What fills as much of the subject is no eye; and a hole holds nothing, but an eye a pupil.
_LARGE_SHARE, _EMPTY_SHARE = 0.06, 0.97
# Both tones of a checkerboard, each in this share of an area, are never paint.
_TONE_SHARE = 0.12
# A picture may be full of them; then the small ones do not matter.
_MOST_HOLES = 300
# In a net, a hole that is found makes the next one a hole at the rim.
_ROUNDS = 4


@dataclass(frozen=True, eq=False)
class _Area:
    """An enclosed area of the background's colour.

    Attributes:
        part: rows and columns around it, with a margin.
        mask: bool, where it is in that part.
        radius_px: of the largest circle in it.
        wall_px: how thin the subject is between it and the outside.
        share: of the subject that it fills.
    """

    part: tuple[slice, slice]
    mask: Region
    radius_px: float
    wall_px: float
    share: float


def find_holes(lab: Floats, surface: Surface, delta_e: Floats, enclosed: Region, outside: Region) -> Region:
    """Choose, among the enclosed areas of the background's colour, those through which it is seen.

    Args:
        lab: float32 ``(height, width, 3)``, L*a*b*, denoised; not changed.
        surface: the background.
        delta_e: float32 ``(height, width)``, ΔE76 from the background; not changed.
        enclosed: bool, what is like the background and not connected to it; not changed.
        outside: bool, the background; not changed.

    Returns:
        bool ``(height, width)``; part of *enclosed*.
    """
    parts = parts_of(enclosed)
    holes = np.zeros_like(enclosed)
    waiting = parts.numbers(parts.area_px >= _LEAST_HOLE_PX, at_most=_MOST_HOLES)
    subject_px = max(int(np.count_nonzero(~outside)), 1)
    for _ in range(_ROUNDS if waiting else 0):
        wall_px = distance_px(outside | holes)
        areas = {number: _area(parts, number, wall_px, subject_px) for number in waiting}
        wide = {number: area for number, area in areas.items() if area.radius_px >= _LEAST_RADIUS_PX}
        found = [number for number, area in wide.items() if _is_hole(area, lab, surface, delta_e)]
        for number in found:
            holes[areas[number].part] |= areas[number].mask
        waiting = [number for number in waiting if number not in found]
        if not found or not waiting:
            break
    return holes


def _area(parts: Parts, number: int, wall_px: Floats, subject_px: int) -> _Area:
    part = parts.around(number, int(_WALL_FAR_PX) + _LARGE_WALL_WINDOW_PX)
    mask = parts.label[part] == number
    return _Area(
        part=part,
        mask=mask,
        radius_px=float(distance_px(~np.pad(mask, 1)).max()),
        wall_px=float(wall_px[part][mask].min()),
        share=float(parts.area_px[number]) / subject_px,
    )


def _is_hole(area: _Area, lab: Floats, surface: Surface, delta_e: Floats) -> bool:
    """Weigh colour first, then what is around it, and shape where colour cannot tell."""
    colours = lab[area.part]
    inside = cv2.erode(area.mask.astype(np.uint8), np.ones((3, 3), np.uint8), borderValue=0) > 0
    inside = inside if inside.any() else area.mask
    if len(surface.tones) > 1 and _holds_both_tones(area, colours, surface):
        return True
    if surface.chroma >= _NEUTRAL_CHROMA:
        same = float(np.median(delta_e[area.part][inside])) <= _SATURATED_DELTA_E + surface.noise
        return same and area.share >= _SATURATED_LEAST_SHARE
    own = colours[inside].mean(axis=0)
    behind = surface.nearest(colours, area.part)[inside].mean(axis=0)
    if not _same_neutral(own, behind, area.radius_px, surface.noise) or not _is_walled(area, delta_e):
        return False
    outlined = (
        area.radius_px >= _LARGE_RADIUS_PX and area.wall_px - _BLUR_PX < _OUTLINE_SHARE * area.radius_px
    )
    if outlined or area.wall_px > _DEEP_SHARE * area.radius_px:
        return False
    looped = area.wall_px <= _LOOP_SHARE * area.radius_px
    if _PURE_BLACK < behind[0] < _PURE_WHITE:
        paint = own[0] >= _ALMOST_PURE_WHITE and own[0] - behind[0] > _LIGHTER_IF_PURE
        return not paint or (looped and area.share >= _LARGE_SHARE and _is_empty(area))
    return _is_empty(area) and (looped or area.share >= _LARGE_SHARE)


def _same_neutral(own: Floats, behind: Floats, radius_px: float, noise: float) -> bool:
    lighter = float(own[0] - behind[0])
    tint = float(np.hypot(*(own - behind)[1:])) - _NOISE_SHARE * noise
    return -_DARKER <= lighter <= _LIGHTER and tint <= (
        _TINTED_SMALL if radius_px < _SMALL_RADIUS_PX else _TINTED
    )


def _holds_both_tones(area: _Area, colours: Floats, surface: Surface) -> bool:
    dark, light = (tone[area.part][area.mask] for tone in surface.tones)
    step = light - dark
    along = np.einsum("ni,ni->n", colours[area.mask] - dark, step) / np.einsum("ni,ni->n", step, step).clip(
        1e-6
    )
    return bool(min((along < 0.25).mean(), (along > 0.75).mean()) >= _TONE_SHARE)


def _is_walled(area: _Area, delta_e: Floats) -> bool:
    away_px = distance_px(area.mask)
    window = _WALL_WINDOW_PX if area.radius_px < _LARGE_RADIUS_PX else _LARGE_WALL_WINDOW_PX
    nearby = cv2.dilate(delta_e[area.part], np.ones((window, window), np.uint8))
    around = nearby[(away_px > _WALL_NEAR_PX) & (away_px <= _WALL_FAR_PX)]
    least = _TINY_WALL_DELTA_E if area.radius_px < _TINY_RADIUS_PX else _WALL_DELTA_E
    return bool(around.size and np.percentile(around, _WALL_PERCENTILE) >= least)


def _is_empty(area: _Area) -> bool:
    mask = area.mask.astype(np.uint8)
    outline, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    filled_px = np.count_nonzero(cv2.drawContours(mask.copy(), outline, -1, 1, cv2.FILLED))
    return bool(np.count_nonzero(mask) >= _EMPTY_SHARE * filled_px)
