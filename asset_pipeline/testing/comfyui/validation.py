"""What a server of ComfyUI 0.27 finds wrong with a graph, in its own words; also what it lets through."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Graph = dict[str, Any]
_NUMBERS: Mapping[str, Callable[[Any], Any]] = {"INT": int, "FLOAT": float, "STRING": str, "BOOLEAN": bool}
_MESSAGES = {
    "required_input_missing": "Required input is missing",
    "bad_linked_input": "Bad linked input, must be a length-2 list of [node_id, slot_index]",
    "return_type_mismatch": "Return type mismatch between linked nodes",
    "value_not_in_list": "Value not in list",
    "custom_validation_failed": "Custom validation failed for node",
    "exception_during_validation": "Exception when validating node",
    "exception_during_inner_validation": "Exception when validating inner node",
    "dependency_cycle": "Dependency cycle detected",
}


@dataclass
class Ruling:
    """What comes of a graph.

    Attributes:
        error: why it is refused as a whole; empty where some of it runs.
        node_errors: what is wrong, by node.
        outputs: the output nodes that will run.
    """

    error: dict[str, Any] = field(default_factory=dict)
    node_errors: dict[str, Any] = field(default_factory=dict)
    outputs: list[str] = field(default_factory=list)


def judge(graph: Graph, classes: Mapping[str, Any], has_file: Callable[[str], bool], *, old: bool) -> Ruling:
    """Validate *graph*, in place: values are coerced as the server does.

    Args:
        graph: as it was posted.
        classes: what the server has.
        has_file: tells whether an input picture is there.
        old: speak as a server of 2025.
    """
    if unknown := _unknown(graph, classes, old=old):
        return Ruling(unknown)
    outputs = [node_id for node_id, node in graph.items() if classes[node["class_type"]]["output_node"]]
    if not outputs:
        return Ruling(_error("prompt_no_outputs", "Prompt has no outputs"))
    ruling = Ruling()
    found = {node_id: _node_errors(graph, node_id, classes, has_file) for node_id in graph}
    for output in outputs:
        reached = _reached(graph, output)
        wrong = [node_id for node_id in graph if node_id in reached and found[node_id]]
        if not wrong:
            ruling.outputs.append(output)
        for node_id in wrong:
            entry = {
                "errors": found[node_id],
                "dependent_outputs": [],
                "class_type": graph[node_id]["class_type"],
            }
            ruling.node_errors.setdefault(node_id, entry)["dependent_outputs"].append(output)
    if not ruling.outputs:
        ruling.error = _error("prompt_outputs_failed_validation", "Prompt outputs failed validation")
    return ruling


def _error(kind: str, message: str, details: str = "", **extra: Any) -> dict[str, Any]:  # noqa: ANN401  # any JSON
    return {"type": kind, "message": message, "details": details, "extra_info": extra}


def _unknown(graph: Graph, classes: Mapping[str, Any], *, old: bool) -> dict[str, Any]:
    for node_id, node in graph.items():
        name = node.get("class_type")
        if name in classes:
            continue
        if old:
            said = f"node {name} does not exist." if name else "a node is missing the class_type property."
            return _error("invalid_prompt", f"Cannot execute because {said}", f"Node ID '#{node_id}'")
        title = node.get("_meta", {}).get("title", name)
        message = f"Node '{title}' not found. The custom node may not be installed."
        return _error("missing_node_type", message, f"Node ID '#{node_id}'", node_id=node_id, class_type=name)
    return {}


def _reached(graph: Graph, node_id: str) -> set[str]:
    """Return the nodes that *node_id* needs, itself included."""
    reached, todo = set(), [node_id]
    while todo:
        current = todo.pop()
        if current in reached or current not in graph:
            continue
        reached.add(current)
        links = [value for value in graph[current].get("inputs", {}).values() if isinstance(value, list)]
        todo += [link[0] for link in links if link and isinstance(link[0], str)]
    return reached


def _node_errors(
    graph: Graph, node_id: str, classes: Mapping[str, Any], has_file: Callable[[str], bool]
) -> list[dict[str, Any]]:
    node = graph[node_id]
    if "inputs" not in node:
        return [_said("exception_during_inner_validation", "'inputs'")]
    if _in_cycle(graph, node_id):
        return [_said("dependency_cycle", node_id)]
    errors = []
    for section, required in (("required", True), ("optional", False)):
        for name, spec in classes[node["class_type"]]["input"].get(section, {}).items():
            if isinstance(spec[0], str) and spec[0].startswith("COMFY_"):
                continue
            if name not in node["inputs"]:
                errors += [_said("required_input_missing", name)] if required else []
            elif isinstance(node["inputs"][name], list):
                errors += _link_errors(graph, name, node["inputs"][name], spec[0], classes)
            else:
                errors += _value_errors(node["inputs"], name, spec, has_file)
    return errors


def _in_cycle(graph: Graph, node_id: str) -> bool:
    links = [value for value in graph[node_id]["inputs"].values() if isinstance(value, list)]
    return any(node_id in _reached(graph, link[0]) for link in links if link and isinstance(link[0], str))


def _link_errors(
    graph: Graph,
    name: str,
    link: list[Any],
    kind: str | list[Any],
    classes: Mapping[str, Any],
) -> list[dict[str, Any]]:
    if len(link) != 2:
        return [_said("bad_linked_input", name)]
    if link[0] not in graph:
        return [_said("exception_during_validation", repr(link[0]))]
    slots = classes[graph[link[0]]["class_type"]]["output"]
    if link[1] >= len(slots):
        return [_said("exception_during_validation", "tuple index out of range")]
    if isinstance(kind, str) and kind not in {slots[link[1]], "COMBO", "*"}:
        said = f"{name}, received_type({slots[link[1]]}) mismatch input_type({kind})"
        return [_said("return_type_mismatch", said)]
    return []


def _value_errors(
    inputs: dict[str, Any], name: str, spec: list[Any], has_file: Callable[[str], bool]
) -> list[dict[str, Any]]:
    kind, options = spec[0], spec[1] if len(spec) > 1 else {}
    if isinstance(kind, list) or kind == "COMBO":
        choices = kind if isinstance(kind, list) else options.get("options", [])
        return _choice_errors(inputs[name], name, choices, options, has_file)
    if kind not in _NUMBERS:
        return [_said("exception_during_validation", f"{name} is no link")]
    if isinstance(inputs[name], dict):
        inputs[name] = inputs[name].get("__value__")
    try:
        inputs[name] = _NUMBERS[kind](inputs[name])
    except (TypeError, ValueError) as error:
        message = f"Failed to convert an input value to a {kind} value"
        return [_said("invalid_input_type", f"{name}, {inputs[name]}, {error}", message)]
    if "min" in options and inputs[name] < options["min"]:
        said = f"Value {inputs[name]} smaller than min of {options['min']}"
        return [_said("value_smaller_than_min", name, said)]
    if "max" in options and inputs[name] > options["max"]:
        return [
            _said("value_bigger_than_max", name, f"Value {inputs[name]} bigger than max of {options['max']}")
        ]
    return []


def _choice_errors(
    value: Any,  # noqa: ANN401  # any JSON
    name: str,
    choices: list[Any],
    options: Mapping[str, Any],
    has_file: Callable[[str], bool],
) -> list[dict[str, Any]]:
    if options.get("image_upload"):
        there = isinstance(value, str) and has_file(value)
        said = f"{name} - Invalid image file: {value}"
        return [] if there else [_said("custom_validation_failed", said)]
    if value in choices:
        return []
    listed = f"(list of length {len(choices)})" if len(choices) > 20 else str(choices)
    return [_said("value_not_in_list", f"{name}: '{value}' not in {listed}")]


def _said(kind: str, details: str, message: str = "") -> dict[str, Any]:
    return {
        "type": kind,
        "message": message or _MESSAGES[kind],
        "details": details,
        "extra_info": {"traceback": ['  File "/opt/comfyui/execution.py", line 921, in validate_inputs\n']},
    }
