from __future__ import annotations

import numpy as np
import pytest

from asset_pipeline.errors import ImageError
from asset_pipeline.imaging.png import decode_image
from asset_pipeline.testing.pictures import cutout, jpeg, layers, picture, resized, truncated

KNIGHT = picture("a pixel art knight", 64, 48, 7)


def test_a_picture_has_the_size_and_is_the_same_every_time() -> None:
    """A second process must draw the same bytes, or the stores could not be compared."""
    assert decode_image(KNIGHT, what="it").shape == (48, 64, 4)
    assert picture("a pixel art knight", 64, 48, 7) == KNIGHT
    assert picture("a pixel art knight", 64, 48, 8) != KNIGHT


def test_any_seed_and_no_words_draw_something() -> None:
    assert picture("  ", 16, 16, -1).startswith(b"\x89PNG")
    assert picture("a frog", 16, 16, 2**40).startswith(b"\x89PNG")


def test_a_guide_gives_the_picture_its_shape() -> None:
    assert picture("a knight", 64, 48, 7, guide=KNIGHT) != picture("a knight", 64, 48, 7)


def test_a_cutout_has_transparency_and_layers_are_as_many_as_asked() -> None:
    assert (decode_image(cutout(KNIGHT), what="it")[..., 3] == 0).any()
    parts = layers(picture("a forest background", 64, 48, 1), 3)
    assert len(parts) == 3
    assert all(decode_image(part, what="it").shape == (48, 64, 4) for part in parts)


def test_damaged_pictures_are_damaged_as_they_say() -> None:
    assert jpeg(KNIGHT).startswith(b"\xff\xd8")
    assert decode_image(jpeg(KNIGHT), what="it").shape == (48, 64, 4)
    with pytest.raises(ImageError):
        decode_image(truncated(KNIGHT), what="it")
    small = decode_image(resized(KNIGHT, 20, 30), what="it")
    assert small.shape == (30, 20, 4)
    assert np.ptp(small[..., :3]) > 0
