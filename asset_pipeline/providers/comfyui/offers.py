"""Which parameters a request fills, and whether a template's parameters fit its graph and its operations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from asset_pipeline.providers.comfyui.graphs import Graph, is_link
from asset_pipeline.providers.comfyui.parameters import (
    ControlNetStack,
    Fed,
    LoraStack,
    Parameter,
    parse_slot,
    slots_of,
)
from asset_pipeline.providers.operations import Operation

GIVEN: Mapping[str, str] = {
    "prompt": "text",
    "negative_prompt": "text",
    "width_px": "integer",
    "height_px": "integer",
    "longest_px": "integer",
    "seed": "integer",
    "steps": "integer",
    "guidance_scale": "number",
    "denoise_strength": "number",
    "layer_count": "integer",
    "colours": "integer",
    "image": "image",
    "mask": "image",
    "loras": "loras",
    "controlnets": "controlnets",
}
"""The parameters that requests can fill, and their types."""

_SIZED = frozenset({"width_px", "height_px", "longest_px"})
_DRAWN = frozenset({"prompt", "negative_prompt", "seed", "loras", "controlnets"}) | _SIZED
OFFERED: Mapping[Operation, frozenset[str]] = {
    "text_to_image": _DRAWN,
    "image_to_image": _DRAWN | {"image", "mask", "denoise_strength"},
    "remove_background": frozenset({"image"}),
    "decompose_layers": frozenset({"image", "layer_count", "prompt", "seed"}) | _SIZED,
}
"""The parameters that every request of an operation fills; others may stay at their defaults."""

_NEEDED: Mapping[Operation, frozenset[str]] = {
    "text_to_image": frozenset(),
    "image_to_image": frozenset({"image"}),
    "remove_background": frozenset({"image"}),
    "decompose_layers": frozenset({"image", "layer_count"}),
}


def contradictions(
    operations: Sequence[Operation], parameters: Mapping[str, Parameter], graph: Graph
) -> list[tuple[str, str]]:
    """Find parameters that are missing for an operation, have no value, or lead nowhere.

    Returns:
        Where in the template, and what is wrong there.
    """
    found = [
        ("parameters", f"{operation} needs a parameter {name!r}")
        for operation in operations
        for name in sorted(_NEEDED[operation] - parameters.keys())
    ]
    for name, parameter in parameters.items():
        complaints = [*_misplaced(parameter, graph), *_unfilled(name, parameter, operations)]
        found += [(f"parameters.{name}{at}", what) for at, what in complaints]
    return found


def _misplaced(parameter: Parameter, graph: Graph) -> Iterator[tuple[str, str]]:
    if isinstance(parameter, LoraStack | ControlNetStack):
        for field, slot in slots_of(parameter).items():
            node_id, _ = parse_slot(slot)
            if node_id not in graph:
                yield f".{field}", f"node {node_id!r} is not in the graph"
        return
    for feed in parameter.feeds:
        node_id, _, name = feed.partition(".")
        if node_id not in graph:
            yield ".feeds", f"node {node_id!r} is not in the graph"
        elif name not in graph[node_id]["inputs"]:
            yield ".feeds", f"node {node_id!r} has no input {name!r} in the graph"
        elif is_link(graph[node_id]["inputs"][name]):
            yield ".feeds", f"{feed} is a link in the graph; a value cannot take its place"


def _unfilled(name: str, parameter: Parameter, operations: Sequence[Operation]) -> Iterator[tuple[str, str]]:
    given = GIVEN.get(name)
    if given is not None and parameter.type != given:
        yield ".type", f"requests give {name} as {given}, not as {parameter.type}"
    if isinstance(parameter, LoraStack | ControlNetStack):
        if given is None:
            yield "", f"a stack of {parameter.type} must be called {parameter.type!r}"
        return
    yield from _defaults(name, parameter, operations)


def _defaults(name: str, parameter: Fed, operations: Sequence[Operation]) -> Iterator[tuple[str, str]]:
    if parameter.default is not None:
        if complaint := parameter.complaint(parameter.default):
            yield ".default", complaint
        return
    for operation in operations:
        if name not in OFFERED[operation]:
            yield "", f"{operation} gives no value for {name!r}; give it a default"
    if not operations:
        yield "", f"nothing gives a value for {name!r}; give it a default"
