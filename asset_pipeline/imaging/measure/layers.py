"""D21 and D22: layers that add nothing, and layers of the wrong size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from asset_pipeline.errors import ImageError
from asset_pipeline.imaging.alpha import over
from asset_pipeline.imaging.arrays import Rgba, require_rgba
from asset_pipeline.imaging.measure.likeness import psnr_db
from asset_pipeline.imaging.measure.stacking import shown
from asset_pipeline.imaging.resample import resample

_SOLID_U8 = 128


@dataclass(frozen=True)
class LayerWorth:
    """What one layer adds.

    Attributes:
        coverage: share of its canvas that is solid, 0..1.
        gain_db: how much less like the source the composition is without it; ``None`` for a single layer.
    """

    coverage: float
    gain_db: float | None


def layer_worths(layers: Sequence[Rgba], source: Rgba, order: Sequence[int]) -> tuple[LayerWorth, ...]:
    """Measure what each layer adds to the composition (D21).

    Args:
        layers: uint8 ``(height, width, 4)`` each, straight alpha, all of one size; not changed.
        source: the picture they were made from; it is scaled to their canvas.
        order: indices of *layers*, back to front.

    Returns:
        One for each of *layers*, in their own order. A layer that lies wholly behind others has coverage and
        yet no gain.

    Raises:
        ImageError: no layers, one is no picture, or their sizes differ.
    """
    if len({layer.shape for layer in layers}) != 1:
        raise ImageError(f"layers must be one or more, of one size, got {[layer.shape for layer in layers]}")
    height, width = layers[0].shape[:2]
    wanted = shown(resample(source, width=width, height=height))
    whole_db = psnr_db(shown(over([layers[index] for index in order])), wanted)
    worths = []
    for index, layer in enumerate(layers):
        rest = [layers[other] for other in order if other != index]
        gain_db = whole_db - psnr_db(shown(over(rest)), wanted) if rest else None
        worths.append(LayerWorth(float(np.mean(layer[..., 3] >= _SOLID_U8)), gain_db))
    return tuple(worths)


@dataclass(frozen=True)
class LayerCanvas:
    """How the layers' sizes compare with each other and with their source.

    Attributes:
        sizes: how many different sizes there are; 1 is right.
        scale: the smallest side of any layer as a share of the source's; below 1 detail was lost.
    """

    sizes: int
    scale: float


def layer_canvas(layers: Sequence[Rgba], source: Rgba) -> LayerCanvas:
    """Compare the sizes of layers with that of their source (D22).

    Raises:
        ImageError: no layers, or one of all is no picture.

    >>> layer_canvas([np.zeros((2, 4, 4), np.uint8)], np.zeros((4, 4, 4), np.uint8))
    LayerCanvas(sizes=1, scale=0.5)
    """
    if not layers:
        raise ImageError("there are no layers to compare; decompose the picture first")
    for picture in (*layers, source):
        require_rgba(picture)
    height, width = source.shape[:2]
    scale = min(min(layer.shape[0] / height, layer.shape[1] / width) for layer in layers)
    return LayerCanvas(len({layer.shape for layer in layers}), scale)
