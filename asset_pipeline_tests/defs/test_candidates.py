"""The strip of a sprite's candidates."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from asset_pipeline.defs.candidates import shown_candidates
from asset_pipeline.imaging.png import decode_image, encode_png
from asset_pipeline.reviews.candidates import Candidate, Candidates
from asset_pipeline.storage import keys
from asset_pipeline.storage.blobs import put_blob
from asset_pipeline.storage.folder import FolderStore

RED, GREEN, BLUE = (255, 0, 0), (0, 255, 0), (0, 0, 255)


@pytest.mark.parametrize(
    ("images", "generated", "shown"),
    [((RED, GREEN), BLUE, BLUE), ((RED,), BLUE, RED), ((RED,), None, RED)],
    ids=["layers", "a cutout", "a picture"],
)
def test_of_layers_the_whole_scene_is_shown_and_else_what_was_cut_out(
    images: tuple[tuple[int, ...], ...],
    generated: tuple[int, ...] | None,
    shown: tuple[int, ...],
    tmp_path: Path,
) -> None:
    store = FolderStore(tmp_path)

    def kept(colour: tuple[int, ...]) -> str:
        return put_blob(store, encode_png(np.full((64, 64, 4), (*colour, 255), np.uint8)))

    candidates = tuple(
        Candidate(
            number=number,
            seed=number,
            images=tuple(map(kept, images)),
            generated=None if generated is None else kept(generated),
            receipts=(),
            outcome="pass",
            score=1,
        )
        for number in range(2)
    )
    record = Candidates(
        game="pond",
        pack=None,
        sprite="hills",
        spec_version="1",
        candidates=candidates,
        chosen=0,
        published=True,
    )

    assert shown_candidates(record, store)
    strip = decode_image(store.get(keys.candidates_strip_key("pond", None, "hills")), what="the strip")
    seen = {colour for colour in (RED, GREEN, BLUE) if (strip[..., :3] == colour).all(axis=-1).any()}
    assert seen == {shown}
