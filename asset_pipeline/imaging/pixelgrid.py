"""The grid that drawn pixel art already has: where its cells are, and one pixel for each of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from asset_pipeline.imaging.arrays import Rgba
from asset_pipeline.imaging.measure.grid import change_across, change_down, hidden_removed

_SMALLEST_CELL_PX, _LARGEST_CELL_PX = 3.0, 48.0
# A change counts as on a line up to here beside it: models and JPEG smear edges over two or three pixels.
_NEAR_PX, _NEAR_SHARE = 1.0, 0.15
# Less than this is a painting; true grids measure 0.9 and more, smoothly enlarged ones after JPEG 0.5.
_LEAST_SCORE = 0.4
_AS_GOOD = 0.9
_FINER, _PEAKS = 32, 24
_SAMPLES = 5


@dataclass(frozen=True)
class Rhythm:
    """Lines at equal distances along one axis.

    Attributes:
        cell_px: from one line to the next; need not be whole, for models do not count.
        first_px: where the first line lies, 0 up to *cell_px*.
        score: share of all change that lies on the lines, less what any lines would get; at most 1.
    """

    cell_px: float
    first_px: float
    score: float

    def middles(self, length_px: int) -> NDArray[np.float64]:
        """Return the middle of each cell; one cut by the frame counts where its middle is inside."""
        first = (self.first_px + self.cell_px / 2) % self.cell_px
        return np.arange(first, length_px, self.cell_px)


def native_cells(rgba: Rgba) -> Rgba | None:
    """Find the grid of drawn pixel art, by the rhythm of its edges, and return one pixel a cell.

    A cell takes the median of its middle, so that neighbours are not mixed in where the edge between them is smeared.

    Args:
        rgba: uint8 ``(height, width, 4)``, straight alpha; not changed.

    Returns:
        uint8, one pixel a cell, straight alpha; ``None`` where no grid of squares of 3 to 48 px is found.

    >>> art = np.random.default_rng(0).integers(0, 255, (9, 12, 4), np.uint8)
    >>> np.array_equal(native_cells(art.repeat(6, axis=0).repeat(6, axis=1)), art)
    True
    """
    grid = find_grid(rgba)
    if grid is None:
        return None
    across, down = grid
    offsets = (np.arange(_SAMPLES) / (_SAMPLES - 1) - 0.5) * 0.5
    columns = _sampled(across, offsets, rgba.shape[1])
    rows = _sampled(down, offsets, rgba.shape[0])
    samples = rgba[
        rows[:, :, None, None], columns[None, None]
    ]  # (cells down, samples, cells across, samples, 4)
    flat = samples.swapaxes(1, 2).reshape(len(rows), len(columns), -1, 4)
    middle = flat.shape[2] // 2
    return np.ascontiguousarray(np.partition(flat, middle, axis=2)[:, :, middle])


def find_grid(rgba: Rgba) -> tuple[Rhythm, Rhythm] | None:
    """Find the rhythm across and down of a picture drawn in squares; ``None`` where there is none.

    Both axes must agree in the size of a cell, as squares do.
    """
    if min(rgba.shape[:2]) < 4 * _SMALLEST_CELL_PX:
        return None
    shown = hidden_removed(rgba)
    energies = change_across(shown), change_down(shown)
    if min(energy.sum() for energy in energies) <= 0:
        return None
    tried = [[_rhythm(energy, cell_px) for energy in energies] for cell_px in _resonant_cells(energies)]
    fitting = [(min(axis.score for axis in pair), pair) for pair in tried]
    best = max((score for score, _ in fitting), default=0.0)
    if best < _LEAST_SCORE:
        return None
    # Lines at half the distance catch as much: of those as good, the widest apart are the grid.
    _, (across, down) = max(
        (pair for pair in fitting if pair[0] >= _AS_GOOD * best), key=lambda pair: pair[1][0].cell_px
    )
    return across, down


def _resonant_cells(energies: Sequence[NDArray[np.float64]]) -> list[float]:
    """List the distances at which changes come again on both axes, the strongest first: peaks of their spectra."""
    size = _FINER * max(len(energy) for energy in energies)
    spectra = [np.abs(np.fft.rfft(energy, size)) / energy.sum() for energy in energies]
    resonance = np.minimum(*spectra)
    first, last = int(size / _LARGEST_CELL_PX), int(size / _SMALLEST_CELL_PX)
    inner = resonance[first : last + 1]
    peaks = first + np.flatnonzero(
        (inner >= resonance[first - 1 : last]) & (inner > resonance[first + 1 : last + 2])
    )
    strongest = peaks[np.argsort(-resonance[peaks])][:_PEAKS]
    return [size / int(peak) for peak in strongest]


def _rhythm(energy: NDArray[np.float64], cell_px: float) -> Rhythm:
    """Lay lines *cell_px* apart where they catch most change, and tell how much that is."""
    at = np.arange(1, len(energy) + 1)  # the change between pixels 0 and 1 lies at x = 1
    turn = np.exp(2j * np.pi * at / cell_px)
    first_px = float(np.angle((energy * turn).sum()) / (2 * np.pi) * cell_px) % cell_px
    off_px = np.abs((at - first_px + cell_px / 2) % cell_px - cell_px / 2)
    near_px = max(_NEAR_PX, _NEAR_SHARE * cell_px) if cell_px >= 4 else 0.5
    near = off_px <= near_px
    share, by_chance = float(energy[near].sum() / energy.sum()), float(near.mean())
    return Rhythm(cell_px, first_px, (share - by_chance) / max(1 - by_chance, 1e-6))


def _sampled(rhythm: Rhythm, offsets: NDArray[np.float64], length_px: int) -> NDArray[np.intp]:
    """Return for each cell the pixels, ``(cells, samples)``, in the middle half of it."""
    places = rhythm.middles(length_px)[:, None] + offsets * rhythm.cell_px
    return np.floor(places).clip(0, length_px - 1).astype(np.intp)
