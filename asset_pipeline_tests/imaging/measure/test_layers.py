"""The calibration of D19 to D21, and D22."""

from __future__ import annotations

import numpy as np
import pytest

from asset_pipeline.errors import ImageError
from asset_pipeline.imaging.alpha import over
from asset_pipeline.imaging.arrays import Rgba
from asset_pipeline.imaging.measure.layers import layer_canvas, layer_worths
from asset_pipeline.imaging.measure.likeness import psnr_db, ssim
from asset_pipeline.imaging.measure.stacking import likely_order, recompose, shown
from asset_pipeline.imaging.resample import resample
from asset_pipeline_tests.imaging.measure.drawn import rgb_of, smooth_noise

SIDE_PX = 256


def layers_of(count: int, seed: int = 0) -> list[Rgba]:
    """An opaque backdrop and blobs over it that overlap, each of a texture and a colour of its own."""
    rng = np.random.default_rng(seed)
    layers = []
    for number in range(count):
        colour = (
            rng.uniform(30, 225, 3)
            + smooth_noise(100 * seed + number, SIDE_PX, SIDE_PX, 3.0, loops=True) * 12
        )
        blob = smooth_noise(100 * seed + 50 + number, SIDE_PX, SIDE_PX, 28.0, loops=True)[..., 0]
        matte = np.full((SIDE_PX, SIDE_PX), 1.0) if number == 0 else (blob * 20 + 4).clip(0, 1)
        layers.append(np.dstack([colour, matte * 255]).clip(0, 255).astype(np.uint8))
    return layers


@pytest.fixture(scope="module")
def stack() -> list[Rgba]:
    return layers_of(4)


@pytest.fixture(scope="module")
def source(stack: list[Rgba]) -> Rgba:
    return over(stack)


def likeness_db(layers: list[Rgba], source: Rgba) -> float:
    return psnr_db(shown(over(layers)), rgb_of(source))


def test_the_right_order_is_far_above_every_wrong_one(stack: list[Rgba], source: Rgba) -> None:
    """Table: 59.1 dB; two swapped 23.4, reversed 16.5, one dropped 23.4: at least 35 dB between."""
    right = likeness_db(stack, source)
    swapped = likeness_db([stack[0], stack[2], stack[1], stack[3]], source)
    backwards, dropped = likeness_db(stack[::-1], source), likeness_db(stack[:3], source)

    assert right - max(swapped, backwards, dropped) >= 35
    assert backwards < swapped
    assert max(swapped, dropped) < 27


@pytest.mark.parametrize("given_order", [(0, 1, 2, 3), (3, 2, 1, 0), (2, 0, 3, 1)])
def test_the_order_is_found_whatever_order_the_layers_come_in(
    stack: list[Rgba], source: Rgba, given_order: tuple[int, ...]
) -> None:
    found = recompose([stack[index] for index in given_order], source)

    assert [given_order[index] for index in found.order] == [0, 1, 2, 3]
    assert found.psnr_db > 50
    assert found.ssim > 0.99
    assert found.margin_db is not None
    assert found.margin_db > 2


def test_a_smaller_canvas_alone_costs_down_to_the_level_of_real_sets(stack: list[Rgba], source: Rgba) -> None:
    """Table: 33.8 dB for layers an eighth smaller; real sets have 28.8 to 33.4."""
    small = [resample(layer, width=224, height=224) for layer in stack]
    back = resample(over(small), width=SIDE_PX, height=SIDE_PX)

    assert 28 <= psnr_db(rgb_of(back), rgb_of(source)) <= 42
    found = recompose(small, source)
    assert found.order == (0, 1, 2, 3)
    assert found.psnr_db > 28


@pytest.mark.parametrize("count", [1, 2, 5, 6])
def test_up_to_six_layers_every_order_is_tried(count: int) -> None:
    layers = layers_of(count, seed=count)
    found = recompose(layers[::-1], over(layers))

    assert found.order == tuple(range(count))[::-1]
    assert (found.margin_db is None) == (count == 1)


def test_more_layers_are_put_in_order_step_by_step() -> None:
    layers = layers_of(8, seed=3)
    given_order = [0, 2, 1, 3, 4, 7, 5, 6]
    found = recompose([layers[index] for index in given_order], over(layers))

    assert found.psnr_db > 45


def test_layers_that_do_not_overlap_leave_the_order_open() -> None:
    """A person must say which is farther away: scrolling shows it, this picture does not."""
    left, right = np.zeros((2, 64, 64, 4), np.uint8)
    left[:, :20], right[:, 40:] = (200, 40, 40, 255), (40, 40, 200, 255)

    found = recompose([left, right], over([left, right]))

    assert found.margin_db == 0


def test_a_layer_is_empty_where_it_covers_nothing_or_nothing_of_it_shows(stack: list[Rgba]) -> None:
    nothing, hidden = np.zeros_like(stack[0]), stack[1]
    source = over([stack[0], stack[2]])

    worths = layer_worths([hidden, stack[0], stack[2], nothing], source, order=(0, 1, 2, 3))

    assert worths[0].coverage > 0.1
    assert worths[0].gain_db == 0
    assert worths[1].gain_db is not None
    assert worths[1].gain_db > 5
    assert worths[2].gain_db is not None
    assert worths[2].gain_db > 5
    assert worths[3].coverage == worths[3].gain_db == 0


def test_a_single_layer_has_nothing_to_be_compared_with(stack: list[Rgba]) -> None:
    assert layer_worths(stack[:1], stack[0], order=(0,))[0].gain_db is None


def test_the_canvas_of_layers_is_compared_with_their_source(stack: list[Rgba], source: Rgba) -> None:
    odd = [*stack, resample(stack[0], width=300, height=256)]

    assert layer_canvas(stack, source).scale == 1
    assert layer_canvas(odd, source).sizes == 2
    assert layer_canvas(stack, resample(source, width=512, height=256)).scale == 0.5


def test_no_layers_and_layers_of_two_sizes_are_refused(stack: list[Rgba], source: Rgba) -> None:
    for layers in ([], [stack[0], stack[1][1:]]):
        with pytest.raises(ImageError, match="layers"):
            recompose(layers, source)
        with pytest.raises(ImageError, match="layers"):
            layer_worths(layers, source, order=())
    with pytest.raises(ImageError, match="no layers"):
        layer_canvas([], source)


def test_likeness_is_greatest_with_oneself_and_the_same_both_ways(stack: list[Rgba]) -> None:
    one, other = (shown(layer) for layer in stack[:2])

    assert psnr_db(one, one) == 99
    assert ssim(one, one) == pytest.approx(1)
    assert psnr_db(one, other) == psnr_db(other, one) < 30
    assert ssim(one, other) == pytest.approx(ssim(other, one))
    assert ssim(one, other) < 0.9
    with pytest.raises(ImageError, match="one size"):
        psnr_db(one, other[1:])


@pytest.mark.parametrize("count", [3, 7, 9])
def test_a_likely_order_of_layers_with_hard_edges_is_the_right_one(count: int) -> None:
    layers = [np.zeros((64, 96, 4), np.uint8) for _ in range(count)]
    for number, layer in enumerate(layers):
        layer[5 * number :] = (25 * number, 255 - 25 * number, 90, 255)
    source = over(layers)

    found = likely_order(layers[::-1], source)

    assert found == tuple(range(count))[::-1]
