"""``plan`` tells what would be paid before anything is; ``compare`` makes the same sprites by two providers."""

from __future__ import annotations

import sys
from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

import click

from asset_pipeline.cli.common import current_settings, plain_errors
from asset_pipeline.cli.tables import table
from asset_pipeline.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from asset_pipeline.manifest.game import Game
    from asset_pipeline.manifest.spec import SpriteSpec
    from asset_pipeline.planning.comparing import Attempted
    from asset_pipeline.planning.plan import ProviderTotal
    from asset_pipeline.planning.steps import PlannedCall
    from asset_pipeline.settings import Settings


@click.command()
@click.argument("games", nargs=-1)
@click.option("--pack", "packs", multiple=True, help="Only this pack; may be repeated.")
@click.option("--sprite", "sprites", multiple=True, help="Only this sprite; may be repeated.")
@click.option("--take", type=click.IntRange(min=0), help="As if this take were asked for.")
@click.option("--from-scratch", is_flag=True, help="As if nothing were made yet.")
@click.option("--all", "each", is_flag=True, help="List every call.")
@plain_errors
def plan(  # noqa: PLR0913, PLR0917 - one argument an option
    games: tuple[str, ...],
    packs: tuple[str, ...],
    sprites: tuple[str, ...],
    take: int | None,
    from_scratch: bool,
    each: bool,
) -> None:
    """Tell what making GAMES (default: all) would call where, what is known already, and what it costs; pays nothing."""
    from asset_pipeline.jobs.budgets import usd
    from asset_pipeline.planning.plan import dearest_usd, totals
    from asset_pipeline.planning.steps import Planner
    from asset_pipeline.studio import open_studio

    settings = current_settings()
    chosen = _games(settings, games)
    _require_known("sprite", sprites, {name for game in chosen for name in game.sprites})
    _require_known("pack", packs, {name for game in chosen for name in game.packs})
    specs = [spec for game in chosen for spec in _specs(game, packs, sprites, take)]
    if not specs:
        raise ConfigError("nothing is selected: no game has those sprites and those packs together")
    with open_studio(settings) as studio:
        journal = None if from_scratch else studio.journal
        planner = Planner(studio.router, settings.games_dir, journal, studio.store)
        calls = [call for spec in specs for call in planner.calls(spec)]
        further = [call for spec in specs for call in planner.further_calls(spec)]
        parallel = {name: provider.ceilings.parallel for name, provider in studio.router.remote.items()}
    if each:
        click.echo(_every(calls) + "\n")
    click.echo(_summary(calls, totals(calls, parallel, further)))
    if further:
        click.echo(_tries(further))
    if dearer := sorted({call.dearest[0] for call in calls if _has_dearer(call)}):
        most = f"{usd(dearest_usd(calls))} one by one"
        click.echo(
            f"Where fallbacks take over: {most}, if the dearest of each chain does it ({', '.join(dearer)})."
        )
    _tell_notes(calls)
    sys.exit(1 if any(call.fate == "impossible" for call in calls) else 0)


@click.command()
@click.argument("game")
@click.option("--with", "providers", multiple=True, required=True, help="A provider; name two or more.")
@click.option(
    "--sprite", "sprites", multiple=True, help="Only this sprite; may be repeated. Default: the first three."
)
@click.option("--pack", help="Which pack; default: the first.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), default=Path("debug-output"), show_default=True
)
@plain_errors
def compare(
    game: str, providers: tuple[str, ...], sprites: tuple[str, ...], pack: str | None, output: Path
) -> None:
    """Make the same sprites of GAME by several providers and show pictures, seconds and cost side by side."""
    from asset_pipeline.jobs.records import Purpose
    from asset_pipeline.planning.comparing import compare as made_by
    from asset_pipeline.studio import open_studio

    folder = output / f"compare-{datetime.now(UTC).strftime('%Y%m%d-%H%M%S')}"
    settings = current_settings()
    whole, *others = _games(settings, (game,))
    packs = (pack,) if pack else tuple(whole.packs)[:1]
    specs = _specs(whole, packs, sprites, None)
    if others or not specs or {*sprites} - {*whole.sprites}:
        raise ConfigError("name one game, and packs and sprites that it has")
    specs = specs if sprites else specs[:3]
    # The providers named here win over the environment's own word for an operation.
    with open_studio(settings.model_copy(update={"operations": {}})) as studio:
        for spec in specs:
            for operation in spec.operations:
                studio.router.require([operation], {operation: providers})
        purpose = Purpose(run_id=folder.name, game_budget_usd=whole.budget_usd)
        found = made_by(studio.router, specs, list(providers), settings.games_dir, purpose)
    _keep(folder, whole, found)
    click.echo(_compared(found))
    click.echo(f"pictures side by side: {folder / 'side_by_side.png'}")
    sys.exit(0 if all(one.sprite is not None for one in found) else 1)


def _games(settings: Settings, names: Sequence[str]) -> Sequence[Game]:
    from asset_pipeline.manifest.load import load_games

    loaded = (
        load_games(settings.games_dir, ",".join(names), named_in="the command")
        if names
        else load_games(settings.games_dir, settings.games)
    )
    if loaded.broken and (names or not loaded.games):
        raise loaded.broken[0].error
    for broken in loaded.broken:
        click.echo(
            f"left out, since it cannot be read: {broken.file}; see `asset-pipeline validate`", err=True
        )
    if unknown := [name for name in names if not any(fnmatchcase(game.id, name) for game in loaded.games)]:
        raise ConfigError(f"there is no game {unknown[0]!r}; `asset-pipeline validate` lists them")
    return loaded.games


