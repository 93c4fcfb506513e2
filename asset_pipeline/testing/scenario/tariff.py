"""The double's own models and prices; its invoice is reckoned from here, never from our client's table."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

QUALITY_GATE = "quality-gate"
_CU: Mapping[str, str] = MappingProxyType(
    {
        "flux-1-dev": "9",
        "retro-plus": "6.25",
        "retro-tile": "6.25",
        "gpt-image-2": "11.5",
        "photoroom": "3",
        "bria": "2",
        "birefnet": "2",
        "qwen-image-layered": "9.5",
    }
)
# The add-on that a captured dry run shows.
_GATED = frozenset({"flux-1-dev"})
_GATE_CU = Decimal("1.75")


@dataclass(frozen=True)
class Model:
    """A model of the double.

    Attributes:
        id: as the service names it.
        inputs: as the service describes them; empty for a trained style.
        kind: ``custom``, or a kind of style.
        cu: creative units a picture.
        gate_cu: of the quality gate.
    """

    id: str
    inputs: tuple[Mapping[str, Any], ...] = ()
    kind: str = "custom"
    cu: Decimal = Decimal(0)
    gate_cu: Decimal = Decimal(0)

    @property
    def is_utility(self) -> bool:
        """Whether it only works on a picture; those ignore keys they do not know."""
        return not any(item["name"] == "prompt" for item in self.inputs)

    def described(self, *, whole: bool) -> dict[str, Any]:
        """Return it as the API does: a list's rows hold no inputs."""
        row: dict[str, Any] = {"id": self.id, "name": self.id, "type": self.kind, "privacy": "public"}
        return {**row, "inputs": [dict(item) for item in self.inputs]} if whole and self.inputs else row


@dataclass(frozen=True)
class Bill:
    """What a call costs, in creative units."""

    cu: Decimal
    details: Mapping[str, Decimal] = field(default_factory=dict)

    @property
    def total(self) -> Decimal:
        """The main action and its add-ons."""
        return self.cu + sum(self.details.values(), Decimal(0))

    @property
    def quoted(self) -> dict[str, Any]:
        """The price as a dry run and the answer to a submission name it."""
        details = {"custom-generation": self.cu, **self.details}
        return {
            "creativeUnitsCost": number(self.total),
            "creativeUnitsDiscount": 0,
            "costDetails": {name: number(value) for name, value in details.items()},
        }


def bill(model: Model, body: Mapping[str, Any]) -> Bill:
    """Reckon what *body* costs."""
    count = Decimal(str(body.get("numOutputs", 1)))
    dear = 4 if body.get("quality") == "high" else 1
    gate = {QUALITY_GATE: model.gate_cu * count} if model.gate_cu else {}
    return Bill(model.cu * count * dear, gate)


@cache
def usual_models() -> Mapping[str, Model]:
    """Return the models of our dated table, and one trained style, by id."""
    package = files("asset_pipeline.providers.scenario")
    table = tomllib.loads(package.joinpath("models.toml").read_text("utf-8"))
    found = [
        Model(
            row["id"],
            tuple(row["inputs"]),
            cu=Decimal(_CU[name]),
            gate_cu=_GATE_CU if name in _GATED else Decimal(0),
        )
        for name, row in table.items()
    ]
    style = Model("model_trainedStyle1", kind="flux.1-lora")
    return MappingProxyType({model.id: model for model in (*found, style)})


def number(value: Decimal) -> int | float:
    """Write creative units as JSON does: 9, and 10.75."""
    return int(value) if value == value.to_integral_value() else float(value)
