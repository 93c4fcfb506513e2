from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from asset_pipeline.manifest.load import load_game
from asset_pipeline.manifest.resolve import resolve
from asset_pipeline.manifest.spec import SpriteSpec

POND = """
id: pond
title: The Pond
theme: a quiet pond
style: cartoon
models: {remove_background: birefnet, decompose_layers: qwen-image-layered}
generation:
  size_px: 128
  model: flux
  loras: [{name: ink, strength: 0.5}]
  controlnets: [{image: pictures/pose.png, control: pose, model: openpose, strength: 0.6, start: 0.1, end: 0.9}]
  reference_images: [pictures/look.png, pictures/pose.png]
sprites:
  frog: {kind: entity, shape: circle, width: 1, height: 1, role: character, description: a green frog}
  reed: {kind: entity, shape: {mask: pictures/look.png}, width: 1, height: 2, role: item, description: a reed}
  sky: {kind: background, width_px: 256, height_px: 128, description: a blue sky}
  hills: {kind: parallax, layer_count: 3, width_px: 256, height_px: 128, description: hills}
  valley: {kind: parallax, layer_count: 2, width_px: 256, height_px: 128, description: hills, plan: [a sky, hills]}
  logo: {kind: title, text: Pond, width_px: 256, height_px: 128, description: round letters}
  run: {kind: sheet, sheet: sprite, columns: 4, rows: 2, cell_width_px: 64, cell_height_px: 48, spacing_px: 4,
        description: a red frog, animations: {hop: {frames: [0, 1, 2, 1], fps: 8}}}
  gems: {kind: sheet, sheet: variation, columns: 3, cell_width_px: 32, cell_height_px: 32, description: a gem,
         variants: [ruby red, jade green]}
  moss: {kind: sheet, sheet: tile, columns: 2, cell_width_px: 32, cell_height_px: 32, description: moss}
  ok: {kind: ui, component: button, width_px: 96, height_px: 48, description: a button, states: [normal, hover],
       nine_patch: {left: 12, top: 10, right: 12, bottom: 10}}
  dot: {kind: ui, component: icon, width_px: 48, height_px: 48, description: a blue dot}
  sign: {kind: title, text: Pond, lettering: {}, width_px: 256, height_px: 128, description: round letters}
  plaque: {kind: title, text: Pond, background: true, width_px: 256, height_px: 128, description: round letters}
"""


@pytest.fixture
def games_dir(tmp_path: Path) -> Path:
    """A folder with one game and the pictures it names."""
    (tmp_path / "pictures").mkdir()
    Image.new("L", (32, 32), 255).save(tmp_path / "pictures" / "look.png")
    Image.new("RGB", (32, 32), "red").save(tmp_path / "pictures" / "pose.png")
    (tmp_path / "pond.yaml").write_text(POND)
    return tmp_path


@pytest.fixture
def spec_of(games_dir: Path) -> Callable[..., SpriteSpec]:
    """Load the game anew and resolve one of its sprites."""

    def resolved(sprite: str, take: int | None = None) -> SpriteSpec:
        return resolve(load_game(games_dir / "pond.yaml"), sprite, take=take)

    return resolved
