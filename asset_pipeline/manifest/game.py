"""A whole game, as its YAML describes it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, TypeAlias

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Discriminator,
    Field,
    Tag,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    field_validator,
)

from asset_pipeline.manifest.base import Complaint, Frozen, mistyped, plain_error, refusal
from asset_pipeline.manifest.choices import Models, Providers
from asset_pipeline.manifest.composites import Sheet, Ui
from asset_pipeline.manifest.fields import Id, Name, Number, SpriteId, Usd, Words, size_problem
from asset_pipeline.manifest.finish import Finish
from asset_pipeline.manifest.generation import Generation, Pack, PackEntry
from asset_pipeline.manifest.idle import idle_gates
from asset_pipeline.manifest.palettes import Palette
from asset_pipeline.manifest.quality import Gates
from asset_pipeline.manifest.schedule import Regenerate
from asset_pipeline.manifest.sprites import Background, Entity, Parallax, Title

RESERVED_GAME_IDS = ("blobs", "candidates", "money", "rejected", "reviews", "thumbnails", "work")
KINDS = ("entity", "background", "title", "parallax", "sheet", "ui")


def _known_kind(value: Any) -> Any:  # noqa: ANN401 - whatever YAML holds
    if isinstance(value, dict) and value.get("kind") not in KINDS:
        what = (
            mistyped("kind of sprite", value["kind"], KINDS)
            if "kind" in value
            else (f"'kind' is missing; choose one of {' | '.join(KINDS)}")
        )
        raise refusal([Complaint(("kind",), what)])
    if not isinstance(value, dict | Frozen):
        raise plain_error("a sprite is a list of settings, such as kind: entity and description: …")
    return value


def _tag(value: Any) -> str:  # noqa: ANN401 - whatever YAML holds
    return f"<{value['kind'] if isinstance(value, dict) else value.kind}>"


Sprite: TypeAlias = Entity | Background | Title | Parallax | Sheet | Ui
SpriteEntry: TypeAlias = Annotated[
    Annotated[Entity, Tag("<entity>")]
    | Annotated[Background, Tag("<background>")]
    | Annotated[Title, Tag("<title>")]
    | Annotated[Parallax, Tag("<parallax>")]
    | Annotated[Sheet, Tag("<sheet>")]
    | Annotated[Ui, Tag("<ui>")],
    Discriminator(_tag),
    BeforeValidator(_known_kind),
]


def _checked_owner(owner: str) -> str:
    before, at, after = owner.partition("@")
    is_team = owner.startswith("team:") and len(owner) > len("team:")
    if (not is_team and not (before and at and "." in after.strip("."))) or " " in owner:
        raise plain_error(f"{owner!r} is no owner; write an e-mail address or team:name")
    return owner


class Game(Frozen):
    """One game: its look, its settings and its sprites.

    Attributes:
        id: the game's asset key and group; the file's name without ``.yaml``.
        title: for people.
        theme: what the game's world is like, in words.
        style: ``pixel``, ``cartoon``, ``3d``, ``flat`` or free words.
        palette: colours to prefer; pixel art is held to them.
        pixels_per_unit: pixels of a finished picture for one world unit.
        owners: who is asked when something is wrong.
        regenerate: when to draw the game again; ``None`` for never by itself.
        budget_usd: what all paid calls for this game may cost in all; ``None`` for no limit of its own. No picture
            depends on it.
        providers: who carries out an operation, in order of preference, where not the environment's choice.
        models: with which model a finished drawing is worked on; ``generation.model`` is the one that draws.
        generation: settings of every picture; sprites may say otherwise.
        gates: limits that are changed for every sprite and for the set of them; a sprite's own still win.
        finish: what is done to every drawn picture; sprites may say otherwise. Costs nothing to change.
        packs: skins by id; empty for a game with one look.
        sprites: by id.
    """

    id: Id = Field(description="the file's name without .yaml.")
    title: Name = Field(description="the game's name, for people.")
    theme: Words = Field(description="what the game's world is like, in words.")
    style: Name = Field(description="pixel, cartoon, 3d, flat or words of your own.")
    palette: Palette = Field(
        default=(),
        description='Colours to prefer: a list of "#rrggbb" in quotes or CSS names, the name of a known palette such as '
        "pico-8, or {file: lake.gpl}.",
    )
    pixels_per_unit: Annotated[Number, Field(gt=0, le=1024)] = Field(
        default=64, description="Pixels of a finished picture for one world unit; 64 if left out."
    )
    owners: tuple[Annotated[str, AfterValidator(_checked_owner)], ...] = Field(
        default=(), description="E-mail addresses or team:name."
    )
    regenerate: Regenerate | None = Field(
        default=None, description='When to draw the game again: a cron such as "0 3 * * 1", or with a mode.'
    )
    budget_usd: Usd | None = Field(
        default=None, description="What this game may cost in all, in US dollars; no call is made beyond it."
    )
    providers: Providers = Field(
        default={}, description="Who carries out an operation: a name, or several in order of preference."
    )
    models: Models = Field(
        default={}, description="Model of a later operation, such as {remove_background: birefnet}."
    )
    generation: Generation = Field(default=Generation(), description="Settings of every picture.")
    gates: Gates = Field(
        default={},
        description="Gates changed for the whole game, each with at_least, at_most or off, and why.",
    )
    finish: Finish = Field(
        default=Finish(),
        description="What is done to every drawn picture; changing it draws and costs nothing.",
    )
    packs: Mapping[SpriteId, PackEntry] = Field(
        default={}, description="Skins by id, such as default and winter."
    )
    sprites: Annotated[Mapping[SpriteId, SpriteEntry], Field(min_length=1)] = Field(
        description="the game's sprites by id."
    )

    @field_validator("id")
    @classmethod
    def _as_the_file(cls, game_id: str, info: ValidationInfo) -> str:
        if isinstance(info.context, Path) and info.context.stem != game_id:
            raise plain_error(_wrong_id(game_id, info.context))
        if game_id in RESERVED_GAME_IDS:
            raise plain_error(f"{game_id!r} is a folder the store keeps for itself; give the game another id")
        return game_id

    @field_validator("sprites", mode="wrap")
    @classmethod
    def _together(
        cls,
        value: Any,  # noqa: ANN401 - whatever YAML holds
        handler: ValidatorFunctionWrapHandler,
        info: ValidationInfo,
    ) -> Mapping[str, Sprite]:
        """Check each sprite, and all of them together even where one is wrong."""
        complaints = (
            [*_across_sprites(value, info.data.get("pixels_per_unit")), *_idle_gates(value, info.data)]
            if isinstance(value, dict)
            else []
        )
        try:
            sprites: Mapping[str, Sprite] = handler(value)
        except ValidationError as error:
            raise refusal(complaints, error.errors()) from None
        if complaints:
            raise refusal(complaints)
        return sprites


def _wrong_id(game_id: str, file: Path) -> str:
    other = file.with_name(f"{game_id}.yaml")
    if other.exists():
        return f"{game_id!r} is the game in {other.name}; two games cannot share an id, write id: {file.stem}"
    return f"the id must be the file's name; write id: {file.stem}, or rename the file to {other.name}"


def _across_sprites(sprites: Mapping[str, Any], pixels_per_unit: float | None) -> Iterator[Complaint]:
    """Find what only shows across sprites or with the game's scale; looks at raw values, right or wrong."""
    seen: dict[object, str] = {}
    for sprite_id, sprite in sprites.items():
        raw = sprite if isinstance(sprite, dict) else dict(sprite) if isinstance(sprite, Frozen) else {}
        name = raw.get("name") or sprite_id
        if isinstance(name, str) and (other := seen.setdefault(name.strip(), sprite_id)) != sprite_id:
            place = (sprite_id, "name") if raw.get("name") else (sprite_id,)
            yield Complaint(
                place, f"{name!r} is already the name of {other}; engines and the catalog need different ones"
            )
        if (
            raw.get("kind") == "entity"
            and pixels_per_unit
            and (problem := _scaled_problem(raw, pixels_per_unit))
        ):
            yield Complaint((sprite_id, "width"), problem)


def _idle_gates(sprites: Mapping[str, Any], game: Mapping[str, Any]) -> Iterator[Complaint]:
    """Find the gates that a sprite changes and that never judge it."""
    packs: Mapping[str, Pack] = game.get("packs") or {}
    styles = [pack.style or game["style"] for pack in packs.values() or (Pack(),)] if "style" in game else []
    for sprite_id, sprite in sprites.items():
        raw = sprite if isinstance(sprite, dict) else dict(sprite) if isinstance(sprite, Frozen) else {}
        for complaint in idle_gates(raw, styles):
            yield Complaint((sprite_id, "gates", *complaint.place), complaint.message)


def _scaled_problem(raw: Mapping[str, Any], pixels_per_unit: float) -> str | None:
    width, height = raw.get("width"), raw.get("height")
    for side in (width, height):
        if isinstance(side, bool) or not isinstance(side, int | float) or not 0 < side <= 10_000:
            return None  # its own mistake, told by the field
    problem = size_problem(width * pixels_per_unit, height * pixels_per_unit)  # type: ignore[operator] # numbers, see above
    return problem and f"{width:g} x {height:g} units at {pixels_per_unit:g} pixels_per_unit: {problem}"
