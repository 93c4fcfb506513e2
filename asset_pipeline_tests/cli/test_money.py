"""What it would cost, before anything is paid; and the same sprites by two providers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from asset_pipeline.imaging.png import decode_image
from asset_pipeline.studio import store_of
from asset_pipeline.testing.runpod import RunPodDouble
from asset_pipeline_tests.cli.conftest import Shell
from asset_pipeline_tests.planning.conftest import POND
from asset_pipeline_tests.reviews.drawn import decided, draw

LAKE = POND.replace("id: pond", "id: lake").replace(
    "style: cartoon", "style: cartoon\npacks: {day: {}, night: {theme: a lake at night}}"
)


def row_of(output: str, provider: str) -> list[str]:
    [line] = [line for line in output.splitlines() if line.startswith(f"{provider} ")]
    return line.split()[1:]


# Plan -------------------------------------------------------------------------------------------------------------


def test_a_laptop_without_keys_pays_nothing(shell: Shell) -> None:
    result = shell("plan")

    assert result.exit_code == 0
    assert (
        "3 sprites, 5 steps, 5 of them free: $0.00 in one batch. Nothing was called or paid." in result.output
    )


def test_a_plan_tells_calls_and_prices_and_makes_no_call(shell: Shell, runpod: RunPodDouble) -> None:
    result = shell("plan", "pond")

    assert result.exit_code == 0
    calls, known, price, batch, alone, worst = row_of(result.output, "runpod")
    assert (calls, known) == ("5", "0")
    amounts = [float(amount.lstrip("$")) for amount in (price, batch, alone, worst)]
    assert amounts == sorted(amounts)
    assert amounts[0] > 0
    assert runpod.requests == []


def test_what_is_made_is_known_and_an_edited_prompt_is_one_generation_and_its_cut_out(
    shell: Shell, runpod: RunPodDouble
) -> None:
    assert shell("compare", "pond", "--with", "runpod").exit_code == 0
    assert row_of(shell("plan", "pond").output, "runpod")[:3] == ["0", "5", "$0.00"]

    shell.write(POND.replace("a green frog", "a red frog"))
    result = shell("plan", "pond", "--all")
    assert row_of(result.output, "runpod")[:2] == ["2", "3"]
    called = [line.split()[:2] for line in result.output.splitlines() if " call " in line]
    assert called == [["pond/frog", "image_to_image"], ["pond/frog", "remove_background"]]
    assert len(runpod.invoice) == 5


def test_a_chain_of_fallbacks_shows_what_the_dearest_would_take_and_a_single_provider_nothing(
    shell: Shell, runpod: RunPodDouble
) -> None:
    assert "fallback" not in shell("plan", "pond", "--all").output

    shell.set(SCENARIO_API_KEY="k", SCENARIO_SECRET_API_KEY="s", IMAGE_GENERATION_PROVIDER="runpod,scenario")
    shell.set(SCENARIO_USD_PER_CU="1")
    result = shell("plan", "pond", "--all")

    assert result.exit_code == 0, result.output
    dear = [line.split() for line in result.output.splitlines() if line.endswith(" scenario")]
    assert len(dear) == 5
    assert sum(float(words[-2].lstrip("$")) for words in dear) == pytest.approx(
        float(result.output.partition("take over: $")[2].split()[0])
    )
    assert runpod.requests == []


def test_several_tries_leave_the_price_and_multiply_what_is_paid_at_worst(
    shell: Shell, runpod: RunPodDouble
) -> None:
    once = shell("plan").output
    shell.write(POND.replace("size_px: 64", "size_px: 64, candidates: 4, rerolls: 3"))
    several = shell("plan").output

    *one_try, worst = row_of(once, "runpod")
    *price, worst_of_all = row_of(several, "runpod")
    assert price == one_try
    assert float(worst_of_all.lstrip("$")) == pytest.approx(7 * float(worst.lstrip("$")), abs=0.05)
    assert "tries" not in once
    assert "3 sprites may take up to 7 tries where their gates are not passed: 30 calls more" in several
    assert runpod.requests == []


def test_a_pin_spares_every_call(shell: Shell, runpod: RunPodDouble) -> None:
    store = store_of(shell.settings)
    draw(store)
    decided(store, "pin", 1)
    result = shell("plan", "--sprite", "frog")

    assert row_of(result.output, "runpod") == ["0", "0", *["$0.00"] * 4]
    assert "2 steps, 0 of them free, 2 spared by a pin: $0.00" in result.output
    assert runpod.requests == []


@pytest.mark.parametrize("options", [["--from-scratch"], ["--take", "3"]])
def test_it_can_be_planned_as_if_nothing_were_known(
    shell: Shell, runpod: RunPodDouble, options: list[str]
) -> None:
    shell("compare", "pond", "--with", "runpod", "--sprite", "sky")

    assert row_of(shell("plan").output, "runpod")[:2] == ["4", "1"]
    assert row_of(shell("plan", *options).output, "runpod")[:2] == ["5", "0"]
    assert len(runpod.invoice) == 1


def test_a_selection_is_planned_by_itself(shell: Shell, runpod: RunPodDouble) -> None:
    shell.write(LAKE, "lake")

    assert "9 sprites, 15 steps" in shell("plan").output
    assert "6 sprites, 10 steps" in shell("plan", "lake").output
    assert "3 sprites, 5 steps" in shell("plan", "lake", "--pack", "night").output
    assert "3 sprites, 3 steps" in shell("plan", "--sprite", "sky").output
    assert "9 sprites" in shell("plan", "lake", "pond").output
    assert "3 sprites, 5 steps" in shell("plan", "--pack", "night").output, (
        "a game without packs has no night"
    )
    assert runpod.requests == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["nosuch"],
        ["pond", "nosuch"],
        ["pond", "--sprite", "nosuch"],
        ["pond", "--pack", "nosuch", "--sprite", "x"],
        ["pond", "--sprite", "frog", "--sprite", "nosuch"],
        ["pond", "--pack", "nosuch"],
        ["lake", "--pack", "night", "--pack", "nosuch"],
        ["pond", "--pack", "night"],
    ],
)
def test_what_is_misspelt_is_not_left_out_without_a_word(shell: Shell, arguments: list[str]) -> None:
    """A plan that is too cheap is worse than none."""
    shell.write(LAKE, "lake")
    result = shell("plan", *arguments)

    assert result.exit_code == 1
    assert "Error: " in result.output


def test_a_missing_key_makes_a_plan_that_cannot_be_done(shell: Shell) -> None:
    shell.set(IMAGE_GENERATION_PROVIDER="scenario")
    result = shell("plan")

    assert result.exit_code == 1
    assert (
        "cannot be done (5 steps): scenario cannot be used: SCENARIO_API_KEY and SCENARIO_SECRET_API_KEY"
        in result.output
    )


def test_what_a_provider_cannot_do_is_told_with_those_who_can(shell: Shell, runpod: RunPodDouble) -> None:
    shell.environ.delenv("ASSET_PIPELINE_DECOMPOSE_LAYERS")
    shell.write(
        POND + "  hills: {kind: parallax, layer_count: 3, width_px: 128, height_px: 64, description: hills}\n"
    )
    result = shell("plan")

    assert result.exit_code == 1
    assert "cannot be done (1 steps)" in result.output
    assert "able to: local" in result.output
    assert runpod.requests == []


def test_a_broken_game_is_left_out_of_all_and_told_where_it_is_named(shell: Shell) -> None:
    shell.write("id: broken\n", "broken")
    whole = shell("plan")
    assert whole.exit_code == 0
    assert "broken.yaml; see `asset-pipeline validate`" in whole.output

    named = shell("plan", "broken")
    assert named.exit_code == 1
    assert "broken.yaml" in named.output


# Compare ----------------------------------------------------------------------------------------------------------


def folder_of(shell: Shell) -> Path:
    [folder] = (shell.folder / "debug-output").glob("compare-*")
    return folder


def test_two_providers_are_shown_side_by_side(shell: Shell, runpod: RunPodDouble) -> None:
    result = shell("compare", "pond", "--with", "runpod", "--with", "local", "--sprite", "frog")

    assert result.exit_code == 0, result.output
    lines = [line.split()[:2] for line in result.output.splitlines()[1:3]]
    assert lines == [["frog", "runpod"], ["frog", "local"]]
    folder = folder_of(shell)
    names = sorted(path.name for path in folder.iterdir())
    assert names == ["frog.local.png", "frog.runpod.png", "side_by_side.png"]
    for name in names:
        decode_image((folder / name).read_bytes(), what=name)
    assert len(runpod.invoice) == 2


def test_the_providers_of_a_comparison_win_over_the_environments_own(
    shell: Shell, runpod: RunPodDouble
) -> None:
    """Otherwise one would compare a provider with itself."""
    shell.set(ASSET_PIPELINE_IMAGE_TO_IMAGE="runpod", ASSET_PIPELINE_REMOVE_BACKGROUND="runpod")
    result = shell("compare", "pond", "--with", "local", "--sprite", "frog")

    assert result.exit_code == 0, result.output
    assert runpod.invoice == []


def test_a_comparison_is_within_the_games_budget_and_that_of_a_run(
    shell: Shell, runpod: RunPodDouble
) -> None:
    shell.write(POND.replace("style: cartoon", "style: cartoon\nbudget_usd: 0"))
    own = shell("compare", "pond", "--with", "runpod", "--sprite", "frog")
    assert own.exit_code == 1
    assert "budget_usd in its manifest" in own.output

    shell.write(POND)
    shell.set(ASSET_PIPELINE_BUDGET_RUN_USD="0")
    general = shell("compare", "pond", "--with", "runpod", "--sprite", "reed")
    assert "ASSET_PIPELINE_BUDGET_RUN_USD" in general.output
    assert runpod.invoice == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["nosuch", "--with", "local"],
        ["pond", "--with", "local", "--sprite", "nosuch"],
        ["pond", "--with", "local", "--sprite", "frog", "--sprite", "nosuch"],
        ["*", "--with", "local"],
        ["pond", "--with", "nosuch"],
        ["pond", "--with", "scenario"],
    ],
)
def test_a_comparison_of_what_there_is_not_is_one_message(shell: Shell, arguments: list[str]) -> None:
    shell.write(LAKE, "lake")
    result = shell("compare", *arguments)

    assert result.exit_code == 1
    assert "Error: " in result.output
    assert not (shell.folder / "debug-output").exists()


def test_without_a_provider_there_is_nothing_to_compare(shell: Shell) -> None:
    assert shell("compare", "pond").exit_code == 2


def test_the_plan_is_no_json_and_leaves_no_file_but_the_journal(shell: Shell) -> None:
    before = {path.name for path in shell.folder.iterdir()}
    output = shell("plan").output

    with pytest.raises(json.JSONDecodeError):
        json.loads(output)
    assert {path.name for path in shell.folder.iterdir()} - before <= {".local"}
