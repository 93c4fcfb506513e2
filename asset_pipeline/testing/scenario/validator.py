"""The service's own check of a body, with the gaps that were seen in it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from asset_pipeline.testing.scenario.tariff import Model

# Rules that a dry run was seen to let through.
_NOT_IN_A_DRY_RUN = frozenset({"lorasScale"})


def accepted(model: Model, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the service keeps of *body*: a bare text where a list belongs is dropped, without a word."""
    lists = {item["name"] for item in model.inputs if item["type"].endswith("_array")}
    known = {item["name"] for item in model.inputs}
    kept = {name: value for name, value in body.items() if not (name in lists and isinstance(value, str))}
    return {name: value for name, value in kept.items() if name in known} if model.is_utility else kept


def complaint(model: Model, body: Mapping[str, Any], assets: Collection[str], *, dry_run: bool) -> str | None:
    """Return the first thing that is wrong, in the service's words; ``None`` where nothing is."""
    known = {item["name"]: item for item in model.inputs}
    for name in body:
        if name not in known:
            return f"Unknown input {name}"
    for name, item in known.items():
        if dry_run and name in _NOT_IN_A_DRY_RUN:
            continue
        wrong = _of_input(item, body, assets)
        if wrong:
            return wrong
    if not dry_run and len(body.get("loras", [])) != len(body.get("lorasScale", [])):
        return "Inputs loras and lorasScale must have the same length"
    return None


def _of_input(item: Mapping[str, Any], body: Mapping[str, Any], assets: Collection[str]) -> str | None:
    name, kind = item["name"], item["type"]
    if name not in body:
        required = item.get("required", {})
        asked = [other for other in required.get("ifDefined", {}) if other in body]
        return f"Input {name} is required" if required.get("always") or asked else None
    value = body[name]
    if not kind.endswith("_array"):
        return _of_value(item, kind, value, assets)
    if not isinstance(value, list):
        return f"Input {name} must be an array"
    if len(value) > item.get("maxLength", len(value)):
        return f"Input {name} must be at most {item['maxLength']} items long"
    found = (_of_value(item, kind.removesuffix("_array"), part, assets) for part in value)
    return next((wrong for wrong in found if wrong), None)


def _of_value(item: Mapping[str, Any], kind: str, value: Any, assets: Collection[str]) -> str | None:  # noqa: ANN401
    name = item["name"]
    if kind == "number":
        return _of_number(item, value)
    if kind == "boolean":
        return None if isinstance(value, bool) else f"Input {name} must be a boolean"
    if kind == "file" and value not in assets:
        return f"Invalid asset for input {name}: asset not found"
    return _of_text(item, kind, value)


def _of_text(item: Mapping[str, Any], kind: str, value: Any) -> str | None:  # noqa: ANN401  # any JSON
    name = item["name"]
    if not isinstance(value, str):
        return f"Input {name} must be a string"
    if value not in item.get("allowedValues", [value]):
        return f"Input {name} must be one of {', '.join(item['allowedValues'])}"
    if kind == "string" and len(value) > item.get("maxLength", len(value)):
        return f"Input {name} must be at most {item['maxLength']} characters long"
    return None


def _of_number(item: Mapping[str, Any], value: Any) -> str | None:  # noqa: ANN401  # any JSON
    name = item["name"]
    if isinstance(value, bool) or not isinstance(value, int | float):
        return f"Input {name} must be a number"
    if value < item.get("min", value):
        return f"Input {name} must be at least {item['min']}"
    if value > item.get("max", value):
        return f"Input {name} must be at most {item['max']}"
    step = item.get("step")
    if step and abs(value / step - round(value / step)) > 1e-6:
        return f"Input {name} must be a multiple of {step}"
    return None
