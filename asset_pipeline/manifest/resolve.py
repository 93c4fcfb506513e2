"""From a game to the spec of one sprite in one pack: everything merged, sized and worded."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Collection, Mapping
from typing import TypeVar, assert_never

from asset_pipeline.errors import ConfigError
from asset_pipeline.manifest.base import mistyped
from asset_pipeline.manifest.canvas import LEAST_DRAWN_PX
from asset_pipeline.manifest.composites import Sheet, SheetForm, Ui, UiForm
from asset_pipeline.manifest.fields import colour_hex
from asset_pipeline.manifest.finish import Anchor, Finish, Finishing
from asset_pipeline.manifest.game import Game, Sprite
from asset_pipeline.manifest.generation import DEFAULT_SIZE_PX, MAX_SCENE_PX, THIN_SIZE_PX, Pack
from asset_pipeline.manifest.prompts import negative_prompt_for, prompt_for
from asset_pipeline.manifest.spec import Details, SpriteSpec, operations_of
from asset_pipeline.manifest.sprites import (
    Background,
    BackgroundForm,
    Entity,
    EntityForm,
    Parallax,
    ParallaxForm,
    Title,
    TitleForm,
)

__all__ = ["SpriteSpec", "resolve", "sprite_version"]

GRID_PX = 16  # models want sides in multiples of it
DETAIL_PX = 128  # a side that holds less is painted flat
MIN_CANVAS_PX, MIN_SCENE_PX = 64, 256

_T = TypeVar("_T")
_K = TypeVar("_K", bound=str)


def resolve(game: Game, sprite_id: str, pack: str | None = None, take: int | None = None) -> SpriteSpec:
    """Merge all that *game* says about one sprite.

    A sprite's own word wins over its pack's, a pack's over the game's.

    Args:
        game: a loaded game.
        sprite_id: which sprite.
        pack: which pack; ``None`` where, and only where, the game has none.
        take: which roll of the dice, instead of the manifest's.

    Raises:
        ConfigError: the game has no such sprite or pack.
    """
    sprite = _entry(game.sprites, sprite_id, f"sprite of {game.id}")
    skin = _skin(game, pack)
    general = game.generation
    details = _details(sprite)
    transparent = _is_transparent(sprite)
    needed = operations_of(details, transparent=transparent)
    style = skin.style or game.style
    width_px, height_px = _finished_size_px(sprite, game.pixels_per_unit)
    canvas_width_px, canvas_height_px = _canvas_size_px(sprite, width_px, height_px, general.size_px)
    return SpriteSpec(
        game=game.id,
        pack=pack,
        sprite=sprite_id,
        name=sprite.name or sprite_id,
        prompt=prompt_for(
            details, description=sprite.description, theme=skin.theme or game.theme, style=style
        ),
        negative_prompt=negative_prompt_for(details, _first(sprite.negative_prompt, general.negative_prompt)),
        description=sprite.description,
        style=style,
        palette=tuple(map(colour_hex, game.palette if skin.palette is None else skin.palette)),
        model=_first(sprite.model, skin.model, general.model),
        fixed_seed=_first(sprite.seed, skin.seed, general.seed),
        take=_first(take, sprite.take, general.take) or 0,
        steps=_first(sprite.steps, general.steps),
        guidance_scale=_first(sprite.guidance_scale, general.guidance_scale),
        denoise_strength=_denoise_strength(sprite, general.denoise_strength),
        width_px=width_px,
        height_px=height_px,
        canvas_width_px=canvas_width_px,
        canvas_height_px=canvas_height_px,
        loras=_first(sprite.loras, skin.loras, general.loras) or (),
        controlnets=_first(sprite.controlnets, general.controlnets) or (),
        reference_images=_first(sprite.reference_images, general.reference_images) or (),
        providers=_chosen(game.providers, sprite.providers, needed),
        models=_chosen(game.models, sprite.models, needed),
        finish=_finishing(sprite, game.finish, style=style, transparent=transparent),
        transparent=transparent,
        traits=sprite.traits,
        shadows=sprite.shadows,
        gates={**game.gates, **sprite.gates},
        candidates=_first(sprite.candidates, general.candidates) or 1,
        rerolls=_first(sprite.rerolls, general.rerolls) or 0,
        details=details,
    )


def sprite_version(game: Game, sprite_id: str) -> str:
    """Return 16 hexadecimal digits that change whenever the sprite's spec does in any pack."""
    versions = [f"{pack}:{resolve(game, sprite_id, pack).version}" for pack in game.packs or (None,)]
    return hashlib.sha256("\n".join(versions).encode()).hexdigest()[:16]


def _skin(game: Game, pack: str | None) -> Pack:
    if pack is None and not game.packs:
        return Pack()
    if pack is None or not game.packs:
        raise ConfigError(
            f"{game.id} has no packs; leave the pack out"
            if pack
            else f"{game.id} has packs; name one of {' | '.join(game.packs)}"
        )
    return _entry(game.packs, pack, f"pack of {game.id}")


