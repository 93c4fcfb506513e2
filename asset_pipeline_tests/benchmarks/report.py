"""How every benchmark says what it measured: each figure beside its limit."""

from __future__ import annotations

import json as json_format
from collections.abc import Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Figure:
    """One measured figure.

    Attributes:
        name: what was measured.
        value: how much it was.
        unit: the unit of *value* and *limit*.
        limit: what it should not exceed; ``None`` for a figure that is there to compare with.
    """

    name: str
    value: float
    unit: str
    limit: float | None

    @property
    def ratio(self) -> float | None:
        """*value* divided by *limit*: above 1 is too much."""
        return self.value / self.limit if self.limit else None


def emit(name: str, figures: Sequence[Figure], *, json: bool) -> None:
    """Print *figures* as one JSON object, or as a table for people."""
    if json:
        rows = [asdict(figure) | {"ratio": figure.ratio} for figure in figures]
        print(json_format.dumps({"name": name, "figures": rows}))
        return
    print(name)
    for figure in figures:
        beside = "" if figure.limit is None else f"limit {figure.limit:10.2f}   ratio {figure.ratio:5.2f}"
        print(f"  {figure.name:<32} {figure.value:12.2f} {figure.unit:<6} {beside}".rstrip())
