"""A whole game, made by a provider's double, and what is disclosed about it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from asset_pipeline.testing.runpod import RunPodDouble
from asset_pipeline_tests.cli.conftest import Shell

CHECKOUT = Path(__file__).parents[2]
DECLARED = """
[runpod.flux]
licence = "Apache-2.0"
commercial = "yes"
as_of = 2026-11-24
source = "our image loads FLUX.1 schnell"

[runpod.bg-removal]
licence = "MIT"
commercial = "yes"
as_of = 2026-11-24
source = "our image loads BiRefNet"
"""


def made(shell: Shell, *arguments: str) -> None:
    (shell.folder / "dagster.yaml").write_text((CHECKOUT / "dagster.yaml").read_text())
    result = shell("materialize", "pond", *arguments)
    assert result.exit_code == 0, result.output


def test_the_commercial_profile_refuses_a_game_at_load_and_says_how_to_declare(
    shell: Shell, runpod: RunPodDouble
) -> None:
    shell.set(ASSET_PIPELINE_LICENCES="commercial")

    result = shell("validate")

    assert result.exit_code == 1
    assert 'declare it under [runpod."flux"] in licences.toml beside the games' in result.output
    assert "it can be done by local; once set up, by scenario, comfyui, for example" in result.output
    assert "ASSET_PIPELINE_IMAGE_TO_IMAGE=local" in result.output
    assert "cannot be done" in shell("plan").output
    assert runpod.requests == []


def test_non_commercial_weights_are_refused_with_what_is_allowed_instead(
    shell: Shell, runpod: RunPodDouble
) -> None:
    shell.set(ASSET_PIPELINE_LICENCES="commercial", RUNPOD_PUBLIC_ENDPOINTS="true")
    (shell.folder / "games" / "licences.toml").write_text(DECLARED)
    assert shell("validate").exit_code == 0
    game = (shell.folder / "games" / "pond.yaml").read_text()

    shell.write(game.replace("size_px: 64", "size_px: 64, model: kontext"))
    told = shell("validate").output

    assert "kontext may not be used for art that is sold (LicenseRef-FLUX-1-dev-Non-Commercial)" in told
    assert "ASSET_PIPELINE_LICENCES=commercial allows instead: flux, z-image-turbo, qwen-edit" in told
    assert runpod.requests == []


def test_a_game_that_was_made_is_disclosed_by_what_was_really_used(
    shell: Shell, runpod: RunPodDouble
) -> None:
    """The environment may say something else by now."""
    (shell.folder / "games" / "licences.toml").write_text(DECLARED)
    shell.set(ASSET_PIPELINE_LICENCES="commercial")
    made(shell, "--sprite", "frog", "--sprite", "sky")
    (shell.folder / "games" / "licences.toml").unlink()
    shell.set(IMAGE_GENERATION_PROVIDER="local", ASSET_PIPELINE_LICENCES="any")
    made(shell, "--sprite", "reed")

    text = shell("disclose", "pond").output
    data = json.loads(shell("disclose", "pond", "--json").output)

    assert "2 of 3 sprites were drawn with flux (RunPod, licence Apache-2.0)" in text
    assert {sprite["sprite"]: sprite["generative_ai"] for sprite in data["sprites"]} == {
        "frog": True,
        "reed": False,
        "sky": True,
    }
    [frog] = [sprite for sprite in data["sprites"] if sprite["sprite"] == "frog"]
    today = datetime.now(UTC).date().isoformat()
    assert [step["model"] for step in frog["steps"]] == ["flux", "bg-removal"]
    assert all(step["delivered_at"].startswith(today) for step in frog["steps"])
    assert frog["steps"][0]["weights"] == [{"name": "flux", "licence": "Apache-2.0", "commercial": "yes"}]
    assert data["unrecorded"] == []
    assert len(runpod.invoice) == 3


def test_there_is_nothing_to_disclose_about_a_game_that_was_not_made(shell: Shell) -> None:
    result = shell("disclose", "pond")

    assert result.exit_code == 1
    assert "`asset-pipeline materialize pond` makes them" in result.output
