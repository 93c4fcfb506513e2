from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from asset_pipeline.errors import ImageError
from asset_pipeline.imaging.alpha import PixelBox
from asset_pipeline.imaging.measure.facts import declared_facts
from asset_pipeline.imaging.png import encode_png

PNG = encode_png(np.zeros((30, 40, 4), np.uint8))


def jpeg() -> bytes:
    buffer = BytesIO()
    Image.new("RGB", (40, 30)).save(buffer, "JPEG")
    return buffer.getvalue()


def test_a_file_that_is_what_it_says_differs_in_nothing() -> None:
    halves = [PixelBox(0, 0, 20, 30), PixelBox(20, 0, 20, 30)]
    facts = declared_facts(PNG, mime="image/png", size_px=(40, 30), regions=halves)

    assert facts.differences == 0
    assert (facts.mime, facts.width_px, facts.height_px) == ("image/png", 40, 30)


def test_a_jpeg_stored_as_png_is_found() -> None:
    assert declared_facts(jpeg(), mime="image/png").mime_differs
    assert not declared_facts(jpeg(), mime="image/JPEG; charset=binary").mime_differs


def test_another_size_is_found() -> None:
    assert declared_facts(PNG, size_px=(30, 40)).size_differs
    assert not declared_facts(PNG).size_differs


@pytest.mark.parametrize(
    "region",
    [PixelBox(30, 0, 11, 30), PixelBox(-1, 0, 10, 10), PixelBox(0, 25, 10, 6), PixelBox(0, 0, 0, 10)],
)
def test_regions_beyond_the_picture_or_without_area_are_found(region: PixelBox) -> None:
    assert declared_facts(PNG, regions=[PixelBox(0, 0, 1, 1), region]).outside == (1,)


def test_regions_that_share_pixels_are_found_and_those_that_touch_are_not() -> None:
    regions = [PixelBox(0, 0, 10, 10), PixelBox(10, 0, 10, 10), PixelBox(9, 9, 5, 5)]

    facts = declared_facts(PNG, regions=regions)

    assert facts.overlapping == ((0, 2), (1, 2))
    assert facts.differences == 2


def test_what_is_no_image_is_refused() -> None:
    with pytest.raises(ImageError, match="not an image"):
        declared_facts(b"<html>", mime="image/png")
