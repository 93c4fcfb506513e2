from __future__ import annotations

import numpy as np

from asset_pipeline.imaging.alpha import over
from asset_pipeline.imaging.arrays import Rgba
from asset_pipeline.imaging.parallax.behind import continued_behind
from asset_pipeline_tests.imaging.pictures import flat

SKY, HILL, TREE = (120, 180, 240, 255), (70, 140, 60, 255), (90, 60, 30, 255)


def cut_out_set() -> list[Rgba]:
    """Sky, hill and tree, each with a hole where a nearer one is, as models return them that do not paint behind."""
    tree = np.zeros((200, 200, 4), np.uint8)
    tree[60:160, 90:110] = TREE
    hill = np.zeros((200, 200, 4), np.uint8)
    hill[120:] = HILL
    hill[tree[..., 3] > 0] = 0
    sky = flat(200, SKY[:3])
    sky[(hill[..., 3] > 0) | (tree[..., 3] > 0)] = 0
    return [sky, hill, tree]


def test_a_hole_becomes_what_is_around_it() -> None:
    """The tree's hole is hill below the ridge and stays open above it."""
    layers = cut_out_set()

    sky, hill, tree = continued_behind(layers, over(layers), wraps=True)

    assert (sky[..., 3] == 255).all()
    assert (hill[130:160, 90:110, 3] == 255).all()
    assert np.abs(hill[130:160, 90:110, :3].astype(int) - HILL[:3]).max() <= 6
    assert not hill[60:105, 90:110, 3].any()
    assert np.abs(sky[:110, :, :3].astype(int) - SKY[:3]).max() <= 6
    assert np.array_equal(tree, layers[2])


def test_what_is_seen_does_not_change() -> None:
    layers = cut_out_set()
    source = over(layers)

    assert np.array_equal(over(continued_behind(layers, source, wraps=True)), source)


def test_what_no_layer_shows_is_taken_from_the_scene() -> None:
    source = flat(64, (10, 200, 30))
    layer = flat(64, (200, 0, 0))
    layer[:, 32:] = 0

    [whole] = continued_behind([layer], source, wraps=False)

    assert (whole[:, :32] == (200, 0, 0, 255)).all()
    assert (whole[:, 32:] == (10, 200, 30, 255)).all()


def test_a_layer_that_was_painted_behind_keeps_what_it_has() -> None:
    sky, hill = flat(100, SKY[:3]), np.zeros((100, 100, 4), np.uint8)
    hill[50:] = HILL
    sky[60:] = (250, 10, 250, 255)

    behind, _ = continued_behind([sky, hill], over([sky, hill]), wraps=True)

    assert np.array_equal(behind, sky)
