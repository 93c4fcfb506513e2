"""Measuring a sprite by what its spec asks for: the cutout on its canvas, the layers on theirs, the finished picture."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from asset_pipeline.gates.case import Case, Declared
from asset_pipeline.gates.guides import read_guide
from asset_pipeline.gates.report import Judged, judge_case
from asset_pipeline.gates.select import Step, select
from asset_pipeline.gates.thresholds import Override, Thresholds, thresholds
from asset_pipeline.imaging.alpha import PixelBox
from asset_pipeline.imaging.arrays import Rgba
from asset_pipeline.imaging.colour import parse_colour
from asset_pipeline.imaging.finish import square_px
from asset_pipeline.imaging.lettering import Lettering
from asset_pipeline.imaging.measure.extent import fill
from asset_pipeline.imaging.measure.maps import Maps
from asset_pipeline.imaging.png import decode_image
from asset_pipeline.imaging.sheets.slicing import sliced
from asset_pipeline.manifest.composites import SheetForm, UiForm
from asset_pipeline.manifest.quality import GateChange, GateName
from asset_pipeline.manifest.spec import SpriteSpec
from asset_pipeline.manifest.sprites import EntityForm
from asset_pipeline.providers.operations import Operation
from asset_pipeline.sprites.artwork import Artwork, FinishedSprite
from asset_pipeline.sprites.guides import as_large_as, own_colour
from asset_pipeline.sprites.lettering import lettering_of, lettering_on
from asset_pipeline.sprites.parts import (
    CUT_LAYERS,
    STATES,
    cells_judged,
    layers_judged,
    states_judged,
    tiles_judged,
    worst_of,
)
from asset_pipeline.sprites.scene_plan import planned_layers
from asset_pipeline.sprites.sheets import cell_boxes, repeating_tiles

# Of layers that were drawn one by one the scene is what they give, their order is the plan's, and their size is one.
_OF_SPLITTING = frozenset(
    {"recomposition_psnr_db", "recomposition_ssim", "order_margin_db", "layer_sizes", "layer_scale"}
)


def gates_of(spec: SpriteSpec) -> tuple[str, ...]:
    """Name all gates that *spec* must pass."""
    several = isinstance(spec.details, UiForm) and len(spec.details.states) > 1
    more = STATES if several else CUT_LAYERS if planned_layers(spec) else ()
    return (*_before_finish(spec), *_gates(spec, "finish"), *more)


def limits_of(spec: SpriteSpec) -> Thresholds:
    """Return the limits of *spec*, with those its manifest changes.

    A colour that only its description names ("green grass on brown earth") is no order: where it is not seen, that is a warning.

    Raises:
        ConfigError: the data is damaged.
    """
    usual = thresholds(kind=spec.kind, style=spec.style)
    if not (isinstance(spec.details, EntityForm) and spec.details.colour):
        hue = replace(usual.limits["hue_error_deg"], blocks=False)
        usual = replace(usual, limits=MappingProxyType({**usual.limits, hue.metric: hue}))
    return changed(usual, spec.gates)


def changed(limits: Thresholds, gates: Mapping[GateName, GateChange]) -> Thresholds:
    """Return *limits* with those that a manifest changes."""
    return limits.overridden(
        Override(gate, change.why, *_range(change.at_least, change.at_most), off=change.off)
        for gate, change in gates.items()
    )


def judge(spec: SpriteSpec, artwork: Artwork, finished: FinishedSprite) -> Judged:
    """Measure a sprite by all its gates.

    Args:
        spec: what it is to be.
        artwork: what it was finished from.
        finished: the finished sprite.

    Returns:
        The verdicts of both, and the pixels at fault on the canvas where each was measured: that of *artwork* or of
        *finished*.

    Raises:
        ImageError: a picture cannot be decoded, or they do not fit each other.
    """
    limits = limits_of(spec)
    parts = [
        judge_case(_finished_case(spec, finished), _gates(spec, "finish"), limits),
        *states_judged(finished, limits),
        *(layers_judged(artwork, limits) if planned_layers(spec) else ()),
    ]
    if isinstance(spec.details, SheetForm) and spec.details.sheet == "tile":
        parts += tiles_judged(spec.details, finished, limits)
    if gates := _before_finish(spec):
        if isinstance(spec.details, SheetForm):
            outlined = "outlined" in spec.traits
            parts = [*cells_judged(spec.details, artwork, gates, limits, outlined=outlined), *parts]
        else:
            case = _layers_case(artwork) if spec.kind == "parallax" else _cutout_case(spec, artwork)
            parts.insert(0, judge_case(case, gates, limits))
    return worst_of(parts, limits.version)


def judge_picture(
    spec: SpriteSpec, picture: bytes, *, before: bytes | None = None, guide: bytes | None = None
) -> Judged:
    """Measure one picture file as a run would: as the finished sprite, or as its cutout.

    Args:
        spec: what it is to be.
        picture: PNG bytes; the finished sprite, or, where *before* is given, the cutout on its canvas.
        before: the picture before its background was removed.
        guide: the guide it was drawn over.

    Raises:
        ImageError: a picture cannot be decoded, or they do not fit each other.
    """
    if before is None:
        return judge_case(
            _finished_case(spec, FinishedSprite(picture)), _gates(spec, "finish"), limits_of(spec)
        )
    cutout = Artwork((picture,), guide=guide, generated=before)
    if isinstance(spec.details, SheetForm):
        outlined = "outlined" in spec.traits
        gates, limits = _before_finish(spec), limits_of(spec)
        cells = list(cells_judged(spec.details, cutout, gates, limits, outlined=outlined))
        return worst_of(cells, limits.version)
    return judge_case(_cutout_case(spec, cutout), _before_finish(spec), limits_of(spec))


def canvases(spec: SpriteSpec, artwork: Artwork) -> tuple[Rgba, ...]:
    """Return the pictures on which :func:`judge` marks faults, beside the finished one."""
    return (decode_image(artwork.images[0], what="the cutout"),) if _before_finish(spec) else ()


def _gates(spec: SpriteSpec, step: Step) -> tuple[str, ...]:
    tile = isinstance(spec.details, SheetForm) and spec.details.sheet == "tile"
    traits = (*spec.traits, *(() if spec.transparent else ("opaque",)), *(("tile",) if tile else ()))
    guided = isinstance(spec.details, EntityForm)
    lettered = lettering_of(spec) is not None
    chosen = select(
        kind=spec.kind, style=spec.style, step=step, traits=traits, guided=guided, lettered=lettered
    )
    # Of states others are held against, and those beside the normal one are judged by themselves.
    return tuple(gate for gate in chosen if gate not in STATES)


def _before_finish(spec: SpriteSpec) -> tuple[str, ...]:
    """Name the gates of the step before the finish, less those that the finished picture must pass anyway."""
    last: Operation = "decompose_layers" if planned_layers(spec) else spec.operations[-1]
    if last not in ("remove_background", "decompose_layers"):
        return ()
    later = _gates(spec, "finish")
    wanted = [gate for gate in _gates(spec, last) if gate not in later]
    if planned_layers(spec):
        wanted = [gate for gate in wanted if gate not in _OF_SPLITTING]
    # Where the guide has the colour that was asked for, keeping it is no fault.
    return tuple(gate for gate in wanted if gate != "guide_leak" or own_colour(spec) is None)


def _cutout_case(spec: SpriteSpec, artwork: Artwork) -> Case:
    cutout = decode_image(artwork.images[0], what="the cutout")
    silhouette = guide_rgb = fill_share = None
    if artwork.guide is not None and isinstance(spec.details, EntityForm):
        silhouette, guide_rgb = read_guide(decode_image(artwork.guide, what="the guide"))
        fill_share = fill(Maps(np.where(silhouette[..., None], np.uint8(255), np.zeros(4, np.uint8))))
    entity = spec.details if isinstance(spec.details, EntityForm) else None
    return Case(
        cutout,
        before=None if artwork.generated is None else decode_image(artwork.generated, what="the picture"),
        silhouette=silhouette,
        guide_rgb=guide_rgb,
        fill_share=fill_share,
        aspect=None if entity is None else entity.width / entity.height,
        outlined="outlined" in spec.traits,
        lettering=_letters(artwork) if lettering_of(spec) is not None else None,
    )


def _letters(artwork: Artwork) -> Lettering | None:
    """Return how the letters were laid out, at the size of the cutout."""
    return None if artwork.guide is None else lettering_on(as_large_as(artwork.images[0], artwork.guide))


def _layers_case(artwork: Artwork) -> Case:
    scene = decode_image(artwork.generated or artwork.images[0], what="the scene")
    layers = [decode_image(image, what=f"layer {number}") for number, image in enumerate(artwork.images)]
    return Case(scene, layers=layers)


def _finished_case(spec: SpriteSpec, finished: FinishedSprite) -> Case:
    rgba = decode_image(finished.picture, what=f"finished {spec.game}/{spec.sprite}")
    regions: tuple[PixelBox, ...] = ()
    cells: Sequence[Rgba] = ()
    tiles: Sequence[Rgba] = ()
    scene = not spec.transparent
    part_px = spec.width_px, spec.height_px
    if isinstance(spec.details, SheetForm):
        part_px = spec.details.cell_width_px, spec.details.cell_height_px
        regions = cell_boxes(spec.details)
        scene = False  # tiles are as large as things, whatever they show
        if (
            rgba.shape[1::-1] == spec.details.size_px
        ):  # else its cells are not where they should be, and a gate says so
            cells = sliced(rgba, regions)
            tiles = repeating_tiles(spec.details, cells) if spec.details.sheet == "tile" else ()
    return Case(
        rgba,
        colour=own_colour(spec),
        palette=tuple(map(parse_colour, spec.palette)),
        cell_px=square_px(*part_px, style=spec.style, scene=scene),
        declared=Declared(finished.picture, "image/png", (spec.width_px, spec.height_px), regions),
        tiles=tiles,
        cells=cells,
    )


def _range(
    least: float | None, most: float | None
) -> tuple[tuple[float, float] | None, tuple[float, float] | None]:
    """Return the range of one limit twice: what does not fail passes."""
    if least is None and most is None:
        return None, None
    ends = (-math.inf if least is None else least, math.inf if most is None else most)
    return ends, ends
