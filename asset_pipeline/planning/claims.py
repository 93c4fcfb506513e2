"""What was believed before, held against what pictures cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from asset_pipeline.planning.volumes import Vendor, volumes
from asset_pipeline.providers.prices import prices


@dataclass(frozen=True)
class Claim:
    """What the first estimate says of one vendor: from and to, in USD a month, for each of the volumes."""

    vendor: Vendor
    ranges: tuple[tuple[Decimal, Decimal], ...]


def claims() -> tuple[Claim, ...]:
    """Return what the first estimate says of each vendor."""
    return claim_of("scenario"), claim_of("runpod")


def claim_of(vendor: Vendor) -> Claim:
    """Look up what the first estimate says of *vendor*."""
    rows = prices("first_estimate")["claims"][vendor]
    return Claim(vendor, tuple((Decimal(low), Decimal(high)) for low, high in rows))


def verdict(claim: Claim, found: Sequence[Decimal]) -> str:
    """Say by which factor a claim was wrong.

    Args:
        claim: from and to, a volume.
        found: what it costs, a volume.

    >>> verdict(claim_of("scenario"), [Decimal(15), Decimal(45), Decimal(600)])
    '1.5 to 3.0 times too low at 100; 1.1 to 2.2 times too high at 1,000; right at 10,000'
    """
    where: dict[str, list[str]] = {}
    for (low, high), usd, volume in zip(claim.ranges, found, volumes(), strict=True):
        where.setdefault(_verdict(low, high, usd), []).append(f"{volume:,}")
    if len(where) == 1:
        return next(iter(where))
    return "; ".join(f"{text} at {' and '.join(at)}" for text, at in where.items())


def factor(value: Decimal) -> str:
    """Write a factor for a person: a decimal only where it matters.

    >>> factor(Decimal("2.516")), factor(Decimal("11.94"))
    ('2.5', '12')
    """
    return f"{value:.1f}" if value < Decimal("9.95") else f"{value:.0f}"


def _verdict(low: Decimal, high: Decimal, usd: Decimal) -> str:
    if usd > high:
        return f"{factor(usd / high)} to {factor(usd / low)} times too low"
    if usd < low:
        return f"{factor(low / usd)} to {factor(high / usd)} times too high"
    return "right"
