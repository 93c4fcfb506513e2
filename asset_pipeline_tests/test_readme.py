"""What the README shows works."""

from __future__ import annotations

import re
from pathlib import Path

from asset_pipeline.cli import main
from asset_pipeline.manifest.load import load_game
from asset_pipeline.settings import VARIABLES

CHECKOUT = Path(__file__).parents[1]
README = (CHECKOUT / "README.md").read_text()


def test_the_example_game_is_a_good_game(tmp_path: Path) -> None:
    [example] = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)
    file = tmp_path / "pond.yaml"
    file.write_text(example)

    assert list(load_game(file).sprites) == ["frog", "sky"]


def test_every_command_it_names_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (CHECKOUT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"(?:^|`)make ([a-z]+)", README, re.MULTILINE)) <= targets
    assert set(re.findall(r"asset-pipeline ([a-z]+)", README)) <= set(main.commands)


def test_every_variable_it_names_exists() -> None:
    named = set(re.findall(r"\b(?:ASSET_PIPELINE|IMAGE_GENERATION)_[A-Z_]*[A-Z]\b", README))
    assert named - {"ASSET_PIPELINE_S3"} <= {variable.name for variable in VARIABLES}


def test_every_file_it_links_to_is_there() -> None:
    links = re.findall(r"\]\(((?!http)[^)]+)\)", README)
    assert [link for link in links if not (CHECKOUT / link).exists()] == []