def _entry(entries: Mapping[str, _T], key: str, what: str) -> _T:
    if key not in entries:
        raise ConfigError(mistyped(what, key, entries))
    return entries[key]


def _finishing(sprite: Sprite, general: Finish, *, style: str, transparent: bool) -> Finishing:
    """Merge what is done afterwards; what a sprite cannot use is no part of its version."""
    own = sprite.finish
    by_role = _ANCHORS.get(sprite.role, "centre") if isinstance(sprite, Entity) else "centre"
    outline = _first(own.outline, general.outline) if transparent else None
    return Finishing(
        anchor=_first(own.anchor, general.anchor) or by_role if transparent else "centre",
        dither=_first(own.dither, general.dither) or "none" if "pixel" in style.lower() else "none",
        outline=None if outline in (None, "none") else colour_hex(outline),
    )


# What walks stands on its lower edge; what is walked on is touched at its upper one.
_ANCHORS: Mapping[str, Anchor] = {"character": "bottom", "enemy": "bottom", "platform": "top"}


def _first(*choices: _T | None) -> _T | None:
    return next((choice for choice in choices if choice is not None), None)


def _chosen(general: Mapping[_K, _T], own: Mapping[_K, _T], needed: Collection[str]) -> dict[_K, _T]:
    """Merge what is chosen for each operation; what a sprite does not need is no part of its version."""
    return {operation: choice for operation, choice in {**general, **own}.items() if operation in needed}


def _details(sprite: Sprite) -> Details:
    form = _FORMS[sprite.kind]
    return form.model_construct(**{name: getattr(sprite, name) for name in form.model_fields})


_FORMS: Mapping[str, type[Details]] = {
    "entity": EntityForm,
    "background": BackgroundForm,
    "title": TitleForm,
    "parallax": ParallaxForm,
    "sheet": SheetForm,
    "ui": UiForm,
}


def _finished_size_px(sprite: Sprite, pixels_per_unit: float) -> tuple[int, int]:
    if isinstance(sprite, Entity):
        return round(sprite.width * pixels_per_unit), round(sprite.height * pixels_per_unit)
    return sprite.size_px if isinstance(sprite, Sheet) else (sprite.width_px, sprite.height_px)


def _canvas_size_px(sprite: Sprite, width_px: int, height_px: int, size_px: int | None) -> tuple[int, int]:
    """Return the size to ask of the model: the sprite's aspect, in a range that models draw well."""
    if isinstance(sprite, Entity):
        width, height = sprite.width, sprite.height
        long_px = _first(sprite.size_px, size_px) or _usual_size_px(width / height)
        to_grid: Callable[[float], int] = round
    else:
        width, height, least_px = width_px, height_px, MIN_SCENE_PX
        if isinstance(sprite, Sheet):
            (width, height), least_px = sprite.drawn_size_px, _sheet_canvas_px(sprite)
        elif isinstance(sprite, Ui):
            least_px = _first(size_px, DEFAULT_SIZE_PX) or DEFAULT_SIZE_PX
        elif isinstance(sprite, Title) and sprite.lettering is not None:
            least_px = THIN_SIZE_PX  # letters hold more detail than a thing of their size
        long_px = min(max(width, height, least_px), MAX_SCENE_PX)
        to_grid = math.ceil
    scale = long_px / max(width, height) / GRID_PX
    sides = [max(MIN_CANVAS_PX, GRID_PX * to_grid(side * scale)) for side in (width, height)]
    return sides[0], sides[1]


def _sheet_canvas_px(sheet: Sheet) -> int:
    """Return the least long side for a sheet: every cell large enough to be drawn with detail, as far as a model goes."""
    (width_px, height_px), cell = sheet.drawn_size_px, (sheet.cell_width_px, sheet.cell_height_px)
    cell_px = cell[0] if width_px >= height_px else cell[1]
    enlarged = max(2 * DETAIL_PX / cell_px, LEAST_DRAWN_PX / min(cell))
    return min(THIN_SIZE_PX, math.ceil(max(DEFAULT_SIZE_PX, enlarged * max(width_px, height_px))))


def _usual_size_px(aspect: float) -> int:
    """Return the long side to ask for where nobody says: longer for thin things, whose short side would hold no detail."""
    thinness = max(aspect, 1 / aspect)
    return round(min(THIN_SIZE_PX, max(DEFAULT_SIZE_PX, DETAIL_PX * thinness)))


def _denoise_strength(sprite: Sprite, general: float | None) -> float | None:
    if isinstance(sprite, Title) and sprite.lettering is not None:
        return (
            sprite.lettering.denoise_strength
        )  # what suits the shapes of a game's things would lose its letters
    return _first(sprite.denoise_strength, general) if isinstance(sprite, Entity | Sheet | Ui) else None


def _is_transparent(sprite: Sprite) -> bool:
    match sprite:
        case Entity() | Ui():
            return True
        case Title():
            return not sprite.background
        case Sheet():
            return sprite.sheet != "tile"
        case Background() | Parallax():
            return False
        case _:
            assert_never(sprite)
