"""Durations for formats that count whole milliseconds."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise


def whole_ms(durations_ms: Sequence[float]) -> list[int]:
    """Round durations so that every frame begins within half a millisecond of its time, and none is left out.

    >>> whole_ms([1000 / 12] * 3)
    [83, 84, 83]
    """
    begins = [round(begin) for begin in accumulate(durations_ms, initial=0.0)]
    return [max(1, end - begin) for begin, end in pairwise(begins)]
