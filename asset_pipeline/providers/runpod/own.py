"""The models behind endpoints of one's own: Flux, ``worker-sdxl`` and a background remover."""

from __future__ import annotations

from collections.abc import Mapping

from asset_pipeline.providers.capabilities import ModelCard, Sizes
from asset_pipeline.providers.operations import Operation
from asset_pipeline.providers.runpod.config import RunPodConfig
from asset_pipeline.providers.runpod.wiring import Model, Wiring

FLUX, SDXL, REMOVAL = "flux", "sdxl", "bg-removal"
# Both models draw poorly much below the megapixel they were trained at; the picture is scaled down afterwards.
_SIZES = Sizes(512, 1536, 16)
_WORDS: Operation = "text_to_image"
_GUIDED: Operation = "image_to_image"


def own_models(config: RunPodConfig, *, can_publish: bool) -> tuple[Model, ...]:
    """List the models whose endpoints are configured; of those that fit, the first is the default.

    Args:
        config: which endpoints there are.
        can_publish: pictures can be given to workers that only read URLs.
    """
    models = []
    if config.flux_endpoint_id:
        models.append(_flux(config, config.flux_endpoint_id, can_publish=can_publish))
    if config.sdxl_endpoint_id:
        models.append(_sdxl(config, config.sdxl_endpoint_id, can_publish=can_publish))
    if config.bg_removal_endpoint_id:
        models.append(_removal(config, config.bg_removal_endpoint_id))
    return tuple(models)


def _flux(config: RunPodConfig, endpoint_id: str, *, can_publish: bool) -> Model:
    spelled = config.flux_fields
    names = {
        "negative_prompt": spelled.negative_prompt,
        "steps": spelled.steps,
        "guidance_scale": spelled.guidance_scale,
    }
    fields = {ours: theirs for ours, theirs in names.items() if theirs}
    wirings: dict[Operation, Wiring] = {_WORDS: Wiring(fields=fields, size="width_height")}
    if spelled.image and (can_publish or spelled.image_encoding != "url"):
        strength = {"denoise_strength": spelled.denoise_strength} if spelled.denoise_strength else {}
        wirings[_GUIDED] = Wiring(
            fields=fields | strength,
            size="width_height",
            image=spelled.image,
            encoding=spelled.image_encoding,
        )
    return _model(FLUX, endpoint_id, wirings, _SIZES)


def _sdxl(config: RunPodConfig, endpoint_id: str, *, can_publish: bool) -> Model:
    """Over a guide the stock worker runs its refiner only: no size, no guidance, no negative prompt."""
    drawn = Wiring(
        fields={
            "negative_prompt": "negative_prompt",
            "steps": "num_inference_steps",
            "guidance_scale": "guidance_scale",
        },
        size="width_height",
        fixed={"num_images": 1},
    )
    wirings: dict[Operation, Wiring] = {_WORDS: drawn}
    if can_publish or config.sdxl_image_encoding != "url":
        wirings[_GUIDED] = Wiring(
            fields={"steps": "refiner_inference_steps", "denoise_strength": "strength"},
            image="image_url",
            encoding=config.sdxl_image_encoding,
        )
    return _model(SDXL, endpoint_id, wirings, _SIZES)


def _removal(config: RunPodConfig, endpoint_id: str) -> Model:
    wiring = Wiring(image=config.bg_field, encoding=config.bg_encoding, has_seed=False)
    card = ModelCard(REMOVAL, frozenset({"remove_background"}), keeps_alpha=True)
    return Model(card, endpoint_id, public=False, wirings={"remove_background": wiring})


def _model(name: str, endpoint_id: str, wirings: Mapping[Operation, Wiring], sizes: Sizes) -> Model:
    honours = frozenset[str]().union(*(wiring.honours for wiring in wirings.values()))
    card = ModelCard(name, frozenset(wirings), honours, sizes)
    return Model(card, endpoint_id, public=False, wirings=wirings)
