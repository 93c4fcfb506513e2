"""Time that a test moves by hand."""

from __future__ import annotations

import threading


class FakeClock:
    """Sleeping moves it on at once; threads may share it."""

    def __init__(self, now: float = 1_790_000_000.0) -> None:
        self._now = now
        self._lock = threading.Lock()

    def now(self) -> float:
        """Seconds since 1970 UTC."""
        return self._now

    def monotonic(self) -> float:
        """The same seconds."""
        return self._now

    def sleep(self, seconds: float) -> None:
        """Move on."""
        with self._lock:
            self._now += seconds
