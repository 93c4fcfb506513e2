"""What travels between the ops of a sprite."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from asset_pipeline.providers.operations import Delivery, Receipt
from asset_pipeline.sprites.candidates import Candidate


@dataclass(frozen=True)
class Artwork:
    """A sprite on its way: its pictures so far and the receipts of every call made for them.

    Receipts travel as values because Dagster drops the metadata of intermediate ops.

    Attributes:
        images: PNG bytes, RGBA straight alpha; one picture, or layers from back to front, or of a piece of user interface the
            normal state and then those that were asked of the model.
        receipts: one a provider call, oldest first.
        guide: the picture it was drawn over, where there was one.
        denoise_strength: how much of the guide was to be drawn anew, 0 to 1; ``None`` where there was none.
        generated: the picture as it was drawn, where its background was removed or its layers were split since.
        notes: what was decided on the way, for people.
        roll: which roll of the dice it is, from 0.
        candidates: every picture that was drawn, where more than one was; this is one of them.
        chosen: index of the candidate that this is.
        pinned: a person decided that it is this one.
    """

    images: tuple[bytes, ...] = field(repr=False)
    receipts: tuple[Receipt, ...] = ()
    guide: bytes | None = field(default=None, repr=False)
    denoise_strength: float | None = None
    generated: bytes | None = field(default=None, repr=False)
    notes: tuple[str, ...] = ()
    roll: int = 0
    candidates: tuple[Candidate, ...] = ()
    chosen: int = 0
    pinned: bool = False

    def drawn(self, delivery: Delivery, *, guide: bytes | None = None) -> Artwork:
        """Begin with the picture a provider drew, over *guide* where there was one; it may be cut out already."""
        picture, *before = delivery.images
        return Artwork(
            (picture,),
            (*self.receipts, delivery.receipt),
            guide=guide,
            generated=before[0] if before else None,
        )

    def then(self, delivery: Delivery, *, images: tuple[bytes, ...] | None = None, note: str = "") -> Artwork:
        """Go on with what a provider made of the picture, or with *images* that were made of that."""
        return replace(
            self,
            images=delivery.images if images is None else images,
            receipts=(*self.receipts, delivery.receipt),
            generated=self.images[0],
            notes=(*self.notes, *([note] if note else [])),
        )

    def with_more(self, deliveries: Sequence[Delivery]) -> Artwork:
        """Add pictures that were drawn over this one."""
        return replace(
            self,
            images=(*self.images, *(delivery.images[0] for delivery in deliveries)),
            receipts=(*self.receipts, *(delivery.receipt for delivery in deliveries)),
        )

    def with_images(self, images: Sequence[bytes]) -> Artwork:
        """Add pictures that belong to this one and cost nothing."""
        return replace(self, images=(*self.images, *images))

    @property
    def candidate(self) -> Candidate | None:
        """Which of several candidates this is."""
        return self.candidates[self.chosen] if self.candidates else None

    @property
    def value_usd(self) -> Decimal:
        """What all calls together cost when they were made, those for other candidates too."""
        return sum((receipt.cost_usd for receipt in self.all_receipts), Decimal(0))

    @property
    def seconds(self) -> float:
        """How long the calls that were made now took together."""
        return sum(receipt.seconds for receipt in self.all_receipts if not receipt.memoised)

    @property
    def all_receipts(self) -> tuple[Receipt, ...]:
        """The receipts of every call, for this candidate or another."""
        return tuple(r for candidate in self.candidates for r in candidate.receipts) or self.receipts


@dataclass(frozen=True)
class FinishedSprite:
    """What a game loads.

    Attributes:
        picture: PNG bytes of the sprite, RGBA straight alpha; for parallax the layers put together, for a piece of user
            interface its normal state.
        layers: PNG bytes of each layer, back to front; empty for other kinds.
        states: PNG bytes of a piece of user interface in its other states, by state, of the size of the normal one.
        beside: files that go with it, such as a sheet's description and what shows it moving, by the end of their name.
        loops: whether its layers go on sideways.
        accepted: whether it passed every gate that blocks, so that a game may load it.
    """

    picture: bytes = field(repr=False)
    layers: Sequence[bytes] = field(default=(), repr=False)
    states: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    beside: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    loops: bool = True
    accepted: bool = True
