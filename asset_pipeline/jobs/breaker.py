"""Leaving a provider alone that does not answer, so that a hundred sprites do not wait for it one after the other."""

from __future__ import annotations

import threading

from asset_pipeline.errors import ProviderUnavailable
from asset_pipeline.jobs.clock import Clock

OPENS_AFTER = 5  # failures in a row, over all threads
STAYS_OPEN_S = 60.0


class LeftAlone(ProviderUnavailable):
    """The breaker is open: the provider was not asked."""


class Breaker:
    """Counts failures in a row of one provider; when it is open, calls fail at once until a while has passed."""

    def __init__(self, provider: str, clock: Clock) -> None:
        self._provider = provider
        self._clock = clock
        self._failures = 0
        self._open_until = 0.0
        self._lock = threading.Lock()

    def require_closed(self) -> None:
        """Let a call pass; after the pause, one call at a time may try.

        Raises:
            LeftAlone: the provider is left alone for now; says for how long.
        """
        with self._lock:
            left_s = self._open_until - self._clock.monotonic()
            if left_s > 0:
                raise LeftAlone(
                    self._provider,
                    f"did not answer {self._failures} times in a row; left alone for another {left_s:.0f} s",
                    retry_after_s=left_s,
                )
            if self._failures >= OPENS_AFTER:
                self._open_until = (
                    self._clock.monotonic() + STAYS_OPEN_S
                )  # this call tries; others wait for it

    def succeeded(self) -> None:
        """The provider answered, whatever it said."""
        with self._lock:
            self._failures, self._open_until = 0, 0.0

    def failed(self) -> None:
        """The provider did not answer."""
        with self._lock:
            self._failures += 1
            if self._failures >= OPENS_AFTER:
                self._open_until = self._clock.monotonic() + STAYS_OPEN_S
