"""Lettering and scene plans, as a person meets them: by loading a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from asset_pipeline.errors import Mistake
from asset_pipeline.manifest.load import load_game
from asset_pipeline.manifest.resolve import resolve
from asset_pipeline.manifest.spec import SpriteSpec

TITLE = "kind: title, text: Fox Run, width_px: 96, height_px: 48, description: letters"


@pytest.mark.parametrize(
    ("sprite", "path", "words"),
    [
        (TITLE + ", lettering: {lines: [Fox, Rum]}", "lettering", "these lines read 'Fox Rum', but the text is 'Fox Run'"),
        (TITLE + ", background: true, lettering: {}", "lettering", "leave background out"),
        (TITLE + ", lettering: {grid: {columns: 7, rows: 1}}", "lettering", "98 x 48 px do"),
        (TITLE + ", lettering: {grid: {columns: 4, rows: 2}, align: left}", "lettering", "leave out grid"),
        (TITLE + ", lettering: {grid: {columns: 0, rows: 2}}", "lettering.grid.columns", "at least 1"),
        (TITLE + ", lettering: {font: none.ttf}", "lettering.font", "cannot be read"),
        (TITLE + ", lettering: {font: ../../none.ttf}", "lettering.font", "outside the games' folder"),
        (TITLE + ", lettering: {font: game.yaml}", "lettering.font", "no font; give a TrueType or OpenType file"),
        (TITLE + ", lettering: {allign: left}", "lettering.allign", "did you mean 'align'"),
    ],
)  # fmt: skip
def test_what_cannot_be_lettered_is_refused_with_what_to_do(
    write: Callable[..., Path],
    mistakes_in: Callable[[Path], tuple[Mistake, ...]],
    sprite: str,
    path: str,
    words: str,
) -> None:
    [mistake] = mistakes_in(write(f"  logo: {{{sprite}}}\n"))
    assert mistake.path == f"sprites.logo.{path}"
    assert words in mistake.message


def spec_of(path: Path, sprite: str = "logo") -> SpriteSpec:
    return resolve(load_game(path), sprite)


def test_a_title_and_a_scene_without_the_new_fields_keep_their_version(write: Callable[..., Path]) -> None:
    """Else every game would pay for its logo anew."""
    pond = (
        "id: pond\ntitle: The Pond\ntheme: a quiet pond\nstyle: cartoon\nsprites:\n"
        "  hills: {kind: parallax, layer_count: 3, width_px: 256, height_px: 128, description: hills}\n"
        "  logo: {kind: title, text: Pond, width_px: 256, height_px: 128, description: round letters}\n"
    )
    path = write(text=pond, stem="pond")

    assert spec_of(path).version == "23e4b35975a7529e"
    assert spec_of(path, "hills").version == "3a97e59ad253e488"


def test_a_lettered_title_is_drawn_over_its_layout_and_another_font_makes_it_stale(
    write: Callable[..., Path], tmp_path: Path
) -> None:
    (tmp_path / "fonts").mkdir()
    font = tmp_path / "fonts" / "fox.ttf"
    font.write_bytes(b"\x00\x01\x00\x00 one")
    path = write(f"  logo: {{{TITLE}, lettering: {{font: fonts/fox.ttf}}}}\n")
    spec = spec_of(path)
    font.write_bytes(b"\x00\x01\x00\x00 two")

    assert spec.operations == ("image_to_image", "remove_background")
    assert spec_of(path).version != spec.version
    assert SpriteSpec.model_validate(spec.model_dump(mode="json")) == spec


def test_letters_keep_a_strength_of_their_own_and_a_canvas_they_can_be_read_on(
    write: Callable[..., Path],
) -> None:
    """A game's general strength is meant for things, whose shape survives more."""
    general = "generation: {denoise_strength: 0.9}\n"
    usual = spec_of(write(f"  logo: {{{TITLE}, lettering: {{}}}}\n", head=general))
    own = spec_of(write(f"  logo: {{{TITLE}, lettering: {{denoise_strength: 0.4}}}}\n", head=general))

    assert (usual.denoise_strength, own.denoise_strength) == (None, 0.4)
    assert usual.canvas_width_px == 1024


def test_a_plan_has_words_for_every_layer(
    write: Callable[..., Path], mistakes_in: Callable[[Path], tuple[Mistake, ...]]
) -> None:
    hills = "kind: parallax, layer_count: 3, width_px: 96, height_px: 48, description: hills"
    [mistake] = mistakes_in(write(f"  hills: {{{hills}, plan: [sky, hills]}}\n"))
    assert mistake.path == "sprites.hills.plan"
    assert mistake.message == "a plan says what each of the 3 layers shows; here are 2"

    planned = spec_of(write(f"  hills: {{{hills}, plan: [sky, hills, shore]}}\n"), "hills")
    assert planned.operations == ("text_to_image", "remove_background")
    assert SpriteSpec.model_validate(planned.model_dump(mode="json")) == planned
