"""Colour spaces, and colours as people write them."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from types import MappingProxyType

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import ImageColor

from asset_pipeline.errors import ImageError
from asset_pipeline.imaging.arrays import Floats, Rgb
from asset_pipeline.imaging.colour_names import NAMES

# CSS names that are ordinary nouns in a prompt and seldom meant as a colour.
_NOT_WORDS = frozenset({"peru", "linen", "snow", "wheat"})
# How far a word in front of a colour moves it: share towards (black, white).
_SHADES = MappingProxyType(
    {"dark": (0.4, 0.0), "deep": (0.3, 0.0), "light": (0.0, 0.4), "pale": (0.0, 0.55), "pastel": (0.0, 0.5)}
)
_HEX = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})")
_TOKEN = re.compile(r"#[0-9a-f]{6}\b|[^\W\d_]+(?:'[^\W\d_]+)?")
_TINT_LIFT = 12.0
_LONGEST_NAME_WORDS = 3  # "light sea green"


def srgb_to_linear(srgb: Floats) -> Floats:
    """Turn sRGB values into amounts of light (IEC 61966-2-1); float32 in ``[0, 1]``, any shape."""
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4).astype(np.float32)


def linear_to_srgb(linear: Floats) -> Floats:
    """Undo :func:`srgb_to_linear`; float32 in ``[0, 1]``, any shape, not changed."""
    return np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055).astype(
        np.float32
    )


def rgb_to_lab(rgb: NDArray[np.uint8]) -> Floats:
    """Turn colours into CIE L*a*b* (D65), where distance is close to what an eye sees.

    Args:
        rgb: uint8 ``(..., 3)``, sRGB; not changed.

    Returns:
        float32 of the same shape: L 0..100, a and b about -128..127.

    Raises:
        ImageError: the last axis is not of length 3.

    >>> rgb_to_lab(np.array([255, 255, 255], np.uint8)).round().tolist()
    [100.0, 0.0, 0.0]
    """
    if rgb.ndim < 1 or rgb.shape[-1] != 3 or rgb.dtype != np.uint8:
        raise ImageError(
            f"expected uint8 colours of shape (..., 3), got shape {rgb.shape} and type {rgb.dtype}"
        )
    # One long row: OpenCV's overhead is for each row.
    scaled = rgb.reshape(1, -1, 3).astype(np.float32) / np.float32(255)
    lab = cv2.cvtColor(scaled, cv2.COLOR_RGB2Lab).astype(np.float32, copy=False)
    return lab.reshape(rgb.shape)


def lab_to_rgb(lab: Floats) -> NDArray[np.uint8]:
    """Undo :func:`rgb_to_lab`; colours that no screen can show become the nearest that it can, channel by channel.

    Args:
        lab: float32 ``(..., 3)``; not changed.

    Returns:
        uint8 of the same shape, sRGB.

    >>> lab_to_rgb(rgb_to_lab(np.array([12, 200, 99], np.uint8))).tolist()
    [12, 200, 99]
    """
    rgb = cv2.cvtColor(lab.reshape(1, -1, 3).astype(np.float32), cv2.COLOR_LAB2RGB)
    return np.asarray(np.rint(rgb.clip(0, 1) * 255), np.uint8).reshape(lab.shape)


def delta_e76(lab: Floats, other: Floats) -> Floats:
    """Measure how different colours look: distance in L*a*b* (CIE 1976); 2.3 is just noticeable.

    Args:
        lab: float32 ``(..., 3)``.
        other: float32 that broadcasts against *lab*.

    Returns:
        float32 of the broadcast shape without its last axis.
    """
    difference = np.asarray(lab - other, np.float32)
    if difference.ndim == 3:  # several times as fast
        return np.sqrt(
            np.asarray(cv2.transform(difference * difference, np.ones((1, 3), np.float32)), np.float32)
        )
    distance: Floats = np.sqrt(np.einsum("...i,...i->...", difference, difference))
    return distance


def even_tint(lab: Floats, behind: Floats) -> float:
    """Measure how evenly one colour darkens or lightens the channels of another: 1 is a grey shadow on grey.

    Args:
        lab: float32 ``(3,)``, L*a*b*.
        behind: float32 ``(3,)``, L*a*b*.

    Returns:
        The least of the three ratios of sRGB values over the largest; both colours are lifted a little, for
        ratios of dark colours are noise.
    """
    pair = cv2.cvtColor(np.stack([lab, behind])[None].astype(np.float32), cv2.COLOR_LAB2RGB)[0]
    own, other = pair * 255 + _TINT_LIFT
    return float((own / other).min() / (own / other).max())


def luma(colour: Rgb) -> float:
    """Return how bright a colour is, 0 to 1: Y of its sRGB values (ITU-R BT.709).

    >>> luma((0, 0, 0)), round(luma((255, 255, 0)), 3)
    (0.0, 0.928)
    """
    return float(np.dot(colour, (0.2126, 0.7152, 0.0722))) / 255


def nearest_colour(colour: Rgb, palette: Sequence[Rgb]) -> Rgb:
    """Return the colour of *palette* that looks most like *colour*.

    >>> nearest_colour((10, 10, 10), [(255, 255, 255), (40, 40, 60)])
    (40, 40, 60)
    """
    lab = rgb_to_lab(np.array([colour, *palette], np.uint8))
    return palette[int(delta_e76(lab[1:], lab[0]).argmin())]


def parse_colour(text: str) -> Rgb:
    """Read one colour: ``#rrggbb``, ``#rgb`` or a name; case and spaces are free.

    Names are those of CSS and the words artists use (``rust``, ``mint``, ``terracotta``).

    Returns:
        ``(red, green, blue)``, each 0..255.

    Raises:
        ImageError: it is neither; names the nearest name.

    >>> parse_colour("#fa0"), parse_colour("Sky Blue")
    ((255, 170, 0), (135, 206, 235))
    """
    name = re.sub(r"[\s_-]", "", text.lower())
    if _HEX.fullmatch(name):
        return _from_hex(name)
    if name in NAMES:
        return _from_hex(NAMES[name])
    near = difflib.get_close_matches(name, NAMES, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    raise ImageError(f"{text!r} is not a colour: write #rrggbb, #rgb or a name{hint}")


def colour_words(text: str) -> tuple[Rgb, ...]:
    """Pick the colours a prompt names, in order of appearance, each once.

    Only whole words count ("redwood" and "scared" hold no red). Names of several words ("light sea green",
    "sky-blue"), a shade before a name ("dark teal") and ``#rrggbb`` are understood.

    >>> colour_words("a teal dragon with dark crimson wings")
    ((18, 144, 142), (132, 12, 36))
    """
    return tuple(dict.fromkeys(colour for _, colour in _words(text) if colour is not None))


def without_colours(text: str) -> str:
    """Return the words of a prompt that name no colour, in small letters: what its variants have in common.

    >>> without_colours("a Pale Blue crystal, cut")
    'a crystal cut'
    """
    return " ".join(word for word, colour in _words(text) if colour is None)


def _words(text: str) -> Iterator[tuple[str, Rgb | None]]:
    """Yield each word of a prompt; those that name a colour together, with it."""
    tokens = _TOKEN.findall(text.lower())
    at = 0
    while at < len(tokens):
        length, colour = _colour_at(tokens, at)
        yield " ".join(tokens[at : at + length]), colour
        at += length


def _colour_at(tokens: list[str], at: int) -> tuple[int, Rgb | None]:
    """Return how many tokens from *at* on make a colour, and it; ``(1, None)`` where they make none."""
    if tokens[at].startswith("#"):
        return 1, _from_hex(tokens[at])
    for length in range(min(_LONGEST_NAME_WORDS, len(tokens) - at), 0, -1):
        name = "".join(tokens[at : at + length])
        if name in NAMES and name not in _NOT_WORDS:
            return length, _from_hex(NAMES[name])
    if tokens[at] in _SHADES and at + 1 < len(tokens):
        length, colour = _colour_at(tokens, at + 1)
        if colour is not None:
            return length + 1, _shaded(colour, *_SHADES[tokens[at]])
    return 1, None


def _shaded(colour: Rgb, to_black: float, to_white: float) -> Rgb:
    red, green, blue = (round(c * (1 - to_black) + (255 - c) * to_white) for c in colour)
    return red, green, blue


def _from_hex(text: str) -> Rgb:
    """Read ``#rgb`` or ``#rrggbb``; ImageColor also returns alpha where the text has it, ours never has."""
    red, green, blue = ImageColor.getrgb(text)[:3]
    return red, green, blue
