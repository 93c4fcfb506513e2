"""Makes sense of the pictures of a layered decomposition: one of them is the whole scene, and the order is the model's."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from asset_pipeline.errors import BadResult, ImageError
from asset_pipeline.imaging.alpha import over
from asset_pipeline.imaging.arrays import Rgba
from asset_pipeline.imaging.png import decode_image
from asset_pipeline.providers.comfyui.server import NAME

# A re-drawn scene and its layers laid over each other differ by the model's noise; other frames differ by whole objects.
_SAME_DB = 26.0
_CLEARER_DB = 1.0
_BEST_DB = 99.0


def layers_of(pictures: Sequence[bytes], layer_count: int) -> tuple[bytes, ...]:
    """Take the extra picture of the whole scene away, and put the rest back to front, as far as either can be told.

    The picture that the others give when laid over each other is the whole scene. Where the reverse order gives it better,
    they are reversed. Where no picture is like what the others give, all stay as they came.

    Args:
        pictures: as the model gave them: *layer_count*, or one more.
        layer_count: how many layers were asked for.

    Raises:
        BadResult: too few of them, or one is no picture.
    """
    if len(pictures) < layer_count:
        raise BadResult(NAME, f"{layer_count} layers were asked for and {len(pictures)} came")
    if len(pictures) != layer_count + 1:
        return tuple(pictures)
    try:
        frames = [decode_image(png, what=f"layer {number}") for number, png in enumerate(pictures, 1)]
    except ImageError as error:
        raise BadResult(NAME, str(error), again=True) from error
    if len({frame.shape for frame in frames}) != 1:
        return tuple(pictures)
    kept = _kept(frames)
    return tuple(pictures[number] for number in kept)


def _kept(frames: Sequence[Rgba]) -> list[int]:
    """Return the numbers of the layers, back to front; of all frames where none is the whole scene."""
    best: tuple[float, list[int]] = (0.0, list(range(len(frames))))
    for number in range(len(frames)):
        rest = [other for other in range(len(frames)) if other != number]
        for order, handicap in ((rest, 0.0), (rest[::-1], _CLEARER_DB)):
            alike = _psnr_db(over([frames[other] for other in order]), frames[number]) - handicap
            if alike >= _SAME_DB and alike > best[0]:
                best = alike, order
    return best[1]


def _psnr_db(one: Rgba, other: Rgba) -> float:
    """Compare what is seen of two pictures on grey: peak signal to noise ratio, higher is more alike."""
    seen = [
        over([np.full_like(frame, (128, 128, 128, 255)), frame])[..., :3].astype(np.float32)
        for frame in (one, other)
    ]
    error = float(np.mean((seen[0] - seen[1]) ** 2))
    return _BEST_DB if error == 0 else min(_BEST_DB, 10 * float(np.log10(255**2 / error)))
