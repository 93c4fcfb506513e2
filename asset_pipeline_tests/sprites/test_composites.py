from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from asset_pipeline.errors import ConfigError
from asset_pipeline.imaging.png import decode_image
from asset_pipeline.imaging.sheets.slicing import cut_cells, sliced
from asset_pipeline.manifest.composites import SheetForm
from asset_pipeline.manifest.spec import SpriteSpec
from asset_pipeline.providers.operations import ImageToImage, TextToImage
from asset_pipeline.sprites.composites import (
    Consistency,
    cell_count,
    cell_request,
    composite_guide_png,
    grid_of,
    state_request,
    whole_request,
)

SpecOf = Callable[..., SpriteSpec]


def sheet_of(spec: SpriteSpec) -> SheetForm:
    assert isinstance(spec.details, SheetForm)
    return spec.details


def test_where_cells_lie_is_what_the_manifest_says(spec_of: SpecOf) -> None:
    """The sheet's own size is what an export expects of the file."""
    spec = spec_of("run")

    assert grid_of(sheet_of(spec)).size_px == (spec.width_px, spec.height_px) == sheet_of(spec).size_px


@pytest.mark.parametrize("sprite", ["run", "gems", "moss", "ok", "dot"])
def test_the_guide_is_as_large_as_the_canvas_that_is_asked(
    sprite: str, spec_of: SpecOf, games_dir: Path
) -> None:
    spec = spec_of(sprite)

    request = whole_request(spec, games_dir)

    guide = decode_image(request.image, what="guide")
    assert guide.shape == (spec.canvas_height_px, spec.canvas_width_px, 4)
    assert (guide[..., 3] == 255).all()
    assert len(np.unique(guide[..., :3].reshape(-1, 3), axis=0)) > 2
    assert (request.prompt, request.seed) == (spec.prompt, spec.seed)


def test_the_guide_has_one_thing_in_every_cell(spec_of: SpecOf) -> None:
    spec = spec_of("run")
    guide = decode_image(composite_guide_png(spec), what="guide")
    boxes = grid_of(sheet_of(spec)).boxes(
        canvas_width_px=spec.canvas_width_px, canvas_height_px=spec.canvas_height_px
    )

    shares = [(cut[..., 3] > 127).mean() for cut, _ in cut_cells(guide, boxes)]

    assert len(shares) == 8
    assert all(0.3 < share < 0.7 for share in shares)


def test_variants_have_their_own_colours_and_spare_cells_nothing(spec_of: SpecOf) -> None:
    """Three columns and two variants: a third disc would ask for a third gem."""
    spec = spec_of("gems")
    guide = decode_image(composite_guide_png(spec), what="guide")
    boxes = grid_of(sheet_of(spec)).boxes(
        canvas_width_px=spec.canvas_width_px, canvas_height_px=spec.canvas_height_px
    )

    ruby, jade, spare = (
        cell[cell.shape[0] // 2, cell.shape[1] // 2, :3].astype(int) for cell in sliced(guide, boxes)
    )

    assert ruby[0] > ruby[1] + 60
    assert jade[1] > jade[0] + 60
    assert (spare == 255).all()


def test_tiles_fill_their_cells(spec_of: SpecOf) -> None:
    spec = spec_of("moss")
    boxes = grid_of(sheet_of(spec)).boxes(
        canvas_width_px=spec.canvas_width_px, canvas_height_px=spec.canvas_height_px
    )

    for cell in sliced(decode_image(composite_guide_png(spec), what="guide"), boxes):
        assert (cell[..., :3] != 255).any(axis=2).all()


def test_each_cell_is_asked_in_words_of_its_own(spec_of: SpecOf, games_dir: Path) -> None:
    """The same request twice would be answered with the same picture."""
    for sprite, own in (("run", "frame 2 of 4 of the animation hop"), ("gems", "jade green, a gem")):
        spec = spec_of(sprite)
        asked = [
            cell_request(spec, cell, "shared_seed", games_dir) for cell in range(cell_count(sheet_of(spec)))
        ]

        assert asked[1].prompt.startswith(own)
        assert len({request.prompt for request in asked}) == len(asked)
        assert {request.seed for request in asked} == {spec.seed}
        assert all("a quiet pond" in request.prompt and "cells" not in request.prompt for request in asked)


@pytest.mark.parametrize(
    ("consistency", "kind"),
    [("shared_seed", TextToImage), ("reference", TextToImage), ("from_first", ImageToImage)],
)
def test_later_cells_are_drawn_after_the_first(
    consistency: Consistency, kind: type[object], spec_of: SpecOf, games_dir: Path
) -> None:
    spec = spec_of("run")

    first = cell_request(spec, 0, consistency, games_dir)
    later = cell_request(spec, 3, consistency, games_dir, first=b"the first")

    assert type(first) is TextToImage
    assert type(later) is kind
    assert (first.width_px, first.height_px) == (later.width_px, later.height_px) == (512, 384)
    assert (later.reference_images[:1] == (b"the first",)) is (consistency == "reference")
    if isinstance(later, ImageToImage):
        assert (later.image, later.denoise_strength) == (b"the first", 0.65)


def test_a_state_is_drawn_over_the_normal_one(spec_of: SpecOf, games_dir: Path) -> None:
    spec = spec_of("ok")

    request = state_request(spec, "hover", b"normal", games_dir)

    assert request.image == b"normal"
    assert request.prompt == f"hover state of {spec.prompt}"
    assert request.denoise_strength < 0.5


def test_what_there_is_not_cannot_be_asked(spec_of: SpecOf, games_dir: Path) -> None:
    with pytest.raises(ConfigError, match="no cell 8"):
        cell_request(spec_of("run"), 8, "reference", games_dir)
    with pytest.raises(ConfigError, match="no cell 2"):
        cell_request(spec_of("gems"), 2, "reference", games_dir)
    with pytest.raises(ConfigError, match="no state 'pressed'"):
        state_request(spec_of("ok"), "pressed", b"", games_dir)
    with pytest.raises(ConfigError, match="pond/frog: only a sheet"):
        composite_guide_png(spec_of("frog"))
