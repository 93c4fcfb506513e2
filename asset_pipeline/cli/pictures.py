"""Commands for any picture file: measuring it, cutting its subject out, and proposing thresholds from labelled ones."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import click

from asset_pipeline.cli.common import current_settings, plain_errors
from asset_pipeline.cli.tables import table
from asset_pipeline.errors import ConfigError, ImageError

if TYPE_CHECKING:
    from asset_pipeline.gates.report import Judged, Report
    from asset_pipeline.imaging.arrays import Rgba

FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
KINDS = ("entity", "background", "title", "parallax", "ui")


@click.command()
@click.argument("image", type=click.Path(path_type=Path, exists=True))
@click.option("--guide", type=FILE, help="The guide it was drawn over.")
@click.option("--before", type=FILE, help="The picture before its background was removed.")
@click.option(
    "--spec",
    "sprite",
    help="GAME/SPRITE or GAME/PACK/SPRITE: measured as a run would, by all its manifest says; with --before as its cutout.",
)
@click.option("--kind", type=click.Choice(KINDS), default="entity", show_default=True, help="What it is.")
@click.option("--style", default="", help="Style, as in the manifest; pixel art is held to a grid.")
@click.option(
    "--traits",
    default="",
    help="What excuses it, by comma: glow, glass, smoke, multi_part, hole, dark, opaque …",
)
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Where pictures of the faults go.")
@plain_errors
def measure(  # noqa: PLR0913, PLR0917 - one argument an option
    image: Path,
    guide: Path | None,
    before: Path | None,
    sprite: str | None,
    kind: str,
    style: str,
    traits: str,
    as_json: bool,
    output: Path | None,
) -> None:
    """Measure IMAGE, or every PNG of a folder, against all its gates; exit code 1 where one fails or cannot be read."""
    from asset_pipeline.gates.select import Trait

    wanted = [trait.strip() for trait in traits.split(",") if trait.strip()]
    if unknown := [trait for trait in wanted if trait not in get_args(Trait)]:
        raise ConfigError(f"{unknown[0]!r} is no trait; there is {', '.join(get_args(Trait))}")
    files = sorted(image.glob("*.png")) if image.is_dir() else [image]
    if not files:
        raise ConfigError(f"there is no PNG in {image}")
    if sprite is None:
        judged, unreadable = _judged_each(
            files, lambda file: _judged(file, guide, before, kind, style, wanted)
        )
    else:
        judged, unreadable = _judged_each(files, lambda file: _judged_as(sprite, file, guide, before))
    if as_json:
        click.echo(json.dumps({str(file): one.report.as_json() for file, one in judged.items()}, indent=2))
    else:
        for file, one in judged.items():
            click.echo(report_text(str(file), one.report, whole=len(files) == 1))
    if output is not None:
        _mark(judged, output)
    if unreadable:
        raise ImageError("\n".join(unreadable))
    sys.exit(1 if any(one.report.failed for one in judged.values()) else 0)


@click.command()
@click.argument("image", type=FILE)
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="The PNG to write.")
@click.option(
    "--provider-cutout",
    type=FILE,
    help="The same picture, cut out by a provider: the better one of both wins.",
)
@click.option("--shadows", type=click.Choice(["keep", "drop"]), default="drop", show_default=True)
@click.option("--glow", type=click.Choice(["keep", "drop"]), default="drop", show_default=True)
@plain_errors
def cutout(image: Path, output: Path, provider_cutout: Path | None, shadows: str, glow: str) -> None:
    """Cut the subject out of IMAGE, with soft edges and without a halo."""
    from asset_pipeline.imaging.cutout import best_cutout
    from asset_pipeline.imaging.png import encode_png, notes_to_keep

    rgba, report = best_cutout(
        decoded(image),
        None if provider_cutout is None else decoded(provider_cutout),
        shadows="keep" if shadows == "keep" else "drop",
        glow="keep" if glow == "keep" else "drop",
    )
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_bytes(encode_png(rgba, text=notes_to_keep(image.read_bytes())))
    click.echo(f"{output}: {report.chosen}, because {report.reason}")


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@plain_errors
def recalibrate(folder: Path) -> None:
    """Propose thresholds from a FOLDER of pictures labelled good or bad; prints them, changes nothing."""
    from asset_pipeline.gates import recalibrate as proposing
    from asset_pipeline.gates.labelled import labelled_folder
    from asset_pipeline.gates.thresholds import thresholds

    click.echo(proposing.as_toml(proposing.recalibrate(list(labelled_folder(folder)), thresholds())))


def _judged_each(
    files: Sequence[Path], judge: Callable[[Path], Judged]
) -> tuple[dict[Path, Judged], list[str]]:
    """Return the verdicts on all files that can be read, and what is wrong with each of the others."""
    judged: dict[Path, Judged] = {}
    unreadable: list[str] = []
    for file in files:
        try:
            judged[file] = judge(file)
        except (ImageError, OSError) as error:
            unreadable.append(str(error) if str(file) in str(error) else f"{file}: {error}")
    return judged, unreadable


def _judged(  # noqa: PLR0913, PLR0917 - all that is known of a picture
    file: Path, guide: Path | None, before: Path | None, kind: str, style: str, traits: list[str]
) -> Judged:
    from asset_pipeline.gates.case import Case
    from asset_pipeline.gates.guides import read_guide
    from asset_pipeline.gates.report import judge_case
    from asset_pipeline.gates.select import select
    from asset_pipeline.gates.thresholds import thresholds

    shape, fill = (None, None) if guide is None else read_guide(decoded(guide))
    case = Case(
        decoded(file),
        before=None if before is None else decoded(before),
        silhouette=shape,
        guide_rgb=fill,
        outlined="outlined" in traits,
    )
    gates = select(kind=kind, style=style, traits=traits, guided=guide is not None)  # type: ignore[arg-type] # checked above
    return judge_case(case, gates, thresholds(kind=kind, style=style))


def _judged_as(sprite: str, file: Path, guide: Path | None, before: Path | None) -> Judged:
    from asset_pipeline.manifest.load import load_game
    from asset_pipeline.manifest.resolve import resolve
    from asset_pipeline.sprites.judging import judge_picture

    game, *pack, name = sprite.split("/") if "/" in sprite else ("", sprite)
    if not game or len(pack) > 1:
        raise ConfigError(
            f"{sprite!r} names no sprite; write GAME/SPRITE, or GAME/PACK/SPRITE where it has packs"
        )
    whole = load_game(current_settings().games_dir / f"{game}.yaml")
    spec = resolve(whole, name, pack[0] if pack else None)
    read = [None if path is None else path.read_bytes() for path in (before, guide)]
    return judge_picture(spec, file.read_bytes(), before=read[0], guide=read[1])


def decoded(file: Path) -> Rgba:
    """Read a picture file."""
    from asset_pipeline.imaging.png import decode_image

    return decode_image(file.read_bytes(), what=str(file))


def report_text(what: str, report: Report, *, whole: bool) -> str:
    """Show a report as a table: of all verdicts, or only of those that failed."""
    shown = report.verdicts if whole else report.failed
    rows = [[v.outcome.value, v.metric, "-" if v.value is None else f"{v.value:.4g}", v.told] for v in shown]
    heading = f"{what}: {report.outcome.value} (thresholds {report.version}, score {report.score:.2f})"
    return "\n".join(
        [heading, *([table(["", "gate", "value", "what"], rows, right=["value"])] if rows else [])]
    )


def _mark(judged: dict[Path, Judged], output: Path) -> None:
    """Write a picture of every fault, and all failures on one sheet."""
    from asset_pipeline.export.contact_sheet import contact_sheet, tile_of
    from asset_pipeline.gates.marking import mark
    from asset_pipeline.imaging.png import encode_png

    output.mkdir(parents=True, exist_ok=True)
    tiles = []
    for file, one in judged.items():
        rgba = decoded(file)
        for verdict in one.report.verdicts:
            region = one.offending.get(verdict.metric)
            if region is not None:
                (output / f"{file.stem}.{verdict.metric}.png").write_bytes(encode_png(mark(rgba, region)))
        if one.report.failed:
            worst = one.report.failed[0]
            names = ", ".join(verdict.metric for verdict in one.report.failed)
            tiles.append(tile_of(file.stem, names, mark(rgba, one.offending.get(worst.metric))))
    if tiles:
        sheet = contact_sheet("Failures", f"{len(tiles)} of {len(judged)} pictures", tiles)
        (output / "failures.png").write_bytes(encode_png(sheet))
        click.echo(
            f"pictures of the faults: {output}", err=True
        )  # the verdicts alone may be read by a program
