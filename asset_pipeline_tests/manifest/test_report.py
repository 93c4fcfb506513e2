from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from asset_pipeline.manifest.load import load_games
from asset_pipeline.manifest.report import report


def test_good_games_are_listed_and_all_is_well(write: Callable[..., Path], tmp_path: Path) -> None:
    write(stem="lake", head="packs: {default: , winter: }\n")

    assert report(load_games(tmp_path)) == ("ok      lake: 1 sprite in 2 packs\n1 of 1 game good", True)


def test_a_broken_game_shows_each_mistake_with_file_and_line(
    write: Callable[..., Path], tmp_path: Path
) -> None:
    """Terminals and editors make file:line a link."""
    write(stem="good")
    path = write("  hero: {kind: entitty}\n", stem="bad")

    text, ok = report(load_games(tmp_path))

    assert not ok
    assert "broken  bad.yaml: 1 mistake\n" in text
    assert f"  {path}:6: sprites.hero.kind: 'entitty' is no kind of sprite" in text
    assert text.endswith("1 of 2 games good")


def test_no_games_are_not_good_games(tmp_path: Path) -> None:
    """A checker that looked at nothing must not say that all is well."""
    assert report(load_games(tmp_path)) == ("there are no games here", False)
