"""Where two cutouts of one picture disagree, which of them is right."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from asset_pipeline.imaging.arrays import Region
from asset_pipeline.imaging.background import Background
from asset_pipeline.imaging.colour import even_tint
from asset_pipeline.imaging.regions import grown, parts_of, reached_from_border, shrunk

# Along the contour, and in spots as small as this share of the picture, two cutouts may differ as they like.
_CONTOUR_PX, _LEAST_SHARE = 2, 1e-4
_MOSTLY, _MOST = 0.5, 300
# What has the background's colour to a hair, evenly, is background.
_SAME_LIGHTNESS, _SAME_TINT, _SAME_SPREAD = 0.8, 1.2, 1.5
# A part as large as this share of the subject is its body.
_BODY_SHARE = 0.2
# What differs less than this (ΔE76) from the background may be glow; and what is a darker shade of it, and lies low and
# is wide (shares of the subject's height and width), shadow.
_PALE_DELTA_E, _SHADOW_TINT, _LOW_SHARE, _WIDE_SHARE = 30.0, 0.5, 0.75, 0.25
# In the dark everything that glows looks like nothing but itself.
_DARK_LIGHTNESS = 50.0


class Finding(StrEnum):
    """What a part is on which a matting model's cutout and our own disagree, and so, who is right."""

    BACKGROUND_LEFT = "background it left in"
    SHADOW_LEFT = "a shadow it left in"
    TORN = "holes it tore"
    LOST = "parts of the subject it lost"
    PALE = "pale parts that only it kept"
    DROPPED = "glow or shadow that only it dropped"

    @property
    def against_model(self) -> bool:
        """The picture's own colours overrule the model here; else the model overrules them."""
        return self not in (Finding.PALE, Finding.DROPPED)


@dataclass(frozen=True, eq=False)
class Rulings:
    """The agreed background.

    Attributes:
        region: bool ``(height, width)``, what is not subject.
        firm: bool ``(height, width)``, what is subject on the model's word alone.
        shares: what was found where the two disagreed, as shares of the subject.
    """

    region: Region
    firm: Region
    shares: dict[Finding, float]


def rule(background: Background, own: Region, clear: Region) -> Rulings:
    """Decide part by part.

    A model knows what things are, and is right about pale parts that colour cannot tell from the background, and
    about glows and shadows that it dropped. Colour is right about what it can tell: background and hard shadows
    that a model left in, and holes it tore into a body or parts it lost that look like no background at all.

    Args:
        background: what colour alone found; its region is not empty.
        own: bool ``(height, width)``, what is transparent in the cutout made of that; not changed.
        clear: bool ``(height, width)``, what the model's cutout leaves transparent; not changed.
    """
    region, firm = background.region.copy(), np.zeros_like(clear)
    found: dict[Finding, int] = {}
    outside = reached_from_border(clear, clear)
    for disputed, judge in (
        (own & ~clear, _judge_kept),
        (clear & ~own, _judge_lost),
    ):
        parts = parts_of(_without_contour(disputed))
        for number in parts.numbers(parts.area_px >= max(1, _LEAST_SHARE * clear.size), at_most=_MOST):
            around = parts.around(number, 0)
            mask = parts.label[around] == number
            finding = judge(background, outside, around, mask)
            found[finding] = found.get(finding, 0) + int(parts.area_px[number])
            if finding is Finding.PALE:
                region[around] &= ~mask
                firm[around] |= mask
            elif finding is Finding.DROPPED:
                region[around] |= mask
    subject_px = max(int(np.count_nonzero(~region)), 1)
    return Rulings(region, firm, {finding: area_px / subject_px for finding, area_px in found.items()})


def _without_contour(disputed: Region) -> Region:
    return grown(shrunk(disputed, _CONTOUR_PX), _CONTOUR_PX) & disputed


def _judge_kept(background: Background, _: Region, around: tuple[slice, slice], mask: Region) -> Finding:
    """Judge what the model kept and colour took for background, shadow or glow."""
    if background.cast[around][mask].mean() > _MOSTLY:
        return Finding.SHADOW_LEFT
    difference = (background.lab[around] - background.tone[around])[mask]
    lightness, *tint = difference.mean(axis=0)
    same = abs(lightness) <= _SAME_LIGHTNESS and np.hypot(*tint) <= _SAME_TINT
    even = difference.std(axis=0).max() <= _SAME_SPREAD
    return Finding.BACKGROUND_LEFT if same and even else Finding.PALE


def _judge_lost(
    background: Background, outside: Region, around: tuple[slice, slice], mask: Region
) -> Finding:
    """Judge what the model dropped and colour took for the subject."""
    if outside[around][mask].mean() < _MOSTLY:
        return Finding.TORN
    if np.count_nonzero(mask) >= _BODY_SHARE * np.count_nonzero(~background.region):
        return Finding.LOST
    own, behind = (picture[around][mask].mean(axis=0) for picture in (background.lab, background.tone))
    pale = background.delta_e[around][mask].mean() < _PALE_DELTA_E
    shaded = (
        own[0] < behind[0] and even_tint(own, behind) > _SHADOW_TINT and _lies_on_ground(background, around)
    )
    return Finding.DROPPED if pale or shaded or behind[0] < _DARK_LIGHTNESS else Finding.LOST


def _lies_on_ground(background: Background, around: tuple[slice, slice]) -> bool:
    rows, columns = (np.flatnonzero(~background.region.all(axis=axis)) for axis in (1, 0))
    middle, width = (around[0].start + around[0].stop) / 2, around[1].stop - around[1].start
    low = middle >= rows[0] + _LOW_SHARE * (rows[-1] - rows[0])
    return bool(low and width >= _WIDE_SHARE * (columns[-1] - columns[0]))
