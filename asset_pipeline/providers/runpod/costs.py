"""What a RunPod job is expected to cost, and what one that ended did cost; by the dated table, or by RunPod's own figure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from asset_pipeline.errors import ConfigError
from asset_pipeline.providers.fitting import Fit
from asset_pipeline.providers.prices import prices
from asset_pipeline.providers.remote import Json, Money, Quote
from asset_pipeline.providers.runpod.status import QueueStatus, Word

NOTHING = Money(Decimal(0), "charged")
_MEGAPIXEL = Decimal(1_000_000)


def usd_per_second(gpu: str) -> Decimal:
    """Look up what a flex worker with *gpu* costs.

    Raises:
        ConfigError: the price table has no such GPU.
    """
    rates = prices("runpod")["gpu"]["usd_per_second"]
    if gpu.lower() not in rates:
        raise ConfigError(f"the price table has no GPU {gpu!r}; choose {', '.join(rates)}")
    return Decimal(rates[gpu.lower()])


def own_run_s(model: str) -> Decimal:
    """Return how long one job of *model* works at an endpoint of one's own."""
    return Decimal(prices("runpod")["own"]["run_s"][model])


@dataclass(frozen=True)
class OwnCosts:
    """Reckons jobs of endpoints of one's own, which are billed by the second.

    A worker is paid from its start to its stop, so one job pays for a start only where it finds none warm: batches share it.

    Attributes:
        rate: USD per second.
        idle_s: how long a worker stays after its last job.
        cold_s: how long a start takes.
    """

    rate: Decimal
    idle_s: Decimal
    cold_s: Decimal

    @classmethod
    def of(cls, gpu: str) -> OwnCosts:
        """Read the price table."""
        own = prices("runpod")["own"]
        return cls(usd_per_second(gpu), Decimal(own["idle_s"]), Decimal(own["cold_s"]))

    def usd(self, seconds: Decimal) -> Decimal:
        """Price *seconds* of a worker, rounded up to whole ones."""
        return seconds.to_integral_value(ROUND_CEILING) * self.rate

    def quote(self, run_s: Decimal, *, deadline_s: float) -> Quote:
        """Reckon a job of *run_s* before the call: likely on a warm worker, at worst until our deadline."""
        warm, cold = self.usd(run_s + self.idle_s), self.usd(self.cold_s + run_s + self.idle_s)
        worst = max(cold, self.usd(self.cold_s + Decimal(str(deadline_s)) + self.idle_s))
        detail = f"{run_s + self.idle_s:g} s on a warm worker at {self.rate} USD/s; {cold} USD where it starts for this job alone"
        return Quote(warm, worst, "estimated", detail, start_usd=cold - warm)

    def reckon(self, status: QueueStatus) -> Money | None:
        """Reckon a job that ended; an estimate, as no answer names a price.

        Of the time before it began no more counts than a start takes: the rest was waiting, which is free.
        """
        if status.run_s is None and status.delay_s is None:
            return None if status.word is Word.COMPLETED else Money(Decimal(0), "estimated")
        if not status.run_s and status.word is not Word.COMPLETED:
            return Money(Decimal(0), "estimated")  # it never reached a worker
        started_s = min(Decimal(str(status.delay_s or 0)), self.cold_s)
        return Money(self.usd(started_s + Decimal(str(status.run_s or 0)) + self.idle_s), "estimated")


def public_quote(model: str, fit: Fit) -> Quote:
    """Reckon a picture of a public endpoint before the call, by its page."""
    table = prices("runpod")["public"]
    row = table["models"][model]
    usd, megapixels = Decimal(row["usd"]), fit.width_px * fit.height_px / _MEGAPIXEL
    by_size = usd * megapixels
    likely = {"picture": usd, "megapixel": by_size, "picture_or_megapixel": max(usd, by_size)}[row["per"]]
    worst = max(likely, Decimal(row.get("worst_per_megapixel", 0)) * megapixels)
    detail = f"{usd} USD a {row['per'].replace('_', ' ')} by the page of {table['as_of']}"
    return Quote(likely, worst, "estimated", f"{detail}, {megapixels.normalize():f} MP")


def public_cost(status: QueueStatus) -> Money | None:
    """Read what a public endpoint charged; a request that failed is not charged."""
    if status.word is not Word.COMPLETED:
        return NOTHING
    cost = _cost(status.output)
    return None if cost is None else Money(cost, "charged")


def _cost(output: Json) -> Decimal | None:
    if not isinstance(output, dict):
        return None
    cost = output.get("cost")
    if isinstance(cost, bool) or not isinstance(cost, int | float | str):
        return _cost(output.get("output"))
    try:
        usd = Decimal(str(cost))
    except ArithmeticError:
        return None
    return usd if usd.is_finite() and usd >= 0 else None
