"""What ``worker-comfyui`` returns, and what it says when it fails; it names files, but neither folders nor nodes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from asset_pipeline.providers.comfyui.filling import file_prefix
from asset_pipeline.providers.comfyui.reports import is_out_of_memory
from asset_pipeline.providers.remote import Json
from asset_pipeline.providers.runpod.words import error_text

__all__ = ["is_out_of_memory", "partial_failure", "pictures_of", "readable"]

_NAME = re.compile(r"(?P<prefix>.+)_(?P<number>\d+)_\.\w+")
_RAW = re.compile(r"\.?\s*Raw response:.*", re.DOTALL)
_NODE = re.compile(r"Node (?P<node>\S+) \(errors\):")
_ERROR = re.compile(
    r"'message': '(?P<message>[^']*)', 'details': (?P<quote>['\"])(?P<details>.*?)(?P=quote), 'extra_info'"
)


def partial_failure(output: Mapping[str, Json], secrets: Sequence[str] = ()) -> str:
    """Say what went wrong although the job is completed, *secrets* masked; empty where nothing did."""
    said = error_text(output.get("errors") or output.get("error"), secrets)
    return f"only a part of the workflow ran: {said}" if said else ""


def pictures_of(output: Mapping[str, Json], expected: Sequence[str]) -> list[dict[str, str]]:
    """List the pictures with the nodes that saved them, which only our names of the files tell.

    Args:
        output: what the worker returned.
        expected: the nodes that save; of an only one every picture is.

    Returns:
        ``node`` and ``data`` (base64, or a URL) of each, in the order of the files' numbers.
    """
    images = output.get("images")
    if not isinstance(images, list):
        images = [{"data": output.get("message")}]  # one picture, from workers before 5.0
    nodes = {file_prefix(node): node for node in expected}
    found = []
    for image in images:
        data = image.get("data") if isinstance(image, dict) else None
        if not isinstance(data, str) or not data:
            continue
        named = _NAME.fullmatch(str(image.get("filename", "")))
        prefix, number = (named["prefix"], int(named["number"])) if named else ("", 0)
        node = nodes.get(prefix) or (expected[0] if len(expected) == 1 else "")
        found.append((number, {"node": node, "data": data}))
    return [entry for _, entry in sorted(found, key=lambda pair: pair[0])]


def readable(reason: str) -> str:
    """Put a worker's failure into a sentence: of a refused workflow its nodes' errors, without Python's brackets.

    >>> readable("Node 'X' not found.. Raw response: {...}")
    "Node 'X' not found"
    """
    if not reason.startswith("Workflow validation failed"):
        return _RAW.sub("", reason).rstrip(".")
    said = []
    for line in reason.splitlines():
        node = _NODE.search(line)
        if node:
            errors = [f"{error['message']} {error['details']}" for error in _ERROR.finditer(line)]
            said.append(f"node {node['node']}: {', '.join(errors) or 'is invalid'}")
    return "; ".join(said) or "the server refused the workflow"
