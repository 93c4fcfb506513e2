"""The ways to look at a sprite, as HTML: its picture, its scene in depth, its animations."""

from __future__ import annotations

import json
from collections.abc import Iterable
from html import escape
from importlib.resources import files
from string import Template

from asset_pipeline.export.atlas.of_spec import animation_of
from asset_pipeline.export.beside import REPEATED
from asset_pipeline.export.gallery.shown import Shown
from asset_pipeline.imaging.nine_patch import Insets, preview_size_px
from asset_pipeline.manifest.composites import SheetForm, UiForm
from asset_pipeline.storage.keys import blob_key, part_key

_VIEWER = files("asset_pipeline.export.gallery") / "static" / "viewer.html"


def viewer_html(shown: Shown, up: str) -> str:
    """Return the frame in which a sprite is looked at; the first view is what moves, where something does.

    Args:
        shown: the sprite.
        up: the way from the page to the store's root.
    """
    if shown.png is None:
        return '<p class="empty">There is no picture of it yet.</p>'
    views = {
        **_animations(shown, up),
        **_scene(shown, up),
        **_beside(shown, up),
        "Picture": _picture(shown, up),
    }
    return Template(_VIEWER.read_text()).substitute(tabs=_tabs(views), views="\n".join(views.values()))


def _tabs(names: Iterable[str]) -> str:
    """One view needs no choice."""
    several = list(names)
    if len(several) == 1:
        return ""
    return "".join(
        f'<button type="button" data-view="{n}">{escape(name)}</button>' for n, name in enumerate(several)
    )


def _picture(shown: Shown, up: str) -> str:
    alt = escape(f"{shown.spec.sprite}: {shown.spec.description}")
    return (
        f'<div class="view" {_size(*shown.size_px)}><img class="now" src="{_address(shown.png, up)}" alt="{alt}">'
        '<div class="before" hidden></div></div>'
    )


def _beside(shown: Shown, up: str) -> dict[str, str]:
    """Show what was published beside a sprite of several pictures."""
    views: dict[str, str] = {}
    match shown.spec.details:
        case UiForm() as form:
            if len(form.states) > 1:
                views["States"] = _part(
                    shown, "preview.webp", "its states, one after the other", shown.size_px, up
                )
            if form.nine_patch:
                size = preview_size_px(*shown.size_px, Insets(*(inset for _, inset in form.nine_patch)))
                views["Stretched"] = _part(shown, "stretch.webp", "stretched to three sizes", size, up)
        case SheetForm(sheet="tile") as form:
            size = REPEATED * form.cell_width_px, REPEATED * form.cell_height_px
            views["Repeated"] = _part(shown, "preview.webp", "its tiles, repeated", size, up)
        case SheetForm() as form if not form.animations:
            size = form.cell_width_px, form.cell_height_px
            views["One by one"] = _part(shown, "preview.webp", "its cells, one after the other", size, up)
    return views


def _part(shown: Shown, part: str, about: str, size_px: tuple[int, int], up: str) -> str:
    spec = shown.spec
    source = escape(up + part_key(spec.game, spec.pack, spec.sprite, part))
    alt = escape(f"{spec.sprite}: {about}")
    return f'<div class="view" {_size(*size_px)}><img src="{source}" alt="{alt}" loading="lazy"></div>'


def _scene(shown: Shown, up: str) -> dict[str, str]:
    if not shown.layers:
        return {}
    layers = "".join(
        f'<div class="layer" data-factor="{factor:.4f}" style="background-image:url({_address(png, up)})"></div>'
        for png, factor in zip(shown.layers, shown.parallax_factors, strict=True)
    )
    label = escape(f"{shown.spec.sprite} in {len(shown.layers)} layers")
    size = _size(*shown.size_px)
    return {"Parallax": f'<div class="view scene" role="img" aria-label="{label}" {size}>{layers}</div>'}


def _animations(shown: Shown, up: str) -> dict[str, str]:
    """A sheet that is older than its spec has other cells, and nothing is played."""
    form = shown.spec.details
    if not isinstance(form, SheetForm) or form.size_px != shown.size_px:
        return {}
    return {name: _frames(shown, up, form, name) for name in form.animations}


def _frames(shown: Shown, up: str, form: SheetForm, name: str) -> str:
    """The sheet itself, moved behind a window of one cell."""
    animation, fps = animation_of(name, form.animations[name]), form.animations[name].fps
    cells = [list(form.cell_at(number)) for number, _ in animation.unrolled]
    label = escape(f"{shown.spec.sprite}, {name}: {len(animation.frames)} frames, {fps:g} a second")
    width, height = form.size_px
    sheet = f"--sheet-width:{width};--sheet-height:{height};background-image:url({_address(shown.png, up)})"
    return (
        f'<div class="view frames" role="img" aria-label="{label}" {_size(form.cell_width_px, form.cell_height_px)} '
        f'data-cells="{cells}" data-fps="{fps:g}" data-loop="{json.dumps(animation.loops)}" '
        f'style="{sheet}"></div>'
    )


def _size(width_px: int, height_px: int) -> str:
    return f'data-width="{width_px}" data-height="{height_px}"'


def _address(png: bytes | None, up: str) -> str:
    return up + blob_key(png or b"", ".png")
