"""Deciding about candidates from a terminal."""

from __future__ import annotations

import json

import pytest

from asset_pipeline.reviews.decisions import decisions_of
from asset_pipeline.storage.store import Store
from asset_pipeline.studio import store_of
from asset_pipeline_tests.cli.conftest import Shell
from asset_pipeline_tests.reviews.drawn import FROG, NIGHT_FROG, decided, draw, picture_of


@pytest.fixture
def store(shell: Shell) -> Store:
    """The checkout's store, with a frog in it."""
    opened = store_of(shell.settings)
    draw(opened)
    return opened


def test_the_list_has_a_line_for_every_candidate(shell: Shell, store: Store) -> None:
    decided(store, "pin", 1, "reads well at 32 px")
    result = shell("review", "list", "pond")

    head, *lines, last = result.output.splitlines()
    assert head.split() == ["sprite", "candidate", "outcome", "score", "seed", "chosen", "decisions"]
    assert lines[0].split() == ["frog", "1", "pass", "0.83", "1", "yes"]
    assert lines[1].endswith("pinned by Ann, 2026-11-24 12:00 UTC: reads well at 32 px")
    assert last == "1 sprites, 3 candidates"


def test_a_pinned_picture_of_an_earlier_generation_is_listed_too(shell: Shell, store: Store) -> None:
    decided(store, "pin", 1)
    draw(store, seed=50)

    assert shell("review", "list", "pond").output.splitlines()[1].split()[:2] == ["frog", "earlier"]


def test_the_list_is_there_for_programs_with_the_numbers_that_the_commands_take(
    shell: Shell, store: Store
) -> None:
    decided(store, "reject", 2, "three legs")
    [frog] = json.loads(shell("review", "list", "pond", "--json").output)

    assert (frog["game"], frog["pack"], frog["sprite"]) == ("pond", None, "frog")
    assert [(each["number"], each["marks"]) for each in frog["candidates"]] == [
        (1, ["chosen"]),
        (2, []),
        (3, ["rejected"]),
    ]
    assert frog["candidates"][2]["images"] == [picture_of(store, 2)]
    assert frog["decisions"][0]["why"] == "three legs"


def test_the_list_can_be_narrowed_down(shell: Shell, store: Store) -> None:
    for pack in ("day", "night"):
        draw(store, NIGHT_FROG._replace(pack=pack))
    draw(store, NIGHT_FROG._replace(sprite="toad"))

    def listed(*options: str) -> list[str]:
        return [
            f"{e['pack']}/{e['sprite']}"
            for e in json.loads(shell("review", "list", "lake", "--json", *options).output)
        ]

    assert listed() == ["day/frog", "night/frog", "night/toad"]
    assert listed("--pack", "night") == ["night/frog", "night/toad"]
    assert listed("--sprite", "frog") == ["day/frog", "night/frog"]
    assert listed("--pack", "night", "--sprite", "frog") == ["night/frog"]


@pytest.mark.parametrize(
    ("arguments", "marks"),
    [
        (["approve", "pond", "frog", "3"], "approved"),
        (["reject", "pond", "frog", "3", "--why", "three legs"], "rejected"),
        (["pin", "pond", "frog", "3", "--why", "it is the one"], "pinned"),
    ],
)
def test_a_decision_is_taken_by_number(shell: Shell, store: Store, arguments: list[str], marks: str) -> None:
    result = shell("review", *arguments, "--who", "Bea")

    assert result.exit_code == 0, result.output
    assert result.output.startswith(f"pond/frog: {marks} by Bea, ")
    [decision] = decisions_of(store, *FROG).decisions
    assert (decision.picture, decision.who) == (picture_of(store, 2), "Bea")


def test_a_pin_is_taken_back(shell: Shell, store: Store) -> None:
    decided(store, "pin", 0)

    assert "unpinned by" in shell("review", "unpin", "pond", "frog").output
    assert decisions_of(store, *FROG).pinned is None


def test_who_decides_is_who_git_says(shell: Shell, store: Store) -> None:
    (shell.folder / "gitconfig").write_text("[user]\n\tname = Gil\n")
    shell.set(GIT_CONFIG_GLOBAL=str(shell.folder / "gitconfig"))
    shell("review", "approve", "pond", "frog", "1")
    shell.set(GIT_CONFIG_GLOBAL="/dev/null", GIT_CONFIG_SYSTEM="/dev/null", LOGNAME="gil_of_the_os")
    shell("review", "approve", "pond", "frog", "1")

    assert [d.who for d in decisions_of(store, *FROG).decisions] == ["Gil", "gil_of_the_os"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["reject", "pond", "frog", "1"], "a reason is missing"),
        (
            ["pin", "pond", "frog", "1", "--who", ""],
            "nobody is named who decides; say who; a reason is missing",
        ),
        (["approve", "pond", "frog", "0"], "pond/frog has no candidate 0; there is 1 (blobs/"),
        (["approve", "pond", "frog", "x"], "pond/frog has no candidate x; there is 1 (blobs/"),
        (
            ["approve", "pond", "forg", "1"],
            "nothing was drawn for the sprite 'forg' yet; did you mean 'frog'?",
        ),
        (["list", "pnod"], "nothing was drawn for 'pnod' yet; did you mean 'pond'?"),
        (["list", "pond", "--pack", "x"], "nothing was drawn for the pack 'x' yet"),
        (["open", "pnod"], "did you mean 'pond'?"),
        (["unpin", "pond", "frog"], "no candidate is pinned"),
    ],
)
def test_what_cannot_be_decided_is_one_message(
    shell: Shell, store: Store, arguments: list[str], says: str
) -> None:
    result = shell("review", *arguments)

    assert result.exit_code == 1
    assert says in result.output
    assert decisions_of(store, *FROG).decisions == ()


def test_a_sprite_of_several_packs_is_decided_about_in_one_that_is_named(shell: Shell, store: Store) -> None:
    for pack in ("day", "night"):
        draw(store, NIGHT_FROG._replace(pack=pack))
    result = shell("review", "approve", "lake", "frog", "1")

    assert result.exit_code == 1
    assert "lake/frog was drawn for several packs; name one: --pack day, night" in result.output
    assert shell("review", "approve", "lake", "frog", "1", "--pack", "night").exit_code == 0
    assert len(decisions_of(store, *NIGHT_FROG).decisions) == 1
