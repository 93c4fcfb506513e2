from __future__ import annotations

import numpy as np
import pytest

from asset_pipeline.errors import BadResult
from asset_pipeline.imaging.alpha import over
from asset_pipeline.imaging.arrays import Rgba
from asset_pipeline.imaging.png import encode_png
from asset_pipeline.providers.comfyui.layering import layers_of


def layer(x: int, colour: tuple[int, int, int]) -> Rgba:
    rgba = np.zeros((32, 32, 4), np.uint8)
    rgba[8:24, x : x + 12] = (*colour, 255)
    return rgba


BACK = np.full((32, 32, 4), (90, 160, 220, 255), np.uint8)
MIDDLE, FRONT = layer(4, (40, 120, 40)), layer(12, (200, 60, 40))
LAYERS = [BACK, MIDDLE, FRONT]
WHOLE = over(LAYERS)


def noisy(rgba: Rgba, sigma: float = 6.0) -> Rgba:
    """The scene as the model draws it once more."""
    noise = np.random.default_rng(3).normal(0, sigma, rgba.shape)
    noise[..., 3] = 0
    return np.clip(rgba + noise, 0, 255).astype(np.uint8)


def pngs(*frames: Rgba) -> list[bytes]:
    return [encode_png(frame) for frame in frames]


@pytest.mark.parametrize("place", [0, 1, 3])
def test_the_picture_of_the_whole_scene_is_taken_away_wherever_it_is(place: int) -> None:
    frames = list(LAYERS)
    frames.insert(place, noisy(WHOLE))
    assert layers_of(pngs(*frames), 3) == tuple(pngs(*LAYERS))


def test_layers_from_front_to_back_are_reversed() -> None:
    assert layers_of(pngs(noisy(WHOLE), *reversed(LAYERS)), 3) == tuple(pngs(*LAYERS))


def test_where_nothing_is_like_the_whole_all_stay_as_they_came() -> None:
    stranger = np.full((32, 32, 4), (10, 10, 10, 255), np.uint8)
    frames = pngs(stranger, FRONT, BACK, MIDDLE)
    assert layers_of(frames, 3) == tuple(frames)


def test_the_asked_number_of_layers_stays_as_it_came() -> None:
    frames = pngs(FRONT, BACK)
    assert layers_of(frames, 2) == tuple(frames)


def test_too_few_layers_and_broken_ones_are_bad_results() -> None:
    with pytest.raises(BadResult, match="3 layers were asked for and 2 came"):
        layers_of(pngs(BACK, FRONT), 3)
    with pytest.raises(BadResult):
        layers_of([*pngs(BACK, FRONT), b"<html>"], 2)
