"""The states of a piece of user interface beside its normal one, of exactly its outline."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from asset_pipeline.imaging.alpha import alpha_box
from asset_pipeline.imaging.arrays import Rgba
from asset_pipeline.imaging.finish import is_pixel_art, square_px
from asset_pipeline.imaging.measure.maps import Maps
from asset_pipeline.imaging.measure.outline import state_fit
from asset_pipeline.imaging.regions import distance_px
from asset_pipeline.imaging.resample import resample
from asset_pipeline.imaging.states import DerivedState, state_of
from asset_pipeline.manifest.composites import UiForm
from asset_pipeline.manifest.spec import SpriteSpec

_FITS_IOU, _FITS_PX = 0.95, 1.0  # as quality gate D23 has it
_LEAST_DETAIL = 0.25
_RIM_SHARE, _SOLID_ALPHA_U8 = 1 / 64, 128


def fitted(spec: SpriteSpec, form: UiForm, rgba: Rgba) -> Rgba:
    """Return a cut-out nine-patch in the aspect of its file, so that its border lies where the insets say; others as they are.

    Args:
        spec: the piece of user interface.
        form: what only it has.
        rgba: uint8 ``(height, width, 4)``, straight alpha; not changed.
    """
    box = None if form.nine_patch is None else alpha_box(rgba, 8)
    if box is None:
        return rgba
    crop = rgba[box.y : box.y + box.height, box.x : box.x + box.width]
    scale = max(box.width / spec.width_px, box.height / spec.height_px)
    return resample(crop, width=round(spec.width_px * scale), height=round(spec.height_px * scale))


def as_normal(normal: Rgba, drawn: Rgba, state: DerivedState, spec: SpriteSpec) -> Rgba | None:
    """Give a state that was drawn over the normal one the outline of that, where it has kept it.

    Args:
        normal: the normal state's cutout, uint8 ``(height, width, 4)``, straight alpha.
        drawn: the state's, of the same size; neither is changed.
        state: which one it is.
        spec: the piece of user interface.

    Returns:
        A new picture with the alpha of *normal*; ``None`` where the outlines differ by more than quality gate D23 allows
        (1 px of the finished file), so that it would jump, or where hardly anything of it is left to be seen.
    """
    if drawn.shape != normal.shape:
        drawn = resample(drawn, width=normal.shape[1], height=normal.shape[0])
    fit, box = state_fit(Maps(drawn), Maps(normal)), alpha_box(normal, 8)
    if fit is None or box is None:
        return None
    finished_px = fit.box_shift_px * max(spec.width_px / box.width, spec.height_px / box.height)
    if fit.iou < _FITS_IOU or finished_px > _FITS_PX or _detail(drawn) < _LEAST_DETAIL * _detail(normal):
        return None
    # Its own edge holds some of its background, so that the rim is the normal one's, recoloured.
    rim_px = _RIM_SHARE * min(box.width, box.height)
    depth_px = distance_px(normal[..., 3] < _SOLID_ALPHA_U8)
    own = np.clip(depth_px / rim_px - 1, 0, 1)[..., None]
    mixed = drawn[..., :3] * own + state_of(normal, state)[..., :3] * (1 - own)
    return np.dstack([np.rint(mixed).astype(np.uint8), normal[..., 3]])


def _detail(rgba: Rgba) -> float:
    """Return how much the brightness of what is solid varies."""
    solid = rgba[rgba[..., 3] >= _SOLID_ALPHA_U8][:, :3]
    return float(solid.mean(axis=1).std()) if len(solid) else 0.0


def recoloured_state(spec: SpriteSpec, finished: Rgba, state: DerivedState) -> Rgba:
    """Make a state of the finished normal one by colour alone."""
    square = square_px(spec.width_px, spec.height_px, style=spec.style, scene=False)
    return state_of(finished, state, square_px=square if is_pixel_art(spec.style) else 0)


def named_states(form: UiForm) -> Sequence[DerivedState]:
    """Name the states beside the normal one, in the manifest's order."""
    return [state for state in form.states if state != "normal"]
