"""Which model does what is asked, and what to say where none can."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

from asset_pipeline.errors import ProviderRejected
from asset_pipeline.providers.capabilities import Fitness, fitness
from asset_pipeline.providers.operations import RemoveBackground, Request
from asset_pipeline.providers.runpod.config import RunPodConfig
from asset_pipeline.providers.runpod.own import FLUX, REMOVAL, SDXL, own_models
from asset_pipeline.providers.runpod.public import public_models
from asset_pipeline.providers.runpod.wiring import Model, Wiring, pictures_of

_VARIABLES = {
    FLUX: "RUNPOD_FLUX_ENDPOINT_ID",
    SDXL: "RUNPOD_SDXL_ENDPOINT_ID",
    REMOVAL: "RUNPOD_BG_REMOVAL_ENDPOINT_ID",
}
_ADVICE = {
    "text_to_image": "set RUNPOD_FLUX_ENDPOINT_ID or RUNPOD_SDXL_ENDPOINT_ID, or allow public endpoints",
    "image_to_image": "set RUNPOD_FLUX_ENDPOINT_ID to a worker that takes pictures, or name a public model",
    "remove_background": "no public endpoint does it: set RUNPOD_BG_REMOVAL_ENDPOINT_ID, or give the operation to another "
    "provider, such as local or comfyui",
    "decompose_layers": "give the operation to another provider, such as local, scenario or comfyui",
}


@dataclass(frozen=True)
class Choice:
    """A model that does what is asked.

    Attributes:
        model: the model.
        wiring: how it spells the operation.
        warnings: what it will ignore.
    """

    model: Model
    wiring: Wiring
    warnings: tuple[str, ...]


class Catalogue:
    """The models of one configuration.

    Args:
        config: which endpoints there are.
        can_publish: pictures can be given to workers that only read URLs.
    """

    def __init__(self, config: RunPodConfig, *, can_publish: bool) -> None:
        own = own_models(config, can_publish=can_publish)
        public = public_models(config.public_image_encoding) if config.public_endpoints else ()
        self._public_allowed = config.public_endpoints
        # Own endpoints that draw are preferred; beside them, a model that is paid by the picture must be asked for by name.
        self._defaults = own if config.draws_itself else (*own, *public)
        self.models = tuple(m for m in (*own, *public) if can_publish or not _needs_urls(m))

    def named(self, name: str) -> Model | None:
        """Find a model by its name or its public endpoint's slug."""
        return next((m for m in self.models if name in {m.name, m.endpoint_id if m.public else m.name}), None)

    def choose(self, request: Request) -> Choice:
        """Find the model that *request* names, or the first that can do it.

        Raises:
            ProviderRejected: none can; names what each lacks, which others could, and what to configure.
        """
        candidates = self._candidates(request.model)
        fits = [(model, _fitness(model, request)) for model in candidates]
        for model, how in fits:
            if not how.mistakes:
                return Choice(model, model.wirings[request.operation], how.warnings)
        raise _refusal(request, fits, self._others(request, candidates))

    def _candidates(self, name: str | None) -> Sequence[Model]:
        if name is None:
            return [model for model in self._defaults if model in self.models]
        model = self.named(name)
        if model is None:
            raise ProviderRejected("runpod", self._unknown(name))
        return [model]

    def _unknown(self, name: str) -> str:
        if name in _VARIABLES:
            return f"the model {name} needs an endpoint of your own: set {_VARIABLES[name]}"
        names = [model.name for model in self.models]
        near = get_close_matches(name, names, 1)
        hint = f"; did you mean {near[0]}?" if near else f"; there are {', '.join(names) or 'none'}"
        if not self._public_allowed:
            hint += " (public endpoints are switched off)"
        return f"there is no model {name!r}{hint}"

    def _others(self, request: Request, tried: Sequence[Model]) -> list[str]:
        return [m.name for m in self.models if m not in tried and not _fitness(m, request).mistakes]


def _needs_urls(model: Model) -> bool:
    """Whether it can do nothing but with a picture by URL."""
    return all(wiring.image and wiring.encoding == "url" for wiring in model.wirings.values())


def _fitness(model: Model, request: Request) -> Fitness:
    """Compare field by field with the spelling of this very operation: worker-sdxl reads less over a guide."""
    wiring = model.wirings.get(request.operation)
    if wiring is None:
        return fitness(model.card, request)
    how = fitness(replace(model.card, honours=wiring.honours), request)
    mistakes = (*how.mistakes, *_beyond_limits(model, wiring, request))
    if wiring.has_seed or isinstance(request, RemoveBackground):
        return Fitness(mistakes, how.warnings)
    return Fitness(mistakes, (*how.warnings, f"{model.name} ignores seed"))


def _beyond_limits(model: Model, wiring: Wiring, request: Request) -> list[str]:
    found = []
    for name, (least, most) in wiring.limits.items():
        value = getattr(request, name, None)
        if value is not None and not least <= value <= most:
            found.append(f"{model.name} takes {name} from {least:g} to {most:g}, not {value:g}")
    count = len(pictures_of(request))
    if wiring.most_images > 1 and count > wiring.most_images:
        found.append(f"{model.name} takes {wiring.most_images} pictures, not {count}")
    return found


def _refusal(
    request: Request, fits: Sequence[tuple[Model, Fitness]], others: Sequence[str]
) -> ProviderRejected:
    why = "; ".join(mistake for _, how in fits for mistake in how.mistakes) or "no model is configured for it"
    advice = f"name a model that can: {', '.join(others)}" if others else _ADVICE[request.operation]
    return ProviderRejected("runpod", f"{request.operation}: {why}; {advice}")
