"""What the README and the other pages show works."""

from __future__ import annotations

import re
import shlex
from importlib.util import find_spec
from io import StringIO
from pathlib import Path

import click
import pytest
from dotenv import dotenv_values

from asset_pipeline.cli import main
from asset_pipeline.definitions import build_defs
from asset_pipeline.manifest.load import load_game
from asset_pipeline.providers.comfyui.library import open_library
from asset_pipeline.providers.comfyui.parameters import ModelFile
from asset_pipeline.settings import VARIABLES, Settings

CHECKOUT = Path(__file__).parents[1]
README = (CHECKOUT / "README.md").read_text()
PAGES = {
    page: (CHECKOUT / page).read_text()
    for page in ("README.md", "CHANGELOG.md", "docs/costs.md", "docs/decisions.md")
}
KNOWN = {variable.name for variable in VARIABLES}
NAME = r"(?:ASSET_PIPELINE|IMAGE_GENERATION|RUNPOD|SCENARIO|COMFYUI|AWS)_[A-Z0-9_]*[A-Z0-9]"


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def commands(text: str) -> list[str]:
    """Find what a page tells people to type, in a block or within a sentence."""
    typed = re.findall(r"(?:^|`)(asset-pipeline [^`\n]*)", text, re.MULTILINE)
    return [line.partition("  #")[0].strip() for line in typed]


def lacking(line: str) -> list[str]:
    """Read a command line as click would, without running it, and name the arguments it leaves out.

    Raises:
        click.UsageError: it names an option that there is not.
    """
    command: click.Command = main
    _, *words = shlex.split(line)
    while isinstance(command, click.Group) and words:
        name, *words = words
        assert name in command.commands, f"there is no {name!r} in {line!r}"
        command = command.commands[name]
    context = command.make_context(command.name, words, resilient_parsing=True)
    assert not context.args, f"{context.args} are too much in {line!r}"
    needed = [each for each in command.params if isinstance(each, click.Argument) and each.required]
    return [each.name or "" for each in needed if not context.params[each.name or ""]]


def test_the_example_game_is_a_good_game(tmp_path: Path) -> None:
    [example] = blocks("yaml")
    file = tmp_path / "pond.yaml"
    file.write_text(example)

    assert list(load_game(file).sprites) == ["frog", "sky"]


@pytest.mark.parametrize("line", [line for text in PAGES.values() for line in commands(text)])
def test_every_command_that_a_page_names_exists_with_its_options(line: str) -> None:
    lacking(line)


def test_every_command_that_is_shown_in_a_block_can_be_copied_as_it_is() -> None:
    shown = [line for block in blocks("sh") for line in commands(block)]

    assert len(shown) >= 10
    assert [line for line in shown if lacking(line)] == []


def test_every_command_there_is_is_told_of() -> None:
    told = {line.split()[1] for line in commands(README)}

    assert set(main.commands) - told <= {"dev", "schema"}  # make has these


def test_every_make_target_and_module_it_names_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (CHECKOUT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"(?:^|`)make ([a-z]+)", README, re.MULTILINE)) <= targets
    modules = re.findall(r"python -m (asset_pipeline[a-z_.]*)", README)
    assert [module for module in modules if find_spec(module) is None] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_variable_that_a_page_names_exists(page: str) -> None:
    named = set(re.findall(rf"\b{NAME}\b", PAGES[page]))
    assert named - {"ASSET_PIPELINE_S3"} <= KNOWN


def test_every_value_it_shows_is_accepted() -> None:
    shown = [dict(dotenv_values(stream=StringIO(block))) for block in blocks("dotenv")]
    within = re.findall(rf"`({NAME})=([^`]+)`", README)
    shown += [{name: value} for name, value in within if "…" not in value and "|" not in value]

    assert len(shown) > 4
    for variables in shown:
        given = {name: value for name, value in variables.items() if value is not None}
        assert Settings.from_environ(given, root=CHECKOUT)


def test_it_names_every_file_of_weights_that_our_workflows_load() -> None:
    """They are gigabytes each: nobody should find out one by one."""
    [table] = re.findall(r"\| model \| files \|\n(.*?)\n\n", README, re.DOTALL)
    wanted = {
        f"{parameter.folder}/{parameter.default.removesuffix('.safetensors')}"
        for template in open_library().templates.values()
        for parameter in template.parameters.values()
        if isinstance(parameter, ModelFile)
    }

    assert set(re.findall(r"`([a-z_]+/[^`]+)`", table)) == wanted


def test_the_sensors_the_job_and_the_asset_it_names_are_there() -> None:
    defs = build_defs(Settings.from_environ({}, root=CHECKOUT))
    there = {sensor.name for sensor in defs.sensors or []}
    there |= {job.name for job in defs.resolve_all_job_defs()}

    assert {"stale_sprites", "orphaned_jobs", "resume_paid_jobs"} <= there
    assert ["money", "cost_report"] in [list(key.path) for key in defs.resolve_all_asset_keys()]
    assert all(f"`{name}`" in README for name in ("stale_sprites", "orphaned_jobs", "resume_paid_jobs"))
    assert "**money > cost_report**" in README


def test_every_message_that_it_explains_is_still_said() -> None:
    """Somebody searches for the words they see."""
    source = "".join(file.read_text() for file in (CHECKOUT / "asset_pipeline").rglob("*.py"))
    source = re.sub(r'"\s*\n\s*f?"', "", source)
    said = [message for row in re.findall(r"^\| ([^|]*) \|", README, re.MULTILINE) for message in quoted(row)]

    assert len(said) > 8
    assert [part for message in said for part in re.split(r"…|\d+", message) if part not in source] == []


def quoted(row: str) -> list[str]:
    """Return what a row of the table quotes, in pieces around what differs from case to case."""
    return [re.sub(r" \(.*?\)", "…", message) for message in re.findall(r'"([^"]+)"', row)]


@pytest.mark.parametrize("page", PAGES)
def test_every_file_that_a_page_links_to_is_there(page: str) -> None:
    links = re.findall(r"\]\(((?!http)[^)#]+)\)", PAGES[page])
    assert [link for link in links if not (CHECKOUT / page).parent.joinpath(link).exists()] == []
