"""What a game's specs and finished pictures come to: sprites for its atlas, and scenes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from asset_pipeline.errors import ExportError
from asset_pipeline.export.atlas.scene import Layer, Scene
from asset_pipeline.export.atlas.sprite import Animation, Frame, Playback, Sprite
from asset_pipeline.export.placement import place
from asset_pipeline.imaging.alpha import alpha_box
from asset_pipeline.imaging.arrays import Rgba
from asset_pipeline.imaging.png import decode_image
from asset_pipeline.imaging.sheets.blob import BLOB_47, EAST, NORTH, SOUTH, WEST
from asset_pipeline.manifest.composites import Animation as ManifestAnimation
from asset_pipeline.manifest.composites import SheetForm, UiForm
from asset_pipeline.manifest.spec import SpriteSpec
from asset_pipeline.manifest.sprites import EntityForm

_PLAYBACK: Mapping[bool | str, Playback] = {True: "loop", False: "once", "ping_pong": "ping_pong"}


def is_scene(spec: SpriteSpec) -> bool:
    """Tell what fills the screen, and stays a picture of its own, from what is packed."""
    opaque_title = spec.kind == "title" and not spec.transparent
    return opaque_title or spec.kind in ("background", "parallax")


def sprite_of(spec: SpriteSpec, pictures: Sequence[Rgba]) -> Sprite:
    """Make a sprite for the atlas.

    Args:
        spec: what it is.
        pictures: uint8 ``(height, width, 4)``, straight alpha, as they are stored: one, or of a ``ui`` one for each of
            its states, in their order.

    Raises:
        ExportError: there are more or fewer pictures, or a sheet's picture has not the size of all its cells.
    """
    form = spec.details
    wanted = len(form.states) if isinstance(form, UiForm) else 1
    if len(pictures) != wanted:
        raise ExportError([f"{spec.sprite}: a {spec.kind} of {wanted} pictures was given {len(pictures)}"])
    if isinstance(form, SheetForm):
        return _of_sheet(spec, form, pictures[0])
    if isinstance(form, UiForm):
        labels = form.states if wanted > 1 else ("",)
        frames = tuple(Frame(label, rgba) for label, rgba in zip(labels, pictures, strict=True))
        return Sprite(spec.sprite, spec.name, frames, nine_patch=form.nine_patch)
    frame = Frame("", pictures[0])
    if isinstance(form, EntityForm):
        height, width = frame.rgba.shape[:2]
        pivot = place(form, (width, height), alpha_box(frame.rgba)).anchor
        return Sprite(spec.sprite, spec.name, (frame,), pivot, (form.width, form.height))
    return Sprite(spec.sprite, spec.name, (frame,))


def scene_of(spec: SpriteSpec, layers: Sequence[bytes], parallax_factors: Sequence[float]) -> Scene:
    """Make a scene of stored PNG files, back to front, all of the size of the whole.

    Args:
        spec: a background, a parallax or a title with a scene.
        layers: the files; of anything but a parallax one.
        parallax_factors: how far each layer moves with the foreground, 0 to 1.

    Raises:
        ExportError: there is not one factor for each layer.
        ImageError: a file is no picture.
    """
    if len(layers) != len(parallax_factors):
        raise ExportError(
            [
                f"{spec.sprite}: {len(layers)} layers have {len(parallax_factors)} parallax factors; give one each"
            ]
        )
    made = []
    for number, (png, factor) in enumerate(zip(layers, parallax_factors, strict=True)):
        height, width = decode_image(png, what=f"{spec.sprite}, layer {number}").shape[:2]
        made.append(Layer(png, width, height, factor))
    return Scene(spec.sprite, spec.name, spec.width_px, spec.height_px, tuple(made), spec.loops)


def _of_sheet(spec: SpriteSpec, form: SheetForm, rgba: Rgba) -> Sprite:
    width, height = form.size_px
    if rgba.shape[:2] != (height, width):
        raise ExportError(
            [
                f"{spec.sprite}: the sheet is {rgba.shape[1]} x {rgba.shape[0]} px, and its cells need {width} x {height}"
            ]
        )
    labels = cell_labels(form)
    frames = tuple(Frame(label, cell) for label, cell in zip(labels, _cells(form, rgba), strict=False))
    return Sprite(
        spec.sprite,
        spec.name,
        frames,
        animations=tuple(animation_of(name, animation) for name, animation in form.animations.items()),
        pivot=pivot_of(form),
        tile_columns=form.columns if form.sheet == "tile" else None,
        neighbours=neighbours_of(form),
    )


def pivot_of(form: SheetForm) -> tuple[float, float]:
    """Return the point that all cells of a sheet share, in shares of a cell from its top left."""
    return (0.5, 1.0) if form.sheet != "tile" and form.pivot == "feet" else (0.5, 0.5)


def neighbours_of(form: SheetForm) -> tuple[int, ...]:
    """Return the neighbourhood that each tile of a blob set is for; nothing for other sheets."""
    match form.autotile:
        case "blob_47":
            return BLOB_47
        case "blob_16":
            return tuple(
                sum(side for bit, side in enumerate((NORTH, EAST, SOUTH, WEST)) if number >> bit & 1)
                for number in range(16)
            )
        case _:
            return ()


def _cells(form: SheetForm, rgba: Rgba) -> list[Rgba]:
    """Cut a sheet into its cells, from the top left, row by row."""
    width, height = form.cell_width_px, form.cell_height_px
    corners = map(form.cell_at, range(form.columns * form.rows))
    return [rgba[top : top + height, left : left + width] for left, top in corners]


def cell_labels(form: SheetForm) -> list[str]:
    """Name the cells that show something: by number, or variants by their words where these tell them apart."""
    words = [re.sub(r"[^a-z0-9]+", "_", variant.lower()).strip("_") for variant in form.variants]
    if words and all(words) and len(set(words)) == len(words):
        return words
    return [str(number) for number in range(form.cells)]


def animation_of(name: str, animation: ManifestAnimation) -> Animation:
    """Take an animation of the manifest over, with how long each of its frames is shown."""
    durations = (1000 / animation.fps,) * len(animation.frames)
    return Animation(name, animation.frames, durations, _PLAYBACK[animation.loop])
