"""D19 and D20: whether layers make up the picture again, and in which order."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

from asset_pipeline.errors import ImageError
from asset_pipeline.imaging.alpha import over, premultiply
from asset_pipeline.imaging.arrays import Floats, Rgba, require_rgba
from asset_pipeline.imaging.measure.likeness import psnr_db, ssim
from asset_pipeline.imaging.measure.maps import RgbPixels
from asset_pipeline.imaging.resample import resample

_EVERY_ORDER_LAYERS = 6
_COARSE_SIDE_PX = 96
_FINALISTS = 4
_SETS_KEPT = 70


@dataclass(frozen=True)
class Recomposition:
    """How well layers, laid over each other in their best order, give the picture they came from.

    Attributes:
        order: indices of the layers, back to front.
        psnr_db: likeness of the best order's composition, at most 99.
        ssim: its structural similarity, at most 1.
        second_psnr_db: likeness of the second best order; ``None`` for a single layer.
    """

    order: tuple[int, ...]
    psnr_db: float
    ssim: float
    second_psnr_db: float | None

    @property
    def margin_db(self) -> float | None:
        """By how much the best order beats the second (D20); near 0 a person must decide."""
        return None if self.second_psnr_db is None else self.psnr_db - self.second_psnr_db


def recompose(layers: Sequence[Rgba], source: Rgba) -> Recomposition:
    """Find the order of layers whose composition is most like the picture they were made from (D19).

    Up to 6 layers every order is tried, on small copies, and the best few again in full. Of more, the order is
    found that is best as far as each pixel shows one layer only, and improved by moving one layer at a time.

    Args:
        layers: uint8 ``(height, width, 4)`` each, straight alpha, all of one size; not changed.
        source: uint8 of any size; it is scaled to the layers' canvas.

    Raises:
        ImageError: no layers, one is no picture, or their sizes differ.
    """
    if len({layer.shape for layer in layers}) != 1:
        raise ImageError(f"layers must be one or more, of one size, got {[layer.shape for layer in layers]}")
    stack = _Stack(layers, source)
    best, *others = _ranked(stack)
    return Recomposition(
        order=best,
        psnr_db=stack.psnr_db(best),
        ssim=ssim(stack.composed(best), stack.scaled_source),
        second_psnr_db=stack.psnr_db(others[0]) if others else None,
    )


@dataclass(frozen=True, eq=False)
class _Stack:
    """Layers and their source at the layers' size, and both small."""

    layers: Sequence[Rgba]
    source: Rgba

    @cached_property
    def scaled_source(self) -> RgbPixels:
        require_rgba(self.source)
        height, width = self.layers[0].shape[:2]
        return shown(resample(self.source, width=width, height=height))

    @cached_property
    def small(self) -> tuple[list[Floats], Floats]:
        height, width = self.layers[0].shape[:2]
        scale = min(1.0, _COARSE_SIDE_PX / max(height, width))
        size = {"width": max(1, round(width * scale)), "height": max(1, round(height * scale))}
        small = [resample(layer, **size).astype(np.float32) / np.float32(255) for layer in self.layers]
        source = shown(resample(self.source, **size)).astype(np.float32) / np.float32(255)
        return [premultiply(layer) for layer in small], source

    def composed(self, order: Iterable[int]) -> RgbPixels:
        return shown(over([self.layers[index] for index in order]))

    def psnr_db(self, order: Iterable[int]) -> float:
        return psnr_db(self.composed(order), self.scaled_source)


def shown(rgba: Rgba) -> RgbPixels:
    """Return what is seen of a picture over black, ``(height, width, 3)``."""
    black = np.zeros_like(rgba)
    black[..., 3] = 255
    return np.ascontiguousarray(over([black, rgba])[..., :3])


