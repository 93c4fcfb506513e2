"""A store in which something was drawn: real pictures with made-up verdicts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache

from asset_pipeline.providers.operations import Receipt
from asset_pipeline.reviews.candidates import Candidates, read_candidates, write_candidates
from asset_pipeline.reviews.deciding import Wish, decide
from asset_pipeline.reviews.decisions import Action, Decision
from asset_pipeline.reviews.places import Place
from asset_pipeline.sprites.candidates import Candidate
from asset_pipeline.storage.blobs import put_blob
from asset_pipeline.storage.store import Store
from asset_pipeline.testing import pictures

FROG = Place("pond", None, "frog")
NIGHT_FROG = Place("lake", "night", "frog")
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
JUDGED: Sequence[tuple[str, float, tuple[str, ...]]] = (
    ("pass", 0.83, ()),
    ("warn", 0.41, ("halo: 4.2 % of the edge is paler than the subject; cut it out anew",)),
    ("fail", -0.35, ("holes: 3 holes inside the subject; draw it again", "bleed: it touches the frame")),
)


@cache
def drawing(prompt: str, seed: int) -> tuple[bytes, bytes]:
    """Return a drawing and its cutout."""
    whole = pictures.picture(prompt, 96, 96, seed)
    return whole, pictures.cutout(whole)


def draw(
    store: Store, place: Place = FROG, *, seed: int = 1, prompt: str = "a green frog", count: int = 3
) -> Candidates:
    """Draw *count* candidates with the seeds from *seed* on, and keep their record; the first is the chosen one."""
    record = Candidates(
        game=place.game,
        pack=place.pack,
        sprite=place.sprite,
        spec_version="0123456789abcdef",
        candidates=tuple(_candidate(store, number, seed + number, prompt) for number in range(count)),
        chosen=0,
        published=True,
    )
    write_candidates(store, record)
    return record


def _candidate(store: Store, number: int, seed: int, prompt: str) -> Candidate:
    whole, cutout = drawing(prompt, seed)
    outcome, score, faults = JUDGED[number % len(JUDGED)]
    paid = Receipt(
        provider="runpod", operation="image_to_image", model="flux-dev", seed=seed, cost_usd=Decimal("0.02")
    )
    return Candidate(
        number=number,
        seed=seed,
        denoise_strength=0.6,
        images=(put_blob(store, cutout),),
        generated=put_blob(store, whole),
        receipts=(paid,),
        outcome=outcome,
        score=score,
        faults=faults,
    )


def picture_of(store: Store, number: int, place: Place = FROG) -> str:
    """Return the picture of the newest generation's candidate *number*, from 0."""
    record = read_candidates(store, *place)
    assert record is not None
    return record.candidates[number].picture


def decided(  # noqa: PLR0917 - read as a sentence
    store: Store, action: Action, number: int = 0, why: str = "I say so", place: Place = FROG, minute: int = 0
) -> Decision:
    """Decide about candidate *number*, *minute* minutes after noon."""
    picture = None if action == "unpin" else picture_of(store, number, place)
    wish = Wish(action=action, picture=picture, who="Ann", why=why)
    return decide(store, place, wish, now=NOON + timedelta(minutes=minute))
