"""The colours of the background, fitted to the border of a picture and continued over all of it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from asset_pipeline.imaging.arrays import Floats
from asset_pipeline.imaging.checkerboard import lighter_cells
from asset_pipeline.imaging.colour import delta_e76

# Only a thin rim is read, so that subjects which fill 97 % of a side still leave some of it free.
_BORDER_SHARE = 0.012
_BORDER_SAMPLES = 4000
_SURFACE_NODES = 65
_FIT_SCALES_DELTA_E = (12.0, 10.0, 8.0, 6.0, 5.0, 4.0, 3.0, 3.0)
# Of plain backgrounds with JPEG noise all but a few pixels stay below this; a rougher one may be a checkerboard.
_ROUGH_DELTA_E, _ROUGH_PERCENTILE = 1.0, 75
# Of two tones, each must hold this share of the border.
_LEAST_TONE_SHARE = 0.15


@dataclass(frozen=True)
class Surface:
    """What the background looks like, also where a subject hides it.

    Attributes:
        tones: float32 ``(height, width, 3)`` in L*a*b*: one, or the darker and the lighter cells of a checkerboard.
        noise: median ΔE76 of the border from it.
    """

    tones: tuple[Floats, ...]
    noise: float

    @property
    def chroma(self) -> float:
        """How far from grey it is: the median distance from the L* axis."""
        return float(np.median(np.hypot(*np.moveaxis(self.tones[0][::8, ::8, 1:], -1, 0))))

    def nearest(self, lab: Floats, part: tuple[slice, slice] = (slice(None), slice(None))) -> Floats:
        """Return the colour of the background that is most like *lab*, both float32 ``(height, width, 3)``.

        Of a checkerboard all colours between its tones count: the lines between cells are soft.
        """
        if len(self.tones) == 1:
            return self.tones[0][part]
        dark, light = (tone[part] for tone in self.tones)
        step = light - dark
        along = np.einsum("...i,...i->...", lab - dark, step)
        share = along / np.maximum(np.einsum("...i,...i->...", step, step), np.float32(1e-6))
        nearest: Floats = dark + share.clip(0, 1)[..., None] * step
        return nearest


def fit_surface(lab: Floats) -> Surface:
    """Fit the background to the border.

    Args:
        lab: float32 ``(height, width, 3)``, L*a*b*, denoised; not changed.
    """
    y, x = _border(*lab.shape[:2])
    tone, noise = _fit(lab, y, x)
    rough = _is_rough(lab[y, x], tone[y, x])
    lighter = lighter_cells(np.ascontiguousarray(lab[..., 0]), delta_e76(lab, tone)) if rough else None
    if lighter is None:
        return Surface((tone,), noise)
    light = lighter[y, x]
    if not _LEAST_TONE_SHARE < light.mean() < 1 - _LEAST_TONE_SHARE:
        return Surface((tone,), noise)
    cells = [_fit(lab, y[cell], x[cell]) for cell in (~light, light)]
    return Surface(tuple(tone for tone, _ in cells), max(noise for _, noise in cells))


def _is_rough(lab: Floats, tone: Floats) -> bool:
    return float(np.percentile(delta_e76(lab, tone), _ROUGH_PERCENTILE)) >= _ROUGH_DELTA_E


def _border(height: int, width: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return rows and columns of evenly chosen pixels of the rim."""
    rim = max(2, round(_BORDER_SHARE * min(height, width)))
    inner = np.zeros((height, width), np.bool_)
    inner[rim:-rim, rim:-rim] = True
    y, x = np.nonzero(~inner)
    some = slice(None, None, 1 + len(y) // _BORDER_SAMPLES)
    return y[some], x[some]


def _fit(lab: Floats, y: NDArray[np.intp], x: NDArray[np.intp]) -> tuple[Floats, float]:
    """Fit a quadratic surface to some pixels; return it over the whole picture, and the median ΔE76 around it.

    It follows vignettes and gradients; parts of a subject that touch the border are weighted out (iteratively
    reweighted least squares with Geman and McClure's weights, the scale lowered from round to round).
    """
    height, width = lab.shape[:2]
    colours = lab[y, x].astype(np.float64)
    terms = _quadratic(2 * (x + 0.5) / width - 1, 2 * (y + 0.5) / height - 1)
    distance = _length(colours - np.median(colours, axis=0))
    surface: NDArray[np.float64] = np.zeros((6, 3))
    for scale in _FIT_SCALES_DELTA_E:
        weighted = terms.T / (1 + (distance / scale) ** 2) ** 2
        surface[:] = np.linalg.lstsq(weighted @ terms, weighted @ colours, rcond=None)[0]
        distance = _length(colours - terms @ surface)
    believed = (terms @ surface)[distance <= np.median(distance) + _FIT_SCALES_DELTA_E[-1]]
    axis = 2 * (np.arange(_SURFACE_NODES) + 0.5) / _SURFACE_NODES - 1
    nodes = _quadratic(*np.meshgrid(axis, axis)) @ surface
    # Far from the border a quadratic may run away; a vignette changes there as much again as along the border.
    least, most = believed.min(axis=0), believed.max(axis=0)
    nodes = nodes.clip(2 * least - most, 2 * most - least).astype(np.float32)
    return np.asarray(cv2.resize(nodes, (width, height)), np.float32), float(np.median(distance))


def _length(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    length: NDArray[np.float64] = np.sqrt(np.einsum("ni,ni->n", vectors, vectors))
    return length


def _quadratic(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=-1)
