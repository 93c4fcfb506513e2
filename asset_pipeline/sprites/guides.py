"""The guide of an entity: its shape, in its colour, for a model to paint over."""

from __future__ import annotations

from pathlib import Path
from typing import assert_never

import numpy as np

from asset_pipeline.errors import ConfigError
from asset_pipeline.imaging import guide
from asset_pipeline.imaging.colour import colour_words, parse_colour
from asset_pipeline.imaging.png import decode_image, encode_png
from asset_pipeline.manifest.shapes import Mask, Polygon, Shape
from asset_pipeline.manifest.spec import SpriteSpec
from asset_pipeline.manifest.sprites import EntityForm
from asset_pipeline.sprites.files import picture_bytes

NEUTRAL = "#8d94a3"  # a mid-tone: where nobody names a colour, the guide must not decide one


def guide_png(spec: SpriteSpec, games_dir: Path) -> bytes:
    """Draw the guide of an entity.

    Args:
        spec: the entity.
        games_dir: the folder its mask file counts from.

    Returns:
        PNG, RGBA, opaque, as large as the canvas that is asked of the model.

    Raises:
        ConfigError: the spec is no entity, or its mask file is not the one the manifest was loaded with.
    """
    entity = spec.details
    if not isinstance(entity, EntityForm):
        raise ConfigError(f"{spec.game}/{spec.sprite}: only an entity has a guide, this is a {spec.kind}")
    picture = guide.draw_guide(
        _outline(entity.shape, games_dir),
        canvas_width_px=spec.canvas_width_px,
        canvas_height_px=spec.canvas_height_px,
        aspect=entity.width / entity.height,
        fill_rgb=_fill(spec, entity),
    )
    return encode_png(picture)


def _fill(spec: SpriteSpec, entity: EntityForm) -> tuple[int, int, int]:
    if entity.colour is not None:
        return parse_colour(entity.colour)
    named = colour_words(spec.description)
    return named[0] if named else parse_colour(spec.palette[0] if spec.palette else NEUTRAL)


def _outline(shape: Shape, games_dir: Path) -> guide.Shape:
    match shape:
        case "box":
            return guide.Box()
        case "circle":
            return guide.Circle()
        case Polygon():
            return guide.Polygon(shape.polygon)
        case Mask():
            return _mask(shape, games_dir / shape.mask)
        case _:
            assert_never(shape)


def _mask(mask: Mask, file: Path) -> guide.Mask:
    rgba = decode_image(picture_bytes(file, mask.sha256, what="mask"), what=str(file))
    alpha = rgba[..., 3]
    if alpha.min() < 255:
        return guide.Mask(alpha)
    return guide.Mask(np.rint(rgba[..., :3] @ np.array([0.2126, 0.7152, 0.0722])).astype(np.uint8))
