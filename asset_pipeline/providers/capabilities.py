"""What a provider's models can do, as data, and what follows for a request."""

from __future__ import annotations

from dataclasses import dataclass, field

from asset_pipeline.providers.operations import DecomposeLayers, Operation, RemoveBackground, Request

HINTS = frozenset({"style", "palette", "wraps", "take"})
"""Fields that no model must honour: the prompt says them in words, ``finish`` enforces them, or we keep them for ourselves."""

ALWAYS = frozenset({"prompt", "image", "width_px", "height_px", "seed", "model", "layer_count"})
"""Fields that are part of the operation itself."""

_ASKED = frozenset({"denoise_strength"})
"""Fields whose usual value is asked for as much as any other."""

MAY_BE_IGNORED = frozenset(
    {"negative_prompt", "steps", "guidance_scale", "denoise_strength", "prompt", "seed"}
)
"""Fields that a model may leave out with a warning; any other field it does not know is an error."""


@dataclass(frozen=True)
class Sizes:
    """Which picture sizes a model takes.

    Attributes:
        min_px: shortest side.
        max_px: longest side.
        step_px: both sides are multiples of it.
        choices: the only ``(width, height)`` pairs that are allowed; empty where the range decides.
    """

    min_px: int = 64
    max_px: int = 2048
    step_px: int = 16
    choices: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class ModelCard:
    """What one model of a provider can do.

    Attributes:
        name: as users write it in a manifest.
        operations: what it can be asked for.
        honours: optional request fields that change its picture, such as ``negative_prompt`` or ``loras``.
        sizes: which sizes it takes.
        keeps_alpha: its pictures can have transparent parts.
    """

    name: str
    operations: frozenset[Operation]
    honours: frozenset[str] = field(default=frozenset())
    sizes: Sizes = Sizes()
    keeps_alpha: bool = False


@dataclass(frozen=True)
class Fitness:
    """How well a model fits a request: nothing that is asked for is dropped without a word.

    Attributes:
        mistakes: what it cannot do; the request must not be sent.
        warnings: what it will ignore.
    """

    mistakes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def fitness(card: ModelCard, request: Request) -> Fitness:
    """Compare what *request* sets with what the model of *card* honours.

    >>> from asset_pipeline.providers.operations import TextToImage
    >>> card = ModelCard("plain", frozenset({"text_to_image"}))
    >>> fitness(card, TextToImage(prompt="a frog", width_px=64, height_px=64, seed=1, steps=9)).warnings
    ('plain ignores steps',)
    """
    if request.operation not in card.operations:
        return Fitness((f"{card.name} cannot do {request.operation}",))
    ignored = sorted(_set_fields(request) - card.honours - ALWAYS - HINTS)
    ignored += sorted(_unused_basics(card, request))
    return Fitness(
        tuple(f"{card.name} takes no {name}" for name in ignored if name not in MAY_BE_IGNORED),
        tuple(f"{card.name} ignores {name}" for name in ignored if name in MAY_BE_IGNORED),
    )


def _set_fields(request: Request) -> set[str]:
    defaults = type(request).model_fields
    return {
        name
        for name, value in request
        if name not in ALWAYS and value is not None and (value != defaults[name].default or name in _ASKED)
    }


def _unused_basics(card: ModelCard, request: Request) -> set[str]:
    """Name the words and the seed of a layered decomposition where the model does not read them."""
    if isinstance(request, RemoveBackground) or not isinstance(request, DecomposeLayers):
        return set()
    asked = {name for name in ("prompt", "seed") if getattr(request, name)}
    return asked - card.honours
