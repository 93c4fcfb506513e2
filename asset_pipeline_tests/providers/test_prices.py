from __future__ import annotations

import datetime
import tomllib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path

import pytest

from asset_pipeline.errors import ConfigError
from asset_pipeline.providers import prices as prices_package
from asset_pipeline.providers.prices import checked, prices

FOLDER = Path(prices_package.__file__).parent
PROVIDERS = sorted(file.stem for file in FOLDER.glob("*.toml"))


def numbers(value: object) -> Iterator[object]:
    if isinstance(value, Mapping):
        for inner in value.values():
            yield from numbers(inner)
    elif isinstance(value, tuple):
        for inner in value:
            yield from numbers(inner)
    else:
        yield value


@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_price_has_a_day_and_a_source_and_no_float(provider: str) -> None:
    """A price nobody can date is a guess; a float of it is a cent lost at the end of the month."""
    table = prices(provider)
    dated = [part for part in table.values() if isinstance(part, Mapping)]
    assert dated
    for part in dated:
        assert isinstance(part["as_of"], datetime.date)
        assert part["source"]
    assert not [value for value in numbers(table) if isinstance(value, float)]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_prices_are_read_once_and_cannot_be_changed(provider: str) -> None:
    table = prices(provider)
    assert prices(provider) is table
    with pytest.raises(TypeError):
        table["as_of"] = "today"  # type: ignore[index]  # the point


def test_a_provider_without_prices_says_which_file_is_missing() -> None:
    with pytest.raises(ConfigError, match=r"prices/nobody\.toml is missing"):
        prices("nobody")


def test_a_price_without_its_day_is_refused() -> None:
    read = tomllib.loads(
        "[gpu]\nas_of = 2026-11-01\nsource = 'a page'\nl4 = 0.5\n[models]\nflux = 0.02\nsource = 'x'\n"
    )
    with pytest.raises(ConfigError, match=r"prices/runpod\.toml: models need as_of and source"):
        checked(read, "runpod")


def test_numbers_stay_decimal_at_any_depth() -> None:
    read = tomllib.loads(
        "[gpu]\nas_of = 2026-11-01\nsource = 'a page'\nrates = [{name = 'l4', usd = 0.10}]\n",
        parse_float=Decimal,
    )
    table = checked(read, "runpod")
    assert table["gpu"]["rates"][0]["usd"] == Decimal("0.10")
