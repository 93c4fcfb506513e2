"""Fonts, and whether text can be set in them letter by letter."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from io import BytesIO

from PIL import ImageFont

from asset_pipeline.errors import ImageError

_NO_CHARACTER = "\U0010ffff"  # what no font has: shows what it draws for a missing letter


def open_font(font: bytes | None, size_px: int) -> ImageFont.FreeTypeFont:
    """Open a font whose letters are set one after the other and never shaped.

    Args:
        font: the bytes of a TrueType or OpenType file; ``None`` for Pillow's own, which has little more than ASCII.
        size_px: the size of its em.

    Raises:
        ImageError: the font cannot be read, or Pillow was built without FreeType.
    """
    try:
        if font is not None:
            return ImageFont.truetype(BytesIO(font), size_px, layout_engine=ImageFont.Layout.BASIC)
        own = ImageFont.load_default(size_px)
    except OSError as error:
        raise ImageError(f"the font cannot be read ({error}); give a TrueType or OpenType file") from error
    if not isinstance(own, ImageFont.FreeTypeFont):
        raise ImageError("this Pillow was built without FreeType and letters nothing; install one with it")
    return own


def require_settable(letters: Sequence[str], font: bytes | None) -> None:
    """Refuse what the font lacks, and scripts whose letters change by their neighbours.

    Args:
        letters: graphemes.
        font: as for :func:`open_font`.

    Raises:
        ImageError: there is nothing to letter, or a letter cannot be set; the message names all of them.
    """
    if not any(letter.strip() for letter in letters):
        raise ImageError("there is nothing to letter")
    characters = sorted({character for letter in letters for character in letter if not character.isspace()})
    shaped = [
        c
        for c in characters
        if unicodedata.bidirectional(c) in ("R", "AL") or unicodedata.category(c) == "Mc"
    ]
    if shaped:
        raise ImageError(
            f"{''.join(shaped)[:20]!r} must be shaped or run from right to left, which this layout does not do; "
            "give a picture of the lettering instead"
        )
    probe = open_font(font, 32)
    nothing = _mask(probe, _NO_CHARACTER)
    missing = [c for c in characters if unicodedata.category(c) != "Cf" and _mask(probe, c) == nothing]
    if missing:
        raise ImageError(f"the font has no {', '.join(map(repr, missing[:10]))}; give another font file")


def _mask(font: ImageFont.FreeTypeFont, character: str) -> tuple[tuple[int, int], bytes]:
    mask = font.getmask(character)
    return mask.size, bytes(mask)
