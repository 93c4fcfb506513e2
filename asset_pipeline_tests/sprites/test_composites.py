from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from asset_pipeline.errors import ConfigError
from asset_pipeline.imaging.png import decode_image, encode_png
from asset_pipeline.imaging.sheets.slicing import cut_cells, sliced
from asset_pipeline.manifest.composites import Consistency, SheetForm
from asset_pipeline.manifest.game import Game
from asset_pipeline.manifest.resolve import resolve
from asset_pipeline.manifest.spec import SpriteSpec
from asset_pipeline.providers.operations import ImageToImage, TextToImage
from asset_pipeline.sprites.composites import cell_request, put_together, state_request
from asset_pipeline.sprites.layouts import drawn_boxes, grid_of, guide_of
from asset_pipeline.sprites.requests import image_to_image

SpecOf = Callable[..., SpriteSpec]


def sheet_of(spec: SpriteSpec) -> SheetForm:
    assert isinstance(spec.details, SheetForm)
    return spec.details


def by_cells(spec: SpriteSpec, consistency: Consistency) -> SpriteSpec:
    """The same sheet, of which every cell is a call of its own."""
    form = sheet_of(spec).model_copy(update={"consistency": consistency})
    return spec.model_copy(update={"details": form})


def test_where_cells_lie_is_what_the_manifest_says(spec_of: SpecOf) -> None:
    """The sheet's own size is what an export expects of the file."""
    spec = spec_of("run")

    assert grid_of(sheet_of(spec)).size_px == (spec.width_px, spec.height_px) == sheet_of(spec).size_px


@pytest.mark.parametrize(
    ("layout", "cell_px", "spacing_px", "drawn"),
    [
        ((8, 1), (64, 64), 0, (8, 1)),
        ((2, 8), (24, 96), 0, (8, 2)),
        ((32, 1), (16, 16), 0, (6, 6)),
        ((2, 1), (16, 16), 1000, (2, 1)),
        ((2, 1), (16, 256), 0, (2, 1)),
        ((2, 1), (128, 16), 0, (2, 1)),
        ((16, 16), (128, 128), 0, (16, 16)),
    ],
)
@pytest.mark.parametrize("consistency", ["one_picture", "shared_seed"])
def test_every_cell_has_enough_pixels_to_be_drawn(
    layout: tuple[int, int],
    cell_px: tuple[int, int],
    spacing_px: int,
    drawn: tuple[int, int],
    consistency: str,
) -> None:
    """In a strip of 64 px across, all that is drawn is soft edge; it failed its gate after it was paid for."""
    cells = {
        "columns": layout[0],
        "rows": layout[1],
        "cell_width_px": cell_px[0],
        "cell_height_px": cell_px[1],
    }
    run = {"kind": "sheet", "sheet": "sprite", "description": "x", "spacing_px": spacing_px, **cells}
    spec = resolve(
        Game.model_validate(
            {"id": "pond", "title": "Pond", "theme": "a pond", "style": "flat",
             "sprites": {"run": {**run, "consistency": consistency}}}
        ),
        "run",
    )  # fmt: skip

    assert sheet_of(spec).drawn_layout == drawn
    assert f"{drawn[0]} by {drawn[1]} equal cells" in spec.prompt
    assert max(spec.canvas_width_px, spec.canvas_height_px) <= 2048
    canvas = np.zeros((spec.canvas_height_px, spec.canvas_width_px, 4), np.uint8)
    boxes = drawn_boxes(sheet_of(spec), canvas)
    assert len(boxes) == layout[0] * layout[1]
    assert min(min(box.width, box.height) for box in boxes) >= 64


@pytest.mark.parametrize("sprite", ["run", "gems", "moss", "ok", "dot"])
def test_the_guide_is_as_large_as_the_canvas_that_is_asked(
    sprite: str, spec_of: SpecOf, games_dir: Path
) -> None:
    spec = spec_of(sprite)

    request = image_to_image(spec, guide_of(spec, games_dir), games_dir)

    guide = decode_image(request.image, what="guide")
    assert guide.shape == (spec.canvas_height_px, spec.canvas_width_px, 4)
    assert (guide[..., 3] == 255).all()
    assert len(np.unique(guide[..., :3].reshape(-1, 3), axis=0)) > 2
    assert (request.prompt, request.seed) == (spec.prompt, spec.seed)


