"""A selection's calls added up: what it costs, by provider, in one batch and one by one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from asset_pipeline.planning.steps import PlannedCall

NOTHING = Decimal(0)


@dataclass(frozen=True)
class ProviderTotal:
    """What one provider would get.

    Attributes:
        calls: paid calls.
        memoised: steps whose result is known.
        usd: likely price on warm workers.
        starts_usd: what starting workers adds where the calls are made in one batch: one start for each worker side by side.
        alone_usd: the price where every call finds its worker cold.
        worst_usd: what is counted where every try that is allowed is needed, and every outcome stays unknown.
    """

    calls: int
    memoised: int
    usd: Decimal
    starts_usd: Decimal
    alone_usd: Decimal
    worst_usd: Decimal

    @property
    def batch_usd(self) -> Decimal:
        """The price where all is made in one go."""
        return self.usd + self.starts_usd


def totals(
    calls: Iterable[PlannedCall], parallel: Mapping[str, int], further: Iterable[PlannedCall] = ()
) -> dict[str, ProviderTotal]:
    """Add *calls* up by provider.

    Args:
        calls: planned calls, of any games.
        parallel: how many jobs each provider has in flight at most, and so how many workers are started.
        further: the calls of further tries, which count only at worst.
    """
    first, again = _by_provider(calls), _by_provider(further)
    return {
        name: _total(first.get(name, ()), parallel.get(name, 1), again.get(name, ()))
        for name in sorted({*first, *again})
    }


def dearest_usd(calls: Iterable[PlannedCall]) -> Decimal:
    """Add up the price, one by one, where the dearest provider of each chain of fallbacks makes the call."""
    return sum((call.dearest[1] for call in calls), NOTHING)


def _by_provider(calls: Iterable[PlannedCall]) -> dict[str, list[PlannedCall]]:
    found: dict[str, list[PlannedCall]] = {}
    for call in calls:
        found.setdefault(call.provider, []).append(call)
    return found


def _total(calls: Sequence[PlannedCall], parallel: int, further: Sequence[PlannedCall]) -> ProviderTotal:
    quotes = [call.quote for call in calls if call.quote is not None]
    usd = sum((quote.usd for quote in quotes), NOTHING)
    # Every worker starts once; a model has workers of its own, or shares them with others.
    by_workers: dict[tuple[str, str], list[Decimal]] = {}
    for call in calls:
        if call.quote is not None:
            whose = ("shared", call.quote.workers) if call.quote.workers else ("model", call.model)
            by_workers.setdefault(whose, []).append(call.quote.start_usd)
    starts = sum((sum(sorted(costs)[-parallel:], NOTHING) for costs in by_workers.values()), NOTHING)
    return ProviderTotal(
        calls=len(quotes),
        memoised=sum(call.fate == "memo" for call in calls),
        usd=usd,
        starts_usd=starts,
        alone_usd=sum((quote.alone_usd for quote in quotes), NOTHING),
        worst_usd=sum((call.quote.worst_usd for call in (*calls, *further) if call.quote), NOTHING),
    )