def _ranked(stack: _Stack) -> list[tuple[int, ...]]:
    """Return the best orders, the best first."""
    layers, source = stack.small
    every = len(layers) <= _EVERY_ORDER_LAYERS
    errors = dict(_every_order(layers, source) if every else _climb(layers, source))
    finalists = sorted(errors, key=errors.__getitem__)[:_FINALISTS]
    return sorted(finalists, key=stack.psnr_db, reverse=True)


def _every_order(layers: Sequence[Floats], source: Floats) -> Iterator[tuple[tuple[int, ...], float]]:
    """Yield every order with its squared error; orders that begin alike share that part's composition."""

    def extended(behind: Floats, order: tuple[int, ...]) -> Iterator[tuple[tuple[int, ...], float]]:
        if len(order) == len(layers):
            yield order, _squared_error(behind, source)
        for index in set(range(len(layers))) - set(order):
            yield from extended(_laid_over(behind, layers[index]), (*order, index))

    return extended(np.zeros_like(source), ())


def _climb(layers: Sequence[Floats], source: Floats) -> Iterator[tuple[tuple[int, ...], float]]:
    """Yield orders that were tried from a good one on, moving one layer at a time as long as that helps."""
    order, least = _hard_order(layers, source), math.inf
    while True:
        tried = {moved: _error_of(moved, layers, source) for moved in {order, *_moves(order)}}
        yield from tried.items()
        better = min(tried, key=tried.__getitem__)
        if tried[better] >= least:
            return
        order, least = better, tried[better]


def likely_order(layers: Sequence[Rgba], source: Rgba) -> tuple[int, ...]:
    """Find an order like :func:`recompose`, faster, and the best one only where layers have hard edges.

    Returns:
        Indices of the layers, back to front.
    """
    return _hard_order(*_Stack(layers, source).small)


def _hard_order(layers: Sequence[Floats], source: Floats) -> tuple[int, ...]:
    """Find the best order of layers without soft edges, from the nearest to the farthest.

    What a layer adds to the error depends on which layers are nearer, not on their order: so of all orders of
    the same nearer layers only the best is kept, and of up to 8 layers every set (Held and Karp 1962).
    """
    covered = np.stack([layer[..., 3].reshape(-1) for layer in layers])
    errors = np.stack([_weighted_error(layer, source).reshape(-1) for layer in layers])
    partial: dict[frozenset[int], tuple[float, tuple[int, ...]]] = {frozenset(): (0.0, ())}
    for _ in layers:
        longer: dict[frozenset[int], tuple[float, tuple[int, ...]]] = {}
        for nearer, (so_far, order) in partial.items():
            added = errors @ np.prod(1 - covered[list(order)], axis=0)
            for index in set(range(len(layers))) - nearer:
                total = so_far + float(added[index]), (index, *order)
                longer[nearer | {index}] = min(total, longer.get(nearer | {index}, total))
        partial = dict(sorted(longer.items(), key=lambda item: item[1])[:_SETS_KEPT])
    [(_, best)] = partial.values()
    return best


def _weighted_error(layer: Floats, source: Floats) -> Floats:
    """Return for each pixel how far the layer's colour is from the source's, squared, times alpha."""
    alpha = layer[..., 3]
    apart = np.square(layer[..., :3] - source * alpha[..., None]).sum(axis=2)
    error: Floats = np.divide(apart, alpha, out=np.zeros_like(apart), where=alpha > 0)
    return error


def _moves(order: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    for index in order:
        rest = tuple(other for other in order if other != index)
        for place in range(len(order)):
            yield (*rest[:place], index, *rest[place:])


def _error_of(order: Iterable[int], layers: Sequence[Floats], source: Floats) -> float:
    behind = np.zeros_like(source)
    for index in order:
        behind = _laid_over(behind, layers[index])
    return _squared_error(behind, source)


def _laid_over(behind: Floats, layer: Floats) -> Floats:
    front: Floats = behind * (1 - layer[..., 3:]) + layer[..., :3]
    return front


def _squared_error(composed: Floats, source: Floats) -> float:
    return float(cv2.norm(composed, source, cv2.NORM_L2SQR))
