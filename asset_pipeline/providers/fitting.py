"""Sizes models take, for sizes we want: which to ask for, how the guide gets there, and how the picture comes back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import log

import numpy as np

from asset_pipeline.errors import ImageError
from asset_pipeline.imaging.arrays import Rgba
from asset_pipeline.imaging.png import decode_image, encode_png
from asset_pipeline.imaging.resample import resample
from asset_pipeline.providers.capabilities import Sizes

# How much worse a canvas of another shape is than a larger one: of buckets with about the same area, the nearest shape.
_WASTE = 4.0


@dataclass(frozen=True)
class Fit:
    """The size to ask of the model."""

    width_px: int
    height_px: int


@lru_cache(maxsize=1024)
def fit(sizes: Sizes, width_px: int, height_px: int) -> Fit:
    """Choose the allowed size that wastes least: as large as wanted where it can be, and nearest to its shape.

    The wanted picture, scaled uniformly, is the middle of the fitted one. A wanted size that is allowed is itself.

    Args:
        sizes: what the model takes.
        width_px: wanted width.
        height_px: wanted height.

    >>> fit(Sizes(512, 1024, 64), 300, 200)
    Fit(width_px=768, height_px=512)
    """
    if (width_px, height_px) in sizes.choices:
        return Fit(width_px, height_px)
    candidates = sizes.choices or tuple(_in_range(sizes, width_px, height_px))
    width, height = min(candidates, key=lambda size: _cost(size, width_px, height_px))
    return Fit(width, height)


def pad_to(png: bytes, fit: Fit, *, what: str, wanted_px: tuple[int, int] | None = None) -> bytes:
    """Centre a guide on the fitted canvas: scaled uniformly, its edge colours continued to the sides.

    Args:
        png: the guide.
        fit: the canvas.
        what: what the guide is to the user; begins error messages.
        wanted_px: ``(width, height)`` of the request, to whose shape the guide is stretched; the guide's own by default.

    Returns:
        PNG of exactly the fitted size; the very bytes where the guide has that size and is PNG.

    Raises:
        ImageError: *png* is no picture.
    """
    guide = decode_image(png, what=what)
    height, width = guide.shape[:2]
    if (width, height) == (fit.width_px, fit.height_px) == (wanted_px or (width, height)):
        return png if png.startswith(b"\x89PNG") else encode_png(guide)
    inner = inner_px(fit, wanted_px or (width, height))
    scaled = resample(guide, width=inner[0], height=inner[1])
    left, top = (fit.width_px - inner[0]) // 2, (fit.height_px - inner[1]) // 2
    right, bottom = fit.width_px - inner[0] - left, fit.height_px - inner[1] - top
    return encode_png(np.pad(scaled, ((top, bottom), (left, right), (0, 0)), "edge"))


def crop_back(rgba: Rgba, wanted_px: tuple[int, int], *, wraps: bool = False) -> Rgba:
    """Undo the fitting: take the middle of the wanted shape and scale it to the wanted size.

    Args:
        rgba: what the model drew, any size; not changed.
        wanted_px: ``(width, height)``.
        wraps: the picture loops horizontally.

    Returns:
        A new picture of exactly that size; the same pixels where it had it.

    Raises:
        ImageError: *wanted_px* is no size.
    """
    if min(wanted_px) < 1:
        raise ImageError(f"cannot crop to {wanted_px[0]} x {wanted_px[1]} pixels")
    height, width = rgba.shape[:2]
    inner_width, inner_height = inner_px(Fit(width, height), wanted_px)
    left, top = (width - inner_width) // 2, (height - inner_height) // 2
    middle = rgba[top : top + inner_height, left : left + inner_width]
    return resample(middle, width=wanted_px[0], height=wanted_px[1], wraps=wraps)


def inner_px(fit: Fit, wanted_px: tuple[int, int]) -> tuple[int, int]:
    """Return the ``(width, height)`` of the largest part of the fitted canvas that has the wanted shape."""
    width, height = wanted_px
    if fit.width_px * height >= fit.height_px * width:
        return min(fit.width_px, max(1, round(fit.height_px * width / height))), fit.height_px
    return fit.width_px, min(fit.height_px, max(1, round(fit.width_px * height / width)))


def _in_range(sizes: Sizes, width_px: int, height_px: int) -> Iterator[tuple[int, int]]:
    """List sizes near the wanted shape: every allowed width or height with the other side rounded both ways."""
    step = sizes.step_px
    low, high = max(step, -(-sizes.min_px // step) * step), sizes.max_px // step * step
    for side in range(low, high + 1, step):
        for width, height in (
            (side, side * height_px / width_px),
            (side * width_px / height_px, side),
        ):
            for across in _rounded(width, step, low, high):
                for down in _rounded(height, step, low, high):
                    yield across, down


def _rounded(length: float, step: int, low: int, high: int) -> set[int]:
    below = int(length // step) * step
    return {min(max(value, low), high) for value in (below, below + step)}


def _cost(size: tuple[int, int], width_px: int, height_px: int) -> tuple[float, float, int]:
    """Order sizes: least detail lost, then least pixels to pay for, those beside the picture counted five times."""
    inner = inner_px(Fit(*size), (width_px, height_px))
    lost = max(0.0, 1 - min(inner[0] / width_px, inner[1] / height_px))
    area = size[0] * size[1]
    return lost, log(area) + _WASTE * log(area / (inner[0] * inner[1])), size[0]
