from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from PIL import Image

from asset_pipeline.errors import ManifestError
from asset_pipeline.manifest.load import load_game
from asset_pipeline.manifest.named_palettes import NAMED_PALETTES
from asset_pipeline.manifest.palettes import MOST_COLOURS, PaletteName
from asset_pipeline.manifest.resolve import resolve

Write = Callable[..., Path]
LAKE = ("#16325c", "#2a6f7f", "#f4b942")
GIMP = (
    "GIMP Palette\nName: Lake\nColumns: 3\n#\n 22  50  92\tdeep\n 42 111 127\n244 185  66  lamp light 255\n"
)
JASC = "JASC-PAL\r\n0100\r\n3\r\n22 50 92\r\n42 111 127\r\n244 185 66\r\n"


def with_palette(write: Write, yaml: str) -> Path:
    return write(head=f"palette: {yaml}\n")


def swatches(path: Path) -> None:
    strip = np.array(
        [[(22, 50, 92, 255), (42, 111, 127, 255), (0, 255, 0, 0), (244, 185, 66, 255)]], np.uint8
    )
    Image.fromarray(strip.repeat(8, 0).repeat(8, 1)).save(path)


@pytest.mark.parametrize("name", ["lake.gpl", "LAKE.HEX", "lake.pal", "lake.png"])
def test_a_palette_file_is_the_colours_in_it(name: str, write: Write, tmp_path: Path) -> None:
    contents = {".gpl": GIMP, ".hex": "16325c\n2A6F7F\n\nf4b942\n", ".pal": JASC}
    if name.endswith(".png"):
        swatches(tmp_path / name)
    else:
        (tmp_path / name).write_text(contents[Path(name).suffix.lower()])

    game = load_game(with_palette(write, f"{{file: {name}}}"))

    assert game.palette == LAKE
    assert resolve(game, "hero").palette == LAKE


def test_only_the_colours_of_a_palette_file_count(write: Write, tmp_path: Path) -> None:
    """A renamed colour, or the list moved into a file, is no reason to draw anything anew."""
    listed = resolve(load_game(with_palette(write, "['#16325c', '#2a6f7f', '#f4b942']")), "hero")
    (tmp_path / "lake.gpl").write_text(GIMP)
    filed = resolve(load_game(with_palette(write, "{file: lake.gpl}")), "hero")
    (tmp_path / "lake.gpl").write_text(GIMP.replace("deep", "very deep"))
    renamed = resolve(load_game(with_palette(write, "{file: lake.gpl}")), "hero")
    (tmp_path / "lake.gpl").write_text(GIMP.replace("92", "93"))
    edited = resolve(load_game(with_palette(write, "{file: lake.gpl}")), "hero")

    assert listed.version == filed.version == renamed.version != edited.version


@pytest.mark.parametrize("name", NAMED_PALETTES)
def test_a_known_palette_is_named(name: str, write: Write) -> None:
    assert load_game(with_palette(write, name)).palette == NAMED_PALETTES[name]


def test_the_known_palettes_are_whole_and_the_schema_offers_all_of_them() -> None:
    counts = {name: len(set(colours)) for name, colours in NAMED_PALETTES.items()}

    assert counts == {"game-boy": 4, "pico-8": 16, "sweetie-16": 16, "dawnbringer-16": 16, "endesga-32": 32}
    assert all(
        re.fullmatch("#[0-9a-f]{6}", colour) for colours in NAMED_PALETTES.values() for colour in colours
    )
    assert get_args(PaletteName) == tuple(NAMED_PALETTES)


@pytest.mark.parametrize(
    ("yaml", "content", "words"),
    [
        ("pico8", "", "'pico8' is no palette; choose one of .*; did you mean 'pico-8'"),
        ("{fil: lake.gpl}", "", "there is no key 'fil' here; did you mean 'file'"),
        ("{file: lake.gpl}", "22 50 92\n", "palette 'lake.gpl' must begin with the line 'GIMP Palette'"),
        ("{file: lake.gpl}", "GIMP Palette\n1 2 3\n1 2\n300 0 0 x\n", "'1 2' on line 3, '300 0 0 x' on line 4 is no colour"),
        ("{file: lake.gpl}", "GIMP Palette\n", "holds 0 colours; 1 to 255"),
        ("{file: lake.hex}", "112233\n12\n", "'12' on line 2 is no colour; write rrggbb"),
        ("{file: lake.hex}", "".join(f"{n:06x}\n" for n in range(256)), "holds 256 colours; 1 to 255"),
        ("{file: lake.pal}", "RIFF....PAL data", "must begin with the line 'JASC-PAL'; .* save it as .gpl"),
        ("{file: lake.png}", "no png", "is not a PNG picture"),
        ("{file: lake.act}", "", "palette 'lake.act' must be a .gpl, .hex, .pal or .png file"),
        ("{file: other.gpl}", "", "palette 'other.gpl' cannot be read"),
        ("{file: ../lake.gpl}", "", "outside the games' folder"),
        ("7", "", "this must be a list"),
    ],
)  # fmt: skip
def test_a_wrong_palette_is_told_with_what_to_do(
    yaml: str, content: str, words: str, write: Write, tmp_path: Path
) -> None:
    for suffix in ("gpl", "hex", "pal", "png"):
        (tmp_path / f"lake.{suffix}").write_text(content)

    with pytest.raises(ManifestError, match=words):
        load_game(with_palette(write, yaml))


def test_a_painting_is_no_palette(write: Write, tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (32, 32, 3), np.uint8)
    Image.fromarray(noise).save(tmp_path / "lake.png")

    with pytest.raises(ManifestError, match=f"more than {MOST_COLOURS} colours; give a strip of swatches"):
        load_game(with_palette(write, "{file: lake.png}"))
