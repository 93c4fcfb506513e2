"""Thresholds proposed from labelled pictures: how well each gate tells good from bad, and where its limit should lie."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from asset_pipeline.gates.case import Case
from asset_pipeline.gates.readings import read
from asset_pipeline.gates.thresholds import Limit, Range, Thresholds

Values: TypeAlias = NDArray[np.float64]

ANY_FAULT = "*"
_FEWEST = 5
_MOST_FALSE_ALARMS = 0.05
_GOOD_SHARE = 0.90


@dataclass(frozen=True)
class Labelled:
    """What was measured of one labelled picture.

    Attributes:
        name: the picture, for people.
        values: the numbers, by metric; what could not be measured is left out.
        faults: the metrics that should fail; empty for a good picture, ``{"*"}`` for a bad one of unknown fault.
    """

    name: str
    values: Mapping[str, float]
    faults: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Rates:
    """How often a gate is right.

    Attributes:
        recall: share of the pictures with this fault that fail; ``None`` where there are none.
        false_alarms: share of the pictures without it that fail; ``None`` where there are none.
    """

    recall: float | None
    false_alarms: float | None


@dataclass(frozen=True)
class Proposal:
    """What the labelled pictures say about one gate.

    Attributes:
        metric: the gate.
        faulty: pictures labelled with its fault.
        sound: pictures without it.
        now: how well the limits in force do.
        good: proposed range of what passes; ``None`` where there are too few pictures to say.
        fail: proposed range of what does not fail; likewise.
        then: how well the proposed limits would do on the same pictures; likewise.
    """

    metric: str
    faulty: int
    sound: int
    now: Rates
    good: Range | None
    fail: Range | None
    then: Rates | None


def measure_labelled(name: str, case: Case, metrics: Iterable[str], faults: Iterable[str] = ()) -> Labelled:
    """Measure a labelled picture.

    Raises:
        ImageError: the case's pictures do not fit each other.
        KeyError: a metric is unknown.
    """
    values = {metric: value for metric in metrics if (value := read(metric, case).value) is not None}
    return Labelled(name, values, frozenset(faults))


def recalibrate(pictures: Sequence[Labelled], thresholds: Thresholds) -> tuple[Proposal, ...]:
    """Propose limits for every gate that was measured.

    The proposed ``fail`` separates best: of all limits with at most 5 % false alarms the one with the highest recall,
    in the middle of the gap it lies in. ``good`` holds nine in ten of the sound pictures. Where fewer than 5
    pictures have the fault, or are sound, nothing is proposed. Ranges with two ends keep the one for which no
    faulty picture was seen.

    Args:
        pictures: labelled and measured; those of unknown fault are left out of every gate.
        thresholds: the limits in force.
    """
    known = [picture for picture in pictures if ANY_FAULT not in picture.faults]
    return tuple(
        _proposal(metric, known, limit)
        for metric, limit in thresholds.limits.items()
        if any(metric in picture.values for picture in known)
    )


def caught(pictures: Sequence[Labelled], thresholds: Thresholds) -> Rates:
    """Return how often a bad picture, of whatever fault, fails any gate at all, and how often a good one does."""
    bad = [_fails_any(picture, thresholds) for picture in pictures if picture.faults]
    good = [_fails_any(picture, thresholds) for picture in pictures if not picture.faults]
    return Rates(_share(bad), _share(good))


def as_toml(proposals: Iterable[Proposal]) -> str:
    """Write what is proposed the way ``thresholds.toml`` has it, with the rates as comments."""
    lines: list[str] = []
    for one in proposals:
        lines += [
            f"[{one.metric}]",
            f"# {one.faulty} with this fault, {one.sound} without; now {_worded(one.now)}",
        ]
        if one.good is None or one.fail is None or one.then is None:
            lines.append(f"# too few to propose anything ({_FEWEST} of each are needed)")
        else:
            lines += [
                f"# proposed: {_worded(one.then)}",
                f"good = {_ends(one.good)}",
                f"fail = {_ends(one.fail)}",
            ]
        lines.append("")
    return "\n".join(lines)


def _proposal(metric: str, pictures: Sequence[Labelled], limit: Limit) -> Proposal:
    measured = [picture for picture in pictures if metric in picture.values]
    faulty = np.array([p.values[metric] for p in measured if metric in p.faults])
    sound = np.array([p.values[metric] for p in measured if metric not in p.faults])
    now = _rates(faulty, sound, limit.fail)
    if min(len(faulty), len(sound)) < _FEWEST:
        return Proposal(metric, len(faulty), len(sound), now, None, None, None)
    fail = _separating(faulty, sound, limit)
    good = _usual(sound, fail)
    return Proposal(metric, len(faulty), len(sound), now, good, fail, _rates(faulty, sound, fail))


def _separating(faulty: Values, sound: Values, limit: Limit) -> Range:
    """Return the best ``fail``: one end from the pictures, the other as it was."""
    middle = float(np.median(sound))
    upwards = limit.fail.least == -math.inf or float(np.mean(faulty > middle)) >= 0.5
    if limit.fail.most == math.inf and limit.fail.least > -math.inf:
        upwards = False
    sign = 1.0 if upwards else -1.0
    end = sign * _best_limit(sign * faulty, sign * sound)
    return Range(limit.fail.least, end) if upwards else Range(end, limit.fail.most)


def _best_limit(faulty: Values, sound: Values) -> float:
    """Return the limit above which to fail: highest recall of those with few false alarms, midway in its gap."""
    every = np.unique(np.concatenate([faulty, sound]))
    middles = (every[1:] + every[:-1]) / 2
    alarms = np.array([np.mean(sound > limit) for limit in middles])
    recalls = np.array([np.mean(faulty > limit) for limit in middles])
    allowed = alarms <= _MOST_FALSE_ALARMS
    if not allowed.any():
        return float(every[-1])
    best = np.flatnonzero(allowed & (recalls == recalls[allowed].max()))
    return float(middles[best[np.argmin(alarms[best])]])


def _usual(sound: Values, fail: Range) -> Range:
    """Return what nine in ten of the sound pictures are within, on the sides on which one can fail."""
    low, high = np.quantile(sound, [1 - _GOOD_SHARE, _GOOD_SHARE])
    least = -math.inf if math.isinf(fail.least) else max(float(low), fail.least)
    most = math.inf if math.isinf(fail.most) else min(float(high), fail.most)
    return Range(min(least, most), max(least, most))


def _rates(faulty: Values, sound: Values, fail: Range) -> Rates:
    return Rates(
        _share([not fail.holds(float(value)) for value in faulty]),
        _share([not fail.holds(float(value)) for value in sound]),
    )


def _fails_any(picture: Labelled, thresholds: Thresholds) -> bool:
    return any(
        not thresholds.limits[metric].fail.holds(value) and thresholds.limits[metric].blocks
        for metric, value in picture.values.items()
    )


def _share(hits: Sequence[bool]) -> float | None:
    return sum(hits) / len(hits) if hits else None


def _worded(rates: Rates) -> str:
    recall, alarms = (
        "unknown" if rate is None else f"{rate:.1%}" for rate in (rates.recall, rates.false_alarms)
    )
    return f"recall {recall}, false alarms {alarms}"


def _ends(limits: Range) -> str:
    least, most = (f"{end:.4g}" for end in limits)
    return f"[{least}, {most}]"
