"""The words a model is asked with, from what the manifest says.

The subject comes first, since models weigh early words most and the embedded provider takes the first colour
word as the main colour; the framing, which names white, comes last.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias, assert_never

from asset_pipeline.manifest.composites import SheetForm, UiForm
from asset_pipeline.manifest.sprites import BackgroundForm, EntityForm, ParallaxForm, TitleForm

Form: TypeAlias = EntityForm | BackgroundForm | TitleForm | ParallaxForm | SheetForm | UiForm

_STYLES: Mapping[str, str] = {
    "pixel": "pixel art, crisp hard-edged pixels, limited palette",
    "cartoon": "cartoon style, bold clean outlines, cel shading",
    "3d": "3d render, smooth shading, soft studio light",
    "flat": "flat vector style, simple shapes, even colours",
}
_ISOLATED = "isolated on a plain white background, no shadow"
_ONE_OBJECT = f"single object centered, full object in frame, {_ISOLATED}"
_TILES = "each fills its square and is seamless on all sides, flat view from above, no gaps"
_ONE_TILE = "one square tile that fills the whole picture, seamless on all sides, flat view from above"
_LOOPS = "wide side-scrolling game scene, seamless horizontally, no characters, no text"
_FARTHEST = f"{_LOOPS}, only what is far away, nothing in front of it"
_NEARER = (
    "wide strip along the whole lower edge, seamless horizontally, empty above, no characters, no text, "
    f"{_ISOLATED}"
)
_NEGATIVE_CUT_OUT = "text, watermark, frame, drop shadow, cropped, several objects, busy background"
_NEGATIVE_TITLE = "misspelled words, extra letters, watermark, cropped"
_NEGATIVE_SCENE = "text, watermark, frame, border, people, visible seam"


def prompt_for(form: Form, *, description: str, theme: str, style: str) -> str:
    """Write the prompt of one sprite in one look.

    Args:
        form: what the sprite's kind asks for.
        description: what to draw.
        theme: what the game's world is like.
        style: one of ours, or free words.

    >>> title = TitleForm(kind="title", text="Lantern Lake")
    >>> prompt_for(title, description="glowing letters", theme="night lake", style="flat")[:60]
    'the words "Lantern Lake" as a game logo, glowing letters, fl'
    """
    return ", ".join((_subject(form, description), _STYLES.get(style, style), theme, _framing(form)))


def negative_prompt_for(form: Form, wanted: str | None) -> str:
    """Write what to keep out: what spoils every picture of the kind, then what the manifest adds."""
    match form:
        case TitleForm():
            usual = _NEGATIVE_TITLE
        case BackgroundForm() | ParallaxForm():
            usual = _NEGATIVE_SCENE
        case _:
            usual = _NEGATIVE_CUT_OUT
    return f"{usual}, {wanted}" if wanted else usual


def cell_prompt(form: SheetForm, cell: int, *, description: str, sheet_prompt: str) -> str:
    """Write the prompt of one cell of a sheet, for cells that are drawn one by one.

    Args:
        form: the sheet.
        cell: which cell, from 0.
        description: what the sheet shows.
        sheet_prompt: the whole sheet's prompt; look and world are taken from it.

    >>> form = SheetForm(kind="sheet", sheet="variation", columns=2, cell_width_px=64, cell_height_px=64,
    ...                  variants=("ruby", "jade"))
    >>> whole = prompt_for(form, description="a gem", theme="a mine", style="ink")
    >>> cell_prompt(form, 1, description="a gem", sheet_prompt=whole)[:37]
    'jade, a gem, video game variation, in'
    """
    look = sheet_prompt.removeprefix(_subject(form, description)).removesuffix(_framing(form)).strip(", ")
    framing = _ONE_TILE if form.sheet == "tile" else _ONE_OBJECT
    if form.around and cell == 1:
        description = form.around
    words = (*_of_cell(form, cell), description, f"video game {form.sheet}", look, framing)
    return ", ".join(words)


def layer_prompt(form: ParallaxForm, layer: int, *, description: str, scene_prompt: str) -> str:
    """Write the prompt of one layer of a scene, for layers that are drawn one by one.

    Args:
        form: the scene; it has a plan.
        layer: which layer, from 0, the farthest.
        description: what the scene shows; no layer is to show all of that.
        scene_prompt: the whole scene's prompt; look and world are taken from it.

    >>> form = ParallaxForm(kind="parallax", layer_count=2, plan=("a red sky", "dark hills"))
    >>> whole = prompt_for(form, description="hills at dusk", theme="a quiet valley", style="ink")
    >>> layer_prompt(form, 1, description="hills at dusk", scene_prompt=whole)[:75]
    'dark hills, video game layer 2 of 2 from the back, ink, a quiet valley, wid'
    """
    look = scene_prompt.removeprefix(_subject(form, description)).removesuffix(_framing(form)).strip(", ")
    place = f"video game layer {layer + 1} of {len(form.plan)} from the back"
    return ", ".join((form.plan[layer], place, look, _NEARER if layer else _FARTHEST))


def _of_cell(form: SheetForm, cell: int) -> tuple[str, ...]:
    """Say what tells one cell from the others: its variant, its place in its animations, else its number."""
    if cell < len(form.variants):
        return (form.variants[cell],)
    if form.autotile != "none":
        return ()
    places = tuple(
        f"frame {animation.frames.index(cell) + 1} of {len(animation.frames)} of the animation {name}"
        for name, animation in form.animations.items()
        if cell in animation.frames
    )
    return places or (f"number {cell + 1} of {form.columns * form.rows}",)


def _subject(form: Form, description: str) -> str:
    match form:
        case EntityForm():
            colour = f"mainly {form.colour}, " if form.colour else ""
            return f"{colour}{description}, video game {form.role}"
        case TitleForm():
            text = form.text.replace('"', "'")
            if form.lettering is not None and form.lettering.grid is not None:
                grid = form.lettering.grid
                return f'the letters "{text}" of a game font, one in each cell of {grid.columns} by {grid.rows}, {description}'
            return f'the words "{text}" as a game logo, {description}'
        case SheetForm():
            parts = f", one each of {', '.join(form.variants)}" if form.variants else ""
            if form.around:
                parts = f" on the left, {form.around} on the right"
            return f"{description}{parts}, video game {form.sheet} sheet"
        case UiForm():
            return f"{description}, video game ui {form.component}"
        case BackgroundForm() | ParallaxForm():
            return description
        case _:
            assert_never(form)


def _framing(form: Form) -> str:
    match form:
        case EntityForm() | UiForm():
            return _ONE_OBJECT
        case TitleForm():
            return (
                "large readable lettering over a scene"
                if form.background
                else f"large readable lettering, {_ISOLATED}"
            )
        case SheetForm(sheet="tile"):
            columns, rows = form.drawn_layout
            return (
                f"{columns} by {rows} equal square tiles side by side, {_TILES}"
                if columns * rows > 1
                else _ONE_TILE
            )
        case SheetForm():
            columns, rows = form.drawn_layout
            return f"{columns} by {rows} equal cells, {_ISOLATED}"
        case ParallaxForm():
            return f"{_LOOPS}, clearly separated depth layers"
        case BackgroundForm():
            return _LOOPS
        case _:
            assert_never(form)
