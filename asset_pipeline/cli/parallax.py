"""The command that splits any scene into layers for parallax scrolling."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from asset_pipeline.cli.common import plain_errors
from asset_pipeline.cli.pictures import FILE, decoded, report_text
from asset_pipeline.cli.tables import table

if TYPE_CHECKING:
    from asset_pipeline.gates.report import Report
    from asset_pipeline.imaging.parallax.layer_set import LayerSet


@click.command()
@click.argument("image", type=FILE)
@click.option("--layers", "layer_count", type=int, default=4, show_default=True, help="How many layers.")
@click.option("--loop/--no-loop", default=True, show_default=True, help="Whether it is to repeat sideways.")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="The folder to fill.")
@plain_errors
def decompose(image: Path, layer_count: int, *, loop: bool, output: Path) -> None:
    """Split IMAGE into layers for parallax scrolling and measure them; exit code 1 where a gate fails.

    The folder gets the layers back to front (layer_0.png, layer_1.png ...), composite.png, parallax.json for the game and
    preview.webp, which moves.
    """
    from asset_pipeline.imaging.parallax.assemble import assemble
    from asset_pipeline.imaging.parallax.decompose import decompose as split
    from asset_pipeline.imaging.parallax.looping import looped

    scene = decoded(image)
    scene = looped(scene) if loop else scene
    layer_set = assemble(scene, split(scene, layer_count, wraps=loop), wraps=loop)
    _write_layers(layer_set, output)
    report = _judged_layers(layer_set)
    click.echo(_layers_text(layer_set, output))
    click.echo(report_text(str(image), report, whole=True))
    if len(layer_set.layers) < layer_count:
        click.echo(
            f"the scene has {len(layer_set.layers)} depths that can be told apart, not {layer_count}",
            err=True,
        )
    sys.exit(1 if report.failed or len(layer_set.layers) < layer_count else 0)


def _write_layers(layer_set: LayerSet, output: Path) -> None:
    from asset_pipeline.export.parallax import parallax_json, preview
    from asset_pipeline.imaging.png import encode_png

    output.mkdir(parents=True, exist_ok=True)
    names = [f"layer_{number}.png" for number in range(len(layer_set.layers))]
    for name, layer in zip(names, layer_set.layers, strict=True):
        (output / name).write_bytes(encode_png(layer.rgba))
    (output / "composite.png").write_bytes(encode_png(layer_set.composite))
    (output / "parallax.json").write_text(json.dumps(parallax_json(layer_set, names), indent=2) + "\n")
    (output / "preview.webp").write_bytes(preview(layer_set))


def _judged_layers(layer_set: LayerSet) -> Report:
    from asset_pipeline.gates.case import Case
    from asset_pipeline.gates.report import judge_case
    from asset_pipeline.gates.select import select
    from asset_pipeline.gates.thresholds import thresholds

    case = Case(layer_set.source, layers=[layer.rgba for layer in layer_set.layers])
    gates = select(kind="parallax", step="decompose_layers")
    return judge_case(case, gates, thresholds(kind="parallax")).report


def _layers_text(layer_set: LayerSet, output: Path) -> str:
    rows = [
        [
            f"layer_{number}.png",
            f"{layer.depth:.2f}",
            f"{layer.parallax_factor:.2f}",
            layer.anchor,
            f"{layer.seam_as_given:.2f}",
            f"{layer.seam:.2f}",
        ]
        for number, layer in enumerate(layer_set.layers)
    ]
    heads = ["layer", "depth", "parallax", "anchor", "seam before", "after"]
    dropped = [f"picture {each.given_as} was dropped: {each.reason}" for each in layer_set.dropped]
    return "\n".join(
        [
            f"{output}: {len(rows)} layers that give the scene with {layer_set.psnr_db:.1f} dB",
            table(heads, rows, right=["depth", "parallax", "seam before", "after"]),
            *dropped,
        ]
    )
