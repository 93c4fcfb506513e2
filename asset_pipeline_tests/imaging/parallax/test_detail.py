from __future__ import annotations

import numpy as np

from asset_pipeline.imaging.alpha import over
from asset_pipeline.imaging.parallax.detail import detailed
from asset_pipeline.imaging.resample import resample
from asset_pipeline_tests.imaging.parallax.scenes import ranges
from asset_pipeline_tests.imaging.pictures import flat


def test_where_a_layer_is_seen_its_colours_become_the_scene_s() -> None:
    """Down to half and up again costs all fine texture; the scene still has it. Alpha stays the model's."""
    layers = ranges(3, seed=1)
    source = over(layers)
    soft = [resample(resample(layer, width=128, height=80), width=256, height=160) for layer in layers]

    sharp = detailed(soft, source)

    true = [(over(stack) == source).all(axis=2).mean() for stack in (soft, sharp)]
    assert true[0] < 0.4
    assert true[1] > 0.9
    assert all(np.array_equal(one[..., 3], other[..., 3]) for one, other in zip(sharp, soft, strict=True))


def test_where_a_layer_shows_another_thing_or_is_hidden_it_keeps_its_own() -> None:
    """A bird that the model left out of the sky must not come back into the sky."""
    sky, ground = flat(64, (120, 180, 240)), np.zeros((64, 64, 4), np.uint8)
    ground[40:] = (60, 110, 50, 255)
    source = over([sky, ground])
    source[10:14, 20:30] = (30, 30, 30, 255)

    behind, near = detailed([sky, ground], source)

    assert np.array_equal(behind, sky)
    assert np.array_equal(near, ground)
