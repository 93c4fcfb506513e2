"""Variations of one thing, told apart by the hue that is measured on them, recoloured where they are too close."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from asset_pipeline.errors import ImageError
from asset_pipeline.imaging.arrays import Floats, Rgb, Rgba, require_rgba
from asset_pipeline.imaging.colour import delta_e76, lab_to_rgb, rgb_to_lab
from asset_pipeline.imaging.measure.hues import hue_error_deg, median_lab
from asset_pipeline.imaging.measure.maps import Maps

APART_DELTA_E = 20.0
"""From here a player tells two variants apart; as quality gate D25 has it."""

_WRONG_HUE_DEG = 30.0
_TURN_STEP_DEG = 15
_LIGHTNESS_STEP, _MOST_LIGHTER = 10, 90
_COLOURLESS_CHROMA = 12.0
_ENOUGH_PX = 4096


def recoloured(rgba: Rgba, *, turn_deg: float, lighter: float = 0.0) -> Rgba:
    """Turn all hues alike, and make everything lighter or darker; black stays black, white white.

    Args:
        rgba: uint8 ``(height, width, 4)``, straight alpha; not changed.
        turn_deg: by how much every hue turns, in degrees of L*a*b*.
        lighter: L* that the middle tones gain, -100 to 100; shadows and lights gain less.

    Returns:
        A new picture with the same alpha.

    Raises:
        ImageError: *rgba* is no picture.
    """
    require_rgba(rgba)
    if not turn_deg and not lighter:
        return rgba.copy()
    lab = rgb_to_lab(np.ascontiguousarray(rgba[..., :3]))
    lightness, turn = lab[..., 0] / 100, np.exp(1j * np.radians(turn_deg))
    turned = (lab[..., 1] + 1j * lab[..., 2]) * turn
    lifted = lightness + 4 * lightness * (1 - lightness) * lighter / 100
    changed = np.stack([lifted.clip(0, 1) * 100, turned.real, turned.imag], axis=-1)
    return np.dstack([lab_to_rgb(changed.astype(np.float32)), rgba[..., 3]])


def told_apart(
    cells: Sequence[Rgba], named: Sequence[Rgb | None] = (), *, least_delta_e: float = APART_DELTA_E
) -> list[Rgba]:
    """Recolour variants, as little as will do, until each is told from all before it (D25).

    A variant whose hue contradicts the colour its words name is first turned to that. Then, in order, one that is too close
    to an earlier one is turned by the smallest angle that helps, in steps of 15 degrees; where no angle does, as for
    grey things, it is made lighter or darker, too. The same cells always give the same result.

    Args:
        cells: uint8 ``(height, width, 4)`` each, straight alpha; not changed.
        named: the colour that each variant's words name, ``None`` where they name none; empty for none at all.
        least_delta_e: ΔE76 of median colours that tells two apart.

    Returns:
        New pictures with the same alpha. With more variants than there are colours some stay close: measure
        the result (:func:`~asset_pipeline.imaging.measure.hues.closest_variants`).

    Raises:
        ImageError: one is no picture, or there is not one name for each.
    """
    if named and len(named) != len(cells):
        raise ImageError(f"{len(cells)} variants need a colour or None each, got {len(named)}")
    done: list[Rgba] = []
    taken: list[Floats] = []
    for cell, colour in zip(cells, named or [None] * len(cells), strict=True):
        start = 0.0 if colour is None else _turn_to(cell, colour)
        chosen = _first_apart(cell, start, taken, least_delta_e)
        done.append(chosen)
        if (median := median_lab(Maps(chosen))) is not None:
            taken.append(median)
    return done


def _turn_to(cell: Rgba, colour: Rgb) -> float:
    """Return the turn that brings a variant's median hue to that of *colour*; 0 where it is close, or has none."""
    maps = Maps(cell)
    error, median = hue_error_deg(maps, colour), median_lab(maps)
    if error is None or error <= _WRONG_HUE_DEG or median is None:
        return 0.0
    if np.hypot(*median[1:]) < _COLOURLESS_CHROMA:
        return 0.0
    return _hue_deg(rgb_to_lab(np.array(colour, np.uint8))) - _hue_deg(median)


def _hue_deg(lab: Floats) -> float:
    return float(np.degrees(np.arctan2(lab[2], lab[1])))


def _first_apart(cell: Rgba, start_deg: float, taken: Sequence[Floats], least_delta_e: float) -> Rgba:
    """Return the least recoloured version that is far enough from all that are *taken*; else the farthest."""
    solid = cell[Maps(cell).solid]
    if not len(solid):
        return cell.copy()
    few = solid[None, :: 1 + len(solid) // _ENOUGH_PX]
    best, best_delta_e = (start_deg, 0), -1.0
    for turn_deg, lighter in _changes():
        change = start_deg + turn_deg, lighter
        nearest = _distance(recoloured(few, turn_deg=change[0], lighter=lighter), taken)
        if nearest > best_delta_e:
            best, best_delta_e = change, nearest
        if nearest >= least_delta_e:
            break
    return recoloured(cell, turn_deg=best[0], lighter=best[1])


def _distance(rgba: Rgba, taken: Sequence[Floats]) -> float:
    """Return ΔE76 from the median of *rgba* to the nearest that is taken; infinite where none is."""
    median = median_lab(Maps(rgba))
    if median is None or not taken:
        return float(np.inf)
    return float(delta_e76(np.stack(taken), median).min())


def _changes() -> Iterator[tuple[int, int]]:
    """Yield turns and changes of lightness, the smallest first."""
    for lighter in _outwards(_LIGHTNESS_STEP, _MOST_LIGHTER):
        for turn in _outwards(_TURN_STEP_DEG, 180 - _TURN_STEP_DEG):
            yield turn, lighter


def _outwards(step: int, most: int) -> list[int]:
    """Return 0, *step*, -*step*, … up to *most* either way."""
    return sorted(range(-most, most + 1, step), key=lambda value: (abs(value), -value))
