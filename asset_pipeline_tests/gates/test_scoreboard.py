"""The gates on more than 200 labelled fixtures: at least 95 % recall, at most 5 % false alarms each."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from asset_pipeline.gates.readings import metrics
from asset_pipeline_tests.gates.fixtures import Fixture, all_fixtures
from asset_pipeline_tests.gates.packs import Pack, packs
from asset_pipeline_tests.gates.scoreboard import SET_CHECKS, Row, as_text, scoreboard, set_scoreboard


@pytest.fixture(scope="module")
def drawn() -> list[Fixture]:
    return list(all_fixtures())


@pytest.fixture(scope="module")
def sets() -> list[Pack]:
    return list(packs())


@pytest.fixture(scope="module")
def board(drawn: list[Fixture]) -> dict[str, Row]:
    return scoreboard(drawn)


@pytest.fixture(scope="module")
def set_board(sets: list[Pack]) -> dict[str, Row]:
    return set_scoreboard(sets)


def test_there_are_more_than_200_fixtures_over_all_gates(drawn: list[Fixture], sets: list[Pack]) -> None:
    faults = Counter(fault for fixture in drawn for fault in fixture.faults)

    assert len(drawn) + len(sets) >= 200
    assert len({fixture.name for fixture in drawn}) == len(drawn)
    assert set(faults) == set(metrics())
    assert min(faults.values()) >= 8
    assert sum(not fixture.faults for fixture in drawn) >= 100


def test_every_gate_finds_its_faults_and_leaves_the_sound_ones_alone(board: dict[str, Row]) -> None:
    assert set(board) == set(metrics())
    wrong = {name: row for name, row in board.items() if row.recall < 0.95 or row.false_alarms > 0.05}
    assert not wrong, as_text(wrong)
    assert min(len(row.quiet) for row in board.values()) >= 8


def test_every_check_of_a_set_finds_its_faults_and_names_whom_they_concern(set_board: dict[str, Row]) -> None:
    assert set(set_board) == set(SET_CHECKS)
    wrong = {name: row for name, row in set_board.items() if row.recall < 0.95 or row.false_alarms > 0.05}
    assert not wrong, as_text(wrong)


def test_the_report_can_be_read_by_people(
    board: dict[str, Row], set_board: dict[str, Row], tmp_path: Path
) -> None:
    report = tmp_path / "gates.txt"
    report.write_text(f"{as_text(board)}\n\n{as_text(set_board)}\n")

    lines = report.read_text().splitlines()
    assert all(any(line.startswith(metric) for line in lines) for metric in (*metrics(), *SET_CHECKS))
