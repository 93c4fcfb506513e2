"""Graphs in ComfyUI's API format: ``{node id: {"class_type": ..., "inputs": {...}}}``; a link is ``[node id, slot]``."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias, TypeGuard

Node: TypeAlias = dict[str, Any]
Graph: TypeAlias = dict[str, Node]
Complaint: TypeAlias = tuple[str, str]
"""Where in the graph, such as ``sampler.steps``, and what is wrong there."""

_EDITOR_KEYS = {"nodes", "links"}


def is_link(value: object) -> TypeGuard[list[Any]]:
    """Tell whether the server would read *value* as a link: any bare list is one to it."""
    return isinstance(value, list)


def links_of(node: Node) -> Iterator[tuple[str, list[Any]]]:
    """Yield every input that is a link, and the link."""
    return ((name, value) for name, value in node["inputs"].items() if is_link(value))


def copied(graph: Mapping[str, Node]) -> Graph:
    """Copy a graph so that it can be changed."""
    return copy.deepcopy(dict(graph))


def rewire(graph: Graph, old: tuple[str, int], new: tuple[str, int], *, but: frozenset[str]) -> None:
    """Let everything that reads slot *old* read slot *new* instead, in place, except the nodes in *but*."""
    for node_id, node in graph.items():
        if node_id in but:
            continue
        for name, link in links_of(node):
            if tuple(link) == old:
                node["inputs"][name] = list(new)


def shape_complaints(graph: object) -> list[Complaint]:
    """Find what is no graph, without asking a server: shape, links, cycles.

    >>> shape_complaints({"save": {"class_type": "SaveImage", "inputs": {"images": ["decode", 0]}}})
    [('save.images', "links to node 'decode', which is not in the graph")]
    """
    if not isinstance(graph, dict) or not graph:
        return [("", "must be an object of nodes by id, in API format")]
    if graph.keys() >= _EDITOR_KEYS:
        return [("", "is in the editor's format; export it again with Workflow > Export (API)")]
    found = [complaint for node_id, node in graph.items() for complaint in _node_complaints(node_id, node)]
    if not found:
        found = [complaint for node_id in graph for complaint in _link_complaints(graph, node_id)]
    return found or [(node_id, "links in a circle, or hangs on one") for node_id in _cyclic(graph)]


def _node_complaints(node_id: str, node: object) -> Iterator[Complaint]:
    if not node_id or "." in node_id:
        yield node_id, "a node's id must not be empty or hold a dot"
    if not isinstance(node, dict):
        yield node_id, "a node must be an object with class_type and inputs"
        return
    if not isinstance(node.get("class_type"), str):
        yield f"{node_id}.class_type", "is missing, or no text"
    if not isinstance(node.get("inputs"), dict):
        yield f"{node_id}.inputs", "is missing, or no object"


def _link_complaints(graph: Graph, node_id: str) -> Iterator[Complaint]:
    for name, link in links_of(graph[node_id]):
        where = f"{node_id}.{name}"
        if len(link) != 2 or isinstance(link[1], bool) or not isinstance(link[1], int) or link[1] < 0:
            yield (
                where,
                'a list is read as a link [node id, slot]; wrap a list of values as {"__value__": [...]}',
            )
        elif not isinstance(link[0], str):
            yield where, f"links to node {link[0]!r}; the id in a link must be text"
        elif link[0] not in graph:
            yield where, f"links to node {link[0]!r}, which is not in the graph"


def _cyclic(graph: Graph) -> list[str]:
    """Name the nodes left when everything whose links are all resolved has been taken away, again and again."""
    left = {node_id: {link[0] for _, link in links_of(node)} for node_id, node in graph.items()}
    while free := [node_id for node_id, needs in left.items() if not needs & left.keys()]:
        for node_id in free:
            del left[node_id]
    return sorted(left)
