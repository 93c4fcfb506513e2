"""Measuring and cutting out any file, without a game."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from asset_pipeline.cli import main
from asset_pipeline.imaging.alpha import bleed_alpha
from asset_pipeline.imaging.arrays import Rgba
from asset_pipeline.imaging.png import decode_image, encode_png
from asset_pipeline.imaging.resample import resample
from asset_pipeline_tests.cli.conftest import Shell


def disc(*, speckled: bool = False) -> Rgba:
    """A lit ball in the middle of a transparent canvas."""
    rows, columns = np.mgrid[:256, :256]
    distance = np.hypot(rows - 128, columns - 128)
    rgba = np.zeros((256, 256, 4), np.uint8)
    rgba[..., 0] = np.clip(230 - rows // 2, 0, 255)
    rgba[..., 1] = 90 + columns // 4
    rgba[..., 2] = 60
    rgba[..., 3] = np.clip((112 - distance) * 255, 0, 255)
    if speckled:
        rgba[8:240:16, 8:240:16, 3] = 255
    return rgba


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ball.png").write_bytes(encode_png(disc()))
    (tmp_path / "specks.png").write_bytes(encode_png(disc(speckled=True)))
    return tmp_path


def test_a_good_sprite_passes_every_gate_and_each_says_its_value_and_threshold(folder: Path) -> None:
    result = run("measure", folder / "ball.png", "--json")
    assert result.exit_code == 0, result.output
    report = json.loads(result.output)[str(folder / "ball.png")]

    assert report["thresholds_version"]
    assert {"coverage", "speck_count"} <= {verdict["metric"] for verdict in report["verdicts"]}


def test_a_bad_one_fails_with_what_to_do_and_a_picture_of_the_fault(folder: Path) -> None:
    result = run("measure", folder / "specks.png", "-o", folder / "faults")

    assert result.exit_code == 1
    assert "speck_count" in result.output
    marked = decode_image((folder / "faults" / "specks.speck_count.png").read_bytes(), what="marked")
    assert (marked[..., :3] == (255, 0, 255)).all(axis=-1).any()


def test_a_folder_is_measured_as_a_whole_and_its_failures_are_one_sheet(folder: Path) -> None:
    result = run("measure", folder, "-o", folder / "faults")

    assert result.exit_code == 1
    assert "ball.png: " in result.output
    assert decode_image((folder / "faults" / "failures.png").read_bytes(), what="sheet").shape[2] == 4


def test_verdicts_for_a_program_are_nothing_but_json_also_where_pictures_are_written(
    folder: Path, tmp_path: Path
) -> None:
    result = run("measure", folder, "--json", "-o", tmp_path / "faults")

    assert len(json.loads(result.stdout)) > 1
    assert "pictures of the faults" in result.stderr


def test_a_folder_is_measured_past_the_files_that_cannot_be_read_and_all_of_them_are_named(
    folder: Path,
) -> None:
    (folder / "a_text.png").write_text("hello")
    (folder / "cut_short.png").write_bytes(encode_png(disc())[:200])
    (folder / "folder.png").mkdir()
    (folder / "specks.png").unlink()
    result = run("measure", folder, "--json")

    assert result.exit_code == 1
    assert list(json.loads(result.stdout)) == [str(folder / "ball.png")]
    for name in ("a_text.png", "cut_short.png", "folder.png"):
        assert result.stderr.count(str(folder / name)) == 1


def test_an_unknown_trait_is_named_with_what_there_is(folder: Path) -> None:
    result = run("measure", folder / "ball.png", "--traits", "glwo")

    assert result.exit_code == 1
    assert "'glwo' is no trait; there is glow" in result.output


def test_any_picture_can_be_cut_out(folder: Path) -> None:
    opaque = disc()
    paper = np.full_like(opaque, 255)
    alpha = opaque[..., 3:].astype(float) / 255
    paper[..., :3] = np.rint(opaque[..., :3] * alpha + 255 * (1 - alpha))
    (folder / "drawn.png").write_bytes(encode_png(paper))
    result = run("cutout", folder / "drawn.png", "-o", folder / "out" / "cut.png")
    assert result.exit_code == 0, result.output

    cut = decode_image((folder / "out" / "cut.png").read_bytes(), what="cut")[..., 3] > 127
    shape = opaque[..., 3] > 127
    assert (cut & shape).sum() / (cut | shape).sum() > 0.98


def test_a_file_that_is_no_picture_is_one_clear_error(folder: Path) -> None:
    (folder / "text.png").write_text("hello")
    result = run("cutout", folder / "text.png", "-o", folder / "cut.png")

    assert result.exit_code == 1
    assert "not an image" in result.output


def test_a_sprite_is_measured_by_its_manifest(shell: Shell) -> None:
    """As a run would: its own palette, traits and limits, and the gates of the finished picture."""
    art = resample(disc(), width=64, height=64)
    (shell.folder / "frog.png").write_bytes(encode_png(bleed_alpha(art)))

    plain = shell("measure", "frog.png", "--spec", "pond/frog", "--json")
    shell.write(
        (shell.folder / "games" / "pond.yaml").read_text()
        + "gates: {area_px: {at_least: 4000, why: large}}\n"
    )
    changed = shell("measure", "frog.png", "--spec", "pond/frog", "--json")

    assert plain.exit_code == 0
    assert "border_touch" not in plain.output
    assert changed.exit_code == 1
    assert "large" in changed.output
    assert "did you mean" in shell("measure", "frog.png", "--spec", "pond/frogg").output
