"""The table of an atlas: its pages, and where each frame lies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from asset_pipeline.export.atlas.sprite import Sprite
from asset_pipeline.export.atlas.tiles import TileGrid
from asset_pipeline.imaging.alpha import PixelBox
from asset_pipeline.imaging.arrays import Rgba
from asset_pipeline.imaging.png import encode_png


@dataclass(frozen=True)
class PlacedFrame:
    """One frame, and where it lies.

    Attributes:
        sprite: whose frame it is.
        index: which of its frames.
        page: which page.
        box: the rectangle on the page that holds the frame's pixels, in pixels from the page's top left.
        x: how many columns of the frame were cut off on its left.
        y: how many rows of the frame were cut off at its top.
    """

    sprite: Sprite = field(repr=False)
    index: int
    page: int
    box: PixelBox
    x: int
    y: int

    @property
    def name(self) -> str:
        """What the engine calls the frame."""
        return self.sprite.frame_names[self.index]

    @property
    def id(self) -> str:
        """The same, safe in a file's name."""
        return self.sprite.frame_ids[self.index]

    @property
    def trimmed(self) -> bool:
        """Whether anything was cut off."""
        return (self.box.width, self.box.height) != self.sprite.size_px

    @property
    def box_pivot(self) -> tuple[float, float]:
        """The sprite's pivot in shares of the rectangle on the page, from its top left; may lie outside."""
        (width, height), (x, y) = self.sprite.size_px, self.sprite.pivot
        return (x * width - self.x) / self.box.width, (y * height - self.y) / self.box.height


@dataclass(frozen=True, eq=False)
class Page:
    """One picture of an atlas.

    Attributes:
        file: the name of its PNG.
        rgba: uint8 ``(height, width, 4)``, straight alpha.
        placements: what lies on it.
        grid: how it is laid out, where it holds the tiles of a level.
    """

    file: str
    rgba: Rgba = field(repr=False)
    placements: tuple[PlacedFrame, ...] = field(repr=False)
    grid: TileGrid | None = None

    @property
    def stem(self) -> str:
        """The file's name without its ending."""
        return self.file.removesuffix(".png")

    @property
    def size_px(self) -> tuple[int, int]:
        """Width and height."""
        return self.rgba.shape[1], self.rgba.shape[0]


@dataclass(frozen=True, eq=False)
class Atlas:
    """All sprites of a game on their pages.

    Attributes:
        name: what it is called; the names of some files are made of it.
        pixels_per_unit: pixels that make one world unit.
        pixel_art: whether engines should show it without smoothing.
        sprites: in order of their ids.
        pages: packed ones first, then those of tiles.
    """

    name: str
    pixels_per_unit: float
    pixel_art: bool
    sprites: tuple[Sprite, ...] = field(repr=False)
    pages: tuple[Page, ...]

    @property
    def placements(self) -> Iterator[PlacedFrame]:
        """All frames, page by page."""
        return (placement for page in self.pages for placement in page.placements)

    def frames_of(self) -> Mapping[str, tuple[PlacedFrame, ...]]:
        """Return the frames of each sprite in their order, by the sprite's id."""
        found: dict[str, list[PlacedFrame]] = {sprite.id: [] for sprite in self.sprites}
        for placement in self.placements:
            found[placement.sprite.id].append(placement)
        return {key: tuple(sorted(frames, key=lambda frame: frame.index)) for key, frames in found.items()}

    def pictures(self) -> dict[str, bytes]:
        """Return the pages as PNG files, by name."""
        return {page.file: encode_png(page.rgba) for page in self.pages}
