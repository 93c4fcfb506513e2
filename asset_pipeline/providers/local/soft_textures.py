"""Textures of what grows, flows or is woven: for a seed, light added to each pixel of a part."""

from __future__ import annotations

import numpy as np

from asset_pipeline.imaging.arrays import Floats
from asset_pipeline.providers.local.figure import Patch, Texture
from asset_pipeline.providers.local.noise import cell_noise, fractal_noise, value_noise
from asset_pipeline.providers.local.sampling import soft_step
from asset_pipeline.providers.local.textures import noise_cells


def slime(rng: np.random.Generator) -> Texture:
    """Let light through a jelly: a bright belly, bubbles."""
    bubbles = rng.uniform(-0.75, 0.75, (9, 2))
    sizes = rng.uniform(0.04, 0.11, 9)

    def texture(patch: Patch) -> Floats:
        tone = soft_step(patch.y + 0.15 * np.sin(patch.x * 4), 0.35, 0.9) * 0.17
        for (x, y), size in zip(bubbles, sizes, strict=True):
            distance = np.hypot(patch.x - x, patch.y - y - 0.1)
            tone = tone + soft_step(-np.abs(distance - size), -0.018, 0.02) * 0.17
            tone = (
                tone
                + soft_step(
                    -np.hypot(patch.x - x + size * 0.4, patch.y - y - 0.1 + size * 0.4), -size * 0.3, 0.02
                )
                * 0.22
            )
        return np.asarray(tone, np.float32)

    return texture


def lava(rng: np.random.Generator) -> Texture:
    """Crack a dark crust over glowing rock."""

    def texture(patch: Patch) -> Floats:
        border, value = cell_noise(rng, patch.shape, patch.unit_px * 0.5)
        heat = soft_step(-(border + value_noise(rng, patch.shape, noise_cells(patch, 4)) * 0.05), -0.10, 0.10)
        return (value - np.float32(0.8)) * np.float32(0.22) + heat.astype(np.float32) * np.float32(0.52)

    return texture


def fur(rng: np.random.Generator) -> Texture:
    """Comb short tufts downwards."""

    def texture(patch: Patch) -> Floats:
        down, across = noise_cells(patch, 8)
        strands = value_noise(rng, patch.shape, (down // 3 + 1, across * 2))
        row = patch.y * 4.5 + value_noise(rng, patch.shape, (down, across)) * 0.45
        tuft = soft_step(row - np.floor(row), 0.80, 0.20) * soft_step(strands, 0.2, 0.3)
        done: Floats = strands * 0.05 - tuft * 0.13
        return done

    return texture


def scales(rng: np.random.Generator, size: float = 0.26) -> Texture:
    """Overlap rows of rounded scales or feathers."""
    shade = rng.uniform(-0.05, 0.05, (64, 64)).astype(np.float32)

    def texture(patch: Patch) -> Floats:
        row = np.floor(patch.y / (size * 0.62))
        x = patch.x / size + (row % 2) * 0.5
        column = np.floor(x)
        rim = np.hypot(x - column - 0.5, (patch.y / (size * 0.62) - row) * 0.62)
        tone = shade[row.astype(np.intp) % 64, column.astype(np.intp) % 64]
        done: Floats = (
            tone + soft_step(rim, 0.5, 0.08) * -0.14 + soft_step(-np.abs(rim - 0.36), -0.05, 0.06) * 0.09
        )
        return done

    return texture


def foliage(rng: np.random.Generator) -> Texture:
    """Heap leaves: each clump light on top and dark below."""

    def texture(patch: Patch) -> Floats:
        total = np.zeros(patch.shape, np.float32)
        for cell, weight in ((0.55, 0.20), (0.26, 0.14)):
            border, value = cell_noise(rng, patch.shape, patch.unit_px * cell)
            total += (value - np.float32(0.5)) * np.float32(weight) - soft_step(
                -border, -0.10, 0.12
            ) * np.float32(weight)
        return total + fractal_noise(rng, patch.shape, noise_cells(patch, 6)) * np.float32(0.08)

    return texture


def cloth(rng: np.random.Generator) -> Texture:
    """Fold cloth softly and stitch along its edge."""
    lean = rng.uniform(-0.5, 0.5)

    def texture(patch: Patch) -> Floats:
        folds = np.sin(
            (patch.x + patch.y * lean) * 5 + value_noise(rng, patch.shape, noise_cells(patch, 1)) * 1.6
        )
        dash = soft_step(np.sin((patch.x + patch.y) * 28), 0.0, 0.5)
        stitch = soft_step(-np.abs(patch.depth - 0.13), -0.018, 0.012) * dash
        done: Floats = soft_step(folds, 0.5, 0.7) * -0.12 + stitch * 0.22
        return done

    return texture


def soil(rng: np.random.Generator) -> Texture:
    """Pack earth with pebbles and roots."""

    def texture(patch: Patch) -> Floats:
        rough = fractal_noise(rng, patch.shape, noise_cells(patch, 3), 4) * 0.18
        border, value = cell_noise(rng, patch.shape, patch.unit_px * 0.34)
        pebble = soft_step(border, 0.28, 0.06) * (value > 0.62)
        return (
            soft_step(rough, 0.0, 0.16) * np.float32(0.16) + pebble * np.float32(0.17) - np.float32(0.1)
        ).astype(np.float32)

    return texture


def sand(rng: np.random.Generator) -> Texture:
    """Blow ripples and grains."""

    def texture(patch: Patch) -> Floats:
        ripple = np.sin(patch.y * 9 + value_noise(rng, patch.shape, noise_cells(patch, 1)) * 3)
        grain = value_noise(rng, patch.shape, noise_cells(patch, 30))
        done: Floats = soft_step(ripple, 0.6, 0.5) * 0.10 + soft_step(grain, 0.75, 0.1) * -0.12
        return done

    return texture


def water(rng: np.random.Generator) -> Texture:
    """Ripple: bright crests on a darkening depth."""

    def texture(patch: Patch) -> Floats:
        bend = value_noise(rng, patch.shape, noise_cells(patch, 2)) * 0.9
        crest = soft_step(np.sin(patch.y * 8 + bend * 2 + np.sin(patch.x * 4) * 0.7), 0.86, 0.1)
        return np.asarray(crest * 0.24 - (patch.y + 1) * 0.05, np.float32)

    return texture


def stripes(rng: np.random.Generator) -> Texture:
    """Wind diagonal stripes, as on sweets."""
    width = rng.uniform(0.5, 0.7)

    def texture(patch: Patch) -> Floats:
        return soft_step(np.sin((patch.x + patch.y) * np.pi / width), 0.0, 0.12) * np.float32(
            0.34
        ) - np.float32(0.1)

    return texture
