"""Shadows with a hard edge that a model drew under its subject.

Soft ones fade into the background and need no search (see :mod:`~asset_pipeline.imaging.background`).
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from asset_pipeline.imaging.alpha import PixelBox
from asset_pipeline.imaging.arrays import Floats, Region
from asset_pipeline.imaging.colour import delta_e76, even_tint
from asset_pipeline.imaging.regions import Parts, distance_px, nearest_of, parts_of

# What changes less than this from pixel to pixel (ΔE76) is one flat patch.
_FLAT_STEEPNESS = 2.5
# JPEG and antialiasing spread the edge between two patches over so many pixels.
_EDGE_PX = 6
# What is smaller than this share of all that stands out says nothing about where the subject ends.
_PART_SHARE = 0.01
# A shadow reaches down to where the subject ends, lies in its lowest part, and is small beside it.
_REACHES_SHARE, _CENTRE_SHARE = 0.9, 0.78
_LEAST_SHARE, _LARGEST_SHARE = 0.001, 0.22
# It is wide, or, if narrower, a mere line; a further part of it is at least wider than high.
_WIDE_SHARE, _WIDE_ASPECT, _LINE_SHARE, _LINE_ASPECT, _LEAST_ASPECT = 0.5, 3.5, 0.2, 8.0, 1.3
# It darkens every channel of the background about alike (see even_tint; its darker middle may be tinted), and is not
# black.
_EVEN_TINT, _EVEN_TINT_MIDDLE = 0.65, 0.58
_LEAST_DARKER, _DARKEST = 4.0, 8.0
# It borders on the background, without an outline between.
_LEAST_CONTACT, _OUTLINE_DARKER, _OUTLINE_PERCENTILE = 0.2, 8.0, 20
# It comes out from under the subject: there is background above some of it, or subject beside nearly all of it.
_LEAST_OPEN_SHARE, _LEAST_BESIDE_SHARE = 0.03, 0.85
# The subject's own base looks like that too, but is as high at its ends as in its middle.
_BLUNT, _END_SHARE = 0.6, 0.04
_SAME_DELTA_E = 14.0
_BETWEEN_DELTA_E = 10.0
_ROUNDS = 4


@dataclass(frozen=True, eq=False)
class _Patch:
    """A flat part of what stands out.

    Attributes:
        part: rows and columns around it, with a margin.
        width: of its box.
        height: of its box.
        mask: bool, where it is in that part.
        colour: float32 ``(3,)``, its mean L*a*b*.
        behind: float32 ``(3,)``, that of the background there.
        lowest: all but the darkest tenth of it is lighter than this.
    """

    part: tuple[slice, slice]
    width: int
    height: int
    mask: Region
    colour: Floats
    behind: Floats
    lowest: float

    @property
    def darker(self) -> float:
        """How much darker than the background it is."""
        return float(self.behind[0] - self.colour[0])


def cast_shadow(lab: Floats, tone: Floats, steepness: Floats, region: Region) -> Region:
    """Find a shadow on the ground.

    It is a flat patch, or several, low and wide, a darker shade of the background, without an outline where it
    borders on that, and comes out from under the subject.

    Args:
        lab: float32 ``(height, width, 3)``, L*a*b*, the longer side about 512 px; not changed.
        tone: float32 of that shape, the background's own colour; not changed.
        steepness: float32 ``(height, width)``, ΔE76 from pixel to pixel; not changed.
        region: bool ``(height, width)``, the background as far as it is known; not changed.

    Returns:
        bool ``(height, width)``; all false where there is none.
    """
    shadow = np.zeros_like(region)
    frame = _frame(region)
    flat = ~region & (steepness < _FLAT_STEEPNESS)
    patches = _low_patches(lab, tone, flat, frame)
    found: list[_Patch] = []
    for _ in range(_ROUNDS):
        outside = region | shadow
        new = [
            patch
            for patch in patches
            if patch not in found
            and _looks_cast(patch, lab, flat, outside)
            and (_continues(patch, found, shadow) if found else _lies_on_ground(patch, region, frame))
        ]
        for patch in new:
            shadow[patch.part] |= patch.mask
        found += new
        if not new:
            break
    return shadow | _edge_of(shadow, lab, tone, flat | region) if found else shadow


def _frame(region: Region) -> PixelBox:
    """Return the box of all larger parts of what stands out."""
    parts = parts_of(~region, diagonal=True)
    large = parts.numbers(parts.area_px >= _PART_SHARE * np.count_nonzero(~region))
    if not large:
        return PixelBox(0, 0, 0, 0)
    left, top = parts.corners[large, :2].min(axis=0).tolist()
    right, bottom = parts.corners[large, 2:].max(axis=0).tolist()
    return PixelBox(left, top, right - left, bottom - top)


def _low_patches(lab: Floats, tone: Floats, flat: Region, frame: PixelBox) -> list[_Patch]:
    """Return the flat patches that are neither too large nor too small, and lie where a shadow can lie."""
    parts = parts_of(flat)
    share = parts.area_px / max(int(np.count_nonzero(flat)), 1)
    low = parts.corners[:, 3] >= frame.y + _REACHES_SHARE * frame.height
    low &= parts.middle[:, 1] >= frame.y + _CENTRE_SHARE * frame.height
    fits = low & (share >= _LEAST_SHARE) & (share <= _LARGEST_SHARE)
    return [_patch(lab, tone, parts, number) for number in parts.numbers(fits)]


def _patch(lab: Floats, tone: Floats, parts: Parts, number: int) -> _Patch:
    part, box = parts.around(number, _EDGE_PX + 2), parts.box(number)
    mask = parts.label[part] == number
    colours = lab[part][mask]
    return _Patch(
        part=part,
        width=box.width,
        height=box.height,
        mask=mask,
        colour=colours.mean(axis=0),
        behind=tone[part][mask].mean(axis=0),
        lowest=float(np.percentile(colours[:, 0], 10)),
    )


def _looks_cast(patch: _Patch, lab: Floats, flat: Region, outside: Region) -> bool:
    """Tell whether a patch is a darker shade of the background and lies against the *outside* without an outline."""
    if (
        patch.darker < _LEAST_DARKER
        or patch.colour[0] < _DARKEST
        or even_tint(patch.colour, patch.behind) < _EVEN_TINT
    ):
        return False
    beyond = outside[patch.part]
    from_outside = distance_px(beyond)
    rim = patch.mask & (distance_px(~np.pad(patch.mask, 1))[1:-1, 1:-1] <= 1)
    if (from_outside[rim] <= _EDGE_PX).mean() < _LEAST_CONTACT:
        return False
    between = (from_outside <= _EDGE_PX) & (distance_px(patch.mask) <= _EDGE_PX) & ~beyond & ~flat[patch.part]
    lightness = lab[patch.part][between][:, 0]
    return not lightness.size or bool(
        np.percentile(lightness, _OUTLINE_PERCENTILE) >= patch.lowest - _OUTLINE_DARKER
    )


def _lies_on_ground(patch: _Patch, region: Region, frame: PixelBox) -> bool:
    """Tell whether a patch has the place and the shape of a shadow, and not of a subject's own base."""
    aspect, share = patch.width / patch.height, patch.width / frame.width
    wide = (share >= _WIDE_SHARE and aspect >= _WIDE_ASPECT) or (
        share >= _LINE_SHARE and aspect >= _LINE_ASPECT
    )
    if not wide or even_tint(patch.colour, patch.behind) < _EVEN_TINT:
        return False
    columns = np.flatnonzero(patch.mask.any(axis=0))
    height = patch.mask.sum(axis=0)[columns]
    end = max(1, round(_END_SHARE * len(columns)))
    if min(height[:end].mean(), height[-end:].mean()) > _BLUNT * height.max():
        return False
    background = region[patch.part]
    top = patch.mask.argmax(axis=0)
    above = [background[max(0, top[x] - _EDGE_PX - 2) : top[x], x].any() for x in columns]
    return bool(np.mean(above) >= _LEAST_OPEN_SHARE or _beside(patch, background) >= _LEAST_BESIDE_SHARE)


