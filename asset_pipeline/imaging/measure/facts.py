"""D26: what is said about a file and is not so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import combinations

from PIL import Image, UnidentifiedImageError

from asset_pipeline.errors import ImageError
from asset_pipeline.imaging.alpha import PixelBox

_FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "AVIF")


@dataclass(frozen=True)
class DeclaredFacts:
    """Where a picture and what was declared about it differ.

    Attributes:
        mime: what the file is, whatever was declared.
        width_px: its width.
        height_px: its height.
        mime_differs: the declared type is another one.
        size_differs: the declared size is another one.
        outside: indices of regions that reach beyond the picture or are empty.
        overlapping: pairs of indices of regions that share pixels.
    """

    mime: str
    width_px: int
    height_px: int
    mime_differs: bool
    size_differs: bool
    outside: tuple[int, ...]
    overlapping: tuple[tuple[int, int], ...]

    @property
    def differences(self) -> int:
        """How many there are in all."""
        return self.mime_differs + self.size_differs + len(self.outside) + len(self.overlapping)


def declared_facts(
    data: bytes,
    *,
    mime: str | None = None,
    size_px: tuple[int, int] | None = None,
    regions: Sequence[PixelBox] = (),
) -> DeclaredFacts:
    """Compare a file with what was declared about it (D26); only its header is read.

    Args:
        data: the bytes of an image file.
        mime: its declared type, such as ``image/png``; ``None`` where none was declared.
        size_px: its declared width and height.
        regions: the frames or parts it is said to hold.

    Raises:
        ImageError: the bytes are no image.
    """
    found, width_px, height_px = _sniffed(data)
    return DeclaredFacts(
        mime=found,
        width_px=width_px,
        height_px=height_px,
        mime_differs=mime is not None and mime.partition(";")[0].strip().lower() != found,
        size_differs=size_px is not None and tuple(size_px) != (width_px, height_px),
        outside=tuple(n for n, box in enumerate(regions) if not _within(box, width_px, height_px)),
        overlapping=tuple(
            (m, n) for (m, one), (n, other) in combinations(enumerate(regions), 2) if _overlap(one, other)
        ),
    )


def _sniffed(data: bytes) -> tuple[str, int, int]:
    try:
        with Image.open(BytesIO(data), formats=_FORMATS) as image:
            return Image.MIME[str(image.format)], image.width, image.height
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise ImageError(f"{len(data)} bytes beginning {data[:12]!r} are not an image: {error}") from error


def _within(box: PixelBox, width_px: int, height_px: int) -> bool:
    inside = min(box.x, box.y) >= 0 and box.x + box.width <= width_px and box.y + box.height <= height_px
    return inside and min(box.width, box.height) > 0


def _overlap(one: PixelBox, other: PixelBox) -> bool:
    across = max(one.x, other.x) < min(one.x + one.width, other.x + other.width)
    down = max(one.y, other.y) < min(one.y + one.height, other.y + other.height)
    return across and down
