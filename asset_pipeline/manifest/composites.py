"""The kinds of sprite that are several pictures in one: sheet and ui."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal, TypeAlias

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator

from asset_pipeline.manifest.base import Complaint, Frozen, plain_error, refusal
from asset_pipeline.manifest.fields import GapPx, Id, Name, Number, SidePx, Whole, size_problem
from asset_pipeline.manifest.generation import Guided
from asset_pipeline.manifest.sprites import Described, Sized

Count: TypeAlias = Annotated[Whole, Field(ge=1, le=64)]
Component: TypeAlias = Literal[
    "button", "panel", "bar", "icon", "slot", "checkbox", "slider", "cursor", "frame", "tooltip"
]
State: TypeAlias = Literal["normal", "hover", "pressed", "focused", "selected", "disabled"]


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
        animations: by name.
        variants: what each cell of a variation shows, in words.
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
    animations: Mapping[Id, Animation] = Field(default={}, description="Animations by name.")
    variants: tuple[Name, ...] = Field(
        default=(), validate_default=True, description="What each cell of a variation shows."
    )

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

    @field_validator("animations")
    @classmethod
    def _frames_exist(
        cls, animations: Mapping[str, Animation], info: ValidationInfo
    ) -> Mapping[str, Animation]:
        if info.data.keys() >= {"columns", "rows"}:
            complaints = list(_missing_frames(animations, info.data["columns"] * info.data["rows"]))
            if complaints:
                raise refusal(complaints)
        return animations

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

    @property
    def size_px(self) -> tuple[int, int]:
        """Width and height of the whole sheet."""
        return _sheet_size_px(dict(self))

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


def _missing_frames(animations: Mapping[str, Animation], cells: int) -> Iterator[Complaint]:
    for name, animation in animations.items():
        for index, frame in enumerate(animation.frames):
            if frame >= cells:
                yield Complaint(
                    (name, "frames", index),
                    f"there is no frame {frame}; the sheet's cells are 0 to {cells - 1}",
                )


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
        states: the states it is drawn in.
        nine_patch: the insets in pixels, where it stretches.
    """

    kind: Literal["ui"] = Field(description="a piece of user interface.")
    component: Component = Field(description="button, panel, bar, …")
    states: Annotated[tuple[State, ...], Field(min_length=1)] = Field(
        default=("normal",), description="States it is drawn in: normal, hover, pressed, …"
    )
    nine_patch: Insets | None = Field(default=None, description="Insets in pixels, where it stretches.")

    @field_validator("states")
    @classmethod
    def _once_each(cls, states: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(states)) < len(states):
            raise plain_error("each state is listed once")
        return states


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
