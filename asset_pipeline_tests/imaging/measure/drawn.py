"""What the calibration of the measurements is drawn with: a disc of radius 200, random textures, laws' raw material."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from asset_pipeline.imaging.arrays import Floats, Rgba

SIDE_PX, RADIUS_PX = 512, 200
WHITE = (255, 255, 255)


@cache
def disc(grown_px: float = 0.0) -> Floats:
    """Coverage of the disc, 4 x 4 samples a pixel; *grown_px* wider."""
    axis = (np.arange(SIDE_PX * 4) + 0.5) / 4 - SIDE_PX / 2
    inside = axis[None] ** 2 + axis[:, None] ** 2 <= (RADIUS_PX + grown_px) ** 2
    matte: Floats = inside.reshape(SIDE_PX, 4, SIDE_PX, 4).mean(axis=(1, 3)).astype(np.float32)
    matte.flags.writeable = False
    return matte


def texture(seed: int, *, sigma_px: float | None = None) -> Floats:
    """Colour all over the canvas, random and as coarse as *sigma_px*, ``(512, 512, 3)`` in 0..1."""
    rng = np.random.default_rng(seed)
    sigma_px = rng.uniform(2, 24) if sigma_px is None else sigma_px
    noise = cv2.GaussianBlur(rng.normal(size=(SIDE_PX, SIDE_PX, 3)).astype(np.float32), (0, 0), sigma_px)
    wild = noise / noise.std(axis=(0, 1)) * rng.uniform(0.03, 0.15) + rng.uniform(0.1, 0.8, 3)
    return np.asarray(wild.clip(0, 1), np.float32)


def mixed(front: Floats | float, matte: Floats, behind: Floats | float) -> Floats:
    """Lay one colour over another, float in 0..1."""
    share = matte[..., None]
    return np.asarray(front * share + behind * (1 - share), np.float32)


def sprite(colour: Floats, matte: Floats) -> Rgba:
    """Give *colour*, 0..1, the alpha *matte*; exactly half covered (8 of 16 samples) is not solid."""
    alpha_u8 = np.floor(matte * 255)
    return np.asarray(np.dstack([np.rint(colour * 255), alpha_u8]).clip(0, 255), np.uint8)


def opaque(colour: Floats) -> Rgba:
    """Make a picture of *colour*: 0..1, ``(height, width, 3)``, or grey."""
    rgb = np.broadcast_to(colour if colour.ndim == 3 else colour[..., None], (*colour.shape[:2], 3))
    return np.asarray(np.rint(np.dstack([rgb, np.ones(rgb.shape[:2])]) * 255).clip(0, 255), np.uint8)


def red_disc(grown_px: float = 0.0) -> Rgba:
    """The disc, plainly red, with clean edges and clean hidden colour."""
    red = np.full((SIDE_PX, SIDE_PX, 3), (0.8, 0.2, 0.15), np.float32)
    return sprite(red, disc(grown_px))


def smooth_noise(seed: int, height: int, width: int, sigma_px: float, *, loops: bool) -> Floats:
    """Random texture ``(height, width, 3)`` of deviation 1; it loops across, or is cut from a wider one."""
    rng = np.random.default_rng(seed)
    noise = rng.normal(size=(height, width if loops else 2 * width, 3)).astype(np.float32)
    reach = int(4 * sigma_px)
    padded = np.pad(noise, ((reach, reach), (reach, reach), (0, 0)), "wrap")
    smooth = cv2.GaussianBlur(padded, (0, 0), sigma_px)[reach:-reach, reach : reach + width]
    return np.asarray(smooth / smooth.std(), np.float32)


def pixel_art(
    seed: int, height: int = 48, width: int = 96, *, colours: int = 12, loops: bool = False
) -> Rgba:
    """Native pixel art: blobs of few random colours, opaque."""
    height_map = smooth_noise(seed, height, width, 5.0, loops=loops)[..., 0]
    palette = np.random.default_rng(seed).integers(0, 255, (colours, 3))
    index = ((height_map + 2) / 4 * colours).astype(int).clip(0, colours - 1)
    return np.dstack([palette[index], np.full(index.shape, 255)]).astype(np.uint8)


def enlarged(art: Rgba, factor: int) -> Rgba:
    """Scale pixel art as it should be: every pixel a square."""
    return art.repeat(factor, axis=0).repeat(factor, axis=1)


def rgb_of(picture: Rgba) -> NDArray[np.uint8]:
    """Drop alpha."""
    return np.ascontiguousarray(picture[..., :3])
