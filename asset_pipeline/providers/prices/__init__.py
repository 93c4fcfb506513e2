"""What providers charge, as dated data: one TOML file a provider, each table with ``as_of`` and ``source``.

``first_estimate.toml`` holds what was believed before, to be held against the others.

Belongs here: prices a contract or a page states, with the day they were read. Does not belong here: what a call costs
(the provider's ``plan``), budgets and receipts (``jobs``).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from asset_pipeline.errors import ConfigError


@cache
def prices(provider: str) -> Mapping[str, Any]:
    """Read *provider*'s price table: numbers with a point are ``Decimal``; read once, not to be changed.

    Raises:
        ConfigError: there is no table of that name, it is no TOML, or one of its tables lacks ``as_of`` or ``source``.
    """
    file = files(__name__).joinpath(f"{provider}.toml")
    try:
        read = tomllib.loads(file.read_text("utf-8"), parse_float=Decimal)
    except FileNotFoundError as error:
        raise ConfigError(f"no price table for {provider!r}: prices/{provider}.toml is missing") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"prices/{provider}.toml is no TOML: {error}") from error
    return checked(read, provider)


def checked(read: Mapping[str, Any], provider: str) -> Mapping[str, Any]:
    """Return *read* unchangeable, or raise ``ConfigError`` where a price has no date or no source."""
    undated = [
        name
        for name, table in read.items()
        if isinstance(table, dict) and not ("as_of" in table and "source" in table)
    ]
    if undated:
        raise ConfigError(f"prices/{provider}.toml: {', '.join(undated)} need as_of and source")
    frozen: Mapping[str, Any] = _frozen(read)
    return frozen


def _frozen(value: Any) -> Any:  # noqa: ANN401  # any TOML
    match value:
        case dict():
            return MappingProxyType({key: _frozen(inner) for key, inner in value.items()})
        case list():
            return tuple(_frozen(inner) for inner in value)
        case _:
            return value
