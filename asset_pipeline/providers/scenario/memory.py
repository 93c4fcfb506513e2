"""The contracts of models, remembered for a day."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Final

from asset_pipeline.errors import ProviderUnavailable
from asset_pipeline.providers.remote import Json
from asset_pipeline.providers.scenario.contracts import Contract, contract_from, offline

DAY_S: Final = 86_400.0


class Contracts:
    """Contracts by model id, each asked for once a day; safe to use from many threads."""

    def __init__(
        self,
        read: Callable[[str], Json],
        *,
        model_ids: Mapping[str, str],
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Begin with an empty memory.

        Args:
            read: asks Scenario for one model by its id.
            model_ids: short name to id, for the offline copies.
            clock: seconds since 1970.
        """
        self._read, self._clock = read, clock
        self._names = {model_id: name for name, model_id in model_ids.items()}
        self._known: dict[str, tuple[float, Contract]] = {}
        self._lock = threading.Lock()

    def get(self, model_id: str) -> Contract:
        """Return the contract of today; yesterday's or the offline copy while Scenario does not answer.

        Raises:
            ProviderRejected: there is no such model, or this key may not use it.
            ProviderUnavailable: no answer, and nothing is known of this model.
        """
        now = self._clock()
        with self._lock:
            asked_at, known = self._known.get(model_id, (0.0, None))
        if known is not None and now - asked_at < DAY_S:
            return known
        try:
            model = self._read(model_id)
        except ProviderUnavailable:
            if (fallback := self.at_hand(model_id)) is None:
                raise
            return fallback
        today = datetime.fromtimestamp(now, UTC).date()
        contract = contract_from({**model, "id": model_id}, as_of=today, live=True)
        with self._lock:
            self._known[model_id] = now, contract
        return contract

    def at_hand(self, model_id: str) -> Contract | None:
        """Return what is known of a model without asking anybody; ``None`` where nothing is."""
        with self._lock:
            _, known = self._known.get(model_id, (0.0, None))
        return known or offline(self._names.get(model_id, ""), model_id)
