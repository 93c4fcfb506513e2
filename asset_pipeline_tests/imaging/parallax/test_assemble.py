from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from asset_pipeline.errors import ImageError
from asset_pipeline.gates.thresholds import thresholds
from asset_pipeline.imaging.alpha import PixelBox, over
from asset_pipeline.imaging.arrays import Rgba
from asset_pipeline.imaging.measure.likeness import psnr_db
from asset_pipeline.imaging.measure.seams import wrap_seam
from asset_pipeline.imaging.measure.stacking import shown
from asset_pipeline.imaging.parallax.assemble import assemble
from asset_pipeline.imaging.parallax.decompose import decompose
from asset_pipeline.imaging.parallax.layer_set import Dropped, LayerSet
from asset_pipeline.imaging.parallax.looping import looped
from asset_pipeline.imaging.parallax.sorting import LEAST_COVERAGE, LEAST_GAIN_DB
from asset_pipeline.imaging.png import decode_image
from asset_pipeline_tests.imaging.parallax.scenes import as_a_model_returns, objects, ranges, shuffled
from asset_pipeline_tests.imaging.pictures import flat

REAL = Path(__file__).parents[3] / ".." / "shared" / "data" / "real_sprites"


def order_of(layer_set: LayerSet) -> list[int]:
    return [layer.given_as for layer in layer_set.layers]


@pytest.mark.parametrize(
    ("kind", "count"), [*((kind, count) for kind in (ranges, objects) for count in range(2, 7)), (ranges, 8)]
)
def test_the_order_of_exact_layers_is_always_found(
    kind: Callable[[int, int], list[Rgba]], count: int
) -> None:
    """Models return layers in any order; an index says nothing about depth."""
    for seed in range(3):
        layers = kind(count, seed)
        given, back_to_front = shuffled(layers, seed + 1)

        found = assemble(over(layers), given)

        assert order_of(found) == back_to_front
        assert found.psnr_db >= 40
        assert psnr_db(shown(found.composite), shown(found.source)) >= 35
        assert [layer.depth for layer in found.layers] == pytest.approx(np.linspace(0, 1, count))
        assert {layer.rgba.shape for layer in found.layers} == {layers[0].shape}


