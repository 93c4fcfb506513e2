"""What a process needs of the games: all of them for the UI, a few sprites for a run.

Building an asset takes about a millisecond, and every run loads the definitions anew: in a location of 5,000 sprites a run
of one sprite would build 5,000 of them.
"""

from __future__ import annotations

from dataclasses import dataclass

import dagster as dg

JOB_PREFIX = "game_"  # of the job that makes a whole game
NO_GAMES = frozenset({"money"})  # what assets begin with that belong to no game


@dataclass(frozen=True)
class Needed:
    """Which assets to build.

    Attributes:
        games: ids of the games; ``None`` for all.
        keys: the assets of these games; ``None`` for all.
    """

    games: frozenset[str] | None = None
    keys: frozenset[dg.AssetKey] | None = None

    @classmethod
    def by(cls, run: dg.DagsterRun | None) -> Needed:
        """Tell what *run* needs; everything where there is no run, or where it does not say."""
        if run is None:
            return cls()
        if run.asset_selection:
            keys = frozenset(run.asset_selection)
            return cls(frozenset(key.path[0] for key in keys) - NO_GAMES, keys)
        if run.job_name.startswith(JOB_PREFIX):
            return cls(frozenset([run.job_name.removeprefix(JOB_PREFIX)]))
        return cls()

    @property
    def everything(self) -> bool:
        """Whether nothing is left out."""
        return self.games is None

    def pattern(self, configured: str) -> str:
        """Return which files to load, as globs by comma, where the environment asks for *configured*."""
        return configured if self.games is None else ",".join(sorted(self.games))

    def has(self, game_id: str, name: str) -> bool:
        """Tell whether the asset *name* of a game is to be built."""
        if self.keys is None:
            return self.games is None or game_id in self.games
        return dg.AssetKey([game_id, name]) in self.keys
