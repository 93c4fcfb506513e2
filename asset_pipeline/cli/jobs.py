"""``asset-pipeline jobs``: looking at paid work, and bringing home what nobody watches any more."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from typing import TYPE_CHECKING

import click

from asset_pipeline.cli.common import current_settings, plain_errors
from asset_pipeline.cli.tables import ago, table
from asset_pipeline.errors import ConfigError, ProviderError

if TYPE_CHECKING:
    from asset_pipeline.jobs.journal import Journal
    from asset_pipeline.jobs.records import Attempt


@click.group()
def jobs() -> None:
    """Look at paid work: what was asked, where it is, what it cost."""


@jobs.command("list")
@click.option("--game", help="Only this game.")
@click.option(
    "--state",
    help="Only this state: intended, sending, accepted, uncertain, delivered, failed, refused, lost …",
)
@click.option("--open", "only_open", is_flag=True, help="Only what is not over.")
@click.option("--limit", default=40, show_default=True, help="At most so many, the newest.")
@plain_errors
def list_(game: str | None, state: str | None, only_open: bool, limit: int) -> None:
    """List paid requests, the newest last."""
    from asset_pipeline.jobs.records import OPEN
    from asset_pipeline.jobs.schema import ATTEMPTS

    where = [ATTEMPTS.c.game == game] if game else []
    where += [ATTEMPTS.c.state == state] if state else []
    where += [ATTEMPTS.c.state.in_(OPEN)] if only_open else []
    with closing(_journal()) as journal:
        found = journal.attempts(*where, newest=limit)
    click.echo(_listed(found) if found else "no paid requests")


@jobs.command()
@click.argument("fingerprint")
@plain_errors
def show(fingerprint: str) -> None:
    """Show all that is known about the piece of work whose FINGERPRINT begins so."""
    with closing(_journal()) as journal:
        for attempt in _matching(journal, fingerprint):
            click.echo(_shown(attempt))
        done = journal.recall(_matching(journal, fingerprint)[-1].fingerprint)
    if done is not None:
        click.echo(f"result: {', '.join(done.results)}\nreceipt: {done.receipt.model_dump_json(indent=2)}")


@jobs.command()
@plain_errors
def resume() -> None:
    """Bring home every job that was accepted and that nobody watches; sends nothing that costs money."""
    from asset_pipeline.jobs.records import OPEN

    _bring_home(OPEN)


@jobs.command()
@plain_errors
def reconcile() -> None:
    """Find out what became of requests whose answer was lost, and bring home what was accepted."""
    _bring_home(("intended", "sending", "uncertain"))


@jobs.command()
@click.argument("fingerprint")
@plain_errors
def cancel(fingerprint: str) -> None:
    """Tell the provider to stop the job of FINGERPRINT; what it has cost so far stays counted."""
    from asset_pipeline.studio import open_studio

    with open_studio(current_settings()) as studio:
        attempt = _matching(studio.journal, fingerprint)[-1]
        provider = studio.router.remote.get(attempt.ticket.provider)
        if attempt.state != "accepted":
            raise ConfigError(
                f"{attempt.fingerprint[:12]} is {attempt.state}; only an accepted job can be cancelled"
            )
        if provider is None:
            raise ConfigError(
                f"{attempt.ticket.provider} is not configured here, so it cannot be told to stop"
            )
        studio.journal.cancelled(attempt.token)
        provider.cancel(attempt.ticket)
        try:
            click.echo(studio.door.resume(provider, attempt))
        except ProviderError as error:
            click.echo(str(error))


@jobs.command("give-up")
@click.argument("fingerprint")
@click.option("--yes", is_flag=True, help="Do not ask.")
@plain_errors
def give_up(fingerprint: str, *, yes: bool) -> None:
    """Stop looking for a request that nobody can tell the outcome of, or for a job that nobody can fetch any more.

    It stays counted at its worst price, unless it certainly was not sent.
    """
    from asset_pipeline.providers.remote import Money

    with closing(_journal()) as journal:
        attempt = _nobodys(journal, fingerprint)
        if attempt.state == "intended" and journal.take_back(attempt.token, time.time()):
            click.echo(f"taken back; {attempt.purpose} was not sent, and cost nothing")
            return
        if not yes:
            what = f"{attempt.purpose} may have been paid for; the next run will pay for it anew. Go on?"
            click.confirm(what, abort=True)
            attempt = _nobodys(journal, fingerprint)  # a run may have taken it up meanwhile
        worst = Money(attempt.quote.worst_usd, "estimated")
        journal.ended(attempt.token, "abandoned", worst, "given up by a person", time.time())
    click.echo(f"given up; {attempt.purpose} may be paid for anew")


def _nobodys(journal: Journal, fingerprint: str) -> Attempt:
    """Return the attempt that is open, that no run is at work on, and that nothing is sending any more."""
    from asset_pipeline.jobs.door import SENDING_S
    from asset_pipeline.jobs.orphans import orphans
    from asset_pipeline.jobs.records import OPEN

    attempt = _matching(journal, fingerprint)[-1]
    if attempt.state not in OPEN:
        raise ConfigError(f"{attempt.fingerprint[:12]} is {attempt.state}; its outcome is known")
    if attempt.number not in {orphan.number for orphan in orphans(journal, time.time())}:
        raise ConfigError(f"a run is at work on {attempt.fingerprint[:12]}; wait for it, or stop it first")
    if attempt.state == "sending" and 0 <= time.time() - attempt.sent_at < SENDING_S:
        raise ConfigError(
            f"{attempt.fingerprint[:12]} may be on its way yet, though its run is over; look again in {SENDING_S:.0f} s"
        )
    return attempt


def _bring_home(states: Sequence[str]) -> None:
    from asset_pipeline.jobs.orphans import bring_home, orphans
    from asset_pipeline.studio import open_studio

    with open_studio(current_settings()) as studio:
        found = [a for a in orphans(studio.journal, time.time()) if a.state in states]
        if not found:
            click.echo("nothing to do: every paid job is over, or somebody watches it")
            return
        outcomes = [*bring_home(studio.door, studio.router.remote, found)]
    for outcome in outcomes:
        click.echo(f"{outcome.attempt.fingerprint[:12]}  {outcome.attempt.purpose}: {outcome.text}")
    sys.exit(0 if all(outcome.settled for outcome in outcomes) else 1)


def _journal() -> Journal:
    from asset_pipeline.jobs.journal import Journal

    return Journal(current_settings().journal.get_secret_value())


def _matching(journal: Journal, fingerprint: str) -> list[Attempt]:
    from asset_pipeline.jobs.schema import ATTEMPTS

    found = journal.attempts(ATTEMPTS.c.fingerprint.startswith(fingerprint, autoescape=True))
    works = sorted({attempt.fingerprint for attempt in found})
    if len(works) != 1:
        what = "several pieces of work begin" if works else "no piece of work begins"
        raise ConfigError(f"{what} with {fingerprint!r}; `asset-pipeline jobs list` shows them")
    return found


def _listed(found: Sequence[Attempt]) -> str:
    from asset_pipeline.jobs.budgets import usd

    head = ["work", "state", "provider", "operation", "for", "model", "cost", "basis", "sent"]
    now = time.time()
    rows = [
        [
            a.fingerprint[:12],
            a.state,
            a.ticket.provider,
            a.ticket.operation,
            str(a.purpose),
            a.ticket.model,
            usd(a.cost_usd),
            a.cost_basis,
            ago(now - a.sent_at),
        ]
        for a in found
    ]
    total = usd(sum((a.cost_usd for a in found), start=found[0].cost_usd * 0))
    return f"{table(head, rows, right=['cost', 'sent'])}\n{len(found)} requests, {total}"


def _shown(attempt: Attempt) -> str:
    from asset_pipeline.jobs.budgets import usd

    facts = {
        "work": attempt.fingerprint,
        "state": attempt.state,
        "for": str(attempt.purpose),
        "run": attempt.purpose.run_id or "-",
        "provider": f"{attempt.ticket.provider}, {attempt.ticket.model}, {attempt.ticket.operation}",
        "job id": attempt.ticket.job_id or "not known",
        "quoted": f"{usd(attempt.quote.usd)} ({attempt.quote.basis}), at worst {usd(attempt.quote.worst_usd)}",
        "cost": f"{usd(attempt.cost_usd)} ({attempt.cost_basis})",
        "sent": f"{ago(time.time() - attempt.sent_at)} ago",
        "error": attempt.error or "-",
        "ticket": json.dumps(dict(attempt.ticket.notes), indent=2)[:2000],
    }
    width = max(map(len, facts))
    return "\n".join(f"{name.ljust(width)}  {value}" for name, value in facts.items()) + "\n"
