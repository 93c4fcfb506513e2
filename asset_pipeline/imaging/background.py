"""Which pixels of a generated picture are the roughly flat background its subject was drawn on."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from asset_pipeline.imaging.arrays import Floats, Region
from asset_pipeline.imaging.colour import delta_e76, rgb_to_lab

# Only a thin rim is read, so that subjects which fill 97 % of a side still leave some of it free.
_BORDER_SHARE = 0.012
_BORDER_SAMPLES = 4000
_SURFACE_NODES = 65
_FIT_SCALES_DELTA_E = (12.0, 10.0, 8.0, 6.0, 5.0, 4.0, 3.0, 3.0)
# A pixel is background below a limit that follows the noise: never stricter than JPEG allows, never so loose
# that a pale subject dissolves.
_NOISE_SIGMAS = 4.0
_STRICTEST_DELTA_E, _LOOSEST_DELTA_E = 3.5, 9.0
# What lies on the background and fades into it is glow, shadow or JPEG noise as long as it changes by less
# than this from pixel to pixel; the farther from the background, the gentler it has to be.
_FADE_DELTA_E, _FADE_STEEPNESS = (8.0, 14.0, 40.0, 41.0), (4.0, 2.0, 1.2, 0.0)
_GRADIENT_SIGMA_PX = 1.0
# Where fading would take most of what stands out, it is no glow but a pale subject without an outline, such
# as a cloud.
_LEAST_LEFT_SHARE = 0.45
# On white and grey an enclosed area of the background's colour is as likely an eye or a glove as a hole, so
# only one too large for those is cleared, as a share of the filled subject. Nobody has eyes of a saturated
# (chroma key) colour.
_NEUTRAL_CHROMA = 14.0
_HOLE_SHARE_NEUTRAL, _HOLE_SHARE_SATURATED = 0.06, 0.0005
_LEAST_HOLE_PX = 16
_EMPTY_SHARE = 0.97
_SAME_DELTA_E = 1.0


@dataclass(frozen=True)
class Background:
    """The background of a picture.

    Attributes:
        region: bool ``(height, width)``; true where nothing but background shows.
        delta_e: float32 ``(height, width)``; ΔE76 of each pixel from the fitted background.
    """

    region: Region
    delta_e: Floats


def find_background(rgb: NDArray[np.uint8]) -> Background:
    """Fit the background's colour to the border, and collect what is like it and connected to the border.

    Of the areas like it that the subject encloses, only those that look like holes are taken; ``_holes``
    weighs that.

    Args:
        rgb: uint8 ``(height, width, 3)``, sRGB; not changed.

    Returns:
        The background; its region is empty where the border shows no smooth surface.
    """
    lab = rgb_to_lab(np.asarray(cv2.medianBlur(rgb, 3), np.uint8))
    fitted, noise = _fit_border(lab)
    delta_e = delta_e76(lab, fitted)
    alike = delta_e < min(max(_NOISE_SIGMAS * noise, _STRICTEST_DELTA_E), _LOOSEST_DELTA_E)
    region = _reached_from_border(alike, alike)
    faded = _reached_from_border(alike, alike | _fades(lab, delta_e))
    if np.count_nonzero(~faded) >= _LEAST_LEFT_SHARE * np.count_nonzero(~region):
        region = faded
    chroma = float(np.median(np.hypot(fitted[..., 1], fitted[..., 2])))
    share = _HOLE_SHARE_NEUTRAL if chroma < _NEUTRAL_CHROMA else _HOLE_SHARE_SATURATED
    holes = _holes(alike & ~region, delta_e, least_px=share * np.count_nonzero(~region), noise=noise)
    return Background(region | holes, delta_e)


def _fades(lab: Floats, delta_e: Floats) -> Region:
    """Find what changes too gently to be the edge of a subject: glows and soft shadows."""
    smooth = cv2.GaussianBlur(lab, (0, 0), _GRADIENT_SIGMA_PX)
    across, down = (cv2.Sobel(smooth, cv2.CV_32F, *axes, ksize=3, scale=1 / 8) for axes in ((1, 0), (0, 1)))
    steepness = np.sqrt(np.einsum("...i,...i->...", across, across) + np.einsum("...i,...i->...", down, down))
    limit = np.interp(delta_e, _FADE_DELTA_E, _FADE_STEEPNESS)
    return np.asarray(steepness < limit, np.bool_)


def _reached_from_border(seeds: Region, passable: Region) -> Region:
    """Return the *passable* areas that hold a pixel of *seeds* at the border of the picture."""
    count, label = cv2.connectedComponents(passable.astype(np.uint8), connectivity=4)
    border = np.zeros_like(seeds)
    border[0] = border[-1] = border[:, 0] = border[:, -1] = True
    reached = np.zeros(count, np.bool_)
    reached[label[border & seeds]] = True
    return np.asarray(reached[label], np.bool_)


def _holes(enclosed: Region, delta_e: Floats, *, least_px: float, noise: float) -> Region:
    """Return those *enclosed* areas that are holes and not white eyes.

    A hole is large, has exactly the background's colour and noise, and holds nothing; an eye holds a pupil, a
    glove is shaded.
    """
    _, label, stats, _ = cv2.connectedComponentsWithStats(enclosed.astype(np.uint8), connectivity=4)
    holes = np.zeros_like(enclosed)
    for number in np.flatnonzero(stats[1:, cv2.CC_STAT_AREA] >= max(least_px, _LEAST_HOLE_PX)) + 1:
        x, y, width, height, area_px = stats[number]
        part = np.s_[y : y + height, x : x + width]
        area = (label[part] == number).astype(np.uint8)
        inside = cv2.erode(area, np.ones((3, 3), np.uint8)) > 0
        outline, _ = cv2.findContours(area, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        filled_px = np.count_nonzero(cv2.drawContours(area.copy(), outline, -1, 1, cv2.FILLED))
        empty = area_px >= _EMPTY_SHARE * filled_px
        if empty and inside.any() and np.median(delta_e[part][inside]) <= _SAME_DELTA_E + noise:
            holes[part] |= area > 0
    return holes


def _fit_border(lab: Floats) -> tuple[Floats, float]:
    """Fit a quadratic surface to the border; return it over the whole picture, and the median ΔE76 around it.

    It follows vignettes and gradients; parts of a subject that touch the border are weighted out (iteratively
    reweighted least squares with Geman and McClure's weights, the scale lowered from round to round).
    """
    height, width = lab.shape[:2]
    rim = max(2, round(_BORDER_SHARE * min(height, width)))
    inner = np.zeros((height, width), np.bool_)
    inner[rim:-rim, rim:-rim] = True
    y, x = np.nonzero(~inner)
    some = slice(None, None, 1 + len(y) // _BORDER_SAMPLES)
    y, x = y[some], x[some]
    colours = lab[y, x]
    terms = _quadratic(2 * x / width - 1, 2 * y / height - 1)
    distance = delta_e76(colours, np.median(colours, axis=0))
    surface = np.zeros((6, 3))
    for scale in _FIT_SCALES_DELTA_E:
        weight = 1 / (1 + (distance / scale) ** 2)
        surface[:] = np.linalg.lstsq(terms * weight[:, None], colours * weight[:, None], rcond=None)[0]
        distance = delta_e76(colours, (terms @ surface).astype(np.float32))
    believed = (terms @ surface)[distance <= np.median(distance) + _FIT_SCALES_DELTA_E[-1]]
    axis = np.linspace(-1, 1, _SURFACE_NODES)
    nodes = _quadratic(*np.meshgrid(axis, axis)) @ surface
    # Far from the border a quadratic runs away; no background is lighter or darker there than all around.
    nodes = nodes.clip(believed.min(axis=0), believed.max(axis=0)).astype(np.float32)
    fitted = np.asarray(cv2.resize(nodes, (width, height)), np.float32)
    return fitted, float(np.median(distance))


def _quadratic(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=-1)
