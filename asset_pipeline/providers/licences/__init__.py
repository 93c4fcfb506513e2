"""Under which licence each model may be used, as dated data.

Belongs here: what a licence or its publisher states, with the day it was read; what people declare in the same form.
Does not belong here: what follows from it for a call (``jobs.licensing``).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TypeAlias

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from asset_pipeline.errors import ConfigError, Mistake
from asset_pipeline.providers.opening import REMOTE
from asset_pipeline.providers.operations import Commercial, Weights

FILE = "licences.toml"
"""Name of the file beside the games in which people declare licences, and of this package's own."""
PROVIDERS = ("local", *REMOTE)


class Licence(BaseModel):
    """What is known of one model, LoRA or network.

    Attributes:
        licence: an SPDX identifier or expression, ``LicenseRef-…`` for one that SPDX does not list, ``none`` where there
            are no weights, or ``unknown``.
        commercial: whether a studio may make art for sale with it.
        as_of: the day it was looked up.
        source: the page, file or contract that says so; of what is unknown, why.
        note: the conditions, or what else one should know.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    licence: str = Field(min_length=1)
    commercial: Commercial
    as_of: date
    source: str = Field(min_length=1)
    note: str = ""


Table: TypeAlias = Mapping[str, Mapping[str, Licence]]
"""Licences by provider and by the name of the weights there."""


@dataclass(frozen=True)
class Licences:
    """Looks licences up: those that people declare win over what this package knows.

    Attributes:
        declared: what the file beside the games says.
    """

    declared: Table = field(default_factory=dict)

    def find(self, provider: str, name: str) -> Licence | None:
        """Return what is known of the weights that *provider* calls *name*; ``None`` where nobody has written about them."""
        return self.declared.get(provider, {}).get(name) or packaged().get(provider, {}).get(name)

    def weights(self, provider: str, name: str) -> Weights:
        """Return *name* with its licence, ``unknown`` where nobody has written about it."""
        found = self.find(provider, name)
        if found is None:
            return Weights(name=name, licence="unknown", commercial="unknown")
        return Weights(name=name, licence=found.licence, commercial=found.commercial)


@cache
def packaged() -> Table:
    """Return what this package knows; read once, not to be changed."""
    return parse_licences(files(__name__).joinpath(FILE).read_text("utf-8"), Path(FILE))


def open_licences(games_dir: Path) -> Licences:
    """Read what is declared beside the games, where there is such a file.

    Raises:
        ConfigError: it cannot be read, or is wrong; lists every mistake.
    """
    file = games_dir / FILE
    try:
        return Licences(parse_licences(file.read_text("utf-8"), file)) if file.exists() else Licences()
    except (OSError, UnicodeError) as error:
        raise ConfigError(f"{file} cannot be read ({error})") from error


def parse_licences(text: str, file: Path) -> Table:
    r"""Read tables of the form ``[provider.name]``.

    Args:
        text: TOML.
        file: as a person would name it.

    Raises:
        ConfigError: it is no TOML, or lists every mistake with its path.

    >>> told = '[runpod.flux]\nlicence="Apache-2.0"\ncommercial="yes"\nas_of=2026-11-24\nsource="our image"'
    >>> parse_licences(told, Path("licences.toml"))["runpod"]["flux"].licence
    'Apache-2.0'
    """
    try:
        read = tomllib.loads(text)
        strangers = [Mistake(file, 0, name, _no_provider(name)) for name in read if name not in PROVIDERS]
        table = _TABLE.validate_python(read)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{file} is no TOML: {error}") from error
    except ValidationError as error:
        wrong = [_mistake(file, ".".join(map(str, part["loc"])), part["msg"]) for part in error.errors()]
        raise ConfigError("\n".join(map(str, [*strangers, *wrong]))) from error
    if strangers:
        raise ConfigError("\n".join(map(str, strangers)))
    return table


_TABLE = TypeAdapter(dict[str, dict[str, Licence]])


def _mistake(file: Path, path: str, message: str) -> Mistake:
    return Mistake(file, 0, path, message.replace("Input", "the value", 1))


def _no_provider(name: str) -> str:
    return f"{name!r} is no provider; tables are called [provider.name], with {' | '.join(PROVIDERS)}"
