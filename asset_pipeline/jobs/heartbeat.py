"""Signs of life for everything this process works on."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from asset_pipeline.jobs.clock import Clock
from asset_pipeline.jobs.journal import Journal
from asset_pipeline.jobs.owners import LEASE_S, new_owner, retire

_log = logging.getLogger(__name__)


class Heartbeat:
    """One thread that renews the leases of all owners of this process, while there are any."""

    def __init__(self, journal: Journal, clock: Clock, *, every_s: float = LEASE_S / 4) -> None:
        self._journal = journal
        self._clock = clock
        self._every_s = every_s
        self._owners: set[str] = set()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    @contextmanager
    def owner(self) -> Iterator[str]:
        """Give a new owner's name, kept alive until the block ends."""
        owner = new_owner()
        with self._changed:
            self._owners.add(owner)
            if self._thread is None:
                self._thread = threading.Thread(target=self._beat, name="journal-heartbeat", daemon=True)
                self._thread.start()
        try:
            yield owner
        finally:
            with self._changed:
                self._owners.discard(owner)
                self._changed.notify()
            retire(owner)

    def _beat(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: not self._owners, timeout=self._every_s)
                owners = sorted(self._owners)
                if not owners:
                    self._thread = None
                    return
            try:
                self._journal.renew(owners, self._clock.now())
            except Exception:  # noqa: BLE001 - the next beat may succeed; a dead heart would be worse
                _log.warning("the journal could not be told that this process lives", exc_info=True)
