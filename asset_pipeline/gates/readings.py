"""What each gate measures: from a case to one number, with the pixels at fault."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeAlias

import numpy as np

from asset_pipeline.gates.case import Case
from asset_pipeline.imaging.arrays import Region
from asset_pipeline.imaging.measure.bleed import edge_bleed
from asset_pipeline.imaging.measure.checkerboard import checkerboard
from asset_pipeline.imaging.measure.colours import colour_count, off_palette
from asset_pipeline.imaging.measure.extent import aspect_error, border_touch, coverage, fill
from asset_pipeline.imaging.measure.facts import declared_facts
from asset_pipeline.imaging.measure.grid import PixelGrid
from asset_pipeline.imaging.measure.halo import halo
from asset_pipeline.imaging.measure.hues import hue_error_deg
from asset_pipeline.imaging.measure.leak import guide_leak
from asset_pipeline.imaging.measure.letters import letter_fit
from asset_pipeline.imaging.measure.outline import holes, silhouette_fit
from asset_pipeline.imaging.measure.seams import tile_seam, wrap_seam
from asset_pipeline.imaging.measure.translucency import interior_ghost, semi_transparent
from asset_pipeline.imaging.sheets.tiling import worst_seam

_EMPTY = "nothing is covered"
_NO_BEFORE = "the picture before its background was removed is not given"
_NO_LAYERS = "there are no layers of one size"


@dataclass(frozen=True, eq=False)
class Reading:
    """One measured number.

    Attributes:
        value: the number; ``None`` where nothing could be measured.
        offending: bool ``(height, width)``, the pixels at fault, where certain ones are.
        details: other numbers of the same measurement, by name.
        why_not: why there is no number.
        subject: which part of the sprite was measured, where it is the worst of several.
    """

    value: float | None
    offending: Region | None = field(default=None, repr=False)
    details: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    why_not: str = ""
    subject: str = ""


Reader: TypeAlias = Callable[[Case], Reading]


def read(metric: str, case: Case) -> Reading:
    """Measure one metric of a case.

    Raises:
        KeyError: there is no such metric.
        ImageError: the case's pictures do not fit each other.
    """
    return _READERS[metric](case)


def metrics() -> tuple[str, ...]:
    """Return the names of all metrics of single sprites, in the order in which people should read them."""
    return tuple(_READERS)


def _missing(why_not: str) -> Reading:
    return Reading(None, why_not=why_not)


def _coverage(case: Case) -> Reading:
    return Reading(coverage(case.maps))


def _silhouette_iou(case: Case) -> Reading:
    if case.silhouette is None or (fit := silhouette_fit(case.maps, case.silhouette)) is None:
        return _missing("no silhouette is given")
    return Reading(fit.iou, fit.offending, {"precision": fit.precision, "recall": fit.recall})


def _letter_iou(case: Case) -> Reading:
    fit = None if case.lettering is None else letter_fit(case.maps, case.lettering)
    if case.lettering is None or fit is None:
        return _missing("no letters are laid out")
    worst = case.lettering.letters[fit.worst].text
    details = {"mean": sum(fit.ious) / len(fit.ious), "outline_px": fit.outline_px}
    subject = f"{worst!r}, letter {fit.worst + 1} of {len(fit.ious)}"
    return Reading(fit.ious[fit.worst], fit.offending, details, subject=subject)


def _aspect_error(case: Case) -> Reading:
    if case.aspect is None:
        return _missing("no aspect is given")
    error = aspect_error(case.maps, case.aspect)
    return Reading(error, _box_outline(case), {"wanted": case.aspect}, _EMPTY)


def _fill_error(case: Case) -> Reading:
    if case.fill_share is None:
        return _missing("it is not given how much of the canvas the sprite was to fill")
    filled = fill(case.maps)
    error = None if filled is None else filled - case.fill_share
    return Reading(error, _box_outline(case), {"wanted": case.fill_share}, _EMPTY)


def _guide_leak(case: Case) -> Reading:
    if case.guide_rgb is None:
        return _missing("no guide is given")
    found = guide_leak(case.maps, case.guide_rgb)
    return Reading(found.share, found.offending) if found else _missing(_EMPTY)


def _semi_transparent(case: Case) -> Reading:
    found = semi_transparent(case.maps)
    return Reading(found.share, found.offending) if found else _missing(_EMPTY)


def _interior_ghost(case: Case) -> Reading:
    found = interior_ghost(case.maps)
    return Reading(found.share, found.offending) if found else _missing(_EMPTY)


def _largest_component(case: Case) -> Reading:
    found = case.pieces
    return Reading(found.largest_share, found.offending) if found else _missing(_EMPTY)


def _component_count(case: Case) -> Reading:
    found = case.pieces
    return Reading(found.components, found.offending) if found else _missing(_EMPTY)


def _speck_count(case: Case) -> Reading:
    found = case.pieces
    return Reading(found.specks, found.offending) if found else _missing(_EMPTY)


def _holes(case: Case) -> Reading:
    found = holes(case.maps)
    return Reading(found.share, found.offending) if found else _missing(_EMPTY)


def _border_touch(case: Case) -> Reading:
    found = border_touch(case.maps)
    return Reading(found.share, found.offending)


def _halo(case: Case) -> Reading:
    if case.background_rgb is None:
        return _missing(_NO_BEFORE if case.before is None else "the sprite leaves no background to look at")
    found = halo(case.maps, case.background_rgb, outlined=case.outlined)
    if found is None or found.score is None:
        return _missing("the sprite has no edge that could be told from the background")
    rings = {"near": found.near, "far": found.far}
    return Reading(
        found.score, found.offending, {name: mean for name, mean in rings.items() if mean is not None}
    )


def _checkerboard(case: Case) -> Reading:
    found = None if case.before is None else checkerboard(case.before, case.maps)
    if found is None:
        return _missing(_NO_BEFORE if case.before is None else "the sprite leaves no background to look at")
    return Reading(found.score, found.offending, {"cell_px": found.cell_px})


def _hue_error_deg(case: Case) -> Reading:
    if case.colour is None:
        return _missing("no colour is named")
    return Reading(hue_error_deg(case.maps, case.colour), why_not="the named colour has no hue")


def _area_px(case: Case) -> Reading:
    return Reading(case.content.area_px)


def _luma_std(case: Case) -> Reading:
    return Reading(case.content.luma_std, case.maps.solid)


def _entropy_bits(case: Case) -> Reading:
    return Reading(case.content.entropy_bits, case.maps.solid)


def _edge_bleed(case: Case) -> Reading:
    found = edge_bleed(case.maps)
    return (
        Reading(found.delta_e, found.offending) if found else _missing("no transparent pixel is near an edge")
    )


def _pixel_grid(case: Case) -> Reading:
    grid = case.grid
    if grid is None:
        return _missing(
            "its pixels are single" if case.cell_px == 1 else "nothing changes from pixel to pixel"
        )
    return Reading(
        grid.score, details={"cell_px": grid.cell_px, "left_px": grid.left_px, "top_px": grid.top_px}
    )


def _colour_count(case: Case) -> Reading:
    return Reading(colour_count(case.maps, _true_grid(case)))


def _off_palette(case: Case) -> Reading:
    found = off_palette(case.maps, case.palette)
    return Reading(found.share, found.offending) if found else _missing("no palette is given")


def _declared_facts(case: Case) -> Reading:
    if case.declared is None:
        return _missing("nothing is declared")
    facts = declared_facts(
        case.declared.data,
        mime=case.declared.mime,
        size_px=case.declared.size_px,
        regions=case.declared.regions,
    )
    details = {"width_px": facts.width_px, "height_px": facts.height_px, "outside": len(facts.outside)}
    return Reading(facts.differences, details=details | {"overlapping": len(facts.overlapping)})


def _wrap_seam(case: Case) -> Reading:
    if case.rgba.shape[1] < 3:
        return _missing("it is less than 3 px wide")
    return Reading(wrap_seam(case.rgba, _true_grid(case)), _rim(case, across=True, down=False))


def _tile_seam(case: Case) -> Reading:
    if case.tiles:
        # All rims are drawn to common sides, so that neighbours in the sheet speak for all pairs.
        neighbours = zip(case.tiles, [*case.tiles[1:], case.tiles[0]], strict=True)
        return Reading(max(worst_seam(pair, _true_grid(case)) for pair in neighbours))
    if min(case.rgba.shape[:2]) < 3:
        return _missing("it is less than 3 px wide or high")
    seam = tile_seam(case.rgba, _true_grid(case))
    details = {"across": seam.across, "down": seam.down, "corner": seam.corner}
    return Reading(max(details.values()), _rim(case, across=True, down=True), details)


def _recomposition_psnr_db(case: Case) -> Reading:
    found = case.recomposition
    return Reading(found.psnr_db) if found else _missing(_NO_LAYERS)


def _recomposition_ssim(case: Case) -> Reading:
    found = case.recomposition
    return Reading(found.ssim) if found else _missing(_NO_LAYERS)


def _order_margin_db(case: Case) -> Reading:
    found = case.recomposition
    if found is None:
        return _missing(_NO_LAYERS)
    back_to_front = {f"place_{place}": layer for place, layer in enumerate(found.order)}
    return Reading(found.margin_db, details=back_to_front, why_not="there is a single layer")


def _layer_coverage(case: Case) -> Reading:
    covers = [worth.coverage for worth in case.layer_worths]
    if not covers:
        return _missing(_NO_LAYERS)
    return Reading(min(covers), details={"layer": int(np.argmin(covers))})


def _layer_gain_db(case: Case) -> Reading:
    gains = [worth.gain_db for worth in case.layer_worths if worth.gain_db is not None]
    if not gains:
        return _missing("there are no two layers of one size")
    return Reading(min(gains), details={"layer": int(np.argmin(gains))})


def _layer_sizes(case: Case) -> Reading:
    found = case.layer_canvas
    return Reading(found.sizes) if found else _missing("there are no layers")


def _layer_scale(case: Case) -> Reading:
    found = case.layer_canvas
    return Reading(found.scale) if found else _missing("there are no layers")


def _state_iou(case: Case) -> Reading:
    found = case.state
    return (
        Reading(found.iou, found.offending) if found else _missing("there is no other state to compare with")
    )


def _state_shift_px(case: Case) -> Reading:
    found = case.state
    if found is None:
        return _missing("there is no other state to compare with")
    return Reading(found.box_shift_px, found.offending)


def _true_grid(case: Case) -> PixelGrid | None:
    """Return the grid, unless it is only the least bad one of a picture that has none."""
    return case.grid if case.grid is not None and case.grid.score >= _A_GRID else None


_A_GRID = 0.4


def _box_outline(case: Case) -> Region | None:
    """Return the frame of the sprite's box."""
    if case.maps.box is None:
        return None
    x, y, width, height = case.maps.box
    outline = np.zeros_like(case.maps.solid)
    outline[y : y + height, x : x + width] = True
    outline[y + 1 : y + height - 1, x + 1 : x + width - 1] = False
    return outline


