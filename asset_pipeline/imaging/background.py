"""Which pixels of a generated picture are the roughly flat background its subject was drawn on."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from asset_pipeline.imaging.arrays import Floats, Region
from asset_pipeline.imaging.colour import delta_e76, rgb_to_lab
from asset_pipeline.imaging.fades import gentle, pale_parts, steepness
from asset_pipeline.imaging.holes import find_holes
from asset_pipeline.imaging.inlets import inlets
from asset_pipeline.imaging.regions import reached_from_border
from asset_pipeline.imaging.shadows import cast_shadow
from asset_pipeline.imaging.surface import fit_surface

# A pixel is background below a limit that follows the noise: never stricter than JPEG allows, never so loose
# that a pale subject dissolves.
_NOISE_SIGMAS = 4.0
_STRICTEST_DELTA_E, _LOOSEST_DELTA_E = 3.5, 9.0
# Less background than this at the border is none, but chance.
_LEAST_BORDER_SHARE = 0.08
# Of generated sprites none is rougher, and nearly all leave more of the border free; painted scenes do neither.
_PLAIN_NOISE, _PLAIN_BORDER_SHARE = 3.0, 0.8
# Where fading would take most of what stands out, it is no glow but a pale subject without an outline, such as a cloud;
# unless this share of what stands out is solid, nothing like the background (ΔE76): that may glow as far as it likes.
_LEAST_LEFT_SHARE, _SOLID_SHARE, _SOLID_DELTA_E = 0.45, 0.25, 45.0
# Glows and shadows are looked for on a copy whose shorter side is no longer than this.
_COARSE_SIDE_PX = 512


@dataclass(frozen=True)
class Background:
    """The background of a picture.

    Attributes:
        region: bool ``(height, width)``; true where nothing but background, shadow or glow shows.
        plain: bool ``(height, width)``; the part of the region where there is neither shadow nor glow.
        cast: bool ``(height, width)``; the part of the region that is a shadow with a hard edge.
        delta_e: float32 ``(height, width)``; ΔE76 of each pixel from the fitted background.
        lab: float32 ``(height, width, 3)``; the picture, denoised, L*a*b*.
        tone: float32 ``(height, width, 3)``; the fitted background, L*a*b*.
        noise: median ΔE76 of the border from it.
    """

    region: Region
    plain: Region
    cast: Region
    delta_e: Floats
    lab: Floats
    tone: Floats
    noise: float

    @property
    def is_plain(self) -> bool:
        """Whether it is so smooth, and so much of the border, that colour alone tells it from a subject.

        It is not in a painted scene, where a fitted surface is a guess.
        """
        return self.noise <= _PLAIN_NOISE and float(_frame(self.region).mean()) >= _PLAIN_BORDER_SHARE


def find_background(rgb: NDArray[np.uint8]) -> Background:
    """Fit the background's colour to the border, and collect what is like it and connected to the border.

    Glows and shadows around the subject count as background. Of the areas like it that the subject encloses,
    only those that look like holes are taken; :mod:`~asset_pipeline.imaging.holes` weighs that.

    Args:
        rgb: uint8 ``(height, width, 3)``, sRGB; not changed.

    Returns:
        The background; its region is empty where the border shows no smooth surface.
    """
    lab = rgb_to_lab(np.asarray(cv2.medianBlur(rgb, 3), np.uint8))
    surface = fit_surface(lab)
    tone = surface.nearest(lab)
    delta_e = delta_e76(lab, tone)
    alike = delta_e < min(max(_NOISE_SIGMAS * surface.noise, _STRICTEST_DELTA_E), _LOOSEST_DELTA_E)
    plain = reached_from_border(alike, alike)
    if _frame(plain).mean() < _LEAST_BORDER_SHARE:
        plain = np.zeros_like(plain)
    if not plain.any() or plain.all():
        return Background(plain, plain, np.zeros_like(plain), delta_e, lab, tone, surface.noise)
    region, cast = _with_shadows(lab, tone, alike, plain)
    holes = find_holes(lab, surface, delta_e, alike & ~region, region)
    return Background(region | holes, (alike & region) | holes, cast, delta_e, lab, tone, surface.noise)


def _with_shadows(lab: Floats, tone: Floats, alike: Region, plain: Region) -> tuple[Region, Region]:
    """Add what lies on the background, but belongs to it: glows, soft shadows, shadows with a hard edge.

    Returns:
        The background with all that, and of that the shadows with a hard edge alone.
    """
    height, width = plain.shape
    scale = min(1.0, _COARSE_SIDE_PX / min(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small_lab, small_tone = _scaled(lab, size), _scaled(tone, size)
    small_alike, small_plain = (_scaled(part.astype(np.float32), size) > 0.5 for part in (alike, plain))
    slope = steepness(small_lab)
    small_delta_e = delta_e76(small_lab, small_tone)
    fades = gentle(slope, small_delta_e)
    faded = small_plain | reached_from_border(small_alike, small_alike | fades)
    subject = pale_parts(slope, faded, small_plain)
    outstanding = np.count_nonzero(~small_plain)
    solid = np.count_nonzero(~faded & (small_delta_e > _SOLID_DELTA_E))
    if (
        np.count_nonzero(~faded | subject) < _LEAST_LEFT_SHARE * outstanding
        and solid < _SOLID_SHARE * outstanding
    ):
        subject = faded & ~small_plain
    subject |= inlets(small_lab, small_tone, small_alike, faded & ~subject)
    shadow = cast_shadow(small_lab, small_tone, slope, faded & ~subject)
    fades, subject, shadow = (_enlarged(part, plain.shape) for part in (fades, subject, shadow))
    region = reached_from_border(alike, (alike | fades) & ~subject) | shadow
    return reached_from_border(region, region | alike) if shadow.any() else region, shadow


def _frame(region: Region) -> Region:
    return np.concatenate([region[0], region[-1], region[:, 0], region[:, -1]])


def _scaled(picture: Floats, size: tuple[int, int]) -> Floats:
    if picture.shape[1::-1] == size:
        return picture
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.float32)


def _enlarged(region: Region, shape: tuple[int, ...]) -> Region:
    if region.shape == shape:
        return region
    large = cv2.resize(region.astype(np.float32), (shape[1], shape[0]), interpolation=cv2.INTER_LINEAR)
    return np.asarray(large > 0.5, np.bool_)
