"""A scene in layers as a game moves them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from asset_pipeline.imaging.alpha import PixelBox, alpha_box, over
from asset_pipeline.imaging.arrays import Rgba

Anchor: TypeAlias = Literal["top", "middle", "bottom"]
Reason: TypeAlias = Literal["composite", "empty", "hidden", "not found"]

_FARTHEST_FACTOR = 0.1
# Fainter than an eye can see; softened edges must not decide what a layer touches.
_VISIBLE_ALPHA_U8 = 8


def parallax_factor(depth: float) -> float:
    """Return how fast a layer of a *depth* of 0 (far) to 1 (near) moves: 1 with the foreground, down to 0.1.

    From one layer to the next the distance grows by the same ratio, so the speed falls by it.

    >>> [round(parallax_factor(depth), 2) for depth in (0, 0.5, 1)]
    [0.1, 0.32, 1.0]
    """
    return float(_FARTHEST_FACTOR ** (1 - depth))


@dataclass(frozen=True, eq=False)
class Layer:
    """One depth of a scene.

    Attributes:
        rgba: uint8 ``(height, width, 4)``, straight alpha, of the scene's size.
        depth: 0 is the farthest, 1 the nearest.
        given_as: its number, from 0, among the pictures it came with.
        seam: how visible its seam is where it repeats sideways (D17); up to about 1.25 no eye finds it.
        seam_as_given: the same before its sides were repaired.
    """

    rgba: Rgba = field(repr=False)
    depth: float
    given_as: int
    seam: float
    seam_as_given: float

    @property
    def parallax_factor(self) -> float:
        """How fast it moves, see :func:`parallax_factor`."""
        return parallax_factor(self.depth)

    @property
    def box(self) -> PixelBox | None:
        """Where something of it is visible; ``None`` where nothing is."""
        return alpha_box(self.rgba, _VISIBLE_ALPHA_U8)

    @property
    def anchor(self) -> Anchor:
        """Which side of the screen it belongs to where that is higher or lower than the scene.

        What reaches the top hangs from there, what stands on the bottom stays there; the rest floats.
        """
        if self.box is None or self.box.y == 0:
            return "top"
        return "bottom" if self.box.y + self.box.height == len(self.rgba) else "middle"


@dataclass(frozen=True)
class Dropped:
    """A picture that was no layer.

    Attributes:
        given_as: its number, from 0, among the pictures it came with.
        reason: ``composite``: it is the whole scene; ``empty``: it covers next to nothing; ``hidden``: it adds
            nothing to what is seen; ``not found``: it is a part of the scene, but nobody can tell which.
    """

    given_as: int
    reason: Reason


@dataclass(frozen=True, eq=False)
class LayerSet:
    """A scene in layers.

    Attributes:
        layers: from back to front, all of one size; the first is opaque.
        source: the picture they give when laid over each other: the scene, its seam repaired where it loops.
        dropped: the pictures that were no layers.
        psnr_db: how like the source the layers are when laid over each other (D19), at most 99.
        ssim: their structural similarity, at most 1.
        margin_db: by how much the layers as they were given are more like the scene in this order than in the
            next best (D20); ``None`` for a single layer. Near 0 a person must say which of two is nearer; the
            lower one was put in front.
        loops: the scene goes on at its left where its right side ends.
    """

    layers: Sequence[Layer]
    source: Rgba = field(repr=False)
    dropped: Sequence[Dropped]
    psnr_db: float
    ssim: float
    margin_db: float | None
    loops: bool

    @property
    def composite(self) -> Rgba:
        """The layers laid over each other, uint8 ``(height, width, 4)``."""
        return over([layer.rgba for layer in self.layers])
