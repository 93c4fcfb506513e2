"""How an atlas is laid out."""

from __future__ import annotations

from dataclasses import dataclass

from asset_pipeline.errors import ExportError
from asset_pipeline.export.atlas.packing import PageShape

LARGEST_SIDE_PX = 16384


@dataclass(frozen=True)
class AtlasLayout:
    """How an atlas is laid out; the defaults suit every GPU of the last ten years, without mipmaps.

    Attributes:
        max_side_px: the longest side of a page.
        padding_px: kept free between frames.
        extrude_px: how far a frame's outermost pixels are repeated around it; 1 is enough for bilinear filtering,
            2 to the power of their count for mipmaps.
        trim: whether invisible rows and columns around a frame are cut off.
        power_of_two: whether the sides of a page are powers of two; else multiples of four.
    """

    max_side_px: int = 4096
    padding_px: int = 2
    extrude_px: int = 1
    trim: bool = True
    power_of_two: bool = False

    def __post_init__(self) -> None:
        """Refuse what no page can be."""
        usable = (
            self.max_side_px == self.shape.rounded_up(self.max_side_px)
            and self.max_side_px <= LARGEST_SIDE_PX
        )
        if not usable or self.max_side_px <= 2 * self.extrude_px or min(self.padding_px, self.extrude_px) < 0:
            kind = "a power of two" if self.power_of_two else "a multiple of four"
            raise ExportError(
                [
                    f"a page of {self.max_side_px} px with padding {self.padding_px} and extrude {self.extrude_px} cannot "
                    f"be; its longest side must be {kind} up to {LARGEST_SIDE_PX}, the others 0 or more"
                ]
            )

    @property
    def shape(self) -> PageShape:
        """What a page may look like."""
        return PageShape(self.max_side_px, self.padding_px, self.power_of_two)

    @property
    def max_frame_px(self) -> int:
        """The longest side of a frame that fits a page."""
        return self.max_side_px - 2 * self.extrude_px


DEFAULT_LAYOUT = AtlasLayout()
