"""Outlines as points: everything the painter draws is one of these, placed by a frame.

Unless said otherwise a shape fills ``[-1, 1]`` both ways, x to the right and y down: ``(count, 2)`` float64.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Points: TypeAlias = NDArray[np.float64]


def ellipse(count: int = 48) -> Points:
    """Draw the unit circle; a frame stretches it."""
    return superellipse(2.0, count)


def superellipse(power: float, count: int = 64) -> Points:
    """Draw Lamé's curve: 2 is a circle, 4 a soft box, 1 a diamond."""
    angle = np.linspace(0, 2 * np.pi, count, endpoint=False)
    x, y = np.cos(angle), np.sin(angle)
    return np.stack([np.sign(x) * np.abs(x) ** (2 / power), np.sign(y) * np.abs(y) ** (2 / power)], axis=1)


def box() -> Points:
    """Draw the square."""
    return np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]], np.float64)


def polygon(*points: tuple[float, float]) -> Points:
    """Take the corners as given."""
    return np.array(points, np.float64)


def regular(sides: int, turn_deg: float = -90.0) -> Points:
    """Draw a regular polygon with a corner at *turn_deg*."""
    angle = np.radians(turn_deg) + np.arange(sides) * 2 * np.pi / sides
    return np.stack([np.cos(angle), np.sin(angle)], axis=1)


def star(tips: int = 5, inner: float = 0.48, turn_deg: float = -90.0) -> Points:
    """Draw a star whose notches lie *inner* from the centre."""
    angle = np.radians(turn_deg) + np.arange(tips * 2) * np.pi / tips
    radius = np.where(np.arange(tips * 2) % 2, inner, 1.0)
    return np.stack([np.cos(angle) * radius, np.sin(angle) * radius], axis=1)


def heart(count: int = 64) -> Points:
    """Draw the usual heart, tip down."""
    t = np.linspace(0, 2 * np.pi, count, endpoint=False)
    x = np.sin(t) ** 3
    y = -(13 * np.cos(t) - 5 * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t)) / 16
    return np.stack([x, (y - (y.max() + y.min()) / 2) / (y.max() - y.min()) * 2], axis=1)


def drop(count: int = 48) -> Points:
    """Draw a drop, tip up."""
    t = np.linspace(0, 2 * np.pi, count, endpoint=False)
    return np.stack([np.sin(t) * np.sin(t / 2) ** 1.4, -np.cos(t)], axis=1) * [1.12, 1.0]


def leaf(count: int = 32) -> Points:
    """Draw a leaf or a flame of a fin: pointed at both ends of the y axis."""
    t = np.linspace(-1, 1, count)
    side = np.cos(t * np.pi / 2) ** 0.9
    return np.concatenate([np.stack([side, t], axis=1), np.stack([-side, t], axis=1)[::-1]])


def smooth(points: Points, rounds: int = 3) -> Points:
    """Cut corners again and again (Chaikin, 1974) until the outline is round."""
    for _ in range(rounds):
        after = np.roll(points, -1, axis=0)
        points = np.stack([points * 0.75 + after * 0.25, points * 0.25 + after * 0.75], axis=1).reshape(-1, 2)
    return points


def stroke(path: Sequence[tuple[float, float]] | Points, width: float, taper: float = 1.0) -> Points:
    """Draw a line of *width* along *path*, rounded, narrowing to *taper* of it at its end."""
    line = np.asarray(path, np.float64)
    along = np.gradient(line, axis=0)
    side = np.stack([-along[:, 1], along[:, 0]], axis=1)
    side /= np.maximum(np.linalg.norm(side, axis=1, keepdims=True), 1e-9)
    half = np.linspace(1, taper, len(line))[:, None] * width / 2
    start, end = along[0] / np.linalg.norm(along[0]), along[-1] / np.linalg.norm(along[-1])
    tip = (line[-1] + end * half[-1])[None]
    tail = (line[0] - start * half[0])[None]
    return np.concatenate([line + side * half, tip, (line - side * half)[::-1], tail])


def arc(start_deg: float, end_deg: float, radius: float = 1.0, count: int = 24) -> Points:
    """Walk along a circle; a path for :func:`stroke`, not an area."""
    angle = np.radians(np.linspace(start_deg, end_deg, count))
    return np.stack([np.cos(angle), np.sin(angle)], axis=1) * radius


def wobble(points: Points, rng: np.random.Generator, amount: float) -> Points:
    """Push an outline in and out by up to *amount*, so that it looks drawn by hand."""
    angle = np.arctan2(points[:, 1], points[:, 0])
    push = sum(rng.uniform(-1, 1) * np.sin(k * angle + rng.uniform(0, 6.3)) / k for k in (2, 3, 4, 5))
    return np.asarray(points * (1 + amount * np.asarray(push))[:, None])


def turned(points: Points, degrees: float) -> Points:
    """Rotate clockwise about the origin."""
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.asarray(points @ np.array([[c, s], [-s, c]]), np.float64)
