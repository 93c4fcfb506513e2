"""Checks over all sprites of a game's pack: duplicates, variants, hues, palette, scale."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import groupby

import numpy as np

from asset_pipeline.gates.report import Report
from asset_pipeline.gates.thresholds import Thresholds
from asset_pipeline.gates.verdicts import Outcome, Verdict, judge
from asset_pipeline.imaging.arrays import Rgb, Rgba
from asset_pipeline.imaging.finish import is_pixel_art
from asset_pipeline.imaging.measure.colours import off_palette
from asset_pipeline.imaging.measure.duplicates import fingerprint, twins
from asset_pipeline.imaging.measure.grid import change_across, change_down, hidden_removed, pixel_grid
from asset_pipeline.imaging.measure.hues import closest_variants, hue_error_deg, median_lab
from asset_pipeline.imaging.measure.maps import Maps

_A_GRID = 0.8
_ENOUGH_LINES = 8


@dataclass(frozen=True, eq=False)
class Member:
    """One finished sprite of a set.

    Attributes:
        name: its id.
        rgba: uint8 ``(height, width, 4)``, straight alpha.
        variant_of: what it is one of several variants of; empty where it is none.
        supposed: it is only taken for a variant, by its description, so that one like another is a warning.
        colour: the colour its spec names.
        units: its width and height in world units; ``None`` where it has none (scenes, titles).
        style: as the manifest has it.
    """

    name: str
    rgba: Rgba = field(repr=False)
    variant_of: str = ""
    supposed: bool = False
    colour: Rgb | None = None
    units: tuple[float, float] | None = None
    style: str = ""

    @cached_property
    def maps(self) -> Maps:
        """What its measurements share."""
        return Maps(self.rgba)

    @property
    def pixels_per_unit(self) -> float | None:
        """How large it is drawn, from the area of its box; ``None`` where that cannot be told."""
        if self.units is None or self.maps.box is None:
            return None
        return math.sqrt(self.maps.box.width * self.maps.box.height / (self.units[0] * self.units[1]))


def judge_set(members: Sequence[Member], thresholds: Thresholds, *, palette: Sequence[Rgb] = ()) -> Report:
    """Judge what can only be seen of several sprites together.

    Args:
        members: all finished sprites of one pack of one game.
        thresholds: the limits, overrides applied.
        palette: the game's palette, where it has one; held against the pixel art of the set.

    Returns:
        Verdicts with subjects: only what is amiss, and one that passes for each check that found nothing.
    """
    checks = (
        _duplicates(members, thresholds),
        _variants(members, thresholds),
        _hues(members, thresholds),
        _palettes(members, thresholds, palette),
        _scales(members, thresholds),
        _cells(members, thresholds),
    )
    return Report(tuple(verdict for check in checks for verdict in _worth_telling(check)), thresholds.version)


def _worth_telling(verdicts: Iterator[Verdict]) -> Iterator[Verdict]:
    """Yield what is amiss; of a check that found nothing amiss, its closest call."""
    calm: Verdict | None = None
    amiss = False
    for verdict in verdicts:
        if verdict.outcome in {Outcome.WARN, Outcome.FAIL}:
            amiss = True
            yield verdict
        elif calm is None or (calm.value is None and verdict.value is not None):
            calm = verdict
    if calm is not None and not amiss:
        yield calm


def _duplicates(members: Sequence[Member], thresholds: Thresholds) -> Iterator[Verdict]:
    """A pair is a duplicate where hash, colour and outline all say so."""
    for pair in twins([fingerprint(member.maps) for member in members]):
        values = {
            "twin_hash_bits": float(pair.hash_bits),
            "twin_delta_e": pair.delta_e,
            "twin_matte_iou": pair.matte_iou,
        }
        subject = f"{members[pair.first].name} + {members[pair.second].name}"
        verdicts = [
            judge(
                value, thresholds.limits[metric], version=thresholds.version, subject=subject, details=values
            )
            for metric, value in values.items()
        ]
        told_apart = [verdict for verdict in verdicts if verdict.outcome is not Outcome.FAIL]
        yield told_apart[0] if told_apart else verdicts[1]


def _variants(members: Sequence[Member], thresholds: Thresholds) -> Iterator[Verdict]:
    variants = sorted((m for m in members if m.variant_of), key=lambda member: member.variant_of)
    for _, group in groupby(variants, key=lambda member: member.variant_of):
        drawn = [(member, lab) for member in group if (lab := median_lab(member.maps)) is not None]
        closest = closest_variants([lab for _, lab in drawn])
        if closest is not None:
            pair = drawn[closest.first][0], drawn[closest.second][0]
            limit = thresholds.limits["variant_delta_e"]
            yield judge(
                closest.delta_e,
                replace(limit, blocks=False) if any(one.supposed for one in pair) else limit,
                version=thresholds.version,
                subject=" + ".join(one.name for one in pair),
            )


def _hues(members: Sequence[Member], thresholds: Thresholds) -> Iterator[Verdict]:
    for member in members:
        if member.colour is not None:
            yield judge(
                hue_error_deg(member.maps, member.colour),
                thresholds.limits["hue_error_deg"],
                version=thresholds.version,
                subject=member.name,
                why_not="the named colour has no hue",
            )


def _palettes(members: Sequence[Member], thresholds: Thresholds, palette: Sequence[Rgb]) -> Iterator[Verdict]:
    for member in members:
        found = off_palette(member.maps, palette) if is_pixel_art(member.style) else None
        if found is not None:
            yield judge(
                found.share, thresholds.limits["off_palette"], version=thresholds.version, subject=member.name
            )


def _scales(members: Sequence[Member], thresholds: Thresholds) -> Iterator[Verdict]:
    sizes = [(member, scale) for member in members if (scale := member.pixels_per_unit) is not None]
    if len(sizes) < 2:
        return
    usual = float(np.median([scale for _, scale in sizes]))
    for member, scale in sizes:
        yield judge(
            abs(math.log(scale / usual)),
            thresholds.limits["scale_error"],
            version=thresholds.version,
            subject=member.name,
            details={"pixels_per_unit": scale, "usual": usual},
        )


def _cells(members: Sequence[Member], thresholds: Thresholds) -> Iterator[Verdict]:
    found = [(member, cell) for member in members if (cell := _cell_px(member)) is not None]
    if len(found) < 2:
        return
    cells = [cell for _, cell in found]
    usual = max(set(cells), key=lambda cell: (cells.count(cell), -cell))
    for member, cell in found:
        yield judge(
            abs(math.log2(cell / usual)),
            thresholds.limits["cell_error"],
            version=thresholds.version,
            subject=member.name,
            details={"cell_px": cell, "usual_px": usual},
        )


def _cell_px(member: Member) -> int | None:
    """Return the side of a square of pixel art, 1 where it has no larger grid.

    ``None`` for other styles, for scenes and lettering, which are drawn at a scale of their own, and where so few lines are
    seen that they fit a coarser grid by chance.
    """
    if "pixel" not in member.style.lower() or member.units is None or not member.maps.area_px:
        return None
    grid = pixel_grid(member.rgba)
    if grid is None or grid.score < _A_GRID:
        return 1
    shown = hidden_removed(member.rgba)
    lines = min(np.count_nonzero(change(shown)) for change in (change_across, change_down))
    return grid.cell_px if lines >= _ENOUGH_LINES else None
