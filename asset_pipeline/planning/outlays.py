"""What a finished sprite costs, and an accepted one: a picture is only the first of its paid calls, and of its tries."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from asset_pipeline.planning.volumes import (
    GPU,
    Bill,
    batch_size,
    cheapest_bill,
    own_bill,
    plans,
    public_bill,
    units_of,
    volumes,
)
from asset_pipeline.providers.comfyui.quotes import likely_s
from asset_pipeline.providers.prices import prices
from asset_pipeline.providers.runpod.costs import own_run_s

SPRITES_A_MONTH = 1000


@dataclass(frozen=True)
class Outlay:
    """One way to make one kind of sprite.

    Attributes:
        kind: ``entity`` or ``parallax``.
        name: for a person.
        calls: paid calls a sprite.
        usd: what one try costs, at a thousand sprites a month.
    """

    kind: str
    name: str
    calls: int
    usd: Decimal

    def accepted_usd(self, tries: Decimal) -> Decimal:
        """Return what one sprite costs that passes, where it takes so many *tries*; each pays for every call."""
        return self.usd * tries


@dataclass(frozen=True)
class Lever:
    """One decision and what it is worth, as a factor on the bill: from and to."""

    name: str
    low: Decimal
    high: Decimal


def tries() -> tuple[Decimal, Decimal]:
    """Return how many tries an accepted sprite takes: as measured, and as hoped for."""
    table = prices("first_estimate")["tries"]
    return Decimal(table["measured"]), Decimal(table["hoped_for"])


def outlays() -> tuple[Outlay, ...]:
    """List ways to make an entity (drawn and cut out) and a parallax scene (drawn and split)."""
    batch = batch_size()
    flux, removal = own_run_s("flux"), own_run_s("bg-removal")
    fused, layers = likely_s("sprite-flux-dev"), likely_s("qwen-image-layered")
    cut = own_bill(removal, batch)
    return (
        _outlay("entity", "public flux-schnell, cut out by local", 1, public_bill("flux-schnell", 1024)),
        _outlay("entity", "public z-image-turbo, cut out by local", 1, public_bill("z-image-turbo", 1024)),
        _outlay("entity", f"ComfyUI on RunPod, {GPU}: one fused Flux graph", 1, own_bill(fused, batch)),
        _outlay(
            "entity",
            f"RunPod own {GPU}: Flux, then background removal",
            2,
            _both(own_bill(flux, batch), cut),
        ),
        _outlay(
            "entity",
            "public qwen-edit over the guide, own background removal",
            2,
            _both(public_bill("qwen-edit", 1024), cut),
        ),
        _outlay("entity", "Scenario flux-1-dev, then birefnet", 2, _scenario("flux-1-dev", "birefnet")),
        _outlay("entity", "Scenario flux-1-dev, then photoroom", 2, _scenario("flux-1-dev", "photoroom")),
        _outlay("parallax", "public flux-dev, split by local", 1, public_bill("flux-dev", 1024)),
        _outlay(
            "parallax",
            f"ComfyUI on RunPod, {GPU}: Flux, then Qwen layers",
            2,
            _both(own_bill(likely_s("flux-dev"), batch), own_bill(layers, batch)),
        ),
        _outlay(
            "parallax",
            "Scenario flux-1-dev, then Qwen layers",
            2,
            _scenario("flux-1-dev", "qwen-image-layered"),
        ),
    )


def levers() -> tuple[Lever, ...]:
    """Reckon what batching, the model, the vendor and a better pass rate are worth."""
    flux, batch, many = own_run_s("flux"), batch_size(), max(volumes())
    together, alone = own_bill(flux, batch)(many), own_bill(flux, 1)(many)
    cheap, dear = public_bill("flux-schnell", 1024)(1), public_bill("kontext", 1024)(1)
    rates = sorted(units_of("other") * Decimal(plan["usd_per_cu"]) for plan in plans().values())
    elsewhere = public_bill("flux-dev", 1024)(1)
    measured, hoped_for = tries()
    return (
        Lever(f"Batches of {batch} in place of one cold call a picture", alone / together, alone / together),
        Lever("The model: public flux-schnell in place of kontext", dear / cheap, dear / cheap),
        Lever(
            "The vendor: RunPod's public flux-dev in place of Scenario at its plans' rates",
            rates[0] / elsewhere,
            rates[-1] / elsewhere,
        ),
        Lever(
            f"The pass rate: {hoped_for:g} tries an accepted sprite in place of {measured:g}",
            measured / hoped_for,
            measured / hoped_for,
        ),
    )


def _outlay(kind: str, name: str, calls: int, bill: Bill) -> Outlay:
    return Outlay(kind, name, calls, bill(SPRITES_A_MONTH) / SPRITES_A_MONTH)


def _both(first: Bill, second: Bill) -> Bill:
    return lambda count: first(count) + second(count)


def _scenario(*models: str) -> Bill:
    return cheapest_bill(sum((units_of(model) for model in models), Decimal(0)))