def test_the_guide_has_one_thing_in_every_cell(spec_of: SpecOf, games_dir: Path) -> None:
    spec = spec_of("run")
    guide = decode_image(guide_of(spec, games_dir), what="guide")
    boxes = grid_of(sheet_of(spec)).boxes(
        canvas_width_px=spec.canvas_width_px, canvas_height_px=spec.canvas_height_px
    )

    shares = [(cut[..., 3] > 127).mean() for cut, _ in cut_cells(guide, boxes)]

    assert len(shares) == 8
    assert all(0.3 < share < 0.7 for share in shares)


def test_variants_have_their_own_colours_and_spare_cells_nothing(spec_of: SpecOf, games_dir: Path) -> None:
    """Three columns and two variants: a third disc would ask for a third gem."""
    spec = spec_of("gems")
    guide = decode_image(guide_of(spec, games_dir), what="guide")
    boxes = grid_of(sheet_of(spec)).boxes(
        canvas_width_px=spec.canvas_width_px, canvas_height_px=spec.canvas_height_px
    )

    ruby, jade, spare = (
        cell[cell.shape[0] // 2, cell.shape[1] // 2, :3].astype(int) for cell in sliced(guide, boxes)
    )

    assert ruby[0] > ruby[1] + 60
    assert jade[1] > jade[0] + 60
    assert (spare == 255).all()


def test_tiles_fill_their_cells(spec_of: SpecOf, games_dir: Path) -> None:
    spec = spec_of("moss")
    boxes = grid_of(sheet_of(spec)).boxes(
        canvas_width_px=spec.canvas_width_px, canvas_height_px=spec.canvas_height_px
    )

    for cell in sliced(decode_image(guide_of(spec, games_dir), what="guide"), boxes):
        assert (cell[..., :3] != 255).any(axis=2).all()


def test_each_cell_is_asked_in_words_of_its_own(spec_of: SpecOf, games_dir: Path) -> None:
    """The same request twice would be answered with the same picture."""
    for sprite, own in (("run", "frame 2 of 4 of the animation hop"), ("gems", "jade green, a gem")):
        spec = by_cells(spec_of(sprite), "shared_seed")
        asked = [cell_request(spec, cell, games_dir) for cell in range(len(sheet_of(spec).drawn))]

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
    spec = by_cells(spec_of("run"), consistency)

    first = cell_request(spec, 0, games_dir)
    later = cell_request(spec, 3, games_dir, first=b"the first")

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
        cell_request(by_cells(spec_of("run"), "reference"), 8, games_dir)
    with pytest.raises(ConfigError, match="no cell 2"):
        cell_request(by_cells(spec_of("gems"), "reference"), 2, games_dir)
    with pytest.raises(ConfigError, match="no state 'pressed'"):
        state_request(spec_of("ok"), "pressed", b"", games_dir)
    with pytest.raises(ConfigError, match="no cell 0"):
        cell_request(spec_of("run"), 0, games_dir)
    with pytest.raises(ConfigError, match="pond/frog: only a sheet"):
        cell_request(spec_of("frog"), 0, games_dir)
    with pytest.raises(ConfigError, match="pond/sky: only an entity"):
        guide_of(spec_of("sky"), games_dir)


def test_cells_that_were_drawn_one_by_one_lie_where_one_picture_would_have_them(spec_of: SpecOf) -> None:
    spec = by_cells(spec_of("gems"), "shared_seed")
    colours = ((200, 20, 30, 255), (20, 180, 60, 255))
    pictures = [encode_png(np.full((64, 64, 4), colour, np.uint8)) for colour in colours]

    whole = decode_image(put_together(spec, pictures), what="the sheet")

    assert whole.shape == (spec.canvas_height_px, spec.canvas_width_px, 4)
    for cell, colour in zip(sliced(whole, drawn_boxes(sheet_of(spec), whole)), colours, strict=True):
        assert (cell == colour).all()
