"""From candidates that were judged to what is kept of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import dagster as dg

from asset_pipeline.export.contact_sheet import contact_sheet, tile_of
from asset_pipeline.gates.report import Judged
from asset_pipeline.gates.verdicts import Outcome
from asset_pipeline.imaging.png import decode_image, encode_png
from asset_pipeline.manifest.spec import SpriteSpec
from asset_pipeline.providers.operations import Receipt
from asset_pipeline.reviews.candidates import Candidates, read_candidates
from asset_pipeline.reviews.decisions import Standing
from asset_pipeline.sprites.artwork import Artwork
from asset_pipeline.sprites.candidates import Candidate
from asset_pipeline.sprites.rolling import Roll, Said
from asset_pipeline.storage.blobs import put_blob
from asset_pipeline.storage.keys import blob_key, candidates_strip_key
from asset_pipeline.storage.store import Store


def as_candidates(rolls: tuple[Roll, ...], best: int, store: Store) -> Artwork:
    """Keep the pictures of all candidates, and return the best one, with the record of all."""
    for roll in rolls:
        for picture in (*roll.artwork.images, *([roll.artwork.generated] if roll.artwork.generated else [])):
            put_blob(store, picture)
    candidates = tuple(
        candidate_of(roll.spec, roll.artwork, roll.judged, number=number) for number, roll in enumerate(rolls)
    )
    return replace(rolls[best].artwork, candidates=candidates, chosen=best)


def candidate_of(spec: SpriteSpec, artwork: Artwork, judged: Judged, *, number: int) -> Candidate:
    """Describe one candidate, whose pictures are in the store under their hash."""
    report = judged.report
    faults = sorted(
        (v for v in report.verdicts if v.outcome in (Outcome.WARN, Outcome.FAIL)), key=lambda v: not v.blocks
    )
    return Candidate(
        number=number,
        seed=spec.seed,
        prompt=spec.prompt,
        denoise_strength=artwork.denoise_strength,
        images=tuple(blob_key(image, ".png") for image in artwork.images),
        generated=None if artwork.generated is None else blob_key(artwork.generated, ".png"),
        receipts=artwork.receipts,
        outcome=report.outcome.value,
        score=round(report.score, 4),
        faults=tuple(verdict.told for verdict in faults),
    )


def record_of(spec: SpriteSpec, artwork: Artwork, judged: Judged, *, published: bool) -> Candidates:
    """Describe all that was drawn for a sprite, and what became of it; the same for the same pictures, whenever they are made."""
    drawn = artwork.candidates or (candidate_of(spec, artwork, judged, number=0),)
    return Candidates(
        game=spec.game,
        pack=spec.pack,
        sprite=spec.sprite,
        spec_version=spec.version,
        candidates=tuple(one.model_copy(update={"receipts": _timeless(one)}) for one in drawn),
        chosen=artwork.chosen,
        published=published,
    )


def shown_candidates(record: Candidates, store: Store) -> dict[str, dg.MetadataValue]:
    """Publish a strip of all candidates with their scores, and show it; nothing where there is but one."""
    if len(record.candidates) < 2:
        return {}
    tiles = [
        tile_of(
            f"{one.label}, chosen" if number == record.chosen else one.label,
            f"{one.outcome} · {one.score:.2f}",
            decode_image(store.get(one.shown), what=f"candidate {one.label} of {record.sprite}"),
        )
        for number, one in enumerate(record.candidates)
    ]
    sheet = contact_sheet(record.sprite, f"{len(tiles)} candidates, the best of them chosen", tiles)
    key = candidates_strip_key(record.game, record.pack, record.sprite)
    store.put(key, encode_png(sheet), content_type="image/png")
    scores = " · ".join(f"{one.label}: {one.outcome}, {one.score:.2f}" for one in record.candidates)
    url = store.browser_url(key)
    return {"candidates": dg.MetadataValue.md(scores if url is None else f"[![{scores}]({url})]({url})")}


def said_by(standing: Standing) -> Said:
    """Return what people said about a candidate, by its first picture's hash."""

    def said(artwork: Artwork) -> Literal["approved", "rejected"] | None:
        picture = blob_key(artwork.images[0], ".png")
        if picture in standing.rejected:
            return "rejected"
        return "approved" if picture in standing.approved else None

    return said


def pinned_artwork(spec: SpriteSpec, standing: Standing, store: Store) -> Artwork | None:
    """Return the candidate a person pinned, as it was drawn, with those that are kept beside it; nobody is paid.

    Raises:
        StoreError: its pictures are gone.
    """
    pinned = standing.pinned
    if pinned is None:
        return None
    kept = read_candidates(store, spec.game, spec.pack, spec.sprite)
    beside = kept.candidates if kept else ()
    chosen = next((i for i, one in enumerate(beside) if one.picture == pinned.picture), len(beside))
    if chosen == len(beside):
        beside = (*beside, pinned.model_copy(update={"number": chosen}))
    known = tuple(one.model_copy(update={"receipts": _as_known(one)}) for one in beside)
    return Artwork(
        images=tuple(store.get(key) for key in pinned.images),
        receipts=_as_known(pinned),
        generated=None if pinned.generated is None else store.get(pinned.generated),
        notes=(f"pinned by {_pinner(standing)}",),
        candidates=known,
        chosen=chosen,
        pinned=True,
    )


def _timeless(candidate: Candidate) -> tuple[Receipt, ...]:
    """Return a candidate's receipts without what differs from run to run."""
    return tuple(
        receipt.model_copy(
            update={"memoised": False, "seconds": 0.0, "queue_seconds": None, "run_seconds": None}
        )
        for receipt in candidate.receipts
    )


def _as_known(candidate: Candidate) -> tuple[Receipt, ...]:
    return tuple(receipt.model_copy(update={"memoised": True}) for receipt in candidate.receipts)


def _pinner(standing: Standing) -> str:
    pin = [decision for decision in standing.decisions if decision.action == "pin"][-1]
    return f"{pin.who}: {pin.why}"
