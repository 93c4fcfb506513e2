"""Everything about one sprite that gates may look at: its pictures, and what was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from asset_pipeline.imaging.alpha import PixelBox
from asset_pipeline.imaging.arrays import Region, Rgb, Rgba
from asset_pipeline.imaging.lettering import Lettering
from asset_pipeline.imaging.measure.blank import Content, content
from asset_pipeline.imaging.measure.grid import PixelGrid, pixel_grid
from asset_pipeline.imaging.measure.halo import removed_background
from asset_pipeline.imaging.measure.layers import LayerCanvas, LayerWorth, layer_canvas, layer_worths
from asset_pipeline.imaging.measure.maps import Maps
from asset_pipeline.imaging.measure.outline import Connectivity, StateFit, connectivity, state_fit
from asset_pipeline.imaging.measure.stacking import Recomposition, recompose


@dataclass(frozen=True, eq=False)
class Declared:
    """A file and what is said about it.

    Attributes:
        data: its bytes.
        mime: its type, ``None`` where nothing is said.
        size_px: its width and height.
        regions: the frames or parts it holds.
    """

    data: bytes = field(repr=False)
    mime: str | None = None
    size_px: tuple[int, int] | None = None
    regions: tuple[PixelBox, ...] = ()


@dataclass(frozen=True, eq=False)
class Case:
    """One sprite to be judged. What is left out is not judged.

    Attributes:
        rgba: the sprite, uint8 ``(height, width, 4)``, straight alpha; none of the pictures is changed.
        before: the picture before its background was removed, of the same size.
        silhouette: the outline it was to fill, of the same size.
        guide_rgb: the colour the guide was filled with.
        aspect: width divided by height, as the spec has it.
        fill_share: how much of the tighter side of the canvas it was to span.
        colour: the colour the spec names.
        palette: the colours it may have.
        cell_px: side of a square of its pixel art; ``None`` to find out, 1 where pixels are the squares.
        outlined: it is to have an outline of its own.
        layers: the layers it was split into, in the given order.
        base: the normal state, where this is another state of it.
        declared: the file, and what is said about it.
        tiles: those of its cells that repeat beside each other, where it is a sheet of tiles; else it repeats as a whole.
        cells: all cells of a sheet, of one size: each has its pixel art's grid, and the gaps between them may be of any width.
        lettering: how its letters were laid out, on a canvas of the same size.
    """

    rgba: Rgba = field(repr=False)
    before: Rgba | None = field(default=None, repr=False)
    silhouette: Region | None = field(default=None, repr=False)
    guide_rgb: Rgb | None = None
    aspect: float | None = None
    fill_share: float | None = None
    colour: Rgb | None = None
    palette: tuple[Rgb, ...] = ()
    cell_px: int | None = None
    outlined: bool = False
    layers: Sequence[Rgba] = field(default=(), repr=False)
    base: Rgba | None = field(default=None, repr=False)
    declared: Declared | None = None
    tiles: Sequence[Rgba] = field(default=(), repr=False)
    cells: Sequence[Rgba] = field(default=(), repr=False)
    lettering: Lettering | None = field(default=None, repr=False)

    @cached_property
    def maps(self) -> Maps:
        """What its measurements share."""
        return Maps(self.rgba)

    @cached_property
    def background_rgb(self) -> Rgb | None:
        """The colour of the background that was removed."""
        return None if self.before is None else removed_background(self.before, self.maps)

    @cached_property
    def pieces(self) -> Connectivity | None:
        """How many pieces it is in."""
        return connectivity(self.maps)

    @cached_property
    def content(self) -> Content:
        """How much there is to see."""
        return content(self.maps)

    @cached_property
    def grid(self) -> PixelGrid | None:
        """The grid of its pixels, or of each of its cells, where it has one of more than single pixels."""
        if self.cell_px == 1:
            return None
        return pixel_grid(np.hstack(self.cells) if self.cells else self.rgba)

    @cached_property
    def recomposition(self) -> Recomposition | None:
        """How its layers make it up again; ``None`` without layers, or with layers of several sizes."""
        if len({layer.shape for layer in self.layers}) != 1:
            return None
        return recompose(self.layers, self.rgba)

    @cached_property
    def layer_worths(self) -> tuple[LayerWorth, ...]:
        """What each layer adds; empty where they cannot be laid over each other."""
        stacked = self.recomposition
        return layer_worths(self.layers, self.rgba, stacked.order) if stacked else ()

    @cached_property
    def layer_canvas(self) -> LayerCanvas | None:
        """How the layers' sizes compare."""
        return layer_canvas(self.layers, self.rgba) if self.layers else None

    @cached_property
    def state(self) -> StateFit | None:
        """How it fits the normal state."""
        return None if self.base is None else state_fit(self.maps, Maps(self.base))
