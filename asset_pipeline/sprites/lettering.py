"""Lettered titles: their letters laid out, the guide that shows them, and the layout read back from that guide."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np

from asset_pipeline.errors import ConfigError, ImageError
from asset_pipeline.gates.guides import read_guide
from asset_pipeline.imaging.alpha import PixelBox
from asset_pipeline.imaging.arrays import Rgb
from asset_pipeline.imaging.graphemes import graphemes
from asset_pipeline.imaging.guide_layouts import Grid
from asset_pipeline.imaging.lettering import Letter, Lettering, draw_lettering, letter_cells, letter_lines
from asset_pipeline.imaging.png import decode_image, encode_png, read_png_text
from asset_pipeline.manifest.lettering import Lettering as LetteringForm
from asset_pipeline.manifest.spec import SpriteSpec
from asset_pipeline.manifest.sprites import TitleForm
from asset_pipeline.sprites.files import picture_bytes

LETTERS_NOTE = "letters"
"""Key of the note in a guide's PNG that says which letter is where; it goes wherever the guide goes."""

_MOST_LINES = 4


def lettering_of(spec: SpriteSpec) -> LetteringForm | None:
    """Return how the letters of a title are set; ``None`` for every other sprite."""
    return spec.details.lettering if isinstance(spec.details, TitleForm) else None


def laid_out(spec: SpriteSpec, games_dir: Path) -> Lettering:
    """Lay out the letters of a lettered title on the canvas that is asked of the model; the same at every call.

    Args:
        spec: the title.
        games_dir: the folder its font file counts from.

    Raises:
        ConfigError: the spec is no lettered title, its font is not the one the manifest was loaded with, or its text cannot
            be set in that font; the message names the characters that the font lacks.
    """
    form = lettering_of(spec)
    if form is None or not isinstance(spec.details, TitleForm):
        raise ConfigError(f"{spec.game}/{spec.sprite}: only a title with lettering has a layout of letters")
    font, text = _font(form, games_dir), spec.details.text
    size = {"width_px": spec.canvas_width_px, "height_px": spec.canvas_height_px}
    try:
        if form.grid is not None:
            grid = _grid(spec, form.grid.columns, form.grid.rows)
            boxes = grid.boxes(canvas_width_px=spec.canvas_width_px, canvas_height_px=spec.canvas_height_px)
            return letter_cells(graphemes(text), boxes, **size, font=font)
        broken = ["\n".join(form.lines)] if form.lines else _breaks(text)
        laid = [letter_lines(lines, **size, font=font, align=form.align) for lines in broken]
        return max(laid, key=lambda lettering: max(letter.cell.height for letter in lettering.letters))
    except ImageError as error:
        raise ConfigError(f"{spec.game}/{spec.sprite}: its text cannot be lettered: {error}") from error


def lettering_guide(spec: SpriteSpec, games_dir: Path, fill_rgb: Rgb) -> bytes:
    """Draw the letters of a title on white, for a model to paint over; which letter is where is noted in the file.

    Args:
        spec: the title.
        games_dir: the folder its font file counts from.
        fill_rgb: as for :func:`~asset_pipeline.imaging.guide.draw_guide`.

    Returns:
        PNG, RGBA, opaque, as large as the canvas that is asked of the model.

    Raises:
        ConfigError: as :func:`laid_out`.
    """
    lettering = laid_out(spec, games_dir)
    note = {
        "size_px": [spec.canvas_width_px, spec.canvas_height_px],
        "letters": [[letter.text, *letter.cell] for letter in lettering.letters],
    }
    return encode_png(draw_lettering(lettering, fill_rgb), text={LETTERS_NOTE: json.dumps(note)})


def lettering_on(guide: bytes) -> Lettering | None:
    """Read the layout of letters back from a guide, whatever its size is by now; ``None`` where none is noted.

    Raises:
        ImageError: the guide cannot be decoded.
    """
    noted = read_png_text(guide).get(LETTERS_NOTE)
    if noted is None:
        return None
    shape, _ = read_guide(decode_image(guide, what="the guide of the letters"))
    note = json.loads(noted)
    across, down = (now / then for now, then in zip(shape.shape[::-1], note["size_px"], strict=True))
    letters = tuple(
        Letter(text, PixelBox(round(x * across), round(y * down), round(w * across), round(h * down)))
        for text, x, y, w, h in note["letters"]
    )
    return Lettering(letters, shape.astype(np.float32))


def _grid(spec: SpriteSpec, columns: int, rows: int) -> Grid:
    return Grid(columns, rows, spec.width_px // columns, spec.height_px // rows)


def _breaks(text: str) -> list[str]:
    """Return *text* in one line, in two and so on, each as even as its words allow; as it is where it has lines of its own."""
    words = text.split()
    if "\n" in text or not words:
        return [text]
    return [_evenly(words, count) for count in range(1, min(_MOST_LINES, len(words)) + 1)]


def _evenly(words: Sequence[str], count: int) -> str:
    """Break words into *count* lines of which the longest has as few letters as can be."""
    ways = (
        [" ".join(words[a:b]) for a, b in pairwise((0, *cuts, len(words)))]
        for cuts in combinations(range(1, len(words)), count - 1)
    )
    return "\n".join(min(ways, key=lambda lines: max(map(len, lines))))


def _font(form: LetteringForm, games_dir: Path) -> bytes:
    if form.font is None:
        return _shipped_font()
    return picture_bytes(games_dir / form.font.file, form.font.sha256, what="font")


@cache
def _shipped_font() -> bytes:
    return files("asset_pipeline.sprites").joinpath("fonts", "DejaVuSans-Bold.ttf").read_bytes()
