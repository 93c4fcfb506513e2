"""One of the pictures a sprite could be, as it is kept for people to look at."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from asset_pipeline.providers.operations import Receipt


class Candidate(BaseModel):
    """One roll of the dice for a sprite, judged.

    Attributes:
        number: from 0, in the order they were drawn.
        seed: of the generation.
        prompt: of the generation; empty in records made before it was kept.
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
    prompt: str = ""
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

    @property
    def shown(self) -> str:
        """Key of the picture that shows all of it: the scene where it has layers, else the only one."""
        return self.generated if self.generated is not None and len(self.images) > 1 else self.picture

    @property
    def label(self) -> str:
        """What people call it: counted from 1, on the page, in commands and in messages."""
        return str(self.number + 1)
