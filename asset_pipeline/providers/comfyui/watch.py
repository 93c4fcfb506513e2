"""Tells a server whose worker has died from one that is merely busy: it answers, and nothing ever runs."""

from __future__ import annotations

import threading
from collections.abc import Callable


class WorkerWatch:
    """Remembers since when the same jobs have been waiting while none runs; safe to use from many threads.

    Args:
        after_s: how long that may last.
        clock: monotonic seconds.
    """

    def __init__(self, after_s: float, clock: Callable[[], float]) -> None:
        self._after_s, self._clock = after_s, clock
        self._lock = threading.Lock()
        self._since: float | None = None
        self._waiting: frozenset[str] = frozenset()

    def is_dead(self, running: frozenset[str], waiting: frozenset[str]) -> bool:
        """Take note of the queue as it is now, and say whether the worker is dead.

        A server between two jobs looks the same for a moment; one that took a job since the last look is alive.
        """
        with self._lock:
            now = self._clock()
            if running or not waiting or not self._waiting <= waiting:
                self._since, self._waiting = None, frozenset()
                return False
            if self._since is None:
                self._since, self._waiting = now, waiting
            return now - self._since >= self._after_s
