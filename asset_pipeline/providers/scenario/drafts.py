"""A body in the making: what a model can be told goes in, what it cannot is said, never dropped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from asset_pipeline.providers.capabilities import MAY_BE_IGNORED
from asset_pipeline.providers.fitting import Fit, pad_to
from asset_pipeline.providers.remote import Json
from asset_pipeline.providers.scenario.contracts import Contract, Input

PENDING = "asset_pending"
"""Stands for a picture that is not uploaded yet."""


@dataclass(frozen=True)
class Picture:
    """A picture to be uploaded before it can be named.

    Attributes:
        png: its bytes.
        what: what it is to the user.
        canvas: the size it is brought to first; ``None`` leaves it as it is.
        shape_px: ``(width, height)`` of the request, to whose shape it is stretched on that canvas.
    """

    png: bytes = field(repr=False)
    what: str
    canvas: Fit | None = None
    shape_px: tuple[int, int] | None = None

    def fitted(self) -> bytes:
        """Return the bytes to upload.

        Raises:
            ImageError: it is no picture.
        """
        if self.canvas is None:
            return self.png
        return pad_to(self.png, self.canvas, what=self.what, wanted_px=self.shape_px)


@dataclass
class Draft:
    """A body whose pictures are still to be uploaded.

    Attributes:
        contract: what the model takes.
        name: the model, as users call it.
        values: what is sent, by wire name, without the pictures.
        pictures: what is to be uploaded, by wire name.
        sent_px: the size that is asked for, where one is.
        warnings: what the model will ignore.
        mistakes: what it cannot do.
    """

    contract: Contract
    name: str
    values: dict[str, Json] = field(default_factory=dict)
    pictures: dict[str, tuple[Picture, ...]] = field(default_factory=dict, repr=False)
    sent_px: tuple[int, int] | None = None
    warnings: list[str] = field(default_factory=list)
    mistakes: list[str] = field(default_factory=list)

    def body(self, assets: Mapping[str, Sequence[str]] | None = None) -> dict[str, Json]:
        """Return the whole body, with the ids of its pictures, or with stand-ins for them."""
        body = dict(self.values)
        for name, pictures in self.pictures.items():
            ids = list(assets[name]) if assets is not None else [PENDING] * len(pictures)
            body[name] = ids if self.contract.inputs[name].is_list else ids[0]
        return body

    def put(self, wire: str, value: Json, asked: str) -> None:
        """Send *value* where the model takes it; *asked* is our name of the field."""
        if (item := self.contract.inputs.get(wire)) is None:
            self._refuse(asked)
            return
        self.values[wire] = snapped(value, item)
        if self.values[wire] != value:
            self.warnings.append(f"{asked} {value} was sent as {self.values[wire]}, which {self.name} takes")

    def attach(self, wire: str, pictures: Sequence[Picture], asked: str) -> None:
        """Upload *pictures* and name them, where the model takes them."""
        if wire in self.contract.inputs:
            self.pictures[wire] = (*self.pictures.get(wire, ()), *pictures)
        else:
            self._refuse(asked)

    def hint(self, wire: str, value: Json) -> None:
        """Send *value* where the model takes just that; where it does not, the prompt says it in words."""
        item = self.contract.inputs.get(wire)
        if item is not None and (not item.allowed or value in item.allowed):
            self.values[wire] = value

    def _refuse(self, asked: str) -> None:
        if asked in MAY_BE_IGNORED:
            self.warnings.append(f"{self.name} ignores {asked}")
        else:
            self.mistakes.append(f"{self.name} takes no {asked}")


def wire_seed(seed: int, item: Input) -> int:
    """Bring a seed of 32 bits into the range of a model, always to the same number.

    >>> wire_seed(2**31 + 5, Input("seed", "number", minimum=0, maximum=2**31 - 1))
    5
    """
    least, most = int(item.minimum or 0), int(2**31 - 1 if item.maximum is None else item.maximum)
    return seed if least <= seed <= most else least + seed % (most - least + 1)


def snapped(value: Json, item: Input) -> Json:
    """Round fractions to the model's step, and move them by at most one step into its range.

    >>> snapped(0.0, Input("strength", "number", minimum=0.01, maximum=1, step=0.01))
    0.01
    """
    if isinstance(value, list | tuple):
        return [snapped(part, item) for part in value]
    step = item.step or 1.0
    if isinstance(value, bool) or not isinstance(value, int | float) or step >= 1:
        return value
    number = round(round(value / step) * step, 6)
    if item.minimum is not None and item.minimum - step * 1.001 <= number < item.minimum:
        number = item.minimum
    if item.maximum is not None and item.maximum < number <= item.maximum + step * 1.001:
        number = item.maximum
    return number
