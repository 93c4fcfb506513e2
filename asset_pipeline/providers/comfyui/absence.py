"""Since when a job has not been found: one look that finds nothing proves nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable


class Absence:
    """Remembers the first look that found nothing, for each job; safe to use from many threads.

    Args:
        clock: monotonic seconds.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._since: dict[str, float] = {}

    def lasts_s(self, job_id: str) -> float:
        """Take note that *job_id* was not found, and return for how long that has been so; 0 the first time."""
        with self._lock:
            now = self._clock()
            return now - self._since.setdefault(job_id, now)

    def ended(self, job_id: str) -> None:
        """Take note that the job is there."""
        with self._lock:
            self._since.pop(job_id, None)
