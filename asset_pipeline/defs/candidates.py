"""From candidates that were judged to what is kept of them."""

from __future__ import annotations

from dataclasses import replace

from asset_pipeline.gates.report import Judged
from asset_pipeline.gates.verdicts import Outcome
from asset_pipeline.manifest.spec import SpriteSpec
from asset_pipeline.reviews.candidates import Candidates
from asset_pipeline.sprites.artwork import Artwork
from asset_pipeline.sprites.candidates import Candidate
from asset_pipeline.sprites.requests import denoise_strength
from asset_pipeline.sprites.rolling import Roll
from asset_pipeline.storage.blobs import put_blob
from asset_pipeline.storage.keys import blob_key
from asset_pipeline.storage.store import Store


def as_candidates(rolls: tuple[Roll, ...], best: int, store: Store) -> Artwork:
    """Keep the pictures of all candidates, and return the best one, with the record of all."""
    for roll in rolls:
        for picture in (*roll.artwork.images, *([roll.artwork.generated] if roll.artwork.generated else [])):
            put_blob(store, picture)
    candidates = tuple(candidate_of(roll.spec, roll.artwork, roll.judged) for roll in rolls)
    return replace(rolls[best].artwork, candidates=candidates, chosen=best)


def candidate_of(spec: SpriteSpec, artwork: Artwork, judged: Judged) -> Candidate:
    """Describe one candidate, whose pictures are in the store under their hash."""
    report = judged.report
    faults = sorted(
        (v for v in report.verdicts if v.outcome in (Outcome.WARN, Outcome.FAIL)), key=lambda v: not v.blocks
    )
    return Candidate(
        number=spec.roll,
        seed=spec.seed,
        denoise_strength=None if artwork.guide is None else denoise_strength(spec),
        images=tuple(blob_key(image, ".png") for image in artwork.images),
        generated=None if artwork.generated is None else blob_key(artwork.generated, ".png"),
        receipts=artwork.receipts,
        outcome=report.outcome.value,
        score=round(report.score, 4),
        faults=tuple(verdict.sentence for verdict in faults),
    )


def record_of(spec: SpriteSpec, artwork: Artwork, judged: Judged) -> Candidates:
    """Describe all that was drawn for a sprite, and what became of it."""
    return Candidates(
        game=spec.game,
        pack=spec.pack,
        sprite=spec.sprite,
        spec_version=spec.version,
        candidates=artwork.candidates or (candidate_of(spec, artwork, judged),),
        chosen=artwork.chosen,
        published=not judged.report.failed,
    )
