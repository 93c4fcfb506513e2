"""Rules of the kinds of sprite, as a person meets them: by loading a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import get_args

import pytest

from asset_pipeline.errors import Mistake
from asset_pipeline.manifest.choices import OperationName, ProviderName
from asset_pipeline.manifest.composites import Sheet
from asset_pipeline.manifest.game import KINDS, Sprite
from asset_pipeline.manifest.load import load_game
from asset_pipeline.manifest.quality import GateName
from asset_pipeline.manifest.spec import Kind
from asset_pipeline.providers.operations import Operation
from asset_pipeline.settings import ProviderName as SettingsProviderName

SHEET = "kind: sheet, description: x, cell_width_px: 32, cell_height_px: 32, "
UI = "kind: ui, description: x, component: button, width_px: 64, height_px: 32, "
ENTITY = "kind: entity, description: x, width: 1, height: 1, role: item, "


def test_the_same_things_have_the_same_names_in_every_room() -> None:
    """The manifest may not import them; this keeps them one list all the same."""
    assert get_args(OperationName) == get_args(Operation)
    assert get_args(ProviderName) == get_args(SettingsProviderName)
    assert KINDS == get_args(Kind) == tuple(model.__name__.lower() for model in get_args(Sprite))


@pytest.mark.parametrize(
    ("sprite", "path", "words"),
    [
        (SHEET + "sheet: sprite, columns: 2, rows: 2, animations: {walk: {frames: [0, 4], fps: 8}}",
         "animations.walk.frames[1]", "0 to 3"),
        (SHEET + "sheet: variation, columns: 3, variants: [red, blue], animations: {go: {frames: [0, 2], fps: 8}}",
         "animations.go.frames[1]", "0 to 1"),
        (SHEET + "sheet: tile, columns: 5, rows: 4, autotile: blob_16, animations: {go: {frames: [16], fps: 8}}",
         "animations.go.frames[0]", "0 to 15"),
        (SHEET + "sheet: sprite, columns: 20, rows: 20", "autotile", "51 px on its shorter side, and needs 64"),
        ("kind: sheet, sheet: tile, description: x, columns: 64, rows: 64, cell_width_px: 16, cell_height_px: 16",
         "autotile", "16 px on its shorter side, and needs 32"),
        (SHEET + "sheet: sprite, columns: 2, animations: {walk: {frames: [], fps: 8}}",
         "animations.walk.frames", "at least 1"),
        (SHEET + "sheet: sprite, columns: 2, animations: {walk: {frames: [0], fps: 0}}",
         "animations.walk.fps", "more than 0"),
        (SHEET + "sheet: sprite, columns: 2, animations: {walk: {frames: [0], fps: 8, loop: pingpong}}",
         "animations.walk.loop", "true, false or ping_pong"),
        (SHEET + "sheet: sprite, columns: 2, animations: {Walk: {frames: [0], fps: 8}}",
         "animations.Walk", "id"),
        (SHEET + "sheet: tile, layout: strip, columns: 2, rows: 2", "rows", "one row"),
        (SHEET + "sheet: variation, columns: 2", "variants", "1 to 2"),
        (SHEET + "sheet: variation, columns: 2, variants: [a, b, c]", "variants", "here are 3"),
        (SHEET + "sheet: tile, columns: 2, variants: [a]", "variants", "only a variation"),
        (SHEET + "sheet: tile, columns: 64, rows: 64, spacing_px: 1000", "margin_px", "8192"),
        (UI + "nine_patch: {left: 32, right: 32, top: 1, bottom: 1}", "nine_patch", "middle"),
        (UI + "nine_patch: {left: 1, right: 1, top: 31, bottom: 1}", "nine_patch", "middle"),
        (UI + "nine_patch: {left: 1}", "nine_patch.top", "missing"),
        (UI + "states: [normal, normal]", "states", "once"),
        (UI + "states: [hoover]", "states[0]", "'hover'"),
        (ENTITY + "shape: {polygon: [[0, 0], [1, 1]]}", "shape.polygon", "at least 3"),
        (ENTITY + "shape: {polygon: [[0, 0], [1, 1], [2, 0]]}", "shape.polygon[2][0]", "at most 1"),
        (ENTITY + "shape: {polygon: [[0, 0], [1, 1], [0.5, 0.5]]}", "shape.polygon", "line"),
        (ENTITY + "shape: {ellipse: 1}", "shape", "circle"),
        (ENTITY + "shape: 3", "shape", "circle"),
        (ENTITY + "shape: box, colour: tael", "colour", "'teal'"),
        ("kind: parallax, description: x, width_px: 64, height_px: 64, layer_count: 1",
         "layer_count", "at least 2"),
        ("kind: title, description: x, width_px: 64, height_px: 64", "text", "missing"),
        (ENTITY + "shape: box, gates: {scale_error: {off: true, why: x}}", "gates.scale_error",
         "a gate of the set; write it under the game's gates"),
        (ENTITY + "shape: box, gates: {halo: {off: true, why: x}, wrap_seam: {off: true, why: x}}",
         "gates.wrap_seam", "choose one of area_px | aspect_error"),
        (UI + "gates: {layer_scale: {off: true, why: x}}", "gates.layer_scale", "no gate of kind: ui"),
        ("kind: titel, description: x", "kind", "'title'"),
        ("description: x", "kind", "missing"),
    ],
)  # fmt: skip  # a table
def test_a_wrong_field_is_told_where_it_stands(
    sprite: str,
    path: str,
    words: str,
    write: Callable[..., Path],
    mistakes_in: Callable[[Path], tuple[Mistake, ...]],
) -> None:
    mistakes = mistakes_in(write(f"  it: {{{sprite}}}\n"))

    told = [mistake for mistake in mistakes if mistake.path == f"sprites.it.{path}"]
    assert len(told) == 1
    assert words in told[0].message


@pytest.mark.parametrize(
    "sprite",
    [
        SHEET
        + "sheet: sprite, columns: 4, rows: 2, animations: {go: {frames: [0, 1, 7], fps: 12.5, loop: false}}",
        SHEET + "sheet: variation, layout: strip, columns: 3, variants: [red, green, blue]",
        UI + "states: [normal, hover], nine_patch: {left: 8, top: 8, right: 8, bottom: 8}",
        "kind: title, description: x, text: Hi, width_px: 256, height_px: 64, background: true",
        "kind: parallax, description: x, layer_count: 8, width_px: 2048, height_px: 512",
        ENTITY + 'shape: circle, colour: "#FFAA00", providers: {image_to_image: comfyui}, take: 3, seed: 0',
    ],
)
def test_every_kind_can_be_described(sprite: str, write: Callable[..., Path]) -> None:
    assert list(load_game(write(f"  it: {{{sprite}}}\n")).sprites) == ["it"]


def test_a_sheet_is_as_large_as_its_cells_gaps_and_margins(write: Callable[..., Path]) -> None:
    sprite = SHEET + "sheet: tile, columns: 3, rows: 2, spacing_px: 2, margin_px: 5"

    sheet = load_game(write(f"  it: {{{sprite}}}\n")).sprites["it"]

    assert isinstance(sheet, Sheet)
    assert sheet.size_px == (3 * 32 + 2 * 2 + 10, 2 * 32 + 2 + 10)


def test_a_game_may_change_every_gate_there_is(write: Callable[..., Path]) -> None:
    changed = ", ".join(f"{gate}: {{off: true, why: x}}" for gate in get_args(GateName))

    game = load_game(write(head=f"gates: {{{changed}}}\n"))

    assert set(game.gates) == set(get_args(GateName))
