"""Holding a body against a model's contract before anything is sent: Scenario's own check drops or misses some mistakes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any

from asset_pipeline.providers.remote import Json
from asset_pipeline.providers.scenario.contracts import Contract, Input

# Lists whose items belong together; its dry run does not count them.
_PAIRS = (("loras", "lorasScale"),)
_KINDS: Mapping[str, type | tuple[type, ...]] = MappingProxyType(
    {"boolean": bool, "number": (int, float), "string": str, "file": str, "model": str, "inputs": Mapping}
)


def wrapped(body: Mapping[str, Json], contract: Contract) -> dict[str, Json]:
    """Put bare values into lists where the model wants lists: left bare, they are dropped without a word.

    >>> from datetime import date
    >>> contract = Contract("m", {"refs": Input("refs", "file_array")}, date(2026, 1, 1), live=False)
    >>> wrapped({"refs": "asset_1"}, contract)
    {'refs': ['asset_1']}
    """
    return {name: _as_list(value, contract.inputs.get(name)) for name, value in body.items()}


def mistakes(body: Mapping[str, Json], contract: Contract) -> tuple[str, ...]:
    """List everything in *body* that the model does not take, in the order of the contract; empty where it is right."""
    found = [*_unknown(body, contract), *_missing(body, contract)]
    for name, item in contract.inputs.items():
        if name in body:
            found += _value_mistakes(item, body[name])
    return (*found, *_unpaired(body, contract))


def _as_list(value: Json, item: Input | None) -> Json:
    bare = item is not None and item.is_list and value is not None and not isinstance(value, list | tuple)
    return [value] if bare else value


def _unknown(body: Mapping[str, Json], contract: Contract) -> Iterator[str]:
    for name in body:
        if name not in contract.inputs:
            near = get_close_matches(name, contract.inputs, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            yield f"{name} is no input of {contract.model_id}{hint}"


def _missing(body: Mapping[str, Json], contract: Contract) -> Iterator[str]:
    given = {name for name, value in body.items() if value is not None}
    for name, item in contract.inputs.items():
        if name in given:
            continue
        present, absent = sorted(item.needed_with & given), sorted(item.needed_without - given)
        if item.needed:
            yield f"{name} is missing"
        elif present:
            yield f"{name} is missing: {present[0]} needs it"
        elif absent:
            yield f"{name} is missing: it is needed where there is no {absent[0]}"


def _value_mistakes(item: Input, value: Json) -> Iterator[str]:
    if not item.is_list:
        yield from _item_mistakes(item, value, item.name)
        if isinstance(value, str):
            yield from _length_mistakes(item, len(value), "letters")
        return
    if not isinstance(value, list | tuple):
        yield f"{item.name} must be a list"
        return
    yield from _length_mistakes(item, len(value), "items")
    for number, part in enumerate(value):
        yield from _item_mistakes(item, part, f"{item.name}[{number}]")


def _item_mistakes(item: Input, value: Json, where: str) -> Iterator[str]:
    kind = _KINDS.get(item.item_kind)
    if kind is not None and (
        not isinstance(value, kind) or (isinstance(value, bool) and item.item_kind != "boolean")
    ):
        yield f"{where} must be a {item.item_kind}, not {type(value).__name__}"
    elif item.allowed and value not in item.allowed:
        yield f"{where} must be one of {', '.join(map(repr, item.allowed))}, not {value!r}"
    elif item.item_kind == "number":
        yield from _number_mistakes(item, value, where)
    elif item.item_kind in ("file", "model") and (not value or ":" in value):
        yield f"{where} must be an id of Scenario's, not {'a link' if value else 'empty'}"


def _number_mistakes(item: Input, value: Any, where: str) -> Iterator[str]:  # noqa: ANN401  # a number
    if not math.isfinite(value):
        yield f"{where} must be a finite number"
        return
    if item.minimum is not None and value < item.minimum:
        yield f"{where} must be at least {item.minimum:g}, not {value:g}"
    if item.maximum is not None and value > item.maximum:
        yield f"{where} must be at most {item.maximum:g}, not {value:g}"
    if item.step and not _on_grid(value, item):
        yield f"{where} must be a multiple of {item.step:g}, not {value:g}"


def _on_grid(value: float, item: Input) -> bool:
    """Tell whether *value* is whole steps from zero or from the least: which of them counts is not documented."""
    step = item.step or 1.0
    return any(
        math.isclose(offset / step, round(offset / step), abs_tol=1e-6)
        for offset in (value, value - (item.minimum or 0.0))
    )


def _length_mistakes(item: Input, length: int, unit: str) -> Iterator[str]:
    if item.max_length is not None and length > item.max_length:
        yield f"{item.name} must be at most {item.max_length} {unit} long, not {length}"
    if item.min_length is not None and length < item.min_length:
        yield f"{item.name} must be at least {item.min_length} {unit} long, not {length}"


def _unpaired(body: Mapping[str, Json], contract: Contract) -> Iterator[str]:
    for first, second in _PAIRS:
        if first not in contract.inputs or second not in contract.inputs:
            continue
        lengths = [len(body[name]) if isinstance(body.get(name), list) else 0 for name in (first, second)]
        if lengths[0] != lengths[1]:
            yield f"{first} and {second} must be as long as each other, not {lengths[0]} and {lengths[1]}"
