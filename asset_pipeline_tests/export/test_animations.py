from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from asset_pipeline.errors import ExportError
from asset_pipeline.export.animations import MovingFormat, animated
from asset_pipeline.export.atlas.sprite import Animation, Playback
from asset_pipeline.imaging.arrays import Rgba


def cells(count: int = 4) -> list[Rgba]:
    """A square that moves, with a half transparent trail."""
    made = np.zeros((count, 20, 24, 4), np.uint8)
    for number, cell in enumerate(made):
        cell[4 + number : 10 + number, 3 + 2 * number : 9 + 2 * number] = (200, 40 * number, 30, 255)
        cell[15, : 3 + number] = (9, 99, 9, 128)
    return list(made)


def shown(file: bytes) -> tuple[list[Rgba], list[int], int]:
    """What a viewer shows: frames, milliseconds, and how often (0 for ever)."""
    frames, durations = [], []
    with Image.open(BytesIO(file)) as image:
        for number in range(getattr(image, "n_frames", 1)):
            image.seek(number)
            image.load()
            frames.append(np.array(image.convert("RGBA")))
            durations.append(round(image.info["duration"]))
        return frames, durations, image.info["loop"]


@pytest.mark.parametrize("file_format", ["apng", "webp"])
@pytest.mark.parametrize(
    ("playback", "order", "times"),
    [("once", [0, 1, 2, 3], 1), ("loop", [0, 1, 2, 3], 0), ("ping_pong", [0, 1, 2, 3, 2, 1], 0)],
)
def test_a_viewer_shows_every_pixel_of_every_frame_in_order(
    file_format: MovingFormat, playback: Playback, order: list[int], times: int
) -> None:
    made = cells()
    durations = (1000 / 12,) * 4

    frames, shown_ms, loop = shown(
        animated(made, Animation("go", (0, 1, 2, 3), durations, playback), file_format)
    )

    assert loop == times
    assert abs(sum(shown_ms) - len(order) * 1000 / 12) < 1
    for frame, wanted in zip(frames, order, strict=True):
        visible = made[wanted][..., 3:] > 0
        assert np.array_equal(frame * visible, made[wanted])


def test_the_same_frames_give_the_same_bytes() -> None:
    once = Animation("go", (0, 1), (50, 50), "loop")

    assert animated(cells(), once) == animated(cells(), once)


def test_frames_that_are_not_there_or_of_two_sizes_are_refused() -> None:
    with pytest.raises(ExportError, match="'go' needs frames out of 4 cells"):
        animated(cells(), Animation("go", (4,), (50,), "loop"))
    with pytest.raises(ExportError, match="one size"):
        animated([*cells(1), cells(1)[0][:5]], Animation("go", (0, 1), (50, 50), "loop"))
