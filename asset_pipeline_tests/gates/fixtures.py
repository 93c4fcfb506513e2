"""More than 200 labelled pictures over all gates, drawn anew each time; none is stored.

Every fixture says which gates must fail. All others that are selected for it must not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from asset_pipeline.gates.case import Case
from asset_pipeline.gates.select import Kind, Step, Trait


@dataclass(frozen=True, eq=False)
class Fixture:
    """One labelled sprite.

    Attributes:
        name: what was drawn.
        case: the sprite, and what was asked for.
        faults: the gates that must fail.
        kind: of the sprite.
        style: of the sprite.
        step: the step after which it is judged.
        traits: what its spec excuses.
        guided: whether it was drawn from a silhouette.
        lettered: whether it was drawn over letters.
        open_to: gates for which this fault is as much as half a fault: they may say what they like.
    """

    name: str
    case: Case = field(repr=False)
    faults: frozenset[str]
    kind: Kind = "entity"
    style: str = "cartoon"
    step: Step | None = "remove_background"
    traits: tuple[Trait, ...] = ()
    guided: bool = True
    lettered: bool = False
    open_to: frozenset[str] = frozenset()


def all_fixtures() -> Iterator[Fixture]:
    """Draw every fixture."""
    from asset_pipeline_tests.gates import cutouts, finished, letters, scenes, sound  # noqa: PLC0415  # they import this module

    for room in (sound, cutouts, finished, letters, scenes):
        yield from room.fixtures()


def faulty(name: str, case: Case, *faults: str, open_to: Iterable[str] = ()) -> Fixture:
    """Make a fixture of a bad cutout."""
    return Fixture(name, case, frozenset(faults), open_to=frozenset(open_to))
