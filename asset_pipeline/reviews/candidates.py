"""The pictures a sprite could be, and the one that was chosen: kept in the store, for people to look at."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, ValidationError

from asset_pipeline.errors import ObjectNotFound, StoreError
from asset_pipeline.providers.operations import Receipt
from asset_pipeline.storage import keys
from asset_pipeline.storage.store import Store


class Candidate(BaseModel):
    """One roll of the dice for a sprite, judged.

    Attributes:
        number: from 0, in the order they were drawn.
        seed: of the generation.
        denoise_strength: of the generation over a guide; ``None`` where there is none.
        images: keys of its pictures' blobs before the finish: the cutout, or the layers from back to front.
        generated: key of the blob before its background was removed; ``None`` where that is no step of it.
        receipts: of every call made for it.
        outcome: ``pass``, ``warn``, ``fail`` or ``skipped``, by its gates.
        score: mean quality of all verdicts, -1 to 1.
        faults: a sentence for every gate that warned or failed, the failures first.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: int
    seed: int
    denoise_strength: float | None = None
    images: tuple[str, ...]
    generated: str | None = None
    receipts: tuple[Receipt, ...]
    outcome: str
    score: float
    faults: tuple[str, ...] = ()

    @property
    def picture(self) -> str:
        """Key of its first picture: what decisions about it name, since it is made of the picture's hash."""
        return self.images[0]


class Candidates(BaseModel):
    """All candidates of one sprite's newest version.

    Attributes:
        game: the game's id.
        pack: the pack's id; ``None`` where the game has none.
        sprite: the sprite's id.
        spec_version: of the spec they were drawn for.
        candidates: in the order they were drawn.
        chosen: number of the one that was finished.
        published: whether it passed, so that the game gets it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    game: str
    pack: str | None
    sprite: str
    spec_version: str
    candidates: tuple[Candidate, ...]
    chosen: int
    published: bool


def write_candidates(store: Store, record: Candidates) -> None:
    """Keep *record* in place of the sprite's last one."""
    key = keys.candidates_key(record.game, record.pack, record.sprite)
    store.put(key, record.model_dump_json().encode(), content_type="application/json")


def read_candidates(store: Store, game: str, pack: str | None, sprite: str) -> Candidates | None:
    """Return what was last drawn for a sprite, or ``None``.

    Raises:
        StoreError: what is kept there is no such record.
    """
    key = keys.candidates_key(game, pack, sprite)
    try:
        return Candidates.model_validate_json(store.get(key))
    except ObjectNotFound:
        return None
    except ValidationError as error:
        raise StoreError(
            f"{store.uri(key)} is no record of candidates ({error.error_count()} mistakes); delete it, and the next run "
            "writes it anew"
        ) from error
