"""Layer sets whose truth is known, and what models make of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from asset_pipeline.imaging.arrays import Rgba
from asset_pipeline.imaging.resample import resample
from asset_pipeline_tests.imaging.measure.drawn import smooth_noise
from asset_pipeline_tests.imaging.pictures import as_jpeg


def hills(width: int = 320, height: int = 200) -> Rgba:
    """Sky, far and near hills, a little noise; it wraps."""
    x = np.arange(width) / width * 2 * np.pi
    row = np.arange(height, dtype=np.float64)[:, None].repeat(width, axis=1)
    rgb = np.stack([150 + row / 4, 190 + row / 5, 240 - row / 8], axis=2)
    rgb[row >= height * (0.5 + 0.08 * np.sin(2 * x))] = (90, 130, 160)
    rgb[row >= height * (0.78 + 0.06 * np.sin(3 * x + 1))] = (50, 110, 60)
    rgb += np.random.default_rng(0).normal(0, 3, rgb.shape)
    return np.dstack([rgb.clip(0, 255), np.full((height, width), 255)]).astype(np.uint8)


def ranges(count: int, seed: int, width: int = 256, height: int = 160) -> list[Rgba]:
    """A sky and *count* - 1 ranges of hills with towers on them, each textured and in a colour of its own, back to front."""
    rng = np.random.default_rng(seed)
    row = np.arange(height)[:, None]
    x = np.arange(width) / width * 2 * np.pi
    layers = []
    for number in range(count):
        texture = smooth_noise(100 * seed + number, height, width, 2.0, loops=True) * 10
        rgb = rng.uniform(40, 215, 3) + texture + row[..., None] * rng.uniform(-0.3, 0.3)
        ridge = height * (
            0.2 + 0.7 * number / count + 0.07 * np.sin(rng.integers(1, 4) * x + rng.uniform(0, 6))
        )
        for _ in range(3):
            left = rng.integers(0, width - 12)
            ridge[left : left + rng.integers(5, 12)] -= height * rng.uniform(0.08, 0.2)
        matte = (row - ridge + 0.5).clip(0, 1) if number else np.ones((height, width))
        layers.append(np.dstack([rgb, matte * 255]).clip(0, 255).astype(np.uint8))
    return layers


def objects(count: int, seed: int, width: int = 256, height: int = 160) -> list[Rgba]:
    """A backdrop and *count* - 1 things of any outline that overlap each other, back to front."""
    rng = np.random.default_rng(seed)
    layers = []
    for number in range(count):
        texture = smooth_noise(100 * seed + number, height, width, 3.0, loops=True) * 12
        blob = smooth_noise(100 * seed + 50 + number, height, width, 22.0, loops=True)[..., 0]
        matte = (blob * 20 - 2).clip(0, 1) if number else np.ones((height, width))
        layers.append(
            np.dstack([rng.uniform(30, 225, 3) + texture, matte * 255]).clip(0, 255).astype(np.uint8)
        )
    return layers


def shuffled(layers: Sequence[Rgba], seed: int) -> tuple[list[Rgba], list[int]]:
    """Return them in another order, and for each, back to front, where it went."""
    order = np.random.default_rng(seed).permutation(len(layers))
    return [layers[index] for index in order], [int(place) for place in np.argsort(order)]


def as_a_model_returns(layer: Rgba, seed: int, *, scale: float) -> Rgba:
    """Resize, re-colour a little, add noise of JPEG, and blur alpha: what decomposing models do to a layer."""
    rng = np.random.default_rng(seed)
    width, height = (max(16, round(side * scale / 8) * 8) for side in layer.shape[1::-1])
    small = resample(layer, width=width, height=height)
    tinted: NDArray[np.float64] = small[..., :3] * rng.uniform(0.95, 1.05, 3) + rng.uniform(-5, 5, 3)
    opaque = np.dstack([tinted.clip(0, 255), np.full((height, width), 255)]).astype(np.uint8)
    return np.dstack([as_jpeg(opaque, 85)[..., :3], small[..., 3]])
