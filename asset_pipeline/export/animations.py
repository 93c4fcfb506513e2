"""Animations that move, for people to look at; a game plays the frames of its atlas itself."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Literal, TypeAlias

from PIL import Image

from asset_pipeline.errors import ExportError
from asset_pipeline.export.atlas.sprite import Animation
from asset_pipeline.export.engines.timing import whole_ms
from asset_pipeline.imaging.arrays import Rgba

MovingFormat: TypeAlias = Literal["apng", "webp"]


def animated(cells: Sequence[Rgba], animation: Animation, file_format: MovingFormat = "apng") -> bytes:
    """Show the frames of an animation one after the other, every pixel as it is; ``ping_pong`` with its way back.

    Args:
        cells: uint8 ``(height, width, 4)`` each, straight alpha, all of one size: the frames that *animation* counts; not
            changed.
        animation: what is shown, how long, and whether it begins again.
        file_format: APNG, or lossless WebP, which is smaller and joins frames that are equal; browsers show both.

    Returns:
        The bytes of the file; the same input gives the same bytes.

    Raises:
        ExportError: the animation has no frames, or one that is no cell, or cells differ in size.
    """
    round_once = animation.unrolled
    if not round_once or max(frame for frame, _ in round_once) >= len(cells):
        raise ExportError(
            [f"animation {animation.name!r} needs frames out of {len(cells)} cells, not {animation.frames}"]
        )
    if len({cell.shape for cell in cells}) != 1:
        raise ExportError(
            [f"the frames of animation {animation.name!r} must be of one size; align them first"]
        )
    first, *rest = (Image.fromarray(cells[frame]) for frame, _ in round_once)
    moving = {
        "save_all": True,
        "append_images": rest,
        "duration": whole_ms([duration for _, duration in round_once]),
        "loop": 0 if animation.loops else 1,
    }
    file = BytesIO()
    if file_format == "webp":
        first.save(file, "WEBP", lossless=True, exact=True, **moving)
    else:
        first.save(file, "PNG", disposal=1, **moving)  # each frame begins on a clear canvas
    return file.getvalue()
