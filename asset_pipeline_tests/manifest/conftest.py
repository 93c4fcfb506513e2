from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from asset_pipeline.errors import ManifestError, Mistake
from asset_pipeline.manifest.load import load_game

HEAD = """\
title: Test Game
theme: a quiet test
style: cartoon
"""
HERO = """\
  hero: {kind: entity, shape: box, width: 1, height: 2, role: character, description: a brave red fox}
"""


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write a game whose sprites are given, or one whole text, and return its path."""

    def write_game(
        sprites: str = HERO, *, stem: str = "game", head: str = "", text: str | None = None
    ) -> Path:
        path = tmp_path / f"{stem}.yaml"
        whole = f"id: {stem}\n{HEAD}{head}sprites:\n{sprites}" if text is None else text
        path.write_text(whole, encoding="utf-8")
        return path

    return write_game


@pytest.fixture
def mistakes_in() -> Callable[[Path], tuple[Mistake, ...]]:
    """Load a file that must be broken and return what is wrong with it."""

    def load_broken(path: Path) -> tuple[Mistake, ...]:
        with pytest.raises(ManifestError) as raised:
            load_game(path)
        return raised.value.mistakes

    return load_broken
