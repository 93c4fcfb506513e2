"""What loading found, as text for a terminal."""

from __future__ import annotations

from typing import NamedTuple

from asset_pipeline.manifest.game import Game
from asset_pipeline.manifest.load import LoadedGames


class Report(NamedTuple):
    """Text for a person, and whether every game is good."""

    text: str
    ok: bool


def report(loaded: LoadedGames) -> Report:
    """List the good games, then each broken one with every mistake as ``file:line: path: message``."""
    blocks = [
        f"ok      {game.id}: {_count(len(game.sprites), 'sprite')}{_packs(game)}" for game in loaded.games
    ]
    for broken in loaded.broken:
        mistakes = "\n".join(f"  {mistake}" for mistake in broken.error.mistakes)
        blocks.append(
            f"broken  {broken.file.name}: {_count(len(broken.error.mistakes), 'mistake')}\n{mistakes}"
        )
    total = len(loaded.games) + len(loaded.broken)
    blocks.append(
        f"{len(loaded.games)} of {_count(total, 'game')} good" if total else "there are no games here"
    )
    return Report("\n".join(blocks), ok=bool(loaded.games) and not loaded.broken)


def _packs(game: Game) -> str:
    return f" in {_count(len(game.packs), 'pack')}" if game.packs else ""


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
