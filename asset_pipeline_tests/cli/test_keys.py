"""First contact: what is missing is named with what to do, and what is secret is shown nowhere."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from asset_pipeline.imaging.png import decode_image
from asset_pipeline.providers.operations import Receipt
from asset_pipeline.testing.runpod import API_KEY, RunPodDouble
from asset_pipeline_tests.cli.conftest import Shell
from asset_pipeline_tests.jobs.at_hand import sent, work
from asset_pipeline_tests.planning.conftest import POND

PLANTED = {
    "RUNPOD_API_KEY": "rpa_PLANTED0RUNPOD",
    "SCENARIO_API_KEY": "api_PLANTED0SCENARIO",
    "SCENARIO_SECRET_API_KEY": "sec_PLANTED0SCENARIO",
    "COMFYUI_TOKEN": "tok_PLANTED0COMFYUI",
    "AWS_ACCESS_KEY_ID": "AKPLANTED0AWS",
    "AWS_SECRET_ACCESS_KEY": "sak_PLANTED0AWS",
}


# Doctor -----------------------------------------------------------------------------------------------------------


def test_a_laptop_without_keys_is_well(shell: Shell) -> None:
    result = shell("doctor")

    assert result.exit_code == 0
    assert "no provider's variable is set; local needs none" in result.output
    assert "sqlite: can be written" in result.output


@pytest.mark.parametrize(
    ("provider", "given", "missing"),
    [
        ("runpod", {}, ["RUNPOD_API_KEY", "RUNPOD_FLUX_ENDPOINT_ID"]),
        ("runpod", {"RUNPOD_API_KEY": "k"}, ["RUNPOD_FLUX_ENDPOINT_ID"]),
        ("runpod", {"RUNPOD_FLUX_ENDPOINT_ID": "f"}, ["RUNPOD_API_KEY"]),
        ("scenario", {}, ["SCENARIO_API_KEY", "SCENARIO_SECRET_API_KEY"]),
        ("scenario", {"SCENARIO_API_KEY": "k"}, ["SCENARIO_SECRET_API_KEY"]),
        ("comfyui", {}, ["COMFYUI_URL"]),
        ("comfyui", {"RUNPOD_COMFYUI_ENDPOINT_ID": "c"}, ["RUNPOD_API_KEY"]),
    ],
)
def test_each_missing_variable_is_named_with_an_example(
    shell: Shell, provider: str, given: dict[str, str], missing: list[str]
) -> None:
    shell.set(IMAGE_GENERATION_PROVIDER=provider, **given)
    result = shell("doctor")

    assert result.exit_code == 1
    [line] = [line for line in result.output.splitlines() if line.startswith(f"--   {provider} ")]
    assert (
        f"{provider} cannot be used: {' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} not set"
        in line
    )
    todo = result.output.partition("To do:")[2]
    for name in missing:
        assert f"{name}=" in todo


def test_a_provider_that_nobody_asked_for_is_not_used_and_nothing_is_to_do(shell: Shell) -> None:
    shell.set(RUNPOD_API_KEY="k")
    result = shell("doctor")

    assert [line for line in result.output.splitlines() if line.startswith("--")] == []
    told = {line.split()[0]: line for line in result.output.splitlines() if "not used" in line}
    assert set(told) == {"scenario", "runpod", "comfyui"}
    assert told["runpod"].endswith("not used: RUNPOD_FLUX_ENDPOINT_ID is not set.")
    assert "To do" not in result.output
    assert result.exit_code == 0


def test_a_provider_that_is_asked_about_has_its_to_do(shell: Shell) -> None:
    result = shell("doctor", "--provider", "scenario")

    assert "- scenario: Set, for example" in result.output
    assert "RUNPOD" not in result.output
    assert result.exit_code == 1


def test_a_provider_that_a_manifest_names_counts_unless_the_environment_says_otherwise(shell: Shell) -> None:
    shell.write(POND.replace("sprites:", "providers: {remove_background: [local, scenario]}\nsprites:"))
    result = shell("doctor")
    assert result.exit_code == 1
    assert "- scenario: Set, for example" in result.output

    shell.set(ASSET_PIPELINE_REMOVE_BACKGROUND="local")
    assert shell("doctor").exit_code == 0


def test_a_provider_that_is_named_for_one_operation_counts(shell: Shell) -> None:
    shell.set(ASSET_PIPELINE_REMOVE_BACKGROUND="local,scenario")

    assert shell("doctor").exit_code == 1


def test_only_the_provider_that_is_asked_about_is_looked_at(shell: Shell, runpod: RunPodDouble) -> None:
    result = shell("doctor", "--provider", "scenario")

    assert "scenario cannot be used" in result.output
    assert runpod.requests == []


def test_a_provider_that_works_is_well_and_nothing_was_paid(shell: Shell, runpod: RunPodDouble) -> None:
    result = shell("doctor", "--provider", "runpod")

    assert result.exit_code == 0, result.output
    assert "accepted" in result.output
    assert "RUNPOD_API_KEY" in result.output
    assert (runpod.invoice, API_KEY in result.output) == ([], False)


@pytest.mark.usefixtures("runpod")
def test_a_wrong_key_is_told_as_such(shell: Shell) -> None:
    shell.set(RUNPOD_API_KEY="rpa_WRONG0PLANTED")
    result = shell("doctor")

    assert result.exit_code == 1
    assert "401" in result.output
    assert "PLANTED" not in result.output


def test_a_store_that_cannot_be_written_is_told_with_what_to_do(shell: Shell) -> None:
    (shell.folder / "taken").write_text("a file")
    shell.set(ASSET_PIPELINE_STORE="taken")
    result = shell("doctor")

    assert result.exit_code == 1
    assert "- store: " in result.output


def test_a_journal_that_cannot_be_opened_is_told_and_the_rest_is_looked_at_all_the_same(shell: Shell) -> None:
    shell.set(ASSET_PIPELINE_JOURNAL="postgresql://me:PLANTED@127.0.0.1:1/name?password=PLANTED")
    result = shell("doctor")

    assert result.exit_code == 1
    assert "cannot be opened" in result.output
    assert "store" in result.output
    assert "scenario" in result.output
    assert "PLANTED" not in result.output


def test_without_a_folder_of_games_everything_is_looked_at_all_the_same(shell: Shell) -> None:
    shell.set(ASSET_PIPELINE_GAMES_DIR="nosuch")

    assert "store" in shell("doctor").output


def test_a_wrong_variable_is_one_message(shell: Shell) -> None:
    shell.set(ASSET_PIPELINE_BUDGET_RUN_USD="much")
    result = shell("doctor")

    assert result.exit_code == 1
    assert "ASSET_PIPELINE_BUDGET_RUN_USD: 'much' is no amount of US dollars" in result.output


# Generate ---------------------------------------------------------------------------------------------------------


def made(shell: Shell) -> Path:
    [folder] = (shell.folder / "debug-output").iterdir()
    return folder


def test_a_picture_is_drawn_without_any_key(shell: Shell) -> None:
    result = shell("generate", "a pixel art knight", "--width", "64", "--height", "64", "--cut-out")

    assert result.exit_code == 0, result.output
    folder = made(shell)
    assert sorted(path.name for path in folder.iterdir()) == [
        "cutout.png",
        "cutout.receipt.json",
        "picture.png",
        "picture.receipt.json",
    ]
    assert decode_image((folder / "picture.png").read_bytes(), what="picture").shape == (64, 64, 4)
    assert decode_image((folder / "cutout.png").read_bytes(), what="cutout")[..., 3].min() < 255
    receipt = Receipt.model_validate_json((folder / "picture.receipt.json").read_text())
    assert (receipt.provider, receipt.cost_usd) == ("local", Decimal(0))


def test_a_picture_is_drawn_by_a_provider_and_the_exchange_is_kept_without_secrets(
    shell: Shell, runpod: RunPodDouble
) -> None:
    result = shell("generate", "a knight", "--provider", "runpod", "--width", "64", "--height", "64")

    assert result.exit_code == 0, result.output
    folder = made(shell)
    exchanges = [json.loads(line) for line in (folder / "exchange.jsonl").read_text().splitlines()]
    assert {exchange["method"] for exchange in exchanges} >= {"POST", "GET"}
    for file in folder.iterdir():
        assert API_KEY.encode() not in file.read_bytes()
    assert len(runpod.invoice) == 1
    with shell.journal() as journal:
        assert [found.purpose.run_id for found in journal.attempts()] == [f"generate-{folder.name}"]


def test_the_same_picture_is_not_paid_for_again_and_another_take_is(
    shell: Shell, runpod: RunPodDouble
) -> None:
    command = ("generate", "a knight", "--width", "64", "--height", "64")
    shell(*command)

    assert "from the memo, nothing was paid" in shell(*command).output
    assert len(runpod.invoice) == 1
    shell(*command, "--take", "1")
    assert len(runpod.invoice) == 2


def test_a_provider_that_is_named_wins_over_the_environment(shell: Shell, runpod: RunPodDouble) -> None:
    shell.set(ASSET_PIPELINE_TEXT_TO_IMAGE="runpod")
    result = shell("generate", "a knight", "--provider", "local", "--width", "64", "--height", "64")

    assert ": local, " in result.output
    assert runpod.requests == []


def test_a_single_try_is_within_the_budgets_too(shell: Shell, runpod: RunPodDouble) -> None:
    shell.set(ASSET_PIPELINE_BUDGET_RUN_USD="0.000001")
    result = shell("generate", "a knight", "--width", "64", "--height", "64")

    assert result.exit_code == 1
    assert "a single try: the next call would cost" in result.output
    assert runpod.invoice == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["", "--width", "64"],
        ["   "],
        ["a knight", "--width", "5"],
        ["a knight", "--height", "9000"],
        ["a knight", "--seed", "-1"],
        ["a knight", "--take", "-1"],
        ["a knight", "--provider", "nosuch"],
        ["a knight", "--provider", "comfyui"],
    ],
)
def test_what_cannot_be_drawn_is_one_message(shell: Shell, arguments: list[str]) -> None:
    result = shell("generate", *arguments)

    assert result.exit_code in (1, 2)
    assert "Error: " in result.output
    assert not (shell.folder / "debug-output").exists()


@pytest.mark.usefixtures("runpod")
def test_a_provider_that_refuses_leaves_the_exchange_to_look_at(shell: Shell) -> None:
    shell.set(RUNPOD_API_KEY="rpa_WRONG0PLANTED")
    result = shell("generate", "a knight", "--width", "64", "--height", "64")

    assert result.exit_code == 1
    told = (made(shell) / "exchange.jsonl").read_text()
    assert '"status": 401' in told
    assert "PLANTED" not in told + result.output


# Secrets ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "command",
    [
        ["doctor"],
        ["plan"],
        ["plan", "--all"],
        ["jobs", "list"],
        ["jobs", "show", "a"],
        ["jobs", "resume"],
        ["jobs", "reconcile"],
        ["jobs", "cancel", "a"],
        ["jobs", "give-up", "--yes", "a"],
        ["compare", "pond", "--with", "runpod", "--sprite", "sky"],
        ["generate", "a frog", "--width", "64", "--height", "64"],
        ["validate"],
    ],
    ids=" ".join,
)
def test_no_command_shows_a_planted_secret(
    shell: Shell, runpod: RunPodDouble, dead_owner: str, command: list[str]
) -> None:
    """Everything is configured, and the one server there is knows none of the keys."""
    shell.set(
        **PLANTED,
        RUNPOD_BASE_URL=runpod.url,
        SCENARIO_BASE_URL=f"{runpod.url}/v1",
        COMFYUI_URL=runpod.url,
    )
    with shell.journal() as journal:
        sent(journal, work("a"), dead_owner, job_id="job-a")
    result = shell(*command)

    assert result.output
    assert "PLANTED" not in result.output
    for file in shell.folder.rglob("*"):
        assert not file.is_file() or b"PLANTED" not in file.read_bytes()


@pytest.mark.parametrize(
    "command",
    [
        ["plan"],
        ["jobs", "list"],
        ["jobs", "show", "a"],
        ["jobs", "resume"],
        ["jobs", "give-up", "--yes", "a"],
        ["doctor"],
    ],
    ids=" ".join,
)
@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me:PLANTED@127.0.0.1:1/name",
        "postgresql://127.0.0.1:1/name?user=me&password=PLANTED",
        "postgresql://me:PLANTED@PLANTED@127.0.0.1:1/name",
        "postgresql://me:PLANTED:PLANTED@127.0.0.1:PLANTED/name",
        "mysql://me:PLANTED@127.0.0.1/name",
    ],
)
def test_no_command_shows_the_journals_password(shell: Shell, command: list[str], url: str) -> None:
    shell.set(ASSET_PIPELINE_JOURNAL=url)
    result = shell(*command)

    assert result.exit_code == 1
    assert "PLANTED" not in result.output
