"""Workflow templates: a graph in ComfyUI's API format with named, typed parameters and named outputs.

A template is one JSON file::

    {
      "about": "SDXL draws a picture from words.",
      "model": "sdxl",
      "operations": ["text_to_image"],
      "parameters": {
        "prompt": {"type": "text", "feeds": ["pos.text"]},
        "steps": {"type": "integer", "feeds": ["sampler.steps"], "min": 1, "max": 150, "default": 20}
      },
      "outputs": {"save": "deliver"},
      "graph": {...}
    }

Parameters called like the fields of a request get their values from it. Outputs are the nodes that save pictures:
``deliver`` are the result, in the order of the file; ``keep`` stay at the server beside it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from asset_pipeline.errors import ConfigError, Mistake
from asset_pipeline.providers.capabilities import Sizes
from asset_pipeline.providers.comfyui.graphs import shape_complaints
from asset_pipeline.providers.comfyui.offers import contradictions
from asset_pipeline.providers.comfyui.parameters import KINDS, Parameter
from asset_pipeline.providers.operations import Operation

_OutputId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]+$")]


class _SizeRange(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    min_px: int = Field(default=64, ge=16)
    max_px: int = Field(default=2048, le=16384)
    step_px: int = Field(default=16, ge=1)


class Template(BaseModel):
    """One workflow, checked; see the module for the file's form.

    Attributes:
        name: the file's name without its ending; the name by which a user's template takes another's place.
        about: one sentence for people.
        model: the name under which requests ask for it; templates of one model serve its several operations.
        operations: what it can be asked for.
        keeps_alpha: its pictures can have transparent parts.
        size_range: which sizes the model draws well.
        parameters: by name.
        outputs: nodes that save pictures, in the order in which they matter.
        graph: the workflow with example values.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    name: str = ""
    about: str = Field(min_length=1)
    model: str = Field(min_length=1)
    operations: tuple[Operation, ...]
    keeps_alpha: bool = False
    size_range: _SizeRange = Field(default=_SizeRange(), alias="sizes")
    parameters: Mapping[str, Parameter]
    outputs: Mapping[_OutputId, Literal["deliver", "keep"]] = Field(min_length=1)
    graph: dict[str, Any]

    @property
    def sizes(self) -> Sizes:
        """Which sizes the model draws well."""
        return Sizes(self.size_range.min_px, self.size_range.max_px, self.size_range.step_px)

    @property
    def delivered(self) -> tuple[str, ...]:
        """The nodes whose pictures are the result."""
        return tuple(node for node, use in self.outputs.items() if use == "deliver")

    @property
    def kept(self) -> tuple[str, ...]:
        """The nodes whose pictures stay at the server."""
        return tuple(node for node, use in self.outputs.items() if use == "keep")

    @cached_property
    def sha256(self) -> str:
        """Hash of all that decides a picture: parameters, outputs and graph."""
        said = self.model_dump(mode="json", include={"parameters", "outputs", "graph"})
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def read_template(file: Path, text: str) -> Template:
    """Read one template file.

    Args:
        file: as a person would name it; its name without the ending becomes the template's.
        text: what is in it.

    Raises:
        ConfigError: lists every mistake with file and path.
    """
    try:
        template = Template.model_validate_json(text)
        found = _shape(template.graph) or _contradictions(template)
    except ValidationError as error:
        found = [(_path(part["loc"]), _sentence(part)) for part in error.errors(include_url=False)]
        found += _shape_of(text)
        raise _wrong(file, found) from error
    if found:
        raise _wrong(file, found)
    return template.model_copy(update={"name": file.stem})


def _wrong(file: Path, found: Sequence[tuple[str, str]]) -> ConfigError:
    return ConfigError("\n".join(str(Mistake(file, 0, path, message)) for path, message in found))


def _path(loc: tuple[int | str, ...]) -> str:
    """Name the place without the tags that pydantic adds for the kinds of parameters."""
    parts = [str(part) for number, part in enumerate(loc) if not (number == 2 and part in KINDS)]
    return ".".join(part for part in parts if part != "[key]")


def _sentence(part: Any) -> str:  # noqa: ANN401  # pydantic's ErrorDetails
    message = str(part["msg"])
    return message.replace("Input", "the value", 1) if message.startswith("Input") else message


def _shape(graph: object) -> list[tuple[str, str]]:
    return [(f"graph.{where}".rstrip("."), what) for where, what in shape_complaints(graph)]


def _shape_of(text: str) -> list[tuple[str, str]]:
    """Look at the graph of a file that is wrong elsewhere, too."""
    try:
        read = json.loads(text)
    except ValueError:
        return []
    return _shape(read["graph"]) if isinstance(read, dict) and isinstance(read.get("graph"), dict) else []


def _contradictions(template: Template) -> list[tuple[str, str]]:
    """Find what is well formed but cannot work."""
    found = [] if template.delivered else [("outputs", 'no node delivers; one must be "deliver"')]
    missing = sorted(template.outputs.keys() - template.graph.keys())
    found += [(f"outputs.{node_id}", "is not in the graph") for node_id in missing]
    return found + contradictions(template.operations, template.parameters, template.graph)
