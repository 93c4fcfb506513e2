"""First contact for somebody with a key: ``doctor`` looks at everything, ``generate`` draws one picture and keeps all of it."""

from __future__ import annotations

import json
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from asset_pipeline.cli.common import current_settings, plain_errors
from asset_pipeline.cli.tables import table
from asset_pipeline.errors import AssetPipelineError, ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from asset_pipeline.providers.http import Exchange
    from asset_pipeline.providers.operations import Delivery
    from asset_pipeline.providers.remote import Finding
    from asset_pipeline.settings import Settings

SIDE, SEED, TAKE = click.IntRange(16, 8192), click.IntRange(0, 2**32 - 1), click.IntRange(min=0)


@click.command()
@click.option("--provider", "only", multiple=True, help="Only this provider; may be repeated.")
@plain_errors
def doctor(only: tuple[str, ...]) -> None:
    """Look at variables, store, journal and providers, and say what to do about what is not good; costs nothing."""
    from asset_pipeline.providers.opening import REMOTE
    from asset_pipeline.studio import providers_asked, unready

    settings = current_settings()
    wanted, lacking = {*providers_asked(settings), *only}, unready(settings)
    looked_at = [name for name in REMOTE if not only or name in only]
    unused = [name for name in looked_at if name in lacking and name not in wanted]
    providers = _providers(settings, [name for name in looked_at if name not in unused], lacking)
    findings = [*_variables(settings), _store(settings), _journal(settings), *providers]
    rows = [["ok" if f.ok else "-- ", f.what, f.detail] for f in findings]
    rows += [["", name, f"not used: {lacking[name].splitlines()[0].partition(': ')[2]}"] for name in unused]
    click.echo(table(["", "what", "found"], rows))
    remedies = [f"{f.what}: {f.remedy}" for f in findings if f.remedy and not f.ok]
    if remedies:
        click.echo("\nTo do:\n" + "\n".join(f"- {remedy}" for remedy in remedies))
    bad = [f for f in findings if not f.ok and (f.what.split()[0] in {*wanted, "store", "journal"})]
    sys.exit(1 if bad else 0)


@click.command()
@click.argument("prompt")
@click.option("--provider", help="Who draws; default: as the environment says.")
@click.option("--model", help="The provider's name of a model.")
@click.option("--width", "width_px", type=SIDE, default=512, show_default=True, help="Width in pixels.")
@click.option("--height", "height_px", type=SIDE, default=512, show_default=True, help="Height in pixels.")
@click.option(
    "--seed", type=SEED, default=0, show_default=True, help="Noise seed; another number, another picture."
)
@click.option("--take", type=TAKE, default=0, show_default=True, help="Pay for the same request once more.")
@click.option("--cut-out", is_flag=True, help="Remove the background, too.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), default=Path("debug-output"), show_default=True
)
@plain_errors
def generate(  # noqa: PLR0913, PLR0917 - one argument an option
    prompt: str,
    provider: str | None,
    model: str | None,
    width_px: int,
    height_px: int,
    seed: int,
    take: int,
    cut_out: bool,
    output: Path,
) -> None:
    """Draw one picture of PROMPT and save it with its receipt and the exchange with the provider, without secrets."""
    from asset_pipeline.providers.operations import RemoveBackground, TextToImage
    from asset_pipeline.studio import open_studio

    if not prompt.strip():
        raise ConfigError('say what to draw, such as asset-pipeline generate "a pixel art knight"')
    request = TextToImage(
        prompt=prompt, width_px=width_px, height_px=height_px, seed=seed, take=take, model=model
    )
    folder = output / datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    exchanges: list[Exchange] = []
    settings = current_settings()
    chain = {} if provider is None else {request.operation: (provider,), "remove_background": (provider,)}
    try:
        with open_studio(_forced(settings, provider), record=exchanges.append) as studio:
            from asset_pipeline.jobs.records import Purpose

            purpose = Purpose(run_id=f"generate-{folder.name}")
            drawn = studio.router.run(request, chain, purpose)
            _keep(folder, "picture", drawn)
            if cut_out:
                removal = RemoveBackground(image=drawn.images[0], take=take)
                _keep(folder, "cutout", studio.router.run(removal, chain, purpose))
    finally:
        _keep_exchanges(folder, exchanges)


