"""Checks a graph against what a server has, before anything is queued, and names everything that is wrong with it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from asset_pipeline.providers.comfyui.graphs import Graph, Node, is_link, shape_complaints
from asset_pipeline.providers.comfyui.schema import ANY, Input, NodeClass, fits, read_class
from asset_pipeline.providers.remote import Json

_FOLDERS = {
    ("LoraLoader", "lora_name"): "loras",
    ("LoraLoaderModelOnly", "lora_name"): "loras",
    ("ControlNetLoader", "control_net_name"): "controlnet",
}
_ESCAPES = re.compile(r"(^|[/\\])\.\.([/\\]|$)|^([/\\]|[A-Za-z]:)")
_MOST_NAMED = 8


def findings(graph: Graph, object_info: Mapping[str, Json], folders: Mapping[str, str]) -> tuple[str, ...]:
    """Compare *graph* with the server's classes.

    Besides what the server refuses, this finds what it silently does otherwise: text for numbers, the text "false" for
    no, inputs that do not exist, sizes that are no multiple of the step.

    Args:
        graph: as it would be queued.
        object_info: the server's, by class.
        folders: model folders by ``node.input``, for naming missing files.

    Returns:
        One sentence each: missing files of weights first, each once, with what there is instead; empty where all is well.
    """
    if shape := shape_complaints(graph):
        return tuple(f"{where or 'the graph'} {what}" for where, what in shape)
    used = {node["class_type"] for node in graph.values()}
    classes = {name: read_class(object_info[name]) for name in used if name in object_info}
    check = _Check(graph, classes, folders)
    rest = [complaint for node_id in graph for complaint in check.node(node_id)]
    if not any(known.saves for known in classes.values()):
        rest.append("no node of the graph saves anything")
    return (*dict.fromkeys(check.missing_files), *rest)


class _Check:
    def __init__(self, graph: Graph, classes: Mapping[str, NodeClass], folders: Mapping[str, str]) -> None:
        self._graph, self._classes, self._folders = graph, classes, folders
        self.missing_files: list[str] = []

    def node(self, node_id: str) -> Iterator[str]:
        """Say what is wrong with one node."""
        node = self._graph[node_id]
        known = self._classes.get(node["class_type"])
        if known is None:
            yield (
                f"{node_id}: this server has no node {node['class_type']}; update ComfyUI, or install the custom nodes "
                "that it comes from"
            )
            return
        for name, wanted in known.inputs.items():
            if wanted.required and not _is_given(node, name, wanted):
                yield f"{node_id}.{name} is missing"
        for name, value in node["inputs"].items():
            where = f"{node_id}.{name}"
            wanted_or_none = known.input(name)
            if wanted_or_none is None:
                yield f"{where}: {node['class_type']} has no such input; it would be ignored"
            elif is_link(value):
                yield from self._link(where, value, wanted_or_none)
            else:
                yield from self._literal(where, node["class_type"], name, value, wanted_or_none)

    def _link(self, where: str, link: list[Any], wanted: Input) -> Iterator[str]:
        source = self._classes.get(self._graph[link[0]]["class_type"])
        if source is None or wanted.grows:
            return
        if link[1] >= len(source.outputs):
            yield f"{where}: node {link[0]} has {len(source.outputs)} outputs, there is no number {link[1]}"
        elif not fits(source.outputs[link[1]], wanted.kind):
            yield f"{where} needs {wanted.kind} and is linked to {source.outputs[link[1]]} of node {link[0]}"

    def _literal(self, where: str, cls: str, name: str, value: Json, wanted: Input) -> Iterator[str]:
        if isinstance(value, dict) and value.keys() == {"__value__"}:
            value = value["__value__"]
        folder = self._folders.get(where) or _FOLDERS.get((cls, name))
        if wanted.choices is not None and folder and value not in wanted.choices:
            self.missing_files.append(_missing_file(folder, value, wanted.choices))
        elif complaint := _value_complaint(value, name, wanted):
            yield f"{where}: {complaint}"


def _is_given(node: Node, name: str, wanted: Input) -> bool:
    return name in node["inputs"] or (
        wanted.grows and any(given.startswith(f"{name}.") for given in node["inputs"])
    )


def _value_complaint(value: Json, name: str, wanted: Input) -> str:
    match wanted.kind:
        case "INT":
            right = isinstance(value, int) and not isinstance(value, bool)
            return _bounds(value, name, wanted) if right else f"{value!r} is no whole number"
        case "FLOAT":
            right = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
            return _bounds(value, name, wanted) if right else f"{value!r} is no number"
        case "BOOLEAN":
            return (
                ""
                if isinstance(value, bool)
                else f"{value!r} is neither true nor false; any text counts as true"
            )
        case "STRING":
            return _text_complaint(value, name)
        case "COMBO":
            return _choice_complaint(value, wanted)
        case _:
            linked = wanted.kind != ANY and "," not in wanted.kind and not wanted.grows
            return f"needs a link to {wanted.kind}, not a value" if linked else ""


def _text_complaint(value: Json, name: str) -> str:
    if not isinstance(value, str):
        return f"{value!r} is no text"
    if name == "filename_prefix" and (_ESCAPES.search(value) or ".." in value):
        return f"{value!r} leaves the output folder, or names files that cannot be fetched"
    return ""


def _choice_complaint(value: Json, wanted: Input) -> str:
    if wanted.uploads:
        named = isinstance(value, str) and value and not _ESCAPES.search(value)
        return "" if named else f"{value!r} is no uploaded file"
    choices = wanted.choices or ()
    multiple = bool(wanted.options.get("multiselect"))
    if value in choices or multiple:
        return ""
    return f"{value!r} is none of {_named(value, choices)}"


def _bounds(value: float, name: str, wanted: Input) -> str:
    least, most, step = (wanted.options.get(key) for key in ("min", "max", "step"))
    if isinstance(least, int | float) and value < least:
        return f"{value} is less than {least}"
    if isinstance(most, int | float) and value > most:
        return f"{value} is more than {most}"
    if name in {"width", "height"} and isinstance(step, int) and step > 1 and value % step:
        return f"{value} is no multiple of {step}; the picture would come out smaller"
    return ""


def _missing_file(folder: str, name: Json, there: tuple[Any, ...]) -> str:
    others = f"there are {_named(name, there)}" if there else "the folder is empty"
    return f"models/{folder}/{name} is not on the server; {others}"


def _named(value: Json, choices: tuple[Any, ...]) -> str:
    """List choices, those like *value* first, and not too many."""
    names = [str(choice) for choice in choices]
    close = get_close_matches(str(value), names, n=3, cutoff=0.5)
    listed = [*close, *(name for name in names if name not in close)]
    more = f" and {len(listed) - _MOST_NAMED} more" if len(listed) > _MOST_NAMED else ""
    return ", ".join(listed[:_MOST_NAMED]) + more
