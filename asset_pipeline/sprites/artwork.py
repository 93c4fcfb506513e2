"""What travels between the ops of a sprite."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from asset_pipeline.providers.operations import Delivery, Receipt


@dataclass(frozen=True)
class Artwork:
    """A sprite on its way: its pictures so far and the receipts of every call made for them.

    Receipts travel as values because Dagster drops the metadata of intermediate ops.

    Attributes:
        images: PNG bytes, RGBA straight alpha; one picture, or layers from back to front.
        receipts: one a provider call, oldest first.
    """

    images: tuple[bytes, ...] = field(repr=False)
    receipts: tuple[Receipt, ...] = ()

    def then(self, delivery: Delivery) -> Artwork:
        """Replace the pictures by what a provider delivered and keep its receipt."""
        return Artwork(delivery.images, (*self.receipts, delivery.receipt))

    @property
    def cost_usd(self) -> Decimal:
        """What was paid now: results that were known already cost nothing again."""
        return sum((receipt.cost_usd for receipt in self.receipts if not receipt.memoised), Decimal(0))

    @property
    def value_usd(self) -> Decimal:
        """What all calls together cost when they were made."""
        return sum((receipt.cost_usd for receipt in self.receipts), Decimal(0))

    @property
    def seconds(self) -> float:
        """How long the calls that were made now took together."""
        return sum(receipt.seconds for receipt in self.receipts if not receipt.memoised)


@dataclass(frozen=True)
class FinishedSprite:
    """What a game loads.

    Attributes:
        picture: PNG bytes of the sprite, RGBA straight alpha; for parallax the layers put together.
        layers: PNG bytes of each layer, back to front; empty for other kinds.
    """

    picture: bytes = field(repr=False)
    layers: Sequence[bytes] = field(default=(), repr=False)