def _keep(folder: Path, name: str, delivery: Delivery) -> None:
    from asset_pipeline.jobs.budgets import usd

    folder.mkdir(parents=True, exist_ok=True)
    receipt = delivery.receipt
    (folder / f"{name}.png").write_bytes(delivery.images[0])
    (folder / f"{name}.receipt.json").write_text(receipt.model_dump_json(indent=2))
    paid = (
        "from the memo, nothing was paid"
        if receipt.memoised
        else f"{usd(receipt.cost_usd)} ({receipt.cost_basis})"
    )
    click.echo(
        f"{folder / f'{name}.png'}: {receipt.provider}, {receipt.model}, {receipt.seconds:.1f} s, {paid}"
    )
    for warning in receipt.warnings:
        click.echo(f"  note: {warning}")


def _keep_exchanges(folder: Path, exchanges: list[Exchange]) -> None:
    if exchanges:
        folder.mkdir(parents=True, exist_ok=True)
        lines = [json.dumps(vars(exchange), default=str) for exchange in exchanges]
        (folder / "exchange.jsonl").write_text("\n".join(lines) + "\n")
        click.echo(f"{folder / 'exchange.jsonl'}: {len(lines)} calls, without secrets")


def _forced(settings: Settings, provider: str | None) -> Settings:
    """Let a provider named on the command line win over the environment's own word for an operation."""
    return settings if provider is None else settings.model_copy(update={"operations": {}})


def _variables(settings: Settings) -> list[Finding]:
    from asset_pipeline.providers.remote import Finding
    from asset_pipeline.settings import VARIABLES

    names = [v.name for v in VARIABLES if v.name.startswith(("RUNPOD_", "SCENARIO_", "COMFYUI_"))]
    found = [Finding(f"{name}", ok=True, detail="set") for name in names if name in settings.credentials]
    return found or [Finding("variables", ok=True, detail="no provider's variable is set; local needs none")]


def _store(settings: Settings) -> Finding:
    from asset_pipeline.providers.remote import Finding
    from asset_pipeline.studio import store_of

    try:
        store_of(settings).check()
    except AssetPipelineError as error:
        return Finding("store", ok=False, detail=settings.store_url, remedy=str(error))
    return Finding("store", ok=True, detail=f"{settings.store_url}: can be written, one winner a key")


def _journal(settings: Settings) -> Finding:
    from asset_pipeline.jobs.journal import Journal
    from asset_pipeline.providers.remote import Finding

    try:
        with closing(Journal(settings.journal.get_secret_value())) as journal:
            kind = journal.engine.dialect.name
    except AssetPipelineError as error:
        return Finding("journal", ok=False, detail="cannot be opened", remedy=str(error))
    return Finding("journal", ok=True, detail=f"{kind}: can be written")


def _providers(settings: Settings, names: Sequence[str], lacking: Mapping[str, str]) -> list[Finding]:
    """Look at each provider alone, so that one which cannot be opened hides no other."""
    from asset_pipeline.providers.opening import Surroundings, open_provider
    from asset_pipeline.providers.remote import Finding

    variables = {name: value.get_secret_value() for name, value in settings.credentials.items()}
    around = Surroundings(allow_loopback=settings.environment == "local")
    findings = []
    for name in names:
        if name in lacking:
            what, *todo = lacking[name].splitlines()
            findings.append(Finding(name, ok=False, detail=what, remedy=" ".join(todo)))
            continue
        try:
            with open_provider(name, variables, around) as provider:
                findings += [
                    Finding(f"{name} {f.what.removeprefix(name).strip()}".strip(), f.ok, f.detail, f.remedy)
                    for f in provider.check_up()
                ]
        except AssetPipelineError as error:
            findings.append(Finding(name, ok=False, detail="cannot be opened", remedy=str(error)))
    return findings
