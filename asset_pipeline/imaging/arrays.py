"""The array types of this room, and the one check every public function begins with."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from asset_pipeline.errors import ImageError

Rgba: TypeAlias = NDArray[np.uint8]
"""``(height, width, 4)`` uint8, sRGB, straight alpha."""

Floats: TypeAlias = NDArray[np.float32]
"""float32 of any shape; pictures and mattes are in ``[0, 1]``."""

Region: TypeAlias = NDArray[np.bool_]
"""``(height, width)`` bool: which pixels."""

Rgb: TypeAlias = tuple[int, int, int]
"""One colour: red, green, blue in 0..255."""


def require_rgba(array: NDArray[Any], *, dtype: type[np.uint8 | np.float32] = np.uint8) -> None:
    """Refuse anything but a picture of at least one pixel.

    Args:
        array: what should be ``(height, width, 4)``.
        dtype: the type its values must have.

    Raises:
        ImageError: shape or type differ; the message holds both.

    >>> require_rgba(np.zeros((2, 3, 4), np.uint8))
    """
    if array.ndim != 3 or array.shape[2] != 4 or array.size == 0 or array.dtype != dtype:
        wanted = np.dtype(dtype).name
        raise ImageError(
            f"expected an RGBA array of shape (height, width, 4) and type {wanted}, "
            f"got shape {array.shape} and type {array.dtype}; decode bytes with imaging.png.decode_image"
        )
