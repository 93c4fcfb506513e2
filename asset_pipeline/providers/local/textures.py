"""Textures of what is built, mined or frozen: for a seed, light added to each pixel of a part."""

from __future__ import annotations

import numpy as np

from asset_pipeline.imaging.arrays import Floats
from asset_pipeline.providers.local.figure import Patch, Texture
from asset_pipeline.providers.local.noise import cell_noise, fractal_noise, value_noise
from asset_pipeline.providers.local.sampling import soft_step


def noise_cells(patch: Patch, per_unit: float) -> tuple[int, int]:
    """Noise cells ``(down, across)`` for *per_unit* cells in a unit, whatever the part's size."""
    down, across = (max(2, round(size / patch.unit_px * per_unit)) for size in patch.shape)
    return down, across


def wood(rng: np.random.Generator, plank: float = 0.5, upright: bool = False) -> Texture:
    """Lay planks with grain, gaps, staggered ends and nails."""
    offset = rng.uniform(0, 1, 64).astype(np.float32)

    def texture(patch: Patch) -> Floats:
        along, across = (patch.y, patch.x) if upright else (patch.x, patch.y)
        row = np.floor(across / plank)
        place = across / plank - row
        shift = offset[row.astype(np.intp) % 64]
        down, right = noise_cells(patch, 3)
        stretch = (down // 4 + 2, right * 3) if upright else (down * 3, right // 4 + 2)
        rings = np.sin((value_noise(rng, patch.shape, stretch) * 2.2 + place * 9 + shift * 40) * 2.4)
        grain = (soft_step(rings, 0.55, 0.5) * -0.10) + (shift - 0.5) * 0.13
        gap = soft_step(np.abs(place - 0.5), 0.46, 0.05)
        length = along / (plank * 4.2) + shift * 3
        end = soft_step(np.abs(length - np.floor(length) - 0.5), 0.489, 0.008)
        nail_x = np.abs(length - np.floor(length) - 0.5) * plank * 4.2 - plank * 1.86
        nail = np.hypot(nail_x, (np.abs(place - 0.5) - 0.24) * plank)
        edge_light = soft_step(-np.abs(place - 0.1), -0.05, 0.05) * 0.10
        marks = soft_step(-nail, -0.045, 0.02)
        done: Floats = grain + edge_light - np.maximum(gap, end) * 0.34 - marks * 0.30
        return done

    return texture


def brick(rng: np.random.Generator, height: float = 0.42) -> Texture:
    """Lay bricks in mortar, each of its own shade."""
    shade = rng.uniform(-0.11, 0.11, (64, 64)).astype(np.float32)

    def texture(patch: Patch) -> Floats:
        row = np.floor(patch.y / height)
        x = patch.x / (height * 2.1) + (row % 2) * 0.5
        column = np.floor(x)
        inset_x = (0.5 - np.abs(x - column - 0.5)) * height * 2.1
        inset_y = (0.5 - np.abs(patch.y / height - row - 0.5)) * height
        inset = np.minimum(inset_x, inset_y)
        upper = (patch.y / height - row < 0.5) | (x - column < 0.2)
        bevel = soft_step(-inset, -0.075, 0.02) * np.where(upper, 0.13, -0.13)
        mortar = soft_step(-inset, -0.028, 0.02)
        rough = fractal_noise(rng, patch.shape, noise_cells(patch, 5)) * 0.09
        tone: Floats = shade[row.astype(np.intp) % 64, column.astype(np.intp) % 64] + rough + bevel
        return tone * (1 - mortar) - mortar * np.float32(0.36)

    return texture


def stone(rng: np.random.Generator) -> Texture:
    """Fit rough blocks together, with cracks and chipped edges."""

    def texture(patch: Patch) -> Floats:
        border, value = cell_noise(rng, patch.shape, patch.unit_px * 0.62)
        rough = fractal_noise(rng, patch.shape, noise_cells(patch, 4), 4)
        joint = soft_step(-(border + rough * 0.05), -0.075, 0.05)
        light = soft_step(-np.abs(border - 0.17), -0.05, 0.06) * np.where(patch.y < 0, 0.10, 0.05)
        pits = soft_step(-value_noise(rng, patch.shape, noise_cells(patch, 9)), 0.62, 0.12) * -0.16
        done: Floats = (value - 0.5) * 0.20 + rough * 0.12 + light + pits - joint * 0.33
        return done

    return texture


def rock(rng: np.random.Generator) -> Texture:
    """Break a rough surface into tilted faces with craters."""

    def texture(patch: Patch) -> Floats:
        border, value = cell_noise(rng, patch.shape, patch.unit_px * 0.5)
        rough = fractal_noise(rng, patch.shape, noise_cells(patch, 3), 4)
        crack = soft_step(-border, -0.03, 0.03)
        done: Floats = (value - 0.5) * 0.26 + rough * 0.16 - crack * 0.14
        return done

    return texture


def metal(rng: np.random.Generator) -> Texture:
    """Brush a surface and let the sky mirror in it."""
    lean, shift = rng.uniform(0.3, 0.7), rng.uniform(0, 1)

    def texture(patch: Patch) -> Floats:
        down, _ = noise_cells(patch, 22)
        brushed = value_noise(rng, patch.shape, (down, 4)) * 0.05
        band = np.sin((patch.x * lean + patch.y) * 3.1 + shift * 6.3)
        streak = soft_step(band, 0.82, 0.10) * 0.20 + soft_step(-band, 0.86, 0.1) * -0.12
        done: Floats = brushed + streak
        return done

    return texture


def gold(rng: np.random.Generator) -> Texture:
    """Sweep bright diagonal bands over polished metal."""
    shift = rng.uniform(-0.25, 0.25)

    def texture(patch: Patch) -> Floats:
        slant = patch.x * 0.8 + patch.y * 0.6 + shift
        wide = soft_step(-np.abs(slant + 0.30), -0.13, 0.02) * 0.20
        thin = soft_step(-np.abs(slant + 0.06), -0.035, 0.02) * 0.16
        return np.asarray(wide + thin, np.float32)

    return texture


def ice(rng: np.random.Generator) -> Texture:
    """Freeze: pale facets, long glints, fine cracks."""

    def texture(patch: Patch) -> Floats:
        border, value = cell_noise(rng, patch.shape, patch.unit_px * 0.75)
        slant = patch.x - patch.y * 0.8 + value_noise(rng, patch.shape, noise_cells(patch, 1)) * 0.15
        glint = soft_step(np.sin(slant * 4.2), 0.80, 0.06) * 0.22
        crack = soft_step(-border, -0.035, 0.03) * 0.24
        done: Floats = (value - 0.5) * 0.16 + glint + crack
        return done

    return texture


def crystal(rng: np.random.Generator) -> Texture:
    """Cut large facets, each catching the light its own way."""

    def texture(patch: Patch) -> Floats:
        border, value = cell_noise(rng, patch.shape, patch.unit_px * 0.8)
        edge = soft_step(-border, -0.05, 0.03) * 0.28
        return (value - np.float32(0.45)) * np.float32(0.55) + edge.astype(np.float32)

    return texture
