"""Seeded randomness, and the noises that textures and skies are made of."""

from __future__ import annotations

import hashlib
import json

import cv2
import numpy as np

from asset_pipeline.imaging.arrays import Floats
from asset_pipeline.providers.local.sampling import remapped, resized

_CELL_NOISE_SIDE_PX = 384


def rng_for(*what: object) -> np.random.Generator:
    """Start a random stream that depends on *what* alone: the same on every machine, in every process.

    Args:
        what: anything JSON can write; its text is hashed with SHA-256.

    Returns:
        A PCG64 generator of its own, so no thread shares state with another.

    >>> rng_for("fox", 7).integers(100) == rng_for("fox", 7).integers(100)
    np.True_
    """
    text = json.dumps(what, sort_keys=True).encode()
    return np.random.Generator(np.random.PCG64(int.from_bytes(hashlib.sha256(text).digest()[:16], "big")))


def value_noise(rng: np.random.Generator, shape: tuple[int, int], cells: tuple[int, int]) -> Floats:
    """Draw smooth noise that loops from left to right.

    Args:
        rng: where the lattice values come from.
        shape: ``(height, width)`` in pixels.
        cells: lattice cells ``(down, across)``; many cells make fine noise.

    Returns:
        ``shape`` float32, about ``[-1, 1]``, bicubic between lattice values; its columns are periodic.
    """
    height_px, width_px = shape
    rows, columns = (min(count, size) for count, size in zip(cells, shape, strict=True))
    lattice = rng.uniform(-1, 1, (max(rows, 1) + 3, max(columns, 1))).astype(np.float32)
    lattice = np.concatenate([lattice[:, -2:], lattice, lattice[:, :3]], axis=1)
    x = (np.arange(width_px, dtype=np.float32) + 0.5) * (max(columns, 1) / width_px) + 1.5
    y = (np.arange(height_px, dtype=np.float32) + 0.5) * (max(rows, 1) / height_px) + 0.5
    # Separable: stretching the few rows first keeps the cost at one pass over the picture.
    wide = remapped(lattice, x[None], np.arange(len(lattice), dtype=np.float32)[:, None], cv2.INTER_CUBIC)
    return remapped(wide, np.arange(width_px, dtype=np.float32)[None], y[:, None], cv2.INTER_CUBIC)


def fractal_noise(
    rng: np.random.Generator, shape: tuple[int, int], cells: tuple[int, int], octaves: int = 3
) -> Floats:
    """Sum *octaves* of :func:`value_noise`, each twice as fine and half as strong as the one before.

    Returns:
        ``shape`` float32, about ``[-1, 1]``; its columns are periodic.
    """
    total = np.zeros(shape, np.float32)
    for octave in range(octaves):
        total += value_noise(rng, shape, (cells[0] << octave, cells[1] << octave)) * np.float32(0.5**octave)
    return total / np.float32(2 - 0.5 ** (octaves - 1))


def cell_noise(rng: np.random.Generator, shape: tuple[int, int], cell_px: float) -> tuple[Floats, Floats]:
    """Split an area into irregular cells about *cell_px* wide (Worley, 1996).

    Returns:
        ``shape`` float32 twice: the distance to the nearest border between two cells in cell widths,
        and one random value in ``[0, 1]`` for each cell.
    """
    # Computed small and enlarged: borders between cells are soft anyway, and this is the slowest texture.
    small = min(1.0, _CELL_NOISE_SIDE_PX / max(shape))
    height_px, width_px = (max(2, round(side * small)) for side in shape)
    cell_px *= small
    rows, columns = int(height_px / cell_px) + 3, int(width_px / cell_px) + 3
    jitter = rng.uniform(0.15, 0.85, (2, rows, columns)).astype(np.float32)
    values = rng.uniform(0, 1, (rows, columns)).astype(np.float32)
    y, x = np.mgrid[0:height_px, 0:width_px].astype(np.float32) / np.float32(cell_px) + np.float32(1)
    row, column = y.astype(np.intp), x.astype(np.intp)
    nearest = np.full((height_px, width_px), 9, np.float32)
    second = nearest.copy()
    value = np.zeros_like(nearest)
    for down in (-1, 0, 1):
        for across in (-1, 0, 1):
            r, c = row + down, column + across
            distance = np.hypot(r + jitter[0, r, c] - y, c + jitter[1, r, c] - x)
            closer = distance < nearest
            second = np.where(closer, nearest, np.minimum(second, distance))
            value = np.where(closer, values[r, c], value)
            nearest = np.minimum(nearest, distance)
    border, value = (
        resized(small_map, shape[1], shape[0], cv2.INTER_LINEAR) for small_map in (second - nearest, value)
    )
    return border, value