def _require_known(what: str, asked: Sequence[str], known: Collection[str]) -> None:
    """Refuse a name that nothing has: a plan without it is too cheap, and nobody sees why."""
    from asset_pipeline.manifest.base import did_you_mean

    if unknown := [name for name in asked if name not in known]:
        hint = did_you_mean(unknown[0], known) or f"; there is {', '.join(sorted(known)) or 'none'}"
        raise ConfigError(f"no game that is chosen has a {what} {unknown[0]!r}{hint}")


def _specs(game: Game, packs: Sequence[str], sprites: Sequence[str], take: int | None) -> list[SpriteSpec]:
    """Resolve the sprites that are chosen; of a game without packs none where packs are named."""
    from asset_pipeline.manifest.resolve import resolve

    wanted = [name for name in game.sprites if not sprites or name in sprites]
    looks: Sequence[str | None] = tuple(game.packs) or (None,)
    looks = [pack for pack in looks if not packs or pack in packs]
    return [resolve(game, name, pack, take) for pack in looks for name in wanted]


def _every(calls: Sequence[PlannedCall]) -> str:
    from asset_pipeline.jobs.budgets import usd

    rows = [
        [
            "/".join(filter(None, (call.game, call.pack, call.sprite))),
            call.operation,
            call.provider,
            call.model or "-",
            call.fate,
            usd(call.quote.usd) if call.quote else "",
        ]
        for call in calls
    ]
    head = ["sprite", "operation", "provider", "model", "", "price"]
    if any(map(_has_dearer, calls)):
        head.append("by a fallback")
        for row, call in zip(rows, calls, strict=True):
            row.append(f"{usd(call.dearest[1])} {call.dearest[0]}" if _has_dearer(call) else "")
    return table(head, rows, right=["price"])


def _has_dearer(call: PlannedCall) -> bool:
    """Tell whether a fallback would take more than who is asked first."""
    return call.dearest[0] != call.provider


def _summary(calls: Sequence[PlannedCall], totals: Mapping[str, ProviderTotal]) -> str:
    from asset_pipeline.jobs.budgets import usd

    head = ["provider", "calls", "known", "price", "in one batch", "one by one", "at worst"]
    rows = [
        [
            name,
            str(total.calls),
            str(total.memoised),
            usd(total.usd),
            usd(total.batch_usd),
            usd(total.alone_usd),
            usd(total.worst_usd),
        ]
        for name, total in totals.items()
    ]
    free = sum(call.fate == "free" for call in calls)
    pinned = sum(call.fate == "pinned" for call in calls)
    spared = f", {pinned} spared by a pin" if pinned else ""
    begun = sum(call.fate == "begun" for call in calls)
    spared += f", {begun} begun by an earlier run and not paid for anew" if begun else ""
    sprites = len({(call.game, call.pack, call.sprite) for call in calls})
    whole = sum((total.batch_usd for total in totals.values()), start=next(iter(totals.values())).usd * 0)
    text = table(head, rows, right=head[1:])
    return (
        f"{text}\n\n{sprites} sprites, {len(calls)} steps, {free} of them free{spared}: {usd(whole)} in one batch. "
        "Nothing was called or paid."
    )


def _tries(further: Sequence[PlannedCall]) -> str:
    most = max(call.roll for call in further) + 1
    sprites = len({(call.game, call.pack, call.sprite) for call in further})
    return (
        f"The price is that of one try. {sprites} sprites may take up to {most} tries where their gates are not passed: "
        f"{len(further)} calls more, which only `at worst` counts."
    )


def _tell_notes(calls: Sequence[PlannedCall]) -> None:
    impossible = [call for call in calls if call.fate == "impossible"]
    for text, count in Counter("; ".join(call.notes) for call in impossible).items():
        click.echo(f"cannot be done ({count} steps): {text}")
    notes = Counter(
        f"{call.provider}: {note}" for call in calls if call.fate == "call" for note in call.notes
    )
    for note, count in notes.items():
        click.echo(f"note ({count} calls): {note}")


def _compared(found: Sequence[Attempted]) -> str:
    from asset_pipeline.jobs.budgets import usd

    rows = []
    for one in found:
        receipts = one.artwork.receipts
        cost = sum((receipt.cost_usd for receipt in receipts), start=Decimal(0))
        rows.append(
            [
                one.spec.sprite,
                one.provider,
                ", ".join(dict.fromkeys(receipt.model for receipt in receipts)),
                f"{sum(receipt.seconds for receipt in receipts):.1f}",
                usd(cost),
                one.error
                or ("from the memo" if receipts and all(r.memoised for r in receipts) else "made now"),
            ]
        )
    return table(["sprite", "provider", "models", "seconds", "cost", ""], rows, right=["seconds", "cost"])


def _keep(folder: Path, game: Game, found: Sequence[Attempted]) -> None:
    from asset_pipeline.export.contact_sheet import contact_sheet, tile_of
    from asset_pipeline.imaging.png import decode_image, encode_png
    from asset_pipeline.jobs.budgets import usd

    folder.mkdir(parents=True, exist_ok=True)
    tiles = []
    for one in found:
        name = f"{one.spec.sprite}.{one.provider}"
        rgba = None
        if one.sprite is not None:
            (folder / f"{name}.png").write_bytes(one.sprite.picture)
            rgba = decode_image(one.sprite.picture, what=name)
        cost = sum((receipt.cost_usd for receipt in one.artwork.receipts), start=Decimal(0))
        seconds = sum(receipt.seconds for receipt in one.artwork.receipts)
        label, caption = f"{one.spec.sprite} · {one.provider}", f"{usd(cost)} · {seconds:.1f} s"
        tiles.append(tile_of(label, caption, rgba, missing=one.error))
    providers = ", ".join(dict.fromkeys(one.provider for one in found))
    (folder / "side_by_side.png").write_bytes(encode_png(contact_sheet(game.title, f"by {providers}", tiles)))
