"""What a server says about its node classes in ``/object_info``, in one form for its two spellings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from asset_pipeline.providers.remote import Json

ANY = "*"
CHOICE = "COMBO"
_GROWING = ("COMFY_AUTOGROW", "COMFY_DYNAMICCOMBO")
_MATCHING = "COMFY_MATCHTYPE"


@dataclass(frozen=True)
class Input:
    """One input of a class.

    Attributes:
        kind: ``INT``, ``FLOAT``, ``STRING``, ``BOOLEAN``, ``COMBO``, or what must be linked: ``MODEL``, ``IMAGE`` …
        required: the node does not run without it.
        choices: what may be chosen; ``None`` where *kind* is no choice.
        options: ``min``, ``max``, ``step``, ``image_upload`` …
    """

    kind: str
    required: bool
    choices: tuple[Any, ...] | None = None
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def grows(self) -> bool:
        """Its values stand in the graph under dotted names, such as ``images.image0``."""
        return self.kind.startswith(_GROWING)

    @property
    def uploads(self) -> bool:
        """Its choices are files that were uploaded, of which there may be more by now."""
        return any(name.endswith("_upload") and value is True for name, value in self.options.items())


@dataclass(frozen=True)
class NodeClass:
    """One class of nodes.

    Attributes:
        inputs: by name.
        outputs: the type of each output slot.
        saves: it is an output node, so that what it needs is run.
    """

    inputs: Mapping[str, Input]
    outputs: tuple[str, ...]
    saves: bool

    def input(self, name: str) -> Input | None:
        """Find the input that a graph's *name* belongs to."""
        found = self.inputs.get(name)
        if found is None and "." in name:
            parent = self.inputs.get(name.partition(".")[0])
            return parent if parent is not None and parent.grows else None
        return found


def read_class(body: Json) -> NodeClass:
    """Read one class's entry of ``/object_info``.

    >>> read_class({"input": {"required": {"n": ["INT", {"min": 1}]}}, "output": ["IMAGE"], "output_node": True}).outputs
    ('IMAGE',)
    """
    sections = body.get("input") or {}
    inputs = {
        name: _read_input(spec, required=section == "required")
        for section in ("required", "optional")
        for name, spec in (sections.get(section) or {}).items()
    }
    outputs = tuple(output if isinstance(output, str) else CHOICE for output in body.get("output") or ())
    return NodeClass(inputs, outputs, bool(body.get("output_node")))


def _read_input(spec: Json, *, required: bool) -> Input:
    kind, options = spec[0], spec[1] if len(spec) > 1 and isinstance(spec[1], dict) else {}
    if isinstance(kind, list):
        return Input(CHOICE, required, tuple(kind), options)
    if kind == CHOICE:
        return Input(CHOICE, required, tuple(options.get("options") or ()), options)
    return Input(ANY if kind.startswith(_MATCHING) else kind, required, None, options)


def fits(output: str, wanted: str) -> bool:
    """Tell whether an output of one type may be linked to an input of another; types may be lists with commas.

    >>> fits("IMAGE", "IMAGE,MASK"), fits("MASK", "IMAGE"), fits("*", "LATENT")
    (True, False, True)
    """
    given, taken = set(output.split(",")), set(wanted.split(","))
    loose = {ANY, CHOICE}
    return bool(given & taken or given & loose or taken & loose) or output.startswith(_MATCHING)
