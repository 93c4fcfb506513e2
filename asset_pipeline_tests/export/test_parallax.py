from __future__ import annotations

import json
from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageSequence

from asset_pipeline.errors import ImageError
from asset_pipeline.export.parallax import parallax_json, preview, seen_from
from asset_pipeline.imaging.alpha import over
from asset_pipeline.imaging.parallax.assemble import assemble
from asset_pipeline.imaging.parallax.layer_set import LayerSet
from asset_pipeline_tests.imaging.parallax.scenes import ranges

FILES = ["sky.png", "far.png", "near.png"]


@pytest.fixture(scope="module")
def layer_set() -> LayerSet:
    layers = ranges(3, seed=2, width=400, height=200)
    return assemble(over(layers), layers)


def test_a_game_reads_size_loop_and_layers_from_back_to_front(layer_set: LayerSet) -> None:
    told = json.loads(json.dumps(parallax_json(layer_set, FILES)))

    assert (told["format"], told["size_px"], told["loop"]) == (1, [400, 200], True)
    assert [layer["file"] for layer in told["layers"]] == FILES
    assert [layer["depth"] for layer in told["layers"]] == [0, 0.5, 1]
    assert [layer["parallax_factor"] for layer in told["layers"]] == [0.1, 0.3162, 1]
    assert [layer["anchor"] for layer in told["layers"]] == ["top", "bottom", "bottom"]
    for described, layer in zip(told["layers"], layer_set.layers, strict=True):
        x, y, width, height = described["alpha_box_px"]
        outside = layer.rgba[..., 3].copy()
        outside[y : y + height, x : x + width] = 0
        assert outside.max() <= 8
        assert described["offset_px"] == [0, 0]


def test_every_layer_needs_its_file(layer_set: LayerSet) -> None:
    with pytest.raises(ImageError, match="3 layers need as many files, got 1"):
        parallax_json(layer_set, ["sky.png"])


def test_a_camera_that_has_not_moved_sees_the_composite(layer_set: LayerSet) -> None:
    difference = np.abs(seen_from(layer_set, 0).astype(int) - layer_set.composite)

    assert difference.max() <= 1


def test_a_camera_that_moves_sees_near_layers_move_more_and_no_hole(layer_set: LayerSet) -> None:
    """By a twentieth of the width, as the issue asks, and by parts of a pixel."""
    for camera_px in (-20, 20, 0.5):
        assert (seen_from(layer_set, camera_px)[..., 3] == 255).all()
    near = layer_set.layers[-1].rgba
    seen = seen_from(layer_set, 20)
    solid = np.roll(near[..., 3] == 255, -20, axis=1)
    assert np.array_equal(seen[solid], np.roll(near, -20, axis=1)[solid])


def test_the_preview_moves_repeats_for_ever_and_is_small(layer_set: LayerSet) -> None:
    data = preview(layer_set)
    film = Image.open(BytesIO(data))
    frames = [np.array(frame.convert("RGB"), int) for frame in ImageSequence.Iterator(film)]

    assert film.format == "WEBP"
    assert film.info["loop"] == 0
    assert film.size == (320, 160)
    assert len(data) < 400_000
    assert len(frames) >= 24
    steps = [np.abs(one - other).mean() for one, other in zip(frames, [*frames[1:], frames[0]], strict=True)]
    assert max(steps) <= 3 * np.median(steps)


def test_a_scene_that_does_not_loop_is_shown_without_its_sides() -> None:
    layers = ranges(3, seed=2, width=400, height=200)
    film = Image.open(BytesIO(preview(assemble(over(layers), layers, wraps=False))))

    assert film.size == (256, 160)