def noisy_set(kind: Callable[[int, int], list[Rgba]], seed: int) -> tuple[Rgba, list[Rgba], list[int]]:
    """A set of 3 to 6 layers as a model returns it: small, re-coloured, shuffled, with the composite and an empty layer.

    Returns:
        The scene, the pictures, and the numbers of the layers back to front.
    """
    layers = kind(3 + seed // 2 % 4, seed)
    source = over(layers)
    scale = float(np.random.default_rng(seed).uniform(0.6, 0.95))
    rough = [as_a_model_returns(each, 10 * seed + n, scale=scale) for n, each in enumerate([*layers, source])]
    given, places = shuffled([*rough, np.zeros_like(rough[0])], seed)
    return source, given, places[: len(layers)]


def test_the_order_of_rough_layers_is_found_nearly_always() -> None:
    """Resized by up to two fifths, re-coloured by up to a twentieth, JPEG, with the composite and an empty frame."""
    right = []
    for seed in range(20):
        source, given, back_to_front = noisy_set((ranges, objects)[seed % 2], seed)
        right.append(order_of(assemble(source, given)) == back_to_front)

    assert np.mean(right) >= 0.95


def test_what_a_model_lost_of_the_scene_s_detail_comes_back() -> None:
    """A canvas three quarters as large costs more than 10 dB; where a layer is seen, the scene itself knows better."""
    layers = ranges(4, seed=3)
    source = over(layers)
    given = [as_a_model_returns(layer, n, scale=0.75) for n, layer in enumerate(layers)]

    assert assemble(source, given).psnr_db >= 35


def test_the_composite_is_dropped_wherever_it_comes_and_what_is_empty_or_hidden_too() -> None:
    layers = objects(3, seed=0)
    source = over(layers)
    hidden = layers[1].copy()
    hidden[..., :3] = 255 - hidden[..., :3]

    found = assemble(source, [layers[2], source, np.zeros_like(source), layers[0], hidden, layers[1]])

    assert order_of(found) == [3, 5, 0]
    assert found.dropped == (Dropped(1, "composite"), Dropped(2, "empty"), Dropped(4, "hidden"))


def test_one_of_two_equal_layers_stays() -> None:
    layers = objects(3, seed=0)
    found = assemble(over(layers), [*layers, layers[2].copy()])

    assert len(found.layers) == 3
    assert [each.reason for each in found.dropped] == ["hidden"]


def test_a_backdrop_that_is_nearly_the_whole_scene_is_not_taken_for_the_composite() -> None:
    backdrop, thing = objects(1, seed=0)[0], np.zeros((160, 256, 4), np.uint8)
    thing[100:120, 50:70] = (250, 250, 40, 255)

    found = assemble(over([backdrop, thing]), [thing, backdrop])

    assert order_of(found) == [1, 0]
    assert not found.dropped


def test_of_layers_that_never_overlap_the_lower_one_is_nearer() -> None:
    """The picture cannot say; where both stand on the same ground, what is lower is nearer."""
    sky, high, low = flat(128, (100, 160, 220)), *np.zeros((2, 128, 128, 4), np.uint8)
    high[20:40, 10:50], low[90:120, 60:110] = (230, 230, 230, 255), (60, 120, 50, 255)

    assert order_of(assemble(over([sky, high, low]), [low, high, sky])) == [2, 1, 0]
    assert order_of(assemble(over([sky, high, low]), [sky, high, low])) == [0, 1, 2]


def test_every_layer_loops_and_keeps_the_middle_of_its_columns() -> None:
    rng = np.random.default_rng(0)
    layers = [layer[:, :200] for layer in ranges(4, seed=5)]
    layers = [
        np.dstack([layer[..., :3] // 2 + rng.integers(0, 9, 3, np.uint8), layer[..., 3]]) for layer in layers
    ]
    source = over(layers)

    open_ended = assemble(source, layers, wraps=False)
    found = assemble(source, layers)

    assert max(layer.seam_as_given for layer in found.layers) > 1.5
    assert max(wrap_seam(layer.rgba) for layer in found.layers) <= 1.25
    assert max(layer.seam for layer in found.layers) <= 1.25
    assert wrap_seam(found.composite) <= 1.25
    for before, after in zip(open_ended.layers, found.layers, strict=True):
        solid = (before.rgba[:, 20:-20, 3] == 255) & (after.rgba[:, 20:-20, 3] == 255)
        assert solid.any()
    assert np.array_equal(shown(found.composite)[:, 20:-20], shown(open_ended.composite)[:, 20:-20])


def test_cropped_layers_come_back_to_their_place_with_a_box_and_without() -> None:
    layers = ranges(3, seed=1)
    tower = np.zeros_like(layers[0])
    tower[60:130, 100:124] = (200, 40, 40, 255)
    tower[70:80, 104:112] = (250, 240, 120, 255)
    source = over([*layers, tower])
    crop, box = tower[60:130, 100:124], PixelBox(100, 60, 24, 70)

    known = assemble(source, [crop, *layers], boxes=[box, None, None, None])
    found = assemble(source, [crop, *layers])

    for layer_set in (known, found):
        assert order_of(layer_set)[-1] == 0
        assert layer_set.layers[-1].box == box
        assert layer_set.layers[-1].anchor == "middle"
        assert layer_set.psnr_db >= 40


def test_what_belongs_nowhere_is_dropped_and_said() -> None:
    layers = ranges(3, seed=1)
    stray = np.full((50, 30, 4), 255, np.uint8)
    stray[::2, ::3, :3] = (255, 0, 255)

    assert assemble(over(layers), [*layers, stray]).dropped == (Dropped(3, "not found"),)


def test_depth_decides_speed_and_the_box_the_anchor() -> None:
    layers = assemble(over(ranges(3, seed=2)), ranges(3, seed=2)).layers

    assert [layer.parallax_factor for layer in layers] == pytest.approx([0.1, 0.1**0.5, 1.0])
    assert [layer.anchor for layer in layers] == ["top", "bottom", "bottom"]


def test_what_makes_no_set_is_one_clear_error() -> None:
    scene, clear = flat(64, (90, 90, 90)), np.zeros((64, 64, 4), np.uint8)

    with pytest.raises(ImageError, match="none of 1 pictures is a layer of the scene: picture 0 is empty"):
        assemble(scene, [clear])
    with pytest.raises(ImageError, match="there are none"):
        assemble(scene, [])
    with pytest.raises(ImageError, match="1 boxes for 2 pictures"):
        assemble(scene, [scene, scene], boxes=[None])
    with pytest.raises(ImageError, match="opaque scene"):
        assemble(clear, [scene])


def test_what_counts_as_a_layer_is_what_the_gates_say() -> None:
    limits = thresholds(kind="parallax").limits

    assert (limits["layer_coverage"].fail.least, limits["layer_gain_db"].fail.least) == (
        LEAST_COVERAGE,
        LEAST_GAIN_DB,
    )


@pytest.mark.skipif(not REAL.exists(), reason="the real generations are not part of the project")
@pytest.mark.parametrize(
    "file", sorted(REAL.glob("*/background/generated.jpg")), ids=lambda file: file.parts[-3]
)
def test_real_backgrounds_become_layer_sets_that_loop(file: Path) -> None:
    scene = looped(decode_image(file.read_bytes(), what=str(file)))
    given, back_to_front = shuffled(decompose(scene, 4), seed=1)

    found = assemble(scene, given)

    assert order_of(found) == back_to_front
    assert found.psnr_db >= 35
    assert found.margin_db is not None
    assert found.margin_db >= 2
    assert max(layer.seam for layer in found.layers) <= 1.25


def test_a_seam_leaves_no_line_where_layers_were_enlarged() -> None:
    """Enlarging across a seam that does not loop yet rings, and the ringing stays as a line when the seam is repaired."""
    source = flat(200, (0, 0, 0))
    source[..., :3] = np.linspace(60, 180, 200)[None, :, None]

    [layer] = assemble(source, [source[::2, ::2]]).layers

    assert np.abs(np.diff(layer.rgba[..., 0].astype(int), axis=1)).max() <= 8


def test_a_backdrop_that_still_shows_the_things_in_front_of_it_is_cleared_of_them() -> None:
    """The only opaque frame is the whole scene: else each thing would be seen twice once it moves, and be "hidden" before."""
    sky, ball, ground = flat(160, (120, 180, 240)), *np.zeros((2, 160, 160, 4), np.uint8)
    ground[110:] = (60, 110, 50, 255)
    ball[40:70, 60:90] = (220, 60, 40, 255)
    source = over([sky, ground, ball])

    found = assemble(source, [ball, source, ground])

    assert order_of(found)[0] == 1
    assert sorted(order_of(found)) == [0, 1, 2]
    backdrop = found.layers[0].rgba
    assert np.abs(backdrop[36:74, 56:94, :3].astype(int) - sky[0, 0, :3]).max() <= 6
    assert found.psnr_db >= 40
