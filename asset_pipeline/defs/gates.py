"""Gates as asset checks: one check a family, with every value, its limits and a picture of each fault."""

import warnings
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import dagster as dg

from asset_pipeline.gates.families import ABOUT, FAMILIES, families_of
from asset_pipeline.gates.marking import mark
from asset_pipeline.gates.report import Judged, Report
from asset_pipeline.gates.verdicts import Outcome, Verdict
from asset_pipeline.imaging.arrays import Rgba
from asset_pipeline.imaging.png import encode_png
from asset_pipeline.imaging.thumbnail import inline_markdown
from asset_pipeline.reviews.decisions import Standing
from asset_pipeline.storage.blobs import put_blob
from asset_pipeline.storage.store import Store

REVIEW = "review"
"""The check of what people decided."""
SET = "set"
"""The check of all sprites of a pack together."""

_ABOUT = {
    **ABOUT,
    REVIEW: "No person rejected it.",
    SET: "The sprites go together: no doubles, variants that can be told apart, one scale, one size of pixels.",
}
_BAD = (Outcome.WARN, Outcome.FAIL)
CHECK_OUTS = {
    family: dg.Out(dg.Nothing, is_required=False, description=about)
    for family, about in _ABOUT.items()
    if family != SET
}
"""One output a family for the op that judges; which of them an asset announces is its own matter."""


def check_specs(
    key: dg.AssetKey, families: Iterable[str], packs: dg.PartitionsDefinition | None
) -> list[dg.AssetCheckSpec]:
    """Announce the checks of an asset, all of which hold up what is downstream.

    Args:
        key: of the asset.
        families: what it may be judged by, in any pack.
        packs: its partitions, each of which is judged for itself.
    """
    with warnings.catch_warnings():
        # Without partitions of its own, a check would tell of the pack that was made last and hide the others.
        warnings.simplefilter("ignore", dg.PreviewWarning)
        return [
            dg.AssetCheckSpec(
                family, asset=key, description=_ABOUT[family], blocking=True, partitions_def=packs
            )
            for family in families
        ]


def check_results(
    context: dg.OpExecutionContext, judged: Judged, canvases: Iterable[Rgba], store: Store
) -> Iterator[dg.AssetCheckResult]:
    """Tell each family's verdicts.

    Args:
        context: of the op that yields them.
        judged: the verdicts, and the pixels at fault.
        canvases: the pictures they were measured on; each fault is drawn on the one of its size.
        store: where pictures of faults are kept.
    """
    pictures = {canvas.shape[:2]: canvas for canvas in canvases}
    by_metric = {verdict.metric: verdict for verdict in judged.report.verdicts}
    for family in families_of(by_metric):
        verdicts = [by_metric[gate] for gate in FAMILIES[family] if gate in by_metric]
        faults = [verdict for verdict in verdicts if verdict.outcome in _BAD]
        if all(verdict.outcome is Outcome.SKIPPED for verdict in verdicts):
            faults = verdicts  # nothing was measured, and green means measured
        yield dg.AssetCheckResult(
            passed=not faults,
            check_name=family,
            asset_key=context.asset_key,
            severity=_severity(faults),
            description="\n".join(verdict.told for verdict in faults) or ABOUT[family],
            metadata={**_told(judged, verdicts), **_shown(judged, faults, pictures, store)},
        )
    # What is announced for another pack's style must be answered, too, or Dagster warns that it could not block.
    for spec in context.assets_def.check_specs:
        if spec.name in ABOUT and spec.name not in families_of(by_metric):
            yield dg.AssetCheckResult(
                passed=True,
                check_name=spec.name,
                asset_key=context.asset_key,
                description="this pack's style is not asked for it",
            )


def set_result(key: dg.AssetKey, report: Report) -> dg.AssetCheckResult:
    """Tell the verdicts on all sprites of a pack together, for the asset of that *key*."""
    faults = [verdict for verdict in report.verdicts if verdict.outcome in _BAD]
    return dg.AssetCheckResult(
        passed=not faults,
        check_name=SET,
        asset_key=key,
        severity=_severity(faults),
        description="\n".join(verdict.told for verdict in faults) or _ABOUT[SET],
        metadata={"verdicts": _table(report.verdicts), "thresholds_version": report.version},
    )


def review_result(key: dg.AssetKey, standing: Standing, picture: str, url: str | None) -> dg.AssetCheckResult:
    """Tell what people decided about a sprite's *picture*, and where they decide; only a rejection fails."""
    said = [
        f"{d.when:%Y-%m-%d %H:%M} {d.who}: {d.action}{f', {d.why}' if d.why else ''}"
        for d in standing.about(picture)
    ]
    rejected = picture in standing.rejected
    advice = "; for another picture set take or candidates, or approve this one" if rejected else ""
    return dg.AssetCheckResult(
        passed=not rejected,
        check_name=REVIEW,
        asset_key=key,
        description=said[-1] + advice if said else "nobody has decided about it yet",
        metadata={
            **({"decisions": dg.MetadataValue.md("\n".join(f"- {line}" for line in said))} if said else {}),
            **({} if url is None else {"decide": dg.MetadataValue.url(url)}),
        },
    )


def _severity(faults: Iterable[Verdict]) -> dg.AssetCheckSeverity:
    blocks = any(verdict.blocks for verdict in faults)
    return dg.AssetCheckSeverity.ERROR if blocks else dg.AssetCheckSeverity.WARN


def _told(judged: Judged, verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """Return the table for people, and each value as a number, which the UI plots over time."""
    values = {v.metric: float(v.value) for v in verdicts if v.value is not None}
    return {"verdicts": _table(verdicts), "thresholds_version": judged.report.version, **values}


def _table(verdicts: Sequence[Verdict]) -> dg.MarkdownMetadataValue:
    rows = [
        [
            v.outcome.value,
            v.metric,
            v.limits,
            v.told.replace("|", "/"),
        ]
        for v in verdicts
    ]
    return dg.MetadataValue.md(
        "\n".join(f"| {' | '.join(row)} |" for row in [["", "gate", "limits", "what"], ["---"] * 4, *rows])
    )


def _shown(
    judged: Judged, faults: Iterable[Verdict], pictures: dict[tuple[int, ...], Rgba], store: Store
) -> dict[str, Any]:
    """Return a picture of each fault that has certain pixels."""
    shown: dict[str, Any] = {}
    for verdict in faults:
        where = judged.offending.get(verdict.metric)
        picture = None if where is None else pictures.get(where.shape)
        if picture is None:
            continue
        marked = mark(picture, where)
        url = store.browser_url(put_blob(store, encode_png(marked)))
        small = inline_markdown(marked, f"{verdict.metric}, at fault in magenta")
        shown[f"{verdict.metric}_fault"] = dg.MetadataValue.md(
            small if url is None else f"{small} [large]({url})"
        )
    return shown
