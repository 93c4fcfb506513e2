from __future__ import annotations

import numpy as np
import pytest

from asset_pipeline.errors import BadResult
from asset_pipeline.imaging.alpha import PixelBox
from asset_pipeline.imaging.png import decode_image, encode_png
from asset_pipeline.providers.remote import Json
from asset_pipeline.providers.scenario.placing import box_of, placed

CANVAS = (20, 10)
BOX = PixelBox(4, 3, 6, 5)


def picture(width: int, height: int, value: int = 200) -> bytes:
    return encode_png(np.full((height, width, 4), value, np.uint8))


@pytest.mark.parametrize(
    "bbox",
    [
        [4, 3, 6, 5],
        [4, 3, 10, 8],
        {"x": 4, "y": 3, "width": 6, "height": 5},
        {"left": 4, "top": 3, "w": 6, "h": 5},
        [0.2, 0.3, 0.3, 0.5],
        [0.2, 0.3, 0.5, 0.8],
    ],
)
def test_a_box_is_understood_however_it_is_written(bbox: Json) -> None:
    """The contract names the field and not its form; the layer's own size tells the forms apart."""
    assert box_of(bbox, (BOX.width, BOX.height), CANVAS) == BOX


@pytest.mark.parametrize(
    "bbox", [None, "0 0 1 1", [1, 2, 3], [1, 2, True, 4], {"x": 1}, [15, 3, 30, 40], [-9, 0, 5, 5]]
)
def test_a_box_that_makes_no_sense_is_no_box(bbox: Json) -> None:
    assert box_of(bbox, (6, 5), CANVAS) is None


def test_a_cropped_layer_lies_alone_where_it_was_cut_from() -> None:
    whole, cut = picture(*CANVAS), picture(6, 5)
    first, second = placed([({}, whole), ({"bbox": [4, 3, 6, 5]}, cut)], None, what="job 1")
    assert first == whole
    rgba = decode_image(second, what="a layer")
    assert rgba.shape[:2] == (10, 20)
    assert (rgba[3:8, 4:10] == 200).all()
    rgba[3:8, 4:10] = 0
    assert not rgba.any()


def test_without_a_whole_layer_the_scene_itself_is_the_canvas() -> None:
    (layer,) = placed([({"bbox": [4, 3, 6, 5]}, picture(6, 5))], CANVAS, what="job 1")
    assert decode_image(layer, what="a layer").shape[:2] == (10, 20)


def test_layers_without_boxes_are_not_touched() -> None:
    data = b"not even a picture"
    assert placed([({}, data)], CANVAS, what="job 1") == (data,)


def test_a_box_that_does_not_fit_is_a_bad_result() -> None:
    with pytest.raises(BadResult, match="job 1: a layer of 6 x 5"):
        placed([({"bbox": [18, 3, 60, 50]}, picture(6, 5))], CANVAS, what="job 1")
    with pytest.raises(BadResult, match="job 1"):
        placed([({"bbox": [1, 1, 6, 5]}, b"no picture")], CANVAS, what="job 1")
