"""What a model takes, as ``GET /models/{id}`` says, and a dated copy for when nobody can be asked."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from asset_pipeline.providers.remote import Json
from asset_pipeline.providers.scenario.words import dig, rows_at, text_at


@dataclass(frozen=True)
class Input:
    """One thing that a model may be told.

    Attributes:
        name: its key in the body.
        kind: ``boolean``, ``number``, ``string``, ``file``, ``model``, or a list of them: ``file_array``.
        needed: it must be there.
        needed_with: it must be there where one of these is.
        needed_without: it must be there where one of these is not.
        minimum: least number.
        maximum: greatest number.
        step: numbers are multiples of it.
        min_length: least number of letters, or of items in a list.
        max_length: most of them.
        max_bytes: largest file.
        allowed: the only values; empty where any will do.
    """

    name: str
    kind: str = "string"
    needed: bool = False
    needed_with: frozenset[str] = frozenset()
    needed_without: frozenset[str] = frozenset()
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None
    min_length: int | None = None
    max_length: int | None = None
    max_bytes: int | None = None
    allowed: tuple[Json, ...] = ()

    @property
    def is_list(self) -> bool:
        """Whether it takes a list; a bare value in its place is dropped without a word, and paid for."""
        return self.kind.endswith("_array")

    @property
    def item_kind(self) -> str:
        """What it holds, or what each item of its list is."""
        return self.kind.removesuffix("_array")


@dataclass(frozen=True)
class Contract:
    """All that a model may be told, and since when we know.

    Attributes:
        model_id: Scenario's id of the model.
        inputs: by name.
        as_of: when it was said.
        live: Scenario said so itself, in this process.
        kind: ``custom`` for a model that can be run; anything else is a style to be used with one.
    """

    model_id: str
    inputs: Mapping[str, Input] = field(repr=False)
    as_of: date
    live: bool
    kind: str = "custom"


def contract_from(model: Json, *, as_of: date, live: bool) -> Contract:
    """Read a model as the API describes it; what we do not understand of it is left out."""
    inputs = [_input(row) for row in rows_at(model, "inputs") if text_at(row, "name")]
    by_name = MappingProxyType({item.name: item for item in inputs})
    return Contract(text_at(model, "id"), by_name, as_of, live, text_at(model, "type") or "custom")


def offline(name: str, model_id: str) -> Contract | None:
    """Return the dated copy under a short name; ``None`` where there is none."""
    row = _table().get(name)
    return None if row is None else contract_from({**row, "id": model_id}, as_of=row["as_of"], live=False)


def offline_ids() -> dict[str, str]:
    """Return the short names of the models we know, and their ids."""
    return {name: row["id"] for name, row in _table().items()}


@cache
def _table() -> Mapping[str, Any]:
    return tomllib.loads(files(__package__).joinpath("models.toml").read_text("utf-8"))


def _input(row: Json) -> Input:
    required = dig(row, "required")
    allowed = tuple(rows_at(row, "allowedValues"))
    return Input(
        name=text_at(row, "name"),
        kind=text_at(row, "type") or "string",
        needed=required is True or dig(required, "always") is True,
        needed_with=_names(dig(required, "ifDefined")),
        needed_without=_names(dig(required, "ifNotDefined")),
        minimum=_number(dig(row, "min")),
        maximum=_number(dig(row, "max")),
        step=_number(dig(row, "step")),
        min_length=_whole(dig(row, "minLength")),
        max_length=_whole(dig(row, "maxLength")),
        max_bytes=_whole(dig(row, "maxSize")),
        allowed=allowed,
    )


def _names(condition: Json) -> frozenset[str]:
    """Read which other inputs a condition is about: an object by name, a list of names, or one name."""
    match condition:
        case str():
            return frozenset({condition})
        case Mapping() | list():
            return frozenset(name for name in condition if isinstance(name, str))
        case _:
            return frozenset()


def _number(value: Json) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _whole(value: Json) -> int | None:
    number = _number(value)
    return None if number is None else int(number)
