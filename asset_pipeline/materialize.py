"""Making a game's sprites in this process, with the real executor, store and providers, and no server."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
from filelock import FileLock

from asset_pipeline.definitions import build_defs
from asset_pipeline.defs.dagster_internals import DagsterAssetCheckFailedError, SerializableErrorInfo
from asset_pipeline.defs.derived import derived_names
from asset_pipeline.defs.jobs import job_name
from asset_pipeline.defs.needed import Needed
from asset_pipeline.defs.takes import TAKE_TAG
from asset_pipeline.errors import ConfigError
from asset_pipeline.manifest.load import load_games
from asset_pipeline.settings import Settings

OUR_WORDS = ("asset_pipeline.errors.", "dagster._core.definitions.events.Failure: ")
"""How a message begins that this package wrote for a person; Dagster keeps errors as text."""


QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
"""Keeps tracebacks off the terminal, where they would bury our message; the run's own log, which the UI shows, has them."""


@dataclass(frozen=True)
class Outcome:
    """How one run went: words for a person, and whether it is good."""

    text: str
    ok: bool


def materialize_game(
    settings: Settings,
    game: str,
    *,
    sprites: Sequence[str] = (),
    packs: Sequence[str] = (),
    take: int | None = None,
) -> Iterator[Outcome]:
    """Make *game*, one run a pack, on the instance of ``DAGSTER_HOME``.

    Args:
        settings: what the environment decides.
        game: which game.
        sprites: only these; empty for the whole game with contact sheet and catalog.
        packs: only these; empty for all.
        take: a fresh roll of the dice; ``None`` for the manifest's.

    Yields:
        One outcome a run.

    Raises:
        ConfigError: there is no such game, sprite or pack.
        ManifestError: the game's YAML is wrong.
    """
    loaded = load_games(settings.games_dir, game, named_in="the command")
    if loaded.broken:
        raise loaded.broken[0].error
    whole = loaded.games[0]
    _require(f"sprite of {game}", sprites, [*whole.sprites, *derived_names(whole)])
    _require(f"pack of {game}", packs, list(whole.packs))
    job = dg.build_reconstructable_job("asset_pipeline.materialize", "job_of", (game,))
    with opened_instance() as instance:
        for pack in packs or tuple(whole.packs) or (None,):
            result = dg.execute_job(
                job,
                instance,
                asset_selection=[dg.AssetKey([game, name]) for name in sprites] or None,
                tags={
                    **({"dagster/partition": pack} if pack else {}),
                    **({TAKE_TAG: str(take)} if take is not None else {}),
                },
                run_config=QUIET,
                raise_on_error=False,
            )
            yield _outcome(result, settings, game, pack)


def opened_instance() -> dg.DagsterInstance:
    """Open the instance of ``DAGSTER_HOME``, one process after the other.

    Two that make its databases at the same moment leave them with two heads of their schema's history, and nothing opens
    them again (Dagster 1.13).
    """
    with FileLock(Path(os.environ["DAGSTER_HOME"]) / ".opening.lock"):
        return dg.DagsterInstance.get()


def job_of(game: str) -> dg.JobDefinition:
    """Build the job of one game alone, as the environment says."""
    settings = Settings.from_environ(os.environ, root=Path.cwd())
    return build_defs(settings, needed=Needed(frozenset([game]))).resolve_job_def(job_name(game))


def _require(what: str, asked: Sequence[str], known: Sequence[str]) -> None:
    if unknown := [name for name in asked if name not in known]:
        raise ConfigError(
            f"there is no {what} called {', '.join(unknown)}; there is {', '.join(known) or 'none'}"
        )


def _outcome(result: dg.JobExecutionResult, settings: Settings, game: str, pack: str | None) -> Outcome:
    made = len(result.get_asset_materialization_events())
    where = f"{settings.store_url}/{game}" + (f"/{pack}" if pack else "")
    if result.success:
        return Outcome(f"{game}{' ' + pack if pack else ''}: {made} assets in {where}", ok=True)
    failures = [*_step_failures(result), *_gate_failures(result)]
    failures = failures or [f"  before the first step: {message}" for message in _run_failures(result)]
    told = [f"{game}{' ' + pack if pack else ''}: {made} assets made, and these failed", *failures]
    told.append(f"The log of run {result.run_id[:8]}, with tracebacks, is in the UI (`make dev`) under Runs.")
    return Outcome("\n".join(told), ok=False)


def _step_failures(result: dg.JobExecutionResult) -> list[str]:
    """Return why steps broke, each reason once; a step that only held a bad picture back did its work."""
    errors = [(event.step_key, event.step_failure_data.error) for event in result.get_step_failure_events()]
    by_reason: dict[str, list[str]] = {}
    for step, error in errors:
        if error is not None and error.cls_name != DagsterAssetCheckFailedError.__name__:
            by_reason.setdefault(_reason(error), []).append(str(step))
    return [f"  {', '.join(steps)}: {reason}" for reason, steps in by_reason.items()]


def _gate_failures(result: dg.JobExecutionResult) -> list[str]:
    """Return what is wrong with each picture that did not pass its gates."""
    return [
        f"  {check.asset_key.to_user_string()}: {sentence}"
        for check in result.get_asset_check_evaluations()
        if not check.passed and check.severity is dg.AssetCheckSeverity.ERROR
        for sentence in (check.description or check.check_name).splitlines()
    ]


def _run_failures(result: dg.JobExecutionResult) -> list[str]:
    """Return the reason of each failure that no step had, such as a store that cannot be written."""
    errors = [event.job_failure_data.error for event in result.all_events if event.is_job_failure]
    return [_reason(error) for error in errors if error is not None]


def _reason(error: SerializableErrorInfo) -> str:
    """Return our own words, which say what to do; where none of the causes has any, the innermost's message."""
    chain = [error]
    while (cause := chain[-1].cause) is not None:
        chain.append(cause)
    messages = [link.message.strip() for link in chain]
    ours = [message.partition(": ")[2] for message in messages if message.startswith(OUR_WORDS)]
    return ours[0] if ours else messages[-1]
