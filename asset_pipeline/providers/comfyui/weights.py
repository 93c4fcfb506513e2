"""Whose licences count when a workflow runs: the names under which they are looked up."""

from __future__ import annotations

from collections.abc import Mapping

from asset_pipeline.providers.comfyui.library import is_ours
from asset_pipeline.providers.comfyui.parameters import ControlNetStack, ModelFile
from asset_pipeline.providers.comfyui.sprite import PREFIX
from asset_pipeline.providers.comfyui.template import Template
from asset_pipeline.providers.operations import ImageToImage, Request, TextToImage

REMOVAL = "birefnet"  # the model that our workflows cut out with


def weights_of(template: Template, request: Request, renamed: Mapping[str, str]) -> tuple[str, ...]:
    """Name everything with a licence of its own that takes part.

    Args:
        template: the workflow; one of a user's own is named by its file, since only its author knows what it loads.
        request: what is asked; its LoRAs and ControlNets are named by their files.
        renamed: names of model files as they are called on the server, by their names in templates: what takes the place of a
            file of ours counts, too.
    """
    own = _models(template) if is_ours(template) else (f"{template.name}.json",)
    files = [
        renamed[parameter.default]
        for parameter in template.parameters.values()
        if isinstance(parameter, ModelFile) and parameter.default in renamed
    ]
    return tuple(dict.fromkeys((*own, *files, *_adapters(template, request))))


def _models(template: Template) -> tuple[str, ...]:
    if template.model.startswith(PREFIX):
        return template.model.removeprefix(PREFIX), REMOVAL
    return (template.model,)


def _adapters(template: Template, request: Request) -> list[str]:
    if not isinstance(request, TextToImage | ImageToImage):
        return []
    stacks = [p for p in template.parameters.values() if isinstance(p, ControlNetStack)]
    networks = {control: file for stack in stacks for control, file in stack.files.items()}
    nets = [net.model or networks.get(net.control, net.control) for net in request.controlnets]
    return [*(lora.name for lora in request.loras), *nets]
