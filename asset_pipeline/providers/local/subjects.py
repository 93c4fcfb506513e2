"""Which painter a brief is for."""

from __future__ import annotations

from asset_pipeline.providers.local.brief import Brief
from asset_pipeline.providers.local.creatures import paint_creature
from asset_pipeline.providers.local.gear import GEAR
from asset_pipeline.providers.local.goods import GOODS
from asset_pipeline.providers.local.kit import Painter
from asset_pipeline.providers.local.loot import LOOT
from asset_pipeline.providers.local.nature import NATURE
from asset_pipeline.providers.local.platforms import paint_platform, paint_thing
from asset_pipeline.providers.local.space import SPACE
from asset_pipeline.providers.local.species import species_in
from asset_pipeline.providers.local.treasures import TREASURES

_PROPS = (*TREASURES, *LOOT, *GOODS, *GEAR, *SPACE, *NATURE)


def painter_for(brief: Brief) -> Painter:
    """Pick by role, then by what the words name.

    The last noun before a "with", "in" or "of" names the thing; what follows are its details: "a blue robot
    caddy with one glass eye" is a robot, "a star fruit with a smile" a fruit.
    """
    head = _head(brief.words)
    prop = _prop_in(head)
    if brief.role in ("character", "enemy"):
        return paint_creature if prop is None or species_in(head) is not None else prop
    prop = prop or _prop_in(brief.words)
    if brief.role == "platform":
        return prop or paint_platform
    if prop is not None:
        return prop
    return (
        paint_creature if species_in(brief.words) is not None and brief.role in ("", "item") else paint_thing
    )


def names_something(words: tuple[str, ...]) -> bool:
    """Tell whether any of *words* is a thing or a creature with a painter of its own."""
    return _prop_in(words) is not None or species_in(words) is not None


def _head(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words before the first preposition."""
    stops = (
        i
        for i, word in enumerate(words)
        if word in ("with", "in", "of", "on", "under", "made", "like", "holding", "from")
    )
    return words[: next(stops, len(words))]


def _prop_in(words: tuple[str, ...]) -> Painter | None:
    """The prop that is named last: earlier nouns only describe it."""
    found = (
        painter
        for word in reversed(words)
        for names, painter in _PROPS
        if word in names or word.removesuffix("s") in names
    )
    return next(found, None)
