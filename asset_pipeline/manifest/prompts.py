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
_LOOPS = "wide side-scrolling game scene, seamless horizontally, no characters, no text"
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


def _subject(form: Form, description: str) -> str:
    match form:
        case EntityForm():
            colour = f"mainly {form.colour}, " if form.colour else ""
            return f"{colour}{description}, video game {form.role}"
        case TitleForm():
            text = form.text.replace('"', "'")
            return f'the words "{text}" as a game logo, {description}'
        case SheetForm():
            variants = f", one each of {', '.join(form.variants)}" if form.variants else ""
            return f"{description}{variants}, video game {form.sheet} sheet"
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
        case SheetForm():
            return f"{form.columns} by {form.rows} equal cells, {_ISOLATED}"
        case ParallaxForm():
            return f"{_LOOPS}, clearly separated depth layers"
        case BackgroundForm():
            return _LOOPS
        case _:
            assert_never(form)
