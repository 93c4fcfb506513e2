"""The outline of a sprite: D2 fit with a silhouette, D8 connectivity, D9 holes, D23 fit of a state."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np

from asset_pipeline.imaging.arrays import Region
from asset_pipeline.imaging.measure.maps import Maps, require_same_size

_SPECK_SHARE = 1e-3


@dataclass(frozen=True, eq=False)
class SilhouetteFit:
    """How well a sprite fills a silhouette.

    Attributes:
        iou: shared pixels of all that either covers, 0..1.
        precision: share of the sprite that lies within the silhouette; low where it grew beyond.
        recall: share of the silhouette that the sprite fills; low where parts are missing.
        offending: what only one of them covers.
    """

    iou: float
    precision: float
    recall: float
    offending: Region = field(repr=False)


def silhouette_fit(maps: Maps, silhouette: Region) -> SilhouetteFit | None:
    """Compare a sprite with the silhouette it was to fill (D2).

    Args:
        maps: the sprite.
        silhouette: bool, of the sprite's size; not changed.

    Returns:
        The fit, or ``None`` where the silhouette is empty.

    Raises:
        ImageError: the sizes differ.
    """
    require_same_size(maps.solid, silhouette, "a sprite and its silhouette")
    wanted = int(np.count_nonzero(silhouette))
    if not wanted:
        return None
    shared = int(np.count_nonzero(maps.solid & silhouette))
    return SilhouetteFit(
        iou=shared / (wanted + maps.area_px - shared),
        precision=shared / maps.area_px if maps.area_px else 0.0,
        recall=shared / wanted,
        offending=maps.solid ^ silhouette,
    )


@dataclass(frozen=True, eq=False)
class Connectivity:
    """How many pieces a sprite is in.

    Attributes:
        largest_share: the largest piece, as a share of all solid pixels, 0..1.
        components: pieces of 0.1 % of the solid pixels or more.
        specks: smaller pieces.
        offending: every pixel outside the largest piece.
    """

    largest_share: float
    components: int
    specks: int
    offending: Region = field(repr=False)


def connectivity(maps: Maps) -> Connectivity | None:
    """Count the pieces of a sprite, diagonal neighbours being connected (D8); ``None`` where nothing is solid."""
    if not maps.area_px:
        return None
    _, label, stats, _ = cv2.connectedComponentsWithStats(maps.solid.view(np.uint8), connectivity=8)
    area_px = stats[1:, cv2.CC_STAT_AREA]
    large = area_px >= _SPECK_SHARE * maps.area_px
    return Connectivity(
        largest_share=float(area_px.max() / maps.area_px),
        components=int(np.count_nonzero(large)),
        specks=int(np.count_nonzero(~large)),
        offending=maps.solid & (label != 1 + int(area_px.argmax())),
    )


@dataclass(frozen=True, eq=False)
class Holes:
    """What a sprite encloses without covering it.

    Attributes:
        share: of the sprite with its holes filled, 0..1.
        offending: the pixels of the holes.
    """

    share: float
    offending: Region = field(repr=False)


def holes(maps: Maps) -> Holes | None:
    """Measure what lies inside the outline and is not solid (D9); ``None`` where nothing is solid."""
    if not maps.area_px:
        return None
    padded = np.pad(~maps.solid, 1, constant_values=True).view(np.uint8)
    label = cv2.connectedComponents(padded, connectivity=4)[1]
    outside = label[0, 0]
    offending = np.asarray((label > 0) & (label != outside), np.bool_)[1:-1, 1:-1]
    hole_px = int(np.count_nonzero(offending))
    return Holes(hole_px / (maps.area_px + hole_px), offending)


@dataclass(frozen=True, eq=False)
class StateFit:
    """How well one state of a piece of user interface lies on another.

    Attributes:
        iou: shared pixels of all that either covers, 0..1.
        box_shift_px: the largest difference of left, top, right and bottom of their boxes.
        offending: what only one of them covers.
    """

    iou: float
    box_shift_px: int
    offending: Region = field(repr=False)


def state_fit(state: Maps, base: Maps) -> StateFit | None:
    """Compare a state (hover, pressed, …) with the normal one (D23); ``None`` where either is empty.

    Raises:
        ImageError: the sizes differ.
    """
    fit = silhouette_fit(state, base.solid)
    if fit is None or state.box is None or base.box is None:
        return None
    shifts = (
        state.box.x - base.box.x,
        state.box.y - base.box.y,
        state.box.x + state.box.width - base.box.x - base.box.width,
        state.box.y + state.box.height - base.box.y - base.box.height,
    )
    return StateFit(fit.iou, max(map(abs, shifts)), fit.offending)