def _beside(patch: _Patch, background: Region) -> float:
    """Return in what share of its rows a patch is the outermost part of what stands out, with more inside."""
    subject = ~background & ~cv2.dilate(patch.mask.astype(np.uint8), np.ones((1, 2 * _EDGE_PX + 1))).astype(
        bool
    )
    rows = patch.mask.any(axis=1)
    first, last = patch.mask.argmax(axis=1), patch.mask.shape[1] - 1 - patch.mask[:, ::-1].argmax(axis=1)
    inner_first, inner_last = subject.argmax(axis=1), subject.shape[1] - 1 - subject[:, ::-1].argmax(axis=1)
    flanked = subject.any(axis=1) & ((first < inner_first) | (last > inner_last))
    return float(flanked[rows].mean())


def _continues(patch: _Patch, found: list[_Patch], shadow: Region) -> bool:
    """Tell whether a patch is a further part of a shadow: of its colour, or darker and bordering on it."""
    if min(float(delta_e76(patch.colour, other.colour)) for other in found) <= _SAME_DELTA_E:
        return True
    touches = bool((distance_px(patch.mask)[shadow[patch.part]] <= _EDGE_PX).any())
    return touches and patch.width >= _LEAST_ASPECT * patch.height


def _edge_of(shadow: Region, lab: Floats, tone: Floats, taken: Region) -> Region:
    """Return the pixels along the shadow's rim whose colour lies between its own and the background's."""
    away_px, colour = nearest_of(shadow, lab)
    near = (away_px <= _EDGE_PX) & ~shadow & ~taken
    own, step = colour[near], tone[near] - colour[near]
    along = np.einsum("ni,ni->n", lab[near] - own, step) / np.maximum(np.einsum("ni,ni->n", step, step), 1e-6)
    edge = np.zeros_like(shadow)
    edge[near] = delta_e76(lab[near], own + along.clip(0, 1)[:, None] * step) < _BETWEEN_DELTA_E
    return edge
