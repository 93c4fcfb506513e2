"""Judging a sprite by all its gates together."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from asset_pipeline.gates.case import Case
from asset_pipeline.gates.readings import read
from asset_pipeline.gates.thresholds import Limit, Range, Thresholds
from asset_pipeline.gates.verdicts import Outcome, Verdict, judge
from asset_pipeline.imaging.arrays import Region


@dataclass(frozen=True)
class Report:
    """All verdicts on one sprite, or on one set of sprites.

    Attributes:
        verdicts: in the order in which people should read them.
        version: of the thresholds.
    """

    verdicts: tuple[Verdict, ...]
    version: str

    @property
    def outcome(self) -> Outcome:
        """``FAIL`` where one verdict blocks, ``WARN`` where one is a warning or a failure that does not block.

        ``SKIPPED`` where not one gate could look: that is no pass.
        """
        if any(verdict.blocks for verdict in self.verdicts):
            return Outcome.FAIL
        seen = {verdict.outcome for verdict in self.verdicts}
        if seen & {Outcome.WARN, Outcome.FAIL}:
            return Outcome.WARN
        return Outcome.PASS if Outcome.PASS in seen else Outcome.SKIPPED

    @property
    def failed(self) -> tuple[Verdict, ...]:
        """The verdicts that block."""
        return tuple(verdict for verdict in self.verdicts if verdict.blocks)

    @property
    def score(self) -> float:
        """The mean quality of all verdicts, -1 to 1, so that no single number decides; -1 where nothing was told."""
        told = [verdict.quality for verdict in self.verdicts if verdict.quality is not None]
        return float(sum(told)) / len(told) if told else -1.0

    @property
    def rank(self) -> tuple[int, int, float]:
        """How good it is, for choosing between candidates: the larger, the better.

        Fewer failures beyond mending first, then fewer that block, then the score.
        """
        return -sum(verdict.hopeless for verdict in self.verdicts), -len(self.failed), self.score

    def as_json(self) -> dict[str, Any]:
        """Return it as plain lists, dicts, strings and finite numbers."""
        return {
            "outcome": self.outcome.value,
            "thresholds_version": self.version,
            "score": round(self.score, 4),
            "verdicts": [_verdict_json(verdict) for verdict in self.verdicts],
        }


@dataclass(frozen=True, eq=False)
class Judged:
    """A report and the pixels at fault.

    Attributes:
        report: the verdicts.
        offending: by metric, bool ``(height, width)``; only of warnings and failures that have certain pixels.
    """

    report: Report
    offending: Mapping[str, Region] = field(repr=False)


def judge_case(case: Case, metrics: Iterable[str], thresholds: Thresholds) -> Judged:
    """Measure a case and hold it against its limits.

    Args:
        case: the sprite.
        metrics: which gates; see :func:`~asset_pipeline.gates.select.select`.
        thresholds: their limits, overrides applied.

    Raises:
        ImageError: the case's pictures do not fit each other.
        KeyError: a metric is unknown.
    """
    verdicts: list[Verdict] = []
    offending: dict[str, Region] = {}
    for metric in metrics:
        reading = read(metric, case)
        limit = _of_case(thresholds.limits[metric], case)
        verdict = judge(
            reading.value,
            limit,
            version=thresholds.version,
            why_not=reading.why_not,
            subject=reading.subject,
            details=reading.details,
        )
        verdicts.append(verdict)
        if verdict.outcome in {Outcome.WARN, Outcome.FAIL} and reading.offending is not None:
            offending[metric] = reading.offending
    return Judged(Report(tuple(verdicts), thresholds.version), MappingProxyType(offending))


def _of_case(limit: Limit, case: Case) -> Limit:
    """A palette declares how many colours there may be, unless a reason says otherwise."""
    if limit.metric == "colour_count" and case.palette and not limit.reason:
        return replace(limit, good=Range(-math.inf, len(case.palette)))
    return limit


def _verdict_json(verdict: Verdict) -> dict[str, Any]:
    limit = verdict.limit
    texts = {"subject": verdict.subject, "override_reason": limit.reason}
    written: dict[str, Any] = {
        "metric": verdict.metric,
        "measures": limit.measures,
        "outcome": verdict.outcome.value,
        "value": _number(verdict.value),
        "good": [_number(end) for end in limit.good],
        "fail": [_number(end) for end in limit.fail],
        "blocks": verdict.blocks,
        "thresholds_version": verdict.version,
        "sentence": verdict.sentence,
        **{name: text for name, text in texts.items() if text},
    }
    if verdict.hopeless:
        written["hopeless"] = True
    if verdict.details:
        written["details"] = {name: _number(value) for name, value in verdict.details.items()}
    return written


def _number(value: float | None) -> float | int | None:
    """JSON has no infinity; an open end is null."""
    if value is None or not math.isfinite(value):
        return None
    return value if isinstance(value, int) else round(float(value), 6)
