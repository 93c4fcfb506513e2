"""Two neighbouring operations as one job: a model that draws and cuts out at once.

Where the generation of a sprite and the removal of its background both go to this provider, ask once::

    fused = provider.fused(generate)
    if fused is not None:
        ...  # run it like any other request; its picture comes back cut out, and no removal is asked for

The result is RGBA, straight alpha, of the generation's size. What was drawn stays at the server beside it.
"""

from __future__ import annotations

from collections.abc import Sequence

from asset_pipeline.providers.capabilities import ModelCard, fitness
from asset_pipeline.providers.operations import ImageToImage, Request, TextToImage

PREFIX = "sprite-"


def sprite_request(request: Request, cards: Sequence[ModelCard]) -> Request | None:
    """Ask the same of the model that also cuts out.

    Args:
        request: the generation.
        cards: the provider's models.

    Returns:
        *request* with another model; ``None`` where there is no such model, or it cannot do all that *request* asks.
    """
    if not isinstance(request, TextToImage | ImageToImage):
        return None
    by_name = {card.name: card for card in cards}
    default = next((card.name for card in cards if request.operation in card.operations), "")
    card = by_name.get(PREFIX + (request.model or default))
    if card is None or not card.keeps_alpha:
        return None
    fused = request.model_copy(update={"model": card.name})
    return None if fitness(card, fused).mistakes else fused
