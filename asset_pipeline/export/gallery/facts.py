"""What is known of a sprite, as HTML: how it was made, what its gates say, and what it was before."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from decimal import Decimal
from html import escape
from typing import NamedTuple

from asset_pipeline.export.gallery.history import Version
from asset_pipeline.export.gallery.shown import VERDICTS, Shown
from asset_pipeline.sprites.candidates import Candidate


class Before(NamedTuple):
    """A picture to hold beside the one of now: what it is, and its layers, back to front."""

    label: str
    images: tuple[str, ...]


def facts_html(shown: Shown, earlier: Sequence[Version], up: str) -> str:
    """Return everything beside the picture; whatever comes from outside is escaped.

    Args:
        shown: the sprite.
        earlier: its published pictures before this one, the newest first.
        up: the way from the page to the store's root.
    """
    return "\n".join(
        (_gates(shown), _comparisons(list(befores(shown, earlier)), up), _list(dict(_known(shown))))
    )


def befores(shown: Shown, earlier: Sequence[Version]) -> Iterator[Before]:
    """Name what a sprite was before, and what it could have been: earlier versions, other candidates, the drawing."""
    for version in earlier:
        yield Before(f"made {version.made_at:%Y-%m-%d %H:%M}", (version.picture,))
    for one in shown.candidates:
        if one.number != shown.chosen or not shown.published:
            yield Before(f"candidate {one.label}: {_judged(one)}", one.images)
    chosen = _chosen(shown)
    if chosen is not None and chosen.generated is not None:
        yield Before("as it was drawn", (chosen.generated,))


def _gates(shown: Shown) -> str:
    held = "" if shown.published else f'<p class="held">{_held_back(shown)}</p>'
    chosen = _chosen(shown)
    if chosen is None:
        return f"<h3>Gates</h3>{held}<p>Nothing was recorded about it.</p>"
    faults = "".join(f"<li>{escape(fault)}</li>" for fault in chosen.faults)
    told = f'<ul class="faults">{faults}</ul>' if faults else "<p>No gate complains.</p>"
    return f"<h3>Gates</h3>{held}{told}"


def _held_back(shown: Shown) -> str:
    kept = (
        "the game keeps the earlier picture, which is shown" if shown.png else "the game has no picture of it"
    )
    return f"The newest generation was held back; {kept}."


def _comparisons(found: Sequence[Before], up: str) -> str:
    if not found:
        return ""
    buttons = "".join(_button(one, up) for one in found)
    return (
        '<h3 id="befores">Before and after</h3>'
        f'<div class="befores" role="group" aria-labelledby="befores">{buttons}</div>'
    )


def _button(before: Before, up: str) -> str:
    addresses = [up + key for key in before.images]
    pictures = "".join(f'<img src="{escape(each)}" alt="" loading="lazy">' for each in addresses)
    return (
        f'<button type="button" aria-pressed="false" data-before="{escape(json.dumps(addresses))}">'
        f'<span class="picture">{pictures}</span><span class="label">{escape(before.label)}</span></button>'
    )


def _known(shown: Shown) -> Iterator[tuple[str, str]]:
    spec, chosen = shown.spec, _chosen(shown)
    yield "Size", "{} x {} px".format(*shown.size_px)
    if chosen is not None:
        yield "Cost", _cost(shown)
        yield from _made(chosen)
    if spec.name != spec.sprite:
        yield "In the engine", spec.name
    if spec.traits:
        yield "Traits", ", ".join(spec.traits)
    yield "Prompt", shown.drawn_prompt
    if shown.drawn_prompt != spec.prompt:
        yield "Prompt of the next one, as the game's file is now", spec.prompt
    if spec.negative_prompt:
        yield "Kept out", spec.negative_prompt


def _made(chosen: Candidate) -> Iterator[tuple[str, str]]:
    calls = dict.fromkeys(f"{receipt.model} ({receipt.provider})" for receipt in chosen.receipts)
    if calls:
        yield "Made by", ", ".join(calls)
    yield "Seed", str(chosen.seed)
    if chosen.denoise_strength is not None:
        yield "Strength", f"{chosen.denoise_strength:.2f}"
    yield "Score", f"{chosen.score:.2f}"


def _cost(shown: Shown) -> str:
    tries = len(shown.candidates)
    cost = usd(shown.cost_usd)
    return cost if tries == 1 else f"{cost} for {tries} candidates"


def usd(amount: Decimal) -> str:
    """Say what something cost.

    >>> usd(Decimal("0.0200")), usd(Decimal(0))
    ('$0.020', 'free')
    """
    return f"${amount:.3f}" if amount else "free"


def _list(known: dict[str, str]) -> str:
    rows = "".join(_row(name, value) for name, value in known.items())
    return f"<h3>How it was made</h3><dl>{rows}</dl>"


def _row(name: str, value: str) -> str:
    """What is long stands below its name, not beside it."""
    kind = ' class="long"' if len(value) > 60 else ""
    return f"<dt>{escape(name)}</dt><dd{kind}>{escape(value)}</dd>"


def _chosen(shown: Shown) -> Candidate | None:
    return next((one for one in shown.candidates if one.number == shown.chosen), None)


def _judged(candidate: Candidate) -> str:
    return f"{VERDICTS.get(candidate.outcome, candidate.outcome)}, {candidate.score:.2f}"
