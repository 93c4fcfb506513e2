"""Colour: ramps whose shadows cool down and whose lights warm up, mixed in Oklab."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from asset_pipeline.imaging.arrays import Floats, Rgb

AnyFloat = TypeVar("AnyFloat", np.float32, np.float64)

# Oklab by Björn Ottosson, 2020: a space in which equal steps look equal.
_TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
_FROM_LMS, _FROM_LAB = np.linalg.inv(_TO_LMS), np.linalg.inv(_TO_LAB)
_COOL_DEG, _WARM_DEG = 285.0, 95.0  # Oklch hues of deep blue-violet and of sunlight


def to_oklab(srgb: NDArray[AnyFloat]) -> NDArray[AnyFloat]:
    """Turn sRGB in ``[0, 1]`` into Oklab (lightness ``[0, 1]``, a, b): ``(..., 3)`` of the same dtype."""
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    return np.asarray(np.cbrt(linear @ _TO_LMS.T) @ _TO_LAB.T, srgb.dtype)


def to_oklch(rgb: Rgb) -> tuple[float, float, float]:
    """Give lightness ``[0, 1]``, chroma ``[0, 0.4)`` and hue in degrees of an sRGB colour.

    >>> lightness, chroma, _ = to_oklch((255, 255, 255))
    >>> round(lightness, 3), round(chroma, 3)
    (1.0, 0.0)
    """
    lightness, a, b = to_oklab(np.array(rgb, np.float64) / 255)
    return float(lightness), float(np.hypot(a, b)), float(np.degrees(np.arctan2(b, a)) % 360)


def from_oklch(lightness: float, chroma: float, hue_deg: float) -> Rgb:
    """Give the sRGB colour nearest to what was asked, clipped into gamut.

    >>> from_oklch(*to_oklch((200, 80, 40)))
    (200, 80, 40)
    """
    hue = np.radians(hue_deg)
    lab = np.array([lightness, chroma * np.cos(hue), chroma * np.sin(hue)])
    linear = np.clip(_FROM_LMS @ (_FROM_LAB @ lab) ** 3, 0, 1)
    encoded = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    r, g, b = (round(float(channel) * 255) for channel in encoded)
    return r, g, b


def _cooler(hue_deg: float, step_deg: float) -> float:
    """Step towards blue-violet: from red, orange and yellow by way of magenta, or yellow would turn green."""
    down_deg = (hue_deg - _COOL_DEG) % 360
    if down_deg < 205:
        return hue_deg - min(step_deg, down_deg)
    return hue_deg + min(step_deg, 360 - down_deg)


def _warmer(hue_deg: float, step_deg: float) -> float:
    """Step towards sunlight, the short way."""
    gap_deg = (_WARM_DEG - hue_deg + 180) % 360 - 180
    return hue_deg + float(np.clip(gap_deg, -step_deg, step_deg))


def gap(one: Rgb, other: Rgb) -> float:
    """Measure how different two colours look: distance in Oklab, 1 from black to white."""
    (l0, c0, h0), (l1, c1, h1) = to_oklch(one), to_oklch(other)
    a = c0 * np.cos(np.radians(h0)) - c1 * np.cos(np.radians(h1))
    b = c0 * np.sin(np.radians(h0)) - c1 * np.sin(np.radians(h1))
    return float(np.sqrt((l0 - l1) ** 2 + a**2 + b**2))


def adjust(rgb: Rgb, *, light: float = 0.0, chroma: float = 1.0, hue_deg: float = 0.0) -> Rgb:
    """Move *rgb* by *light* in Oklab lightness, scale its chroma, turn its hue."""
    lightness, strength, hue = to_oklch(rgb)
    return from_oklch(float(np.clip(lightness + light, 0, 1)), strength * chroma, hue + hue_deg)


def pigment(rgb: Rgb) -> Rgb:
    """Take the glare out of a screen primary: pure red, blue or yellow leaves no room for light and shadow.

    >>> pigment((0, 0, 255)), pigment((70, 90, 80))
    ((37, 85, 206), (70, 90, 80))
    """
    lightness, chroma, hue = to_oklch(rgb)
    if chroma <= 0.20 and (chroma < 0.12 or lightness < 0.86):
        return rgb
    return from_oklch(min(0.87, lightness + (0.66 - lightness) * 0.2), min(0.195, chroma), hue)


def mix(one: Rgb, other: Rgb, share: float) -> Rgb:
    """Mix *share* of *other* into *one*, in sRGB as a painter's glaze does."""
    r, g, b = (round(x + (y - x) * share) for x, y in zip(one, other, strict=True))
    return r, g, b


@dataclass(frozen=True)
class Ramp:
    """One colour from its deepest shadow to its brightest light.

    Attributes:
        base: the colour itself, at light level 0.5.
    """

    base: Rgb

    @cached_property
    def table(self) -> Floats:
        """``(256, 3)`` float32 sRGB in ``[0, 1]``: shadows lean to blue-violet, lights to yellow."""
        lightness, chroma, hue = to_oklch(self.base)
        lightness = float(np.clip(lightness, 0.16, 0.93))
        anchors = [
            from_oklch(lightness * 0.34, chroma * 0.75 + 0.012, _cooler(hue, 34)),
            from_oklch(lightness * 0.70, chroma * 0.98 + 0.008, _cooler(hue, 15)),
            from_oklch(lightness, chroma, hue),
            from_oklch(lightness + (1 - lightness) * 0.38, chroma * 0.98, _warmer(hue, 12)),
            from_oklch(lightness + (1 - lightness) * 0.82, chroma * 0.50, _warmer(hue, 26)),
        ]
        levels = np.linspace(0, 1, 256)
        columns = [np.interp(levels, [0, 0.25, 0.5, 0.75, 1], [a[c] for a in anchors]) for c in range(3)]
        return (np.stack(columns, axis=1) / 255).astype(np.float32)

    def at(self, level: float) -> Floats:
        """The colour at light *level* ``[0, 1]``: ``(3,)`` float32."""
        colour: Floats = self.table[round(level * 255)]
        return colour

    def shade(self, level: Floats) -> Floats:
        """Colour every pixel by its light level: ``(height, width)`` to ``(height, width, 3)``."""
        colours: Floats = self.table[np.clip(level * 255, 0, 255).astype(np.uint8)]
        return colours


def random_colour(rng: np.random.Generator) -> Rgb:
    """Pick a lively colour of middle lightness."""
    return from_oklch(
        float(rng.uniform(0.58, 0.76)), float(rng.uniform(0.12, 0.18)), float(rng.uniform(0, 360))
    )


def companion(rgb: Rgb, rng: np.random.Generator) -> Rgb:
    """Pick an accent that goes with *rgb*: complementary, split or triadic, lighter where *rgb* is dark."""
    lightness, chroma, hue = to_oklch(rgb)
    turn_deg = float(rng.choice([180, 150, 210, 120, 240])) + float(rng.uniform(-12, 12))
    return from_oklch(0.78 if lightness < 0.68 else 0.52, max(chroma, 0.11), hue + turn_deg)
