from __future__ import annotations

import numpy as np
import pytest

from asset_pipeline.errors import ImageError
from asset_pipeline.imaging.alpha import PixelBox, alpha_box, over
from asset_pipeline.imaging.arrays import Rgba
from asset_pipeline.imaging.parallax.placing import on_canvas
from asset_pipeline.imaging.resample import resample
from asset_pipeline_tests.imaging.measure.drawn import smooth_noise
from asset_pipeline_tests.imaging.parallax.scenes import as_a_model_returns, ranges


def thing(seed: int, side: int = 60, aspect: float = 0.7) -> Rgba:
    """A textured ellipse, cropped to its box."""
    height, width = side, round(side * aspect)
    rows, columns = np.mgrid[:height, :width]
    inside = np.hypot((rows + 0.5) / height - 0.5, (columns + 0.5) / width - 0.5) <= 0.5
    rgb = np.array((200, 90, 60)) + smooth_noise(seed, height, width, 3.0, loops=False) * 30
    return np.dstack([rgb.clip(0, 255), inside * 255]).astype(np.uint8)


def scene_with(layer: Rgba, x: int, y: int, seed: int) -> tuple[Rgba, Rgba]:
    """Hills with the thing on them; and the thing alone, on the whole canvas."""
    backdrop = over(ranges(3, seed, width=400, height=250))
    alone = np.zeros_like(backdrop)
    alone[y : y + len(layer), x : x + layer.shape[1]] = layer
    return over([backdrop, alone]), alone


@pytest.mark.parametrize(("x", "y"), [(0, 0), (123, 87), (358, 190)])
def test_a_cropped_layer_is_found_to_the_pixel(x: int, y: int) -> None:
    layer = thing(x)
    source, alone = scene_with(layer, x, y, seed=2)

    [placed] = on_canvas([layer], source, [None])

    assert placed is not None
    assert np.array_equal(placed, alone)


def test_a_cropped_layer_that_is_half_hidden_is_found_all_the_same() -> None:
    layer = thing(7, side=90)
    source, alone = scene_with(layer, 150, 100, seed=3)
    source[145:] = (40, 60, 30, 255)

    [placed] = on_canvas([layer], source, [None])

    assert placed is not None
    assert np.array_equal(placed, alone)


def test_a_crop_of_a_smaller_canvas_is_found_at_that_scale() -> None:
    """The rest of the set came at 0.8 times the scene's size, so this one did too."""
    layer = thing(5, side=100)
    source, alone = scene_with(layer, 200, 90, seed=4)
    backdrop = as_a_model_returns(over(ranges(3, 4, width=400, height=250)), 1, scale=0.8)
    small = resample(layer, width=round(layer.shape[1] * 0.8), height=80)

    placed = on_canvas([backdrop, small], source, [None, None])[1]

    assert placed is not None
    found, true = alpha_box(placed, 127), alpha_box(alone, 127)
    assert found is not None
    assert true is not None
    assert max(abs(one - other) for one, other in zip(found, true, strict=True)) <= 2


def test_a_known_box_is_used_as_it_is() -> None:
    layer = thing(1)
    source = over(ranges(2, 1))

    [placed] = on_canvas([layer], source, [PixelBox(10, 20, 84, 120)])

    assert placed is not None
    assert alpha_box(placed, 127) == PixelBox(10, 20, 84, 120)


def test_pictures_of_the_scene_s_shape_or_of_one_size_cover_all_of_it() -> None:
    """Sides in multiples of 16 px bend the shape a little; one size for most says that it is the canvas."""
    source = over(ranges(2, 1, width=256, height=160))
    odd = [resample(layer, width=96, height=72) for layer in ranges(3, 1)]

    placed = on_canvas([*odd, resample(source, width=192, height=116)], source, [None] * 4)

    assert [picture is not None and picture[..., 3].any() for picture in placed] == [True] * 4
    assert placed[0] is not None
    assert (placed[0][..., 3] == 255).all()


def test_a_part_of_another_scene_is_found_nowhere() -> None:
    assert on_canvas([thing(3)], over(ranges(3, 5)), [None]) == [None]


def test_boxes_beyond_the_scene_are_all_named() -> None:
    boxes = [PixelBox(200, 0, 100, 20), None, PixelBox(0, 0, 0, 9)]

    with pytest.raises(ImageError, match=r"256 x 160 px: layer 0 at \(200, 0, 100, 20\); layer 2 at"):
        on_canvas([thing(3)] * 3, over(ranges(2, 1)), boxes)
