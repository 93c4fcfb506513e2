"""From a template and values to a graph that can be queued."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from asset_pipeline.providers.comfyui.graphs import Graph, copied
from asset_pipeline.providers.comfyui.parameters import ControlNetStack, Fed, LoraStack, ModelFile
from asset_pipeline.providers.comfyui.stacks import Control, add_controls, add_loras
from asset_pipeline.providers.comfyui.template import Template
from asset_pipeline.providers.operations import Lora
from asset_pipeline.providers.remote import Json

FOLDER = "asset-pipeline"
"""Folder of a server's output under which every job has one of its own."""


@dataclass(frozen=True)
class Values:
    """What a request gives a template.

    Attributes:
        given: values by parameter; names that the template does not have are left out of account.
        loras: adapters, in order.
        controls: structures to follow, in order.
    """

    given: Mapping[str, Json] = field(default_factory=dict)
    loras: Sequence[Lora] = ()
    controls: Sequence[Control] = ()


def complaints(
    template: Template, given: Mapping[str, Json], *, but: frozenset[str] = frozenset()
) -> list[str]:
    """Say which values the template does not take, and which it lacks, except for the parameters in *but*."""
    found = []
    for name, parameter in template.parameters.items():
        if isinstance(parameter, LoraStack | ControlNetStack) or name in but:
            continue
        value = given.get(name, parameter.default)
        complaint = "is missing" if value is None else parameter.complaint(value)
        if complaint:
            found.append(f"{name}: {complaint}")
    return found


def filled(template: Template, values: Values, token: str, renamed: Mapping[str, str]) -> Graph:
    """Fill *template* for one job.

    Args:
        template: the workflow.
        values: what the request gives; already checked with :func:`complaints`.
        token: the job's; names the folder of its files, so that an equal graph never gets another job's pictures.
        renamed: names of model files as they are called on the server, by their names in templates.

    Returns:
        A new graph.
    """
    graph = copied(template.graph)
    for name, parameter in template.parameters.items():
        if isinstance(parameter, LoraStack):
            loras = [
                lora.model_copy(update={"name": renamed.get(lora.name, lora.name)}) for lora in values.loras
            ]
            add_loras(graph, parameter, loras)
        elif isinstance(parameter, ControlNetStack):
            add_controls(graph, parameter, values.controls)
        else:
            _feed(graph, parameter, values.given.get(name, parameter.default), renamed)
    for node_id in template.outputs:
        if "filename_prefix" in graph[node_id]["inputs"]:
            graph[node_id]["inputs"]["filename_prefix"] = f"{FOLDER}/{token}/{file_prefix(node_id)}"
    return graph


def file_prefix(node_id: str) -> str:
    """Return the beginning of the names of a node's files; worker-comfyui tells no more than these names."""
    return f"n_{node_id}"


def files_of(template: Template, renamed: Mapping[str, str]) -> dict[str, str]:
    """Name the files of weights that the template loads, by parameter, as they are called on the server."""
    return {
        name: renamed.get(parameter.default, parameter.default)
        for name, parameter in template.parameters.items()
        if isinstance(parameter, ModelFile)
    }


def folders_of(template: Template) -> dict[str, str]:
    """Name the model folder of every input that takes a file of weights."""
    return {
        feed: parameter.folder
        for parameter in template.parameters.values()
        if isinstance(parameter, ModelFile)
        for feed in parameter.feeds
    }


def example(template: Template, renamed: Mapping[str, str]) -> Graph:
    """Return the template's graph with its example values and the server's names of model files."""
    graph = copied(template.graph)
    for parameter in template.parameters.values():
        if isinstance(parameter, ModelFile):
            _feed(graph, parameter, parameter.default, renamed)
    return graph


def _feed(graph: Graph, parameter: Fed, value: Json, renamed: Mapping[str, str]) -> None:
    if isinstance(parameter, ModelFile):
        value = renamed.get(value, value)
    for feed in parameter.feeds:
        node_id, _, name = feed.partition(".")
        graph[node_id]["inputs"][name] = value
