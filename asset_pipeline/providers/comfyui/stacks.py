"""LoRAs and ControlNets: any number of them, put into a graph between the nodes that are there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from asset_pipeline.providers.comfyui.graphs import Graph, Node, rewire
from asset_pipeline.providers.comfyui.parameters import ControlNetStack, LoraStack, parse_slot
from asset_pipeline.providers.operations import Lora

PREPARED: Mapping[str, Node] = {
    "canny": {"class_type": "Canny", "inputs": {"low_threshold": 0.3, "high_threshold": 0.7}},
}
"""The built-in node that finds in a picture what a kind of ControlNet follows; other kinds get the picture as it is."""

AS_IT_IS = frozenset({"tile", "inpaint", "blur", "gray", "lowquality"})
"""Kinds of ControlNets that follow the picture itself."""


@dataclass(frozen=True)
class Control:
    """A ControlNet whose picture is at the server.

    Attributes:
        image: the picture's name there.
        control: what is followed.
        file: the network's file.
        strength: 0 ignores the picture.
        start: where in the denoising it begins to act, 0 to 1.
        end: where it ends.
    """

    image: str
    control: str
    file: str
    strength: float
    start: float
    end: float


def add_loras(graph: Graph, stack: LoraStack, loras: Sequence[Lora]) -> None:
    """Put *loras* into *graph*, in place and in order; the last is read by whatever read the model before."""
    model = first_model = parse_slot(stack.model)
    clip = first_clip = parse_slot(stack.clip) if stack.clip else None
    ids = [f"added_lora_{number}" for number in range(1, len(loras) + 1)]
    for node_id, lora in zip(ids, loras, strict=True):
        inputs = {"lora_name": lora.name, "strength_model": lora.strength, "model": list(model)}
        if clip is not None:
            inputs |= {"strength_clip": lora.strength, "clip": list(clip)}
            clip = (node_id, 1)
        graph[node_id] = {"class_type": "LoraLoader" if clip else "LoraLoaderModelOnly", "inputs": inputs}
        model = (node_id, 0)
    rewire(graph, first_model, model, but=frozenset(ids))
    if first_clip is not None and clip is not None:
        rewire(graph, first_clip, clip, but=frozenset(ids))


def add_controls(graph: Graph, stack: ControlNetStack, controls: Sequence[Control]) -> None:
    """Put *controls* into *graph*, in place and in order."""
    first = positive, negative = parse_slot(stack.positive), parse_slot(stack.negative)
    ours: set[str] = set()
    for number, control in enumerate(controls, 1):
        nodes = _control_nodes(control, number)
        node_id = f"added_apply_{number}"
        nodes[node_id]["inputs"] |= {"positive": list(positive), "negative": list(negative)}
        if stack.vae:
            nodes[node_id]["inputs"]["vae"] = list(parse_slot(stack.vae))
        positive, negative = (node_id, 0), (node_id, 1)
        graph.update(nodes)
        ours |= nodes.keys()
    rewire(graph, first[0], positive, but=frozenset(ours))
    rewire(graph, first[1], negative, but=frozenset(ours))


def _control_nodes(control: Control, number: int) -> Graph:
    hint, edges, net = (f"added_{part}_{number}" for part in ("hint", "edges", "cnet"))
    nodes: Graph = {
        hint: {"class_type": "LoadImage", "inputs": {"image": control.image}},
        net: {"class_type": "ControlNetLoader", "inputs": {"control_net_name": control.file}},
    }
    followed = [hint, 0]
    if (finder := PREPARED.get(control.control)) is not None:
        nodes[edges] = {"class_type": finder["class_type"], "inputs": {**finder["inputs"], "image": followed}}
        followed = [edges, 0]
    inputs = {
        "control_net": [net, 0],
        "image": followed,
        "strength": control.strength,
        "start_percent": control.start,
        "end_percent": control.end,
    }
    nodes[f"added_apply_{number}"] = {"class_type": "ControlNetApplyAdvanced", "inputs": inputs}
    return nodes
