"""The numbers behind the gates: read from data, with their version, and overridden only with a reason."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, NamedTuple

from asset_pipeline.errors import ConfigError

_CHANGEABLE = frozenset({"good", "fail", "hard", "low", "high", "source"})


class Range(NamedTuple):
    """From *least* to *most*, ends included; infinite where there is no end."""

    least: float
    most: float

    def holds(self, value: float) -> bool:
        """Tell whether *value* lies in it."""
        return self.least <= value <= self.most


EVERYTHING = Range(-math.inf, math.inf)


@dataclass(frozen=True)
class Limit:
    """What one metric must be.

    Attributes:
        metric: its name, such as ``halo``.
        measures: the measurement it judges, ``D1`` to ``D26``, or ``set``.
        good: values that pass.
        fail: values that do not fail; between both is a warning.
        hard: values that are not hopeless; outside, mending is no use.
        blocks: whether a failure holds up everything downstream, or is only a warning.
        says: what was found, with the value for ``{}``.
        low: what to do about a value below.
        high: what to do about one above.
        source: where the numbers come from.
        reason: why they were overridden; empty where they were not.
    """

    metric: str
    measures: str
    good: Range
    fail: Range
    hard: Range
    blocks: bool
    says: str
    low: str
    high: str
    source: str
    reason: str = ""


@dataclass(frozen=True)
class Override:
    """A change of one metric's limits for a game or a sprite.

    Attributes:
        metric: whose.
        reason: why; kept with every verdict. Not empty.
        good: the new range, or ``None`` to keep the old one.
        fail: likewise.
        off: do not judge this metric at all.
    """

    metric: str
    reason: str
    good: tuple[float, float] | None = None
    fail: tuple[float, float] | None = None
    off: bool = False


@dataclass(frozen=True)
class Thresholds:
    """All limits of one kind and style of sprite.

    Attributes:
        version: of the data they come from.
        limits: by metric.
    """

    version: str
    limits: Mapping[str, Limit]

    def overridden(self, overrides: Iterable[Override]) -> Thresholds:
        """Return them with *overrides* applied, the last one winning.

        Raises:
            ConfigError: a metric is unknown, a reason is missing, or a range is none.
        """
        limits = dict(self.limits)
        for override in overrides:
            limits[override.metric] = _overridden(limits.get(override.metric), override, self.limits)
        return replace(self, limits=MappingProxyType(limits))


def thresholds(*, kind: str = "entity", style: str = "") -> Thresholds:
    """Return the limits for sprites of a kind and style.

    Args:
        kind: entity, background, title, parallax, sheet or ui.
        style: as the manifest has it; "pixel art" takes what is said of ``pixel``.

    Raises:
        ConfigError: the data is damaged.

    >>> thresholds().limits["halo"].fail
    Range(least=-inf, most=0.05)
    """
    data = _data()
    return Thresholds(
        version=str(data["version"]),
        limits=MappingProxyType(
            {
                name: _limit(name, table, kind, style.lower())
                for name, table in data.items()
                if isinstance(table, Mapping)
            }
        ),
    )


@cache
def _data() -> Mapping[str, Any]:
    try:
        return tomllib.loads(files(__package__ or "").joinpath("thresholds.toml").read_text("utf-8"))
    except (FileNotFoundError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"gates/thresholds.toml cannot be read: {error}") from error


def _limit(metric: str, table: Mapping[str, Any], kind: str, style: str) -> Limit:
    entries = dict(table)
    styles, kinds = entries.pop("style", {}), entries.pop("kind", {})
    for change in (*(styles[word] for word in sorted(styles) if word in style), kinds.get(kind, {})):
        if unknown := change.keys() - _CHANGEABLE:
            raise ConfigError(
                f"gates/thresholds.toml: {metric} changes {sorted(unknown)}; only its ranges and its advice can"
            )
        entries.update(change)
    try:
        return Limit(
            metric=metric,
            measures=entries["measures"],
            good=_range(metric, entries["good"]),
            fail=_range(metric, entries["fail"]),
            hard=_range(metric, entries.get("hard", EVERYTHING)),
            blocks=entries.get("blocks", True),
            says=entries["says"],
            low=entries.get("low", ""),
            high=entries.get("high", ""),
            source=entries["source"],
        )
    except KeyError as error:
        raise ConfigError(f"gates/thresholds.toml: {metric} has no {error}") from error


def _overridden(limit: Limit | None, override: Override, known: Mapping[str, Limit]) -> Limit:
    if limit is None:
        raise ConfigError(f"there is no gate {override.metric!r}; there are {', '.join(sorted(known))}")
    if not override.reason.strip():
        raise ConfigError(f"the gate {override.metric!r} is overridden without a reason; write why")
    good, fail = (EVERYTHING, EVERYTHING) if override.off else (override.good, override.fail)
    return replace(
        limit,
        good=limit.good if good is None else _range(override.metric, good),
        fail=limit.fail if fail is None else _range(override.metric, fail),
        hard=EVERYTHING,
        reason=override.reason.strip(),
    )


def _range(metric: str, ends: Iterable[float]) -> Range:
    values = tuple(ends)
    if len(values) != 2 or not values[0] <= values[1]:
        raise ConfigError(f"the limits of {metric!r} are to be [least, most], not {list(values)}")
    return Range(float(values[0]), float(values[1]))
