"""Which of Scenario's models we know by a short name, and what any other one can do by its contract."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from types import MappingProxyType

from asset_pipeline.providers.capabilities import ModelCard, Sizes
from asset_pipeline.providers.operations import Operation, Request
from asset_pipeline.providers.remote import Json
from asset_pipeline.providers.scenario.contracts import Contract, Input, offline_ids

RAW_ID = re.compile(r"model_[A-Za-z0-9][A-Za-z0-9._-]*")
_DRAW: frozenset[Operation] = frozenset({"text_to_image", "image_to_image"})
_CUT: frozenset[Operation] = frozenset({"remove_background"})
_SPLIT: frozenset[Operation] = frozenset({"decompose_layers"})
_PIXELS = Sizes(min_px=16, max_px=384, step_px=1)
_PIXEL_FIELDS = frozenset({"denoise_strength", "palette", "wraps", "style"})
_FLUX_FIELDS = frozenset({"steps", "guidance_scale", "denoise_strength", "loras", "controlnets"})

CARDS = (
    ModelCard("flux-1-dev", _DRAW, _FLUX_FIELDS, Sizes(128, 2048, 16)),
    ModelCard("retro-plus", _DRAW, _PIXEL_FIELDS, _PIXELS),
    ModelCard("retro-tile", _DRAW, _PIXEL_FIELDS, _PIXELS),
    ModelCard("gpt-image-2", _DRAW, frozenset({"reference_images"}), Sizes(672, 2048, 16)),
    ModelCard("photoroom", _CUT, keeps_alpha=True),
    ModelCard("bria", _CUT, keeps_alpha=True),
    ModelCard("birefnet", _CUT, keeps_alpha=True),
    ModelCard("qwen-image-layered", _SPLIT, frozenset({"prompt", "seed"}), keeps_alpha=True),
)
"""The models we know; the first that fits an operation is its default."""

# What is always sent to a model, besides what is asked: an empty colour is a transparent background.
_FIXED: Mapping[str, Mapping[str, Json]] = MappingProxyType({"photoroom": {"backgroundColor": ""}})

WIRE: Mapping[str, str] = MappingProxyType(
    {
        "negative_prompt": "negativePrompt",
        "steps": "numInferenceSteps",
        "guidance_scale": "guidance",
        "denoise_strength": "strength",
        "loras": "loras",
        "controlnets": "controlImage",
        "reference_images": "referenceImages",
        "palette": "inputPalette",
        "wraps": "tileX",
        "style": "style",
        "seed": "seed",
        "prompt": "description",
    }
)
"""Our optional fields and the input that a model needs to honour them."""


@dataclass(frozen=True)
class Model:
    """A model that was chosen.

    Attributes:
        name: the short name, or Scenario's id where it has none.
        model_id: Scenario's id.
        card: what it can do; ``None`` where only its contract, which was not read yet, can tell.
        fixed: what is sent to it whatever is asked.
    """

    name: str
    model_id: str
    card: ModelCard | None
    fixed: Mapping[str, Json] = field(default_factory=dict)


class Catalogue:
    """Finds models by what manifests call them."""

    def __init__(self, model_ids: Mapping[str, str]) -> None:
        """Know the usual models, under the ids of *model_ids* where it names them."""
        self.ids: Mapping[str, str] = MappingProxyType({**offline_ids(), **model_ids})
        self._names = {model_id: name for name, model_id in self.ids.items()}
        self._cards = {card.name: card for card in CARDS}

    def choose(self, request: Request) -> Model | str:
        """Return the model for *request*, or what is wrong with the one it names."""
        if request.model is None:
            return self._known(next(c.name for c in CARDS if request.operation in c.operations))
        name = self._names.get(request.model, request.model)
        if name in self.ids:
            return self._known(name)
        if RAW_ID.fullmatch(name):
            return Model(name, name, None)
        near = get_close_matches(name, self.ids, n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        return f"there is no model {name!r}{hint} Use {', '.join(self.ids)} or an id such as model_bfl-flux-1-dev"

    def _known(self, name: str) -> Model:
        return Model(name, self.ids[name], self._cards.get(name), _FIXED.get(name, {}))


def card_of(contract: Contract) -> ModelCard:
    """Tell from its contract what a model can do that we do not know by name."""
    inputs = contract.inputs
    pictures = "image" in inputs or "referenceImages" in inputs
    operations: set[Operation] = set()
    if "numLayers" in inputs:
        operations.add("decompose_layers")
    elif "prompt" in inputs:
        operations |= {"text_to_image"} if not _needs_picture(inputs) else set()
        operations |= {"image_to_image"} if pictures else set()
    elif "image" in inputs:
        operations.add("remove_background")
    honours = frozenset(name for name, wire in WIRE.items() if wire in inputs)
    return ModelCard(contract.model_id, frozenset(operations), honours, sizes_of(contract, Sizes()))


def sizes_of(contract: Contract, usual: Sizes) -> Sizes:
    """Narrow the sizes we *usually* ask for to what the contract says of width and height."""
    sides = [contract.inputs[name] for name in ("width", "height") if name in contract.inputs]
    least = [int(side.minimum) for side in sides if side.minimum is not None]
    most = [int(side.maximum) for side in sides if side.maximum is not None]
    steps = [int(side.step) for side in sides if side.step is not None and side.step >= 1]
    smallest, largest = max([usual.min_px, *least]), min([usual.max_px, *most])
    if smallest > largest:  # our habit is out of date
        smallest = max(least, default=usual.min_px)
        largest = max(smallest, min(most, default=usual.max_px))
    return Sizes(smallest, largest, max(steps, default=usual.step_px))


def _needs_picture(inputs: Mapping[str, Input]) -> bool:
    return any(inputs[name].needed for name in ("image", "referenceImages") if name in inputs)
