"""Judging sprites of several pictures part by part: cells of a sheet, states of a piece of user interface, planned layers."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from asset_pipeline.gates.case import Case
from asset_pipeline.gates.report import Judged, Report, judge_case
from asset_pipeline.gates.thresholds import Thresholds
from asset_pipeline.gates.verdicts import Verdict
from asset_pipeline.imaging.alpha import PixelBox
from asset_pipeline.imaging.png import decode_image
from asset_pipeline.imaging.seams import MARGIN_SHARE
from asset_pipeline.imaging.sheets.slicing import sliced
from asset_pipeline.manifest.composites import SheetForm
from asset_pipeline.sprites.artwork import Artwork, FinishedSprite
from asset_pipeline.sprites.layouts import drawn_boxes
from asset_pipeline.sprites.sheets import cell_boxes, repeating_cells

STATES = ("state_iou", "state_shift_px")
CONTENT = ("area_px", "luma_std", "entropy_bits")
CUT_LAYERS = ("coverage", "interior_ghost")


def cells_judged(
    form: SheetForm, artwork: Artwork, gates: Sequence[str], limits: Thresholds, *, outlined: bool
) -> Iterator[Judged]:
    """Judge the cutout of a sheet cell by cell, on the canvas of the whole: beside others no empty cell would be missed.

    *outlined*: as its spec says, each has a line around it.
    """
    cutout = decode_image(artwork.images[0], what="the cutout")
    before = None if artwork.generated is None else decode_image(artwork.generated, what="the picture")
    boxes = drawn_boxes(form, cutout)
    for number, box in enumerate(boxes):
        [cell], drawn = sliced(cutout, [box]), None if before is None else sliced(before, [box])[0]
        judged = judge_case(Case(cell, before=drawn, outlined=outlined), (*gates, *CONTENT), limits)
        about = form.variants[number] if form.variants else f"cell {number}"
        yield _on_canvas(_about(judged, about), box, cutout.shape[:2])


def tiles_judged(form: SheetForm, finished: FinishedSprite, limits: Thresholds) -> Iterator[Judged]:
    """Judge whether there is anything on each finished tile that repeats, on the canvas of the whole.

    In its middle: at the rim the other tiles show, to which it was fitted.
    """
    sheet, boxes = decode_image(finished.picture, what="the tiles"), cell_boxes(form)
    for number in repeating_cells(form):
        middle = _middle(boxes[number])
        [tile] = sliced(sheet, [middle])
        judged = _about(judge_case(Case(tile), CONTENT, limits), f"tile {number}")
        yield _on_canvas(judged, middle, sheet.shape[:2])


def layers_judged(artwork: Artwork, limits: Thresholds) -> Iterator[Judged]:
    """Judge each layer that was cut out by itself: one that covers everything hides what is behind it, one of mist shows it."""
    for number, png in enumerate(artwork.images[1:], start=1):
        case = Case(decode_image(png, what=f"layer {number}"))
        yield _about(judge_case(case, CUT_LAYERS, limits), f"layer {number}")


def states_judged(finished: FinishedSprite, limits: Thresholds) -> Iterator[Judged]:
    """Hold each state of a piece of user interface against its normal one."""
    if not finished.states:
        return
    base = decode_image(finished.picture, what="the normal state")
    for state, png in finished.states.items():
        case = Case(decode_image(png, what=f"the state {state}"), base=base)
        yield _about(judge_case(case, STATES, limits), state)


def worst_of(parts: Sequence[Judged], version: str) -> Judged:
    """Of a gate that was asked several times, tell the worst verdict, in the order in which gates were first asked."""
    worst: dict[str, tuple[Verdict, Judged]] = {}
    for part in parts:
        for verdict in part.report.verdicts:
            if verdict.metric not in worst or _goodness(verdict) < _goodness(worst[verdict.metric][0]):
                worst[verdict.metric] = verdict, part
    faults = {
        metric: part.offending[metric] for metric, (_, part) in worst.items() if metric in part.offending
    }
    return Judged(Report(tuple(verdict for verdict, _ in worst.values()), version), MappingProxyType(faults))


def _goodness(verdict: Verdict) -> float:
    return 2.0 if verdict.quality is None else verdict.quality


def _middle(box: PixelBox) -> PixelBox:
    across, down = math.ceil(box.width * MARGIN_SHARE), math.ceil(box.height * MARGIN_SHARE)
    return PixelBox(box.x + across, box.y + down, box.width - 2 * across, box.height - 2 * down)


def _about(judged: Judged, subject: str) -> Judged:
    verdicts = tuple(replace(verdict, subject=subject) for verdict in judged.report.verdicts)
    return Judged(Report(verdicts, judged.report.version), judged.offending)


def _on_canvas(judged: Judged, box: PixelBox, shape: tuple[int, ...]) -> Judged:
    """Move the pixels at fault from a cell to where it lies."""
    moved = {}
    for metric, region in judged.offending.items():
        moved[metric] = np.zeros(shape, bool)
        moved[metric][box.y : box.y + box.height, box.x : box.x + box.width] = region
    return Judged(judged.report, MappingProxyType(moved))
