"""The kinds of sprite that are several pictures in one: sheet and ui."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator

from asset_pipeline.manifest.base import Complaint, Frozen, plain_error, refusal
from asset_pipeline.manifest.canvas import LEAST_DRAWN_PX, LEAST_TEXTURE_PX, drawn_px, most_square
from asset_pipeline.manifest.fields import GapPx, Id, Name, Number, SidePx, Whole, size_problem
from asset_pipeline.manifest.generation import Guided
from asset_pipeline.manifest.sprites import Described, Sized

Count: TypeAlias = Annotated[Whole, Field(ge=1, le=64)]
Component: TypeAlias = Literal[
    "button", "panel", "bar", "icon", "slot", "checkbox", "slider", "cursor", "frame", "tooltip"
]
State: TypeAlias = Literal["normal", "hover", "pressed", "focused", "selected", "disabled"]
Consistency: TypeAlias = Literal["one_picture", "shared_seed", "reference", "from_first"]
"""How the cells of a sheet come to look alike: all drawn in one picture; or each in a call of its own, from the same seed,
with the first one as a reference, or over the first one."""
Pivot: TypeAlias = Literal["feet", "centre"]
Autotile: TypeAlias = Literal["none", "blob_16", "blob_47"]
TILES_OF: Mapping[Autotile, int] = {"none": 0, "blob_16": 16, "blob_47": 47}


def _checked_loop(value: object) -> object:
    if isinstance(value, bool) or value == "ping_pong":
        return value
    raise plain_error(f"loop is true, false or ping_pong; here is {value!r}")


Loop: TypeAlias = Annotated[bool | Literal["ping_pong"], BeforeValidator(_checked_loop)]


class Animation(Frozen):
    """Frames of a sheet, shown one after the other.

    Attributes:
        frames: cells by number, from 0 at the top left, row by row.
        fps: frames a second.
        loop: whether it begins again at its end; ``ping_pong`` runs back from there, and so on for ever.
    """

    frames: Annotated[tuple[Annotated[Whole, Field(ge=0)], ...], Field(min_length=1, max_length=1024)] = (
        Field(description="cells by number, from 0 at the top left, row by row.")
    )
    fps: Annotated[Number, Field(gt=0, le=120)] = Field(description="frames a second, up to 120.")
    loop: Loop = Field(
        default=True,
        description="true: begins again at its end; false: ends; ping_pong: runs back and again.",
    )


class SheetForm(Frozen):
    """What only a sheet has: cells of one size in rows and columns.

    Attributes:
        sheet: frames of one sprite, tiles of a level, or variations of one thing.
        layout: ``grid``, or ``strip`` for a single row.
        columns: cells in a row.
        rows: cells in a column; 1 in a strip.
        cell_width_px: width of one cell.
        cell_height_px: height of one cell.
        spacing_px: between neighbouring cells.
        margin_px: around all cells.
        variants: what each cell of a variation shows, in words.
        consistency: how its cells come to look alike.
        pivot: the point that all its cells share: the middle of the lower edge, or of what is visible.
        autotile: the tiles of every neighbourhood are made from one that is drawn: for the four sides, or corners too.
        around: what lies around that terrain, in words; empty where the level shows through.
        animations: by name; of cells that show something.
    """

    kind: Literal["sheet"] = Field(description="cells of one size in one picture.")
    sheet: Literal["sprite", "tile", "variation"] = Field(description="sprite, tile or variation.")
    layout: Literal["grid", "strip"] = Field(default="grid", description="grid, or strip for a single row.")
    columns: Count = Field(description="cells in a row, 1 to 64.")
    rows: Count = Field(default=1, description="Cells in a column, 1 to 64; 1 in a strip.")
    cell_width_px: SidePx = Field(description="width of one cell in pixels.")
    cell_height_px: SidePx = Field(description="height of one cell in pixels.")
    spacing_px: GapPx = Field(default=0, description="Between neighbouring cells, in pixels.")
    margin_px: GapPx = Field(default=0, validate_default=True, description="Around all cells, in pixels.")
    variants: tuple[Name, ...] = Field(
        default=(), validate_default=True, description="What each cell of a variation shows."
    )
    consistency: Consistency = Field(
        default="one_picture",
        description="How cells come to look alike: one_picture, or a call a cell: shared_seed, reference or from_first.",
    )
    pivot: Pivot = Field(
        default="feet", description="What all cells share: feet (the middle of the lower edge) or centre."
    )
    autotile: Autotile = Field(
        default="none",
        validate_default=True,
        description="blob_16 (four sides) or blob_47 (corners too): all tiles of a terrain, made from one that is drawn.",
    )
    around: Name | None = Field(
        default=None, validate_default=True, description="What lies around the terrain of an autotile."
    )
    # After all that says how many cells show something.
    animations: Mapping[Id, Animation] = Field(default={}, description="Animations by name.")

    @field_validator("rows")
    @classmethod
    def _strip_is_one_row(cls, rows: int, info: ValidationInfo) -> int:
        if info.data.get("layout") == "strip" and rows != 1:
            raise plain_error(f"a strip has one row, not {rows}; write layout: grid or leave rows out")
        return rows

    @field_validator("margin_px")
    @classmethod
    def _can_be_drawn(cls, margin_px: int, info: ValidationInfo) -> int:
        known = info.data.keys() >= {"columns", "rows", "cell_width_px", "cell_height_px", "spacing_px"}
        if known and (problem := size_problem(*_sheet_size_px({**info.data, "margin_px": margin_px}))):
            raise plain_error(f"with all its cells, {problem}")
        return margin_px

    @field_validator("variants")
    @classmethod
    def _variants_fit(cls, variants: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        sheet = info.data.get("sheet")
        cells = info.data.get("columns", 64) * info.data.get("rows", 64)
        if sheet in ("sprite", "tile") and variants:
            raise plain_error(f"only a variation sheet has variants; this one is sheet: {sheet}")
        if sheet == "variation" and not 1 <= len(variants) <= cells:
            raise plain_error(
                f"a variation sheet lists 1 to {cells} variants, one a cell; here are {len(variants)}"
            )
        return variants

    @field_validator("autotile")
    @classmethod
    def _is_terrain(cls, autotile: Autotile, info: ValidationInfo) -> Autotile:
        if autotile == "none" or not info.data.keys() >= {"sheet", "columns", "rows"}:
            return autotile
        if info.data["sheet"] != "tile":
            raise plain_error(f"only tiles have an autotile set; this one is sheet: {info.data['sheet']}")
        cells, tiles = info.data["columns"] * info.data["rows"], TILES_OF[autotile]
        if cells < tiles:
            raise plain_error(f"{autotile} has {tiles} tiles; columns and rows make {cells} cells")
        sides = [info.data.get(side, _LEAST_TERRAIN_PX) for side in ("cell_width_px", "cell_height_px")]
        if min(sides) < _LEAST_TERRAIN_PX:
            raise plain_error(f"a terrain's border needs cells of {_LEAST_TERRAIN_PX} px or more a side")
        return autotile

    @field_validator("autotile")
    @classmethod
    def _leaves_room(cls, autotile: Autotile, info: ValidationInfo) -> Autotile:
        known = {"sheet", "columns", "rows", "cell_width_px", "cell_height_px", "variants"}
        if not info.data.keys() >= known:
            return autotile
        cell = info.data["cell_width_px"], info.data["cell_height_px"]
        count = 1 if autotile != "none" else _shown_cells({**info.data, "autotile": autotile})
        px = drawn_px(cell, most_square(count, *cell))
        least_px = LEAST_TEXTURE_PX if info.data["sheet"] == "tile" else LEAST_DRAWN_PX
        if px < least_px:
            raise plain_error(
                f"a model would draw each cell {px:.0f} px on its shorter side, and needs {least_px}: "
                "ask for fewer cells in one sheet, or for cells that are nearer to a square"
            )
        return autotile

    @field_validator("around")
    @classmethod
    def _around_a_terrain(cls, around: str | None, info: ValidationInfo) -> str | None:
        if around is not None and info.data.get("autotile", "blob_16") == "none":
            raise plain_error("around is for a sheet with autotile: blob_16 or blob_47")
        return around

    @field_validator("animations")
    @classmethod
    def _frames_exist(
        cls, animations: Mapping[str, Animation], info: ValidationInfo
    ) -> Mapping[str, Animation]:
        if info.data.keys() >= {"columns", "rows", "variants", "autotile"}:
            complaints = list(_missing_frames(animations, _shown_cells(info.data)))
            if complaints:
                raise refusal(complaints)
        return animations

    @property
    def size_px(self) -> tuple[int, int]:
        """Width and height of the whole sheet."""
        return _sheet_size_px(dict(self))

    @property
    def cells(self) -> int:
        """How many of its cells show something, from the top left, row by row."""
        return _shown_cells(dict(self))

    @property
    def drawn(self) -> tuple[str, ...]:
        """What is drawn, in words, one for each picture that its cells are made of; empty words tell nothing apart."""
        if self.autotile != "none":
            return ("terrain", *([self.around] if self.around else []))
        return self.variants or ("",) * self.cells

    @property
    def is_drawn_as_it_lies(self) -> bool:
        """Whether what is drawn lies as in the finished file; not where a model had too few pixels for cells so laid."""
        cell = self.cell_width_px, self.cell_height_px
        return self.autotile == "none" and drawn_px(cell, self.size_px) >= LEAST_DRAWN_PX

    @property
    def drawn_layout(self) -> tuple[int, int]:
        """Columns and rows of what is drawn: as in the file, else of a terrain its few tiles, of other cells the most square."""
        if self.is_drawn_as_it_lies:
            return self.columns, self.rows
        if self.autotile != "none":
            return len(self.drawn), 1
        width_px, height_px = most_square(len(self.drawn), self.cell_width_px, self.cell_height_px)
        return width_px // self.cell_width_px, height_px // self.cell_height_px

    @property
    def drawn_size_px(self) -> tuple[int, int]:
        """Width and height of what is drawn, in pixels of the finished file."""
        if self.is_drawn_as_it_lies:
            return self.size_px
        columns, rows = self.drawn_layout
        return columns * self.cell_width_px, rows * self.cell_height_px

    def cell_at(self, number: int) -> tuple[int, int]:
        """Return where the top left of cell *number* lies; 0 is at the top left, then row by row.

        >>> SheetForm(kind="sheet", sheet="sprite", columns=2, rows=2, cell_width_px=16, cell_height_px=20).cell_at(3)
        (16, 20)
        """
        row, column = divmod(number, self.columns)
        return (
            self.margin_px + column * (self.cell_width_px + self.spacing_px),
            self.margin_px + row * (self.cell_height_px + self.spacing_px),
        )


def _sheet_size_px(sheet: Mapping[str, int]) -> tuple[int, int]:
    across = sheet["columns"] * sheet["cell_width_px"] + (sheet["columns"] - 1) * sheet["spacing_px"]
    down = sheet["rows"] * sheet["cell_height_px"] + (sheet["rows"] - 1) * sheet["spacing_px"]
    return across + 2 * sheet["margin_px"], down + 2 * sheet["margin_px"]


def _shown_cells(sheet: Mapping[str, Any]) -> int:
    return len(sheet["variants"]) or TILES_OF[sheet["autotile"]] or sheet["columns"] * sheet["rows"]


def _missing_frames(animations: Mapping[str, Animation], cells: int) -> Iterator[Complaint]:
    for name, animation in animations.items():
        for index, frame in enumerate(animation.frames):
            if frame >= cells:
                yield Complaint(
                    (name, "frames", index),
                    f"there is no frame {frame}; the cells that show something are 0 to {cells - 1}",
                )


_LEAST_TERRAIN_PX = 16


class Insets(Frozen):
    """How far the corners of a nine-patch reach in; they never stretch."""

    left: GapPx = Field(description="pixels from the left edge.")
    top: GapPx = Field(description="pixels from the top edge.")
    right: GapPx = Field(description="pixels from the right edge.")
    bottom: GapPx = Field(description="pixels from the bottom edge.")


class UiForm(Frozen):
    """What only a piece of user interface has.

    Attributes:
        component: what it is.
        states: the states it is drawn in; the normal one is always among them, and first.
        states_by: whether the others are made of the normal one by colour, or asked of the model.
        nine_patch: the insets in pixels, where it stretches.
    """

    kind: Literal["ui"] = Field(description="a piece of user interface.")
    component: Component = Field(description="button, panel, bar, …")
    states: Annotated[tuple[State, ...], Field(min_length=1)] = Field(
        default=("normal",), description="States it is drawn in: normal, hover, pressed, …"
    )
    states_by: Literal["colour", "model"] = Field(
        default="colour",
        description="colour: other states are recoloured, their outline stays; model: each is a call, kept where it fits.",
    )
    nine_patch: Insets | None = Field(default=None, description="Insets in pixels, where it stretches.")

    @field_validator("states")
    @classmethod
    def _once_each(cls, states: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(states)) < len(states):
            raise plain_error("each state is listed once")
        return ("normal", *(state for state in states if state != "normal"))


class Sheet(SheetForm, Described, Guided):
    """Cells of one size in one picture."""


class Ui(UiForm, Sized, Described, Guided):
    """A piece of user interface; cut out of its background."""

    @field_validator("nine_patch")
    @classmethod
    def _insets_fit(cls, insets: Insets | None, info: ValidationInfo) -> Insets | None:
        if insets is None:
            return None
        width_px, height_px = (info.data.get(side, float("inf")) for side in ("width_px", "height_px"))
        if insets.left + insets.right >= width_px or insets.top + insets.bottom >= height_px:
            raise plain_error(
                f"the insets leave no middle to stretch: left + right must be under {width_px} and "
                f"top + bottom under {height_px}"
            )
        return insets
