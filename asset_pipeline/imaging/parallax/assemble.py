"""Making a layer set of what a model returned."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from asset_pipeline.errors import ImageError
from asset_pipeline.imaging.alpha import PixelBox
from asset_pipeline.imaging.arrays import Rgba, require_rgba
from asset_pipeline.imaging.measure.likeness import psnr_db, ssim
from asset_pipeline.imaging.measure.seams import wrap_seam
from asset_pipeline.imaging.parallax.behind import continued_behind
from asset_pipeline.imaging.parallax.blending import composition
from asset_pipeline.imaging.parallax.detail import detailed
from asset_pipeline.imaging.parallax.doubles import doubles_removed
from asset_pipeline.imaging.parallax.layer_set import Dropped, Layer, LayerSet
from asset_pipeline.imaging.parallax.looping import looped, seam_repaired
from asset_pipeline.imaging.parallax.placing import on_canvas
from asset_pipeline.imaging.parallax.sorting import sort_out
from asset_pipeline.imaging.seams import UNSEEN_SEAM


def assemble(
    source: Rgba, pictures: Sequence[Rgba], *, boxes: Sequence[PixelBox | None] = (), wraps: bool = True
) -> LayerSet:
    """Make a layer set of the pictures a decomposition returned, whatever their order, size and number.

    Args:
        source: the scene that was decomposed, uint8 ``(height, width, 4)``, opaque; not changed.
        pictures: what came back, uint8 ``(height, width, 4)`` each, straight alpha; not changed.
        boxes: for each picture where it lies in the scene, in the scene's pixels; ``None``, or no *boxes* at all,
            where that is to be found.
        wraps: the scene is to go on at its left where its right side ends.

    Returns:
        The layers, on canvases as large as the source. Those that are smaller were scaled, which the source's
        own detail makes good where they are seen; what nearer ones hide is continued behind them; seams are
        repaired in the outer tenths of each side.

    Raises:
        ImageError: one is no picture, the source is not opaque, there are more or fewer boxes than pictures, a box
            does not lie within the scene, or none of the pictures is a layer.
    """
    _require_fitting(source, pictures, boxes)
    placed = on_canvas(pictures, source, boxes or [None] * len(pictures))
    lost = [Dropped(number, "not found") for number, picture in enumerate(placed) if picture is None]
    canvases = {number: picture for number, picture in enumerate(placed) if picture is not None}
    canvases = doubles_removed(canvases, source)
    found = sort_out(canvases, source)
    dropped = tuple(sorted([*lost, *found.dropped], key=lambda each: each.given_as))
    if not found.order:
        reasons = "; ".join(f"picture {each.given_as} is {each.reason}" for each in dropped)
        raise ImageError(
            f"none of {len(pictures)} pictures is a layer of the scene: {reasons or 'there are none'}"
        )
    layers = continued_behind([canvases[number] for number in found.order], source, wraps=wraps)
    layers = detailed(layers, source)
    composed, wanted = composition(layers), np.ascontiguousarray(source[..., :3])
    return LayerSet(
        layers=tuple(
            _layer(layer, number, _depth(place, len(layers)), wraps=wraps)
            for place, (number, layer) in enumerate(zip(found.order, layers, strict=True))
        ),
        source=looped(source) if wraps else source,
        dropped=dropped,
        psnr_db=psnr_db(composed, wanted),
        ssim=ssim(composed, wanted),
        margin_db=found.margin_db,
        loops=wraps,
    )


def _require_fitting(source: Rgba, pictures: Sequence[Rgba], boxes: Sequence[PixelBox | None]) -> None:
    for picture in (source, *pictures):
        require_rgba(picture)
    if source[..., 3].min() < 255:
        raise ImageError("layers can only be held against an opaque scene; lay it over its sky first")
    if boxes and len(boxes) != len(pictures):
        raise ImageError(
            f"there are {len(boxes)} boxes for {len(pictures)} pictures; give one for each, or none"
        )


def _layer(rgba: Rgba, given_as: int, depth: float, *, wraps: bool) -> Layer:
    seam = wrap_seam(rgba)
    if not wraps or seam <= UNSEEN_SEAM:
        return Layer(rgba, depth, given_as, seam=seam, seam_as_given=seam)
    repaired = seam_repaired(rgba)
    return Layer(repaired, depth, given_as, seam=wrap_seam(repaired), seam_as_given=seam)


def _depth(place: int, count: int) -> float:
    return place / (count - 1) if count > 1 else 0.0
