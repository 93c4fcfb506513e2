"""Pictures for the tests of this room: arbitrary small ones, and drawn ones whose exact matte is known."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from asset_pipeline.imaging.arrays import Rgb, Rgba


def rgba_pictures(*, largest_side: int = 12) -> st.SearchStrategy[Rgba]:
    """Any picture of 1 x 1 up to *largest_side* squared; alpha is often 0 or 255, as in life."""
    sides = st.integers(1, largest_side)
    colour = st.integers(0, 255)
    alpha = st.sampled_from([0, 255]) | colour
    return st.tuples(sides, sides).flatmap(
        lambda size: st.builds(
            lambda rgb, a: np.concatenate([rgb, a], axis=2),
            hnp.arrays(np.uint8, (*size, 3), elements=colour),
            hnp.arrays(np.uint8, (*size, 1), elements=alpha),
        )
    )


def disc_matte(
    side_px: int, radius_px: float, *, centre: tuple[float, float] | None = None
) -> NDArray[np.float32]:
    """Coverage of a disc, 8 x 8 samples a pixel."""
    x0, y0 = centre or (side_px / 2, side_px / 2)
    axis = (np.arange(side_px * 8) + 0.5) / 8
    inside = (axis[None, :] - x0) ** 2 + (axis[:, None] - y0) ** 2 <= radius_px**2
    matte: NDArray[np.float32] = inside.reshape(side_px, 8, side_px, 8).mean(axis=(1, 3)).astype(np.float32)
    return matte


def painted(matte: NDArray[np.float32], colour: Rgb, behind: NDArray[Any]) -> Rgba:
    """Lay *colour* with *matte* over *behind*, opaque."""
    share = matte[..., None]
    rgb = np.array(colour) * share + behind[..., :3] * (1 - share)
    return np.dstack([np.rint(rgb), np.full(matte.shape, 255)]).astype(np.uint8)


def flat(side_px: int, colour: Rgb) -> Rgba:
    """An opaque square of one colour."""
    return np.full((side_px, side_px, 4), (*colour, 255), np.uint8)


def as_jpeg(rgba: Rgba, quality: int = 88) -> Rgba:
    """What is left of an opaque picture after it was a JPEG."""
    done, data = cv2.imencode(".jpg", rgba[..., 2::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    assert done
    bgr = cv2.imdecode(data, cv2.IMREAD_COLOR)
    assert bgr is not None
    return np.dstack([bgr[..., ::-1], np.full(bgr.shape[:2], 255)]).astype(np.uint8)


def iou(mask: NDArray[np.bool_], other: NDArray[np.bool_]) -> float:
    """Intersection over union."""
    return float((mask & other).sum() / max((mask | other).sum(), 1))
