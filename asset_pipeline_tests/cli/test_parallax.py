"""Splitting any scene into layers, without a game."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from click.testing import CliRunner, Result

from asset_pipeline.cli import main
from asset_pipeline.imaging.alpha import over
from asset_pipeline.imaging.png import decode_image, encode_png
from asset_pipeline_tests.imaging.parallax.scenes import hills


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_any_scene_can_be_split_into_layers_that_a_game_reads(tmp_path: Path) -> None:
    (tmp_path / "hills.png").write_bytes(encode_png(hills()))
    result = run("decompose", tmp_path / "hills.png", "--layers", 3, "-o", tmp_path / "out")

    assert result.exit_code == 0, result.output
    told = json.loads((tmp_path / "out" / "parallax.json").read_text())
    files = [layer["file"] for layer in told["layers"]]
    layers = [decode_image((tmp_path / "out" / file).read_bytes(), what=file) for file in files]
    composite = decode_image((tmp_path / "out" / "composite.png").read_bytes(), what="composite")
    assert len(layers) == 3
    assert np.array_equal(over(layers), composite)
    assert (tmp_path / "out" / "preview.webp").read_bytes()[8:12] == b"WEBP"
    assert "recomposition_psnr_db" in result.output
    assert "seam" in result.output


def test_a_scene_without_depths_says_what_was_dropped_and_fails(tmp_path: Path) -> None:
    (tmp_path / "grey.png").write_bytes(encode_png(np.full((128, 128, 4), 255, np.uint8)))
    result = run("decompose", tmp_path / "grey.png", "--layers", 3, "-o", tmp_path / "out")

    assert result.exit_code == 1
    assert "was dropped: hidden" in result.output
    assert "the scene has 1 depths that can be told apart, not 3" in result.output


def test_a_picture_that_is_no_scene_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "clear.png").write_bytes(encode_png(np.zeros((64, 64, 4), np.uint8)))
    result = run("decompose", tmp_path / "clear.png", "-o", tmp_path / "out")

    assert result.exit_code == 1
    assert "transparent pixels" in result.output
    assert not (tmp_path / "out").exists()