def _rim(case: Case, *, across: bool, down: bool) -> Region:
    """Return the pixels that meet when the picture repeats."""
    rim = np.zeros_like(case.maps.solid)
    if across:
        rim[:, [0, -1]] = True
    if down:
        rim[[0, -1]] = True
    return rim


_READERS: Mapping[str, Reader] = MappingProxyType(
    {
        "area_px": _area_px,
        "luma_std": _luma_std,
        "entropy_bits": _entropy_bits,
        "coverage": _coverage,
        "silhouette_iou": _silhouette_iou,
        "letter_iou": _letter_iou,
        "aspect_error": _aspect_error,
        "fill_error": _fill_error,
        "border_touch": _border_touch,
        "guide_leak": _guide_leak,
        "hue_error_deg": _hue_error_deg,
        "semi_transparent": _semi_transparent,
        "interior_ghost": _interior_ghost,
        "largest_component": _largest_component,
        "component_count": _component_count,
        "speck_count": _speck_count,
        "holes": _holes,
        "halo": _halo,
        "checkerboard": _checkerboard,
        "edge_bleed": _edge_bleed,
        "pixel_grid": _pixel_grid,
        "colour_count": _colour_count,
        "off_palette": _off_palette,
        "wrap_seam": _wrap_seam,
        "tile_seam": _tile_seam,
        "recomposition_psnr_db": _recomposition_psnr_db,
        "recomposition_ssim": _recomposition_ssim,
        "order_margin_db": _order_margin_db,
        "layer_coverage": _layer_coverage,
        "layer_gain_db": _layer_gain_db,
        "layer_sizes": _layer_sizes,
        "layer_scale": _layer_scale,
        "state_iou": _state_iou,
        "state_shift_px": _state_shift_px,
        "declared_facts": _declared_facts,
    }
)
