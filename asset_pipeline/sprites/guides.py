"""The guide of an entity or of a lettered title: its shape, in its colour, for a model to paint over."""

from __future__ import annotations

import re
from pathlib import Path
from typing import assert_never

import numpy as np

from asset_pipeline.errors import ConfigError
from asset_pipeline.imaging import shapes
from asset_pipeline.imaging.arrays import Rgb
from asset_pipeline.imaging.colour import colour_words, luma, parse_colour
from asset_pipeline.imaging.guide import draw_guide
from asset_pipeline.imaging.png import decode_image, encode_png, notes_to_keep
from asset_pipeline.imaging.resample import resample
from asset_pipeline.manifest.composites import SheetForm
from asset_pipeline.manifest.shapes import Mask, Polygon, Shape
from asset_pipeline.manifest.spec import SpriteSpec
from asset_pipeline.manifest.sprites import EntityForm
from asset_pipeline.sprites.files import picture_bytes
from asset_pipeline.sprites.lettering import lettering_guide, lettering_of

NEUTRAL: Rgb = (141, 148, 163)  # a mid-tone: where nobody names a colour, the guide must not decide one
_DARK_LUMA, _MID_LUMA = 0.2, 0.55
# What follows these words is a part of the thing, or beside it.
_DETAILS = re.compile(
    r",|\b(?:with|wearing|in|on|and|under|holding|carrying|beside|over|behind)\b", re.IGNORECASE
)


def guide_png(spec: SpriteSpec, games_dir: Path) -> bytes:
    """Draw the guide of an entity, or of a lettered title.

    Args:
        spec: the sprite.
        games_dir: the folder its mask file or its font file counts from.

    Returns:
        PNG, RGBA, opaque, as large as the canvas that is asked of the model.

    Raises:
        ConfigError: the spec is neither; its mask or font is not the one the manifest was loaded with; or its text cannot be
            set in that font.
    """
    if lettering_of(spec) is not None:
        return lettering_guide(spec, games_dir, guide_colour(spec))
    entity = spec.details
    if not isinstance(entity, EntityForm):
        raise ConfigError(
            f"{spec.game}/{spec.sprite}: only an entity or a lettered title has a guide, this is a {spec.kind}"
        )
    picture = draw_guide(
        _outline(entity.shape, games_dir),
        canvas_width_px=spec.canvas_width_px,
        canvas_height_px=spec.canvas_height_px,
        aspect=aspect_of(spec),
        fill_rgb=guide_colour(spec),
    )
    return encode_png(picture)


def as_large_as(picture: bytes, guide: bytes) -> bytes:
    """Return *guide* at the size of *picture* (both PNG): a picture that was pinned may have been drawn on another canvas.

    Raises:
        ImageError: one of them cannot be decoded.
    """
    wanted = decode_image(picture, what="the picture").shape[:2]
    drawn = decode_image(guide, what="the guide")
    if drawn.shape[:2] == wanted:
        return guide
    return encode_png(resample(drawn, width=wanted[1], height=wanted[0]), text=notes_to_keep(guide))


def aspect_of(spec: SpriteSpec) -> float:
    """Return the width of a thing divided by its height, as its world has it and not its rounded pixels; of a sheet a cell's."""
    match spec.details:
        case EntityForm(width=width, height=height):
            return width / height
        case SheetForm(cell_width_px=width_px, cell_height_px=height_px):
            return width_px / height_px
        case _:
            return spec.width_px / spec.height_px


def guide_colour(spec: SpriteSpec) -> Rgb:
    """Choose the colour of an entity's guide: what the spec calls the thing's own, never dark by accident.

    In order: the entity's ``colour``; the first colour named for the thing itself ("a black cat with …"); the first
    one that is not dark among its details ("… in a teal coat"; black boots must not make a black knight); the palette's
    colour nearest to a mid-tone; a neutral one. Dark guides leak into the picture (quality gate D5).
    """
    own = own_colour(spec)
    of_details = [colour for colour in colour_words(spec.description) if not is_dark(colour)]
    of_palette = sorted(map(parse_colour, spec.palette), key=_from_mid_tone)
    return next(iter((*of_details, *of_palette, NEUTRAL))) if own is None else own


def own_colour(spec: SpriteSpec) -> Rgb | None:
    """Return the colour that the spec calls the thing's own: its ``colour``, or the first one named for the thing itself."""
    if not isinstance(spec.details, EntityForm):
        return None
    if spec.details.colour is not None:
        return parse_colour(spec.details.colour)
    return next(iter(colour_words(_DETAILS.split(spec.description, maxsplit=1)[0])), None)


def is_dark(colour: Rgb) -> bool:
    """Tell whether a guide of this colour would be taken for black.

    >>> is_dark((20, 20, 30)), is_dark((27, 42, 99)), is_dark((255, 0, 0))
    (True, True, False)
    """
    return luma(colour) < _DARK_LUMA


def _from_mid_tone(colour: Rgb) -> float:
    return abs(luma(colour) - _MID_LUMA)


def _outline(shape: Shape, games_dir: Path) -> shapes.Shape:
    match shape:
        case "box":
            return shapes.Box()
        case "circle":
            return shapes.Circle()
        case Polygon():
            return shapes.Polygon(shape.polygon)
        case Mask():
            return _mask(shape, games_dir / shape.mask)
        case _:
            assert_never(shape)


def _mask(mask: Mask, file: Path) -> shapes.Mask:
    rgba = decode_image(picture_bytes(file, mask.sha256, what="mask"), what=str(file))
    alpha = rgba[..., 3]
    if alpha.min() < 255:
        return shapes.Mask(alpha)
    return shapes.Mask(np.rint(rgba[..., :3] @ np.array([0.2126, 0.7152, 0.0722])).astype(np.uint8))
