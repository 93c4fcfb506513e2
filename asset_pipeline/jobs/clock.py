"""Time as an argument, so that tests need not wait."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol


class Clock(Protocol):
    """What the door asks of time; ``testing`` has one that a test moves by hand."""

    def now(self) -> float:
        """Seconds since 1970 UTC: for what is written down and compared between machines."""

    def monotonic(self) -> float:
        """Seconds that never jump: for deadlines."""

    def sleep(self, seconds: float) -> None:
        """Wait."""


class SystemClock:
    """The machine's own time.

    Args:
        sleep: how to wait; an op passes one that ends when its run is stopped.
    """

    def __init__(self, sleep: Callable[[float], None] = time.sleep) -> None:
        self._sleep = sleep

    def now(self) -> float:
        """Seconds since 1970 UTC."""
        return time.time()

    def monotonic(self) -> float:
        """Seconds that never jump."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        self._sleep(seconds)
