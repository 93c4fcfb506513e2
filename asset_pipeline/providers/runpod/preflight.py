"""Looking at an endpoint's health before work is sent to it, often enough and not more."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from asset_pipeline.errors import ProviderUnavailable
from asset_pipeline.providers.runpod.health import Health
from asset_pipeline.providers.runpod.queue import EndpointQueue


@dataclass(frozen=True)
class _Look:
    health: Health
    at: float


class Preflight:
    """Remembers the last two looks at each endpoint, for all threads together.

    Args:
        every_s: how long a look holds; two that are at least this far apart tell sleep from a slow start.
        clock: monotonic seconds.
    """

    def __init__(self, *, every_s: float = 20.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._every_s, self._clock = every_s, clock
        self._lock = threading.Lock()
        self._last: dict[str, _Look] = {}
        self._earlier: dict[str, _Look] = {}

    def check(self, queue: EndpointQueue) -> None:
        """Refuse to send work to an endpoint that would not begin it.

        Raises:
            ProviderUnavailable: it is asleep or unhealthy, or does not answer.
            ProviderRejected: there is no such endpoint, or the key is not accepted.
        """
        with self._lock:  # one look for all threads that wait for it
            health, earlier = self._looked(queue)
        if trouble := health.trouble(earlier):
            raise ProviderUnavailable(
                queue.provider, f"endpoint {queue.endpoint_id}: {trouble}", retry_after_s=self._every_s
            )

    def _looked(self, queue: EndpointQueue) -> tuple[Health, Health | None]:
        name, now = queue.endpoint_id, self._clock()
        last = self._last.get(name)
        if last is None or now - last.at >= self._every_s:
            health = queue.health()
            if last is not None:
                self._earlier[name] = last
            last = self._last[name] = _Look(health, now)
        earlier = self._earlier.get(name)
        return last.health, earlier.health if earlier else None
