"""All files that an engine loads, from a game's finished pictures, in one call."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from asset_pipeline.errors import ExportError
from asset_pipeline.export.atlas.atlas import make_atlas
from asset_pipeline.export.atlas.layout import DEFAULT_LAYOUT, LARGEST_SIDE_PX, AtlasLayout
from asset_pipeline.export.atlas.of_spec import is_scene, scene_of, sprite_of
from asset_pipeline.export.atlas.scene import Scene
from asset_pipeline.export.atlas.sprite import Sprite
from asset_pipeline.export.atlas.table import Atlas
from asset_pipeline.export.engines.files import engine_files, picture_files
from asset_pipeline.imaging.png import decode_image
from asset_pipeline.manifest.spec import SpriteSpec


@dataclass(frozen=True)
class MadeSprite:
    """One sprite with its finished pictures.

    Attributes:
        spec: what it is.
        pngs: the stored files: one; of a ``ui`` one for each of its states, of a ``parallax`` its layers, back to front.
        parallax_factors: of a ``parallax``, how far each layer moves with the foreground, 0 to 1.
    """

    spec: SpriteSpec
    pngs: tuple[bytes, ...] = field(repr=False)
    parallax_factors: tuple[float, ...] = (1.0,)


def game_files(
    name: str,
    made: Sequence[MadeSprite],
    *,
    pixels_per_unit: float,
    pixel_art: bool = False,
    layout: AtlasLayout = DEFAULT_LAYOUT,
) -> dict[str, bytes]:
    """Pack a game's sprites and write them for every engine, on pages that are larger only where a sprite needs it.

    Args:
        name: the game's id, and the pack's where it has packs, such as ``lantern_lake_winter``.
        made: its sprites in one pack.
        pixels_per_unit: pixels that make one world unit.
        pixel_art: whether engines should show the pictures without smoothing.
        layout: how the atlas is laid out; its pages may grow.

    Returns:
        Contents by name, relative to one folder; the same input gives the same bytes.

    Raises:
        ExportError: with the mistakes of every sprite.
        ImageError: a file is no picture.
    """
    sprites, scenes = _all(made)
    pack = partial(make_atlas, name, sprites, pixels_per_unit=pixels_per_unit, pixel_art=pixel_art)
    atlas = _on_smallest_pages(pack, layout)
    return {**picture_files(atlas, scenes), **engine_files(atlas, scenes)}


def _on_smallest_pages(pack: Callable[..., Atlas], layout: AtlasLayout) -> Atlas:
    """Pack on pages of the wanted size, or of twice that and so on, as far as engines go."""
    while True:
        try:
            return pack(layout=layout)
        except ExportError:
            if 2 * layout.max_side_px > LARGEST_SIDE_PX:
                raise
            layout = replace(layout, max_side_px=2 * layout.max_side_px)


def _all(made: Sequence[MadeSprite]) -> tuple[list[Sprite], list[Scene]]:
    """Make sprites and scenes, and collect what is wrong with any of them."""
    sprites: list[Sprite] = []
    scenes: list[Scene] = []
    mistakes: list[str] = []
    for one in made:
        try:
            if is_scene(one.spec):
                scenes.append(scene_of(one.spec, one.pngs, one.parallax_factors))
            else:
                sprites.append(
                    sprite_of(one.spec, [decode_image(png, what=one.spec.sprite) for png in one.pngs])
                )
        except ExportError as error:
            mistakes += error.mistakes
    if mistakes:
        raise ExportError(mistakes)
    return sprites, scenes
