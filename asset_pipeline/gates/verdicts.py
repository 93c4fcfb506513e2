"""One number held against its limits: pass, warn or fail, and what to do."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from asset_pipeline.gates.thresholds import Limit, Range

_NOTHING: Mapping[str, float] = MappingProxyType({})


class Outcome(StrEnum):
    """What a gate says. ``SKIPPED``: it could not look, which is neither good nor bad."""

    PASS = "pass"  # noqa: S105  # not a password
    WARN = "warn"
    FAIL = "fail"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Verdict:
    """What a gate says about one value.

    Attributes:
        metric: the gate's name.
        outcome: pass, warn, fail or skipped.
        value: what was measured; ``None`` where nothing could be.
        limit: what it was held against.
        version: version of the thresholds.
        sentence: what was found and what to do, to be shown to people.
        subject: what was judged, where that is not one sprite: ``gem_red + gem_pink``.
        details: other numbers of the same measurement, by name.
    """

    metric: str
    outcome: Outcome
    value: float | None
    limit: Limit
    version: str
    sentence: str
    subject: str = ""
    details: Mapping[str, float] = field(default_factory=lambda: _NOTHING)

    @property
    def told(self) -> str:
        """The sentence, and of whom it is said: of a cell, a layer, or two sprites that are too much alike."""
        return f"{self.subject}: {self.sentence}" if self.subject else self.sentence

    @property
    def blocks(self) -> bool:
        """Whether it holds up everything downstream."""
        return self.outcome is Outcome.FAIL and self.limit.blocks

    @property
    def hopeless(self) -> bool:
        """Whether it is beyond mending, so that only another roll of the dice helps."""
        return self.blocks and self.value is not None and not self.limit.hard.holds(self.value)

    @property
    def limits(self) -> str:
        """What passes and what fails, in words."""
        return f"good: {_worded(self.limit.good)}, fails: {_outside(self.limit.fail)}"

    @property
    def quality(self) -> float | None:
        """1 where it passes, falling to 0 at the limit of failing and to -1 far beyond; ``None`` where skipped."""
        return None if self.value is None else _quality(self.value, self.limit)


def judge(  # noqa: PLR0913  # a value, its limit, and what is kept beside them
    value: float | None,
    limit: Limit,
    *,
    version: str,
    why_not: str = "there was nothing to measure",
    subject: str = "",
    details: Mapping[str, float] = _NOTHING,
) -> Verdict:
    """Hold a value against its limit.

    Args:
        value: what was measured, ``None`` (or NaN) where nothing could be.
        limit: what it must be.
        version: version of the thresholds.
        why_not: why there is no value, for the sentence.
        subject: what was judged.
        details: kept with the verdict.

    >>> from asset_pipeline.gates.thresholds import thresholds
    >>> verdict = judge(0.12, thresholds().limits["halo"], version="1")
    >>> verdict.outcome.value, verdict.sentence
    ('fail', 'the edge is 12.0% background (good: at most 0.03, fails: above 0.05); the old background shows along \
the edge: decontaminate the colour, shrink the alpha, or declare an outline')
    """
    if value is None or math.isnan(value):
        return Verdict(
            limit.metric, Outcome.SKIPPED, None, limit, version, f"not judged: {why_not}", subject, details
        )
    outcome = _outcome(value, limit)
    return Verdict(
        limit.metric, outcome, value, limit, version, _sentence(value, limit, outcome), subject, details
    )


def _outcome(value: float, limit: Limit) -> Outcome:
    if limit.good.holds(value):
        return Outcome.PASS
    return Outcome.WARN if limit.fail.holds(value) else Outcome.FAIL


def _sentence(value: float, limit: Limit, outcome: Outcome) -> str:
    found = limit.says.format(value)
    if limit.reason:
        found += f" [limits overridden: {limit.reason}]"
    if outcome is Outcome.PASS:
        return found
    advice = limit.low if value < limit.good.least else limit.high
    return f"{found} (good: {_worded(limit.good)}, fails: {_outside(limit.fail)}); {advice}"


def _worded(good: Range) -> str:
    if math.isinf(good.least) and math.isinf(good.most):
        return "anything"
    if math.isinf(good.least):
        return f"at most {good.most:g}"
    return f"at least {good.least:g}" if math.isinf(good.most) else f"{good.least:g} to {good.most:g}"


def _outside(fail: Range) -> str:
    below = "" if math.isinf(fail.least) else f"below {fail.least:g}"
    above = "" if math.isinf(fail.most) else f"above {fail.most:g}"
    return " or ".join(filter(None, (below, above))) or "never"


def _quality(value: float, limit: Limit) -> float:
    if limit.good.holds(value):
        return 1.0
    low = value < limit.good.least
    good, fail = (limit.good.least, limit.fail.least) if low else (limit.good.most, limit.fail.most)
    if math.isinf(fail):
        return 0.5
    width = abs(good - fail) or max(abs(fail), 1e-9)
    beyond = abs(value - good) / width
    return max(-1.0, 1 - beyond) if good != fail else -min(1.0, beyond)
