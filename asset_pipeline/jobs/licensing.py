"""Which licences are good enough for a call: asked when a game is loaded, and again before the call."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from asset_pipeline.errors import ProviderRejected
from asset_pipeline.providers.licences import FILE, Licences
from asset_pipeline.providers.operations import Receipt, Weights
from asset_pipeline.providers.remote import Plan

Profile: TypeAlias = Literal["any", "commercial"]


@dataclass(frozen=True)
class Licensing:
    """What may be used here.

    Attributes:
        profile: ``commercial`` refuses weights with which no art for sale may be made, or of which nobody knows; ``any``
            refuses nothing.
        licences: what is known.
    """

    profile: Profile = "any"
    licences: Licences = field(default_factory=Licences)

    def weights(self, provider: str, plan: Plan) -> tuple[Weights, ...]:
        """Return everything that takes part in *plan*, with its licence; the model's own weights first."""
        return tuple(self.licences.weights(provider, name) for name in plan.weights or (plan.model,))

    def refusal(self, provider: str, weights: Sequence[Weights]) -> str:
        """Say why *weights* may not be used here and what to do; empty where they may."""
        if self.profile == "any":
            return ""
        return "; ".join(complaint for each in weights if (complaint := complaint_about(each, provider)))

    def require(self, receipts: Iterable[Receipt]) -> None:
        """Refuse a pinned picture by what is known now of the weights in its *receipts*, as a call would be.

        Raises:
            ProviderRejected: something took part that may not be used here.
        """
        for receipt in receipts:
            names = [each.name for each in receipt.weights] or [receipt.model]
            weights = [self.licences.weights(receipt.provider, name) for name in names]
            if refusal := self.refusal(receipt.provider, weights):
                raise ProviderRejected(
                    receipt.provider,
                    f"{receipt.operation}: {refusal}; or unpin the picture, and name a model that "
                    f"ASSET_PIPELINE_LICENCES={self.profile} allows",
                )


def complaint_about(weights: Weights, provider: str) -> str:
    """Say what is wrong with making art for sale with *weights*; empty where nothing is.

    >>> complaint_about(Weights(name="ink", licence="MIT", commercial="yes"), "comfyui")
    ''
    """
    remedy = f'[{provider}."{weights.name}"] in {FILE} beside the games'
    match weights.commercial:
        case "no":
            return (
                f"{weights.name} may not be used for art that is sold ({weights.licence}); where a contract allows it to you, "
                f"declare that under {remedy}"
            )
        case "unknown":
            return (
                f"nobody knows whether {weights.name} may be used for art that is sold (licence: {weights.licence}); "
                f"declare it under {remedy}"
            )
        case _:
            return ""
