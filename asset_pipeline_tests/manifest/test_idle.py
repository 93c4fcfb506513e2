from __future__ import annotations

from pathlib import Path

import pytest

from asset_pipeline.errors import ManifestError
from asset_pipeline.gates.select import select
from asset_pipeline.manifest.idle import EXCUSES, PIXEL_GATES
from asset_pipeline.manifest.load import load_game
from asset_pipeline.manifest.quality import KIND_GATES

GAME = """
id: pond
title: The Pond
theme: a quiet pond
style: cartoon
sprites:
  frog: {kind: entity, shape: circle, width: 1, height: 1, role: item, description: a frog, EXTRA}
"""


def load(folder: Path, extra: str, text: str = GAME) -> None:
    file = folder / "pond.yaml"
    file.write_text(text.replace("EXTRA", extra))
    load_game(file)


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        ("traits: [glow], gates: {semi_transparent: {at_most: 0.5, why: x}}", "its trait glow"),
        ("traits: [hole], gates: {holes: {at_most: 0.5, why: x}}", "its trait hole"),
        ("gates: {tile_seam: {at_most: 2, why: x}}", r"write traits: \[tile\]"),
        ("gates: {colour_count: {at_most: 8, why: x}}", "judges only pixel art, and the style is cartoon"),
        ("colour: red, gates: {guide_leak: {at_most: 0.9, why: x}}", "the guide has its colour by right"),
    ],
)
def test_a_gate_that_never_judges_a_sprite_is_refused_when_its_game_is_loaded(
    extra: str, message: str, tmp_path: Path
) -> None:
    with pytest.raises(ManifestError, match=rf"pond.yaml:7.*{message}"):
        load(tmp_path, extra)


@pytest.mark.parametrize(
    ("extra", "style"),
    [
        ("traits: [glow], gates: {halo: {at_most: 0.5, why: x}}", "cartoon"),
        ("traits: [tile], gates: {tile_seam: {at_most: 2, why: x}}", "cartoon"),
        ("gates: {colour_count: {at_most: 8, why: x}}", "Pixel art"),
        ("gates: {colour_count: {at_most: 8, why: x}}", "flat\npacks: {day: {}, night: {style: pixel}}"),
        ("colour: red, gates: {hue_error_deg: {at_most: 60, why: x}}", "cartoon"),
    ],
)
def test_a_gate_that_judges_it_in_any_pack_is_taken(extra: str, style: str, tmp_path: Path) -> None:
    load(tmp_path, extra, GAME.replace("cartoon", style))


def test_lettering_over_a_scene_is_not_cut_out(tmp_path: Path) -> None:
    title = "  logo: {kind: title, text: Pond, width_px: 64, height_px: 32, background: true, description: mossy, "
    halo = GAME + title + "gates: {halo: {at_most: 0.2, why: x}}}\n"

    with pytest.raises(ManifestError, match="this has a background"):
        load(tmp_path, "take: 1", halo)
    load(tmp_path, "take: 1", halo.replace("background: true", "background: false"))


def test_excuses_are_those_of_the_gates() -> None:
    """A manifest may not import them; this keeps them one list all the same."""
    for trait, gates in EXCUSES.items():
        for kind in ("entity", "background"):
            lost = set(select(kind=kind)) - set(select(kind=kind, traits=[trait]))
            assert lost == gates & KIND_GATES[kind] & set(select(kind=kind))
    assert set(select(kind="entity", style="pixel")) - set(select(kind="entity")) == PIXEL_GATES
