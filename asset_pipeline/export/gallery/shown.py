"""What a gallery shows of a sprite."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from asset_pipeline.imaging.png import image_size, read_png_text
from asset_pipeline.manifest.spec import SpriteSpec
from asset_pipeline.sprites.candidates import Candidate
from asset_pipeline.sprites.finishing import PNG_TEXT_KEY

VERDICTS = {
    "pass": "passed",
    "warn": "warned",
    "fail": "failed",
    "held_back": "held back",
    "skipped": "not measured",
    "missing": "not made yet",
}
"""Every verdict, and what people read."""


@dataclass(frozen=True)
class Shown:
    """One sprite in a gallery.

    Attributes:
        spec: what it is.
        png: its published picture; ``None`` where there is none.
        layers: of a parallax scene, its published layers, back to front, all of the size of the whole.
        parallax_factors: how far each layer moves with the foreground, 0 to 1.
        candidates: what was drawn for it last; empty where that was not recorded.
        chosen: number of the candidate that was finished.
        published: whether that one passed; else the published picture is of an earlier generation.
    """

    spec: SpriteSpec
    png: bytes | None = field(repr=False)
    layers: tuple[bytes, ...] = field(default=(), repr=False)
    parallax_factors: tuple[float, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    chosen: int = 0
    published: bool = True

    @cached_property
    def size_px(self) -> tuple[int, int]:
        """Width and height of its picture, which may be older than its spec; the spec's where there is none."""
        if self.png is None:
            return self.spec.width_px, self.spec.height_px
        return image_size(self.png, what=self.spec.sprite)

    @cached_property
    def drawn_prompt(self) -> str:
        """The prompt of its picture, as the file itself says; the spec's where it does not."""
        if self.png is None:
            return self.spec.prompt
        note = json.loads(read_png_text(self.png).get(PNG_TEXT_KEY, "{}"))
        return str(note.get("prompt", self.spec.prompt))

    @property
    def verdict(self) -> str:
        """How its newest generation stands: one of ``VERDICTS``."""
        if not self.published:
            return "held_back"
        if self.png is None:
            return "missing"
        found = next((one.outcome for one in self.candidates if one.number == self.chosen), "skipped")
        return found if found in VERDICTS else "skipped"

    @property
    def cost_usd(self) -> Decimal:
        """What all calls for its candidates cost when they were made."""
        return sum((r.cost_usd for one in self.candidates for r in one.receipts), Decimal(0))
