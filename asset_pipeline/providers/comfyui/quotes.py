"""What a job is expected to cost: seconds of a dated table times a rate."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from asset_pipeline.providers.comfyui.config import ComfyConfig
from asset_pipeline.providers.prices import prices
from asset_pipeline.providers.remote import Money, Quote
from asset_pipeline.providers.runpod.costs import OwnCosts

_SLOWEST = Decimal(3)  # how much longer than likely a job may take where we give it up as unknown


class ServerCosts:
    """Reckons jobs at a server: free on a machine of one's own, or by a rate that its owner sets.

    Args:
        rate: USD per second of work.
    """

    def __init__(self, rate: Decimal) -> None:
        self._rate = rate

    def quote(self, model: str) -> Quote:
        """Reckon before the call."""
        if not self._rate:
            return Quote(Decimal(0), Decimal(0), "free", "a machine of one's own")
        usd = likely_s(model) * self._rate
        return Quote(usd, usd * _SLOWEST, "estimated", f"{likely_s(model)} s at {self._rate} USD a second")

    def reckon(self, run_s: float | None) -> Money:
        """Reckon a job that ended."""
        if not self._rate:
            return Money(Decimal(0), "free")
        return Money(Decimal(str(run_s or 0)) * self._rate, "estimated")


class EndpointCosts:
    """Reckons jobs at a RunPod endpoint, which bills from a worker's start to its stop.

    Args:
        costs: the endpoint's rate and its worker's start and idle time.
        deadline_s: how long a job may run.
    """

    def __init__(self, costs: OwnCosts, deadline_s: float) -> None:
        self.costs = costs
        self._deadline_s = deadline_s

    @classmethod
    def of(cls, config: ComfyConfig) -> EndpointCosts:
        """Read the price table.

        Raises:
            ConfigError: it has no such GPU.
        """
        costs = OwnCosts.of(config.gpu)
        if config.usd_per_second is not None:
            costs = replace(costs, rate=config.usd_per_second)
        return cls(costs, config.run_s)

    def quote(self, model: str) -> Quote:
        """Reckon before the call; see :meth:`OwnCosts.quote`. All templates share the endpoint's workers."""
        return replace(self.costs.quote(likely_s(model), deadline_s=self._deadline_s), workers="endpoint")


def likely_s(model: str) -> Decimal:
    """Return how long a job of *model* usually takes; a guess for models of a user's own."""
    table = prices("comfyui")["seconds"]
    return Decimal(table["likely"].get(model, table["unknown"]))
