"""Best of several: draw until one is good, and say which one is best."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from asset_pipeline.errors import BadResult, BudgetExceeded, ProviderError
from asset_pipeline.gates.report import Judged
from asset_pipeline.gates.verdicts import Outcome
from asset_pipeline.manifest.spec import SpriteSpec
from asset_pipeline.sprites.artwork import Artwork
from asset_pipeline.sprites.finishing import finished
from asset_pipeline.sprites.judging import judge

# How far the strength is moved for one more try, and where that ends: below, the guide itself comes back; above, it is ignored.
_STEP, _LEAST, _MOST = 0.1, 0.3, 0.95
_OUTLINE = frozenset({"silhouette_iou", "letter_iou", "aspect_error", "fill_error", "border_touch"})
_TOO_LIKE_THE_GUIDE = frozenset({"guide_leak", "luma_std", "entropy_bits"})


Said: TypeAlias = Callable[[Artwork], Literal["approved", "rejected"] | None]
"""What people said about a candidate; ``None`` where nobody did."""


def nothing_said(_: Artwork) -> None:
    """Say nothing."""


@dataclass(frozen=True)
class Roll:
    """One candidate, drawn and judged.

    Attributes:
        spec: what it was drawn for, with its own seed and strength.
        artwork: the candidate before the finish.
        judged: its verdicts, those on the finished picture included.
    """

    spec: SpriteSpec
    artwork: Artwork
    judged: Judged

    @property
    def is_good(self) -> bool:
        """Whether it passes every gate with margin, so that no other is needed."""
        return self.judged.report.outcome is Outcome.PASS

    @property
    def is_acceptable(self) -> bool:
        """Whether no gate blocks it."""
        return not self.judged.report.failed


def roll(
    spec: SpriteSpec,
    first: Artwork,
    draw: Callable[[SpriteSpec], Artwork],
    *,
    said: Said = nothing_said,
    warn: Callable[[str], None] = lambda _: None,
) -> tuple[Roll, ...]:
    """Draw candidates until one is good, or there are as many as the spec allows; first comes the first.

    Those that the spec asks for differ by their seed; further ones, drawn only while none is acceptable, by a strength that
    counters what was wrong as well. A budget that is spent ends the search: the gates judge what there is.

    Args:
        spec: the sprite.
        first: its first candidate.
        draw: draws the candidate of a spec; pays.
        said: tells what people said about a candidate: a rejected one is kept and never good, an approved one ends the search.
        warn: is told why fewer were drawn.

    Raises:
        ProviderError: one could not be drawn, and none before it is acceptable.
    """
    rolls = [_judged(spec.rolled(first.roll, None), first)]
    for number in range(first.roll + 1, spec.candidates + spec.rerolls):
        asked_for = number < spec.candidates
        if _enough(rolls, said, good=asked_for):
            break
        wanted = spec.rolled(number, None if asked_for else _countered(rolls[-1]))
        try:
            rolls.append(_judged(wanted, draw(wanted)))
        except BadResult as error:
            warn(f"roll {number + 1} brought no picture: {error}")
        except (BudgetExceeded, ProviderError) as error:
            if isinstance(error, ProviderError) and not _enough(rolls, said, good=False):
                raise
            warn(f"no more candidates were drawn: {error}")
            break
    return tuple(rolls)


def first_roll(
    spec: SpriteSpec, draw: Callable[[SpriteSpec], Artwork], warn: Callable[[str], None]
) -> Artwork:
    """Draw the first candidate; one that brings no picture at all is a roll that is spent.

    Args:
        spec: the sprite.
        draw: draws the candidate of a spec; pays.
        warn: is told what was spent in vain.

    Raises:
        BadResult: no roll that the spec allows brought a picture.
        ProviderError: one could not be drawn.
    """
    last = spec.candidates + spec.rerolls - 1
    for number in range(last):
        try:
            return replace(draw(spec.rolled(number, None)), roll=number)
        except BadResult as error:
            warn(f"roll {number + 1} brought no picture: {error}")
    return replace(draw(spec.rolled(last, None)), roll=last)


def best(rolls: tuple[Roll, ...], said: Said = nothing_said) -> int:
    """Return the index of the best candidate.

    None that was rejected, and an approved one that nothing blocks before others, where there is such a one.
    """

    def worth(index: int) -> tuple[bool, bool, tuple[int, int, float], int]:
        one = rolls[index]
        approved = one.is_acceptable and said(one.artwork) == "approved"
        return _counts(one, said), approved, one.judged.report.rank, -index

    return max(range(len(rolls)), key=worth)


def _enough(rolls: list[Roll], said: Said, *, good: bool) -> bool:
    """Tell whether one is acceptable, and, where it is to be *good*, passes with margin or is approved."""
    fair = [one for one in rolls if one.is_acceptable and _counts(one, said)]
    return any(one.is_good or not good or said(one.artwork) == "approved" for one in fair)


def _counts(one: Roll, said: Said) -> bool:
    return said(one.artwork) != "rejected"


def _judged(spec: SpriteSpec, artwork: Artwork) -> Roll:
    return Roll(spec, artwork, judge(spec, artwork, finished(spec, artwork)))


def _countered(last: Roll) -> float | None:
    """Return the strength that counters what was wrong with the last candidate; ``None`` where there is no guide."""
    strength = last.artwork.denoise_strength
    if strength is None:
        return None
    failed = {verdict.metric for verdict in last.judged.report.failed}
    if failed & _OUTLINE:
        strength = min(strength, max(strength - _STEP, _LEAST))
    elif failed & _TOO_LIKE_THE_GUIDE:
        strength = max(strength, min(strength + _STEP, _MOST))
    return round(strength, 2)
