"""A sprite is judged by what its spec asks for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from asset_pipeline.gates import select
from asset_pipeline.gates.readings import metrics
from asset_pipeline.gates.thresholds import thresholds
from asset_pipeline.gates.verdicts import Outcome
from asset_pipeline.imaging.png import encode_png
from asset_pipeline.imaging.sheets.slicing import assembled
from asset_pipeline.manifest import quality
from asset_pipeline.manifest.composites import SheetForm
from asset_pipeline.manifest.load import load_game
from asset_pipeline.manifest.quality import GateChange
from asset_pipeline.manifest.resolve import resolve
from asset_pipeline.manifest.spec import SpriteSpec
from asset_pipeline.sprites.artwork import Artwork
from asset_pipeline.sprites.finishing import finished
from asset_pipeline.sprites.judging import gates_of, judge, judge_picture, limits_of
from asset_pipeline.sprites.sheets import cell_boxes
from asset_pipeline_tests.gates.cutouts import undecontaminated
from asset_pipeline_tests.gates.drawing import drawn

GAMES = Path(__file__).parents[2] / "games"
LAMPLIGHTER = resolve(load_game(GAMES / "lantern_lake.yaml"), "lamplighter", "default")
BARE = LAMPLIGHTER.model_copy(update={"traits": ()})
SKY = resolve(load_game(GAMES / "orbit_golf.yaml"), "deep_space")


def test_the_manifest_knows_the_gates_and_traits_there_are() -> None:
    assert sorted(get_args(quality.GateName)) == sorted(thresholds().limits)
    assert {*get_args(quality.Trait), "opaque"} == set(get_args(select.Trait))


def test_a_cutout_is_judged_on_its_canvas_and_a_scene_by_its_seam() -> None:
    assert {"border_touch", "silhouette_iou", "halo", "edge_bleed"} <= set(gates_of(LAMPLIGHTER))
    assert {"wrap_seam", "pixel_grid"} <= set(gates_of(SKY))
    assert not {"halo", "border_touch"} & set(gates_of(SKY))
    assert "wrap_seam" not in gates_of(SKY.model_copy(update={"traits": ("still",)}))


def test_a_changed_limit_keeps_its_reason() -> None:
    changed = LAMPLIGHTER.model_copy(update={"gates": {"halo": GateChange(why="soft fur", at_most=0.08)}})

    halo = limits_of(changed).limits["halo"]
    assert (halo.good.most, halo.fail.most, halo.reason) == (0.08, 0.08, "soft fur")


def test_a_colour_is_an_order_only_where_the_manifest_gives_it_as_such() -> None:
    """The lamplighter has a colour of its own; of the grass of a fairway only the words tell."""
    fairway = resolve(load_game(GAMES / "orbit_golf.yaml"), "fairway")

    assert limits_of(LAMPLIGHTER).limits["hue_error_deg"].blocks
    assert not limits_of(fairway).limits["hue_error_deg"].blocks


def test_a_manifest_may_change_the_gates_by_which_its_kinds_of_sprite_are_judged(
    games_dir: Path, spec_of: Callable[..., SpriteSpec]
) -> None:
    """It may not import them; this keeps them one list all the same."""
    judged_by: dict[str, set[str]] = defaultdict(set)
    for sprite in load_game(games_dir / "pond.yaml").sprites:
        spec = spec_of(sprite).model_copy(update={"style": "pixel art", "traits": ("tile",)})
        judged_by[spec.kind] |= set(gates_of(spec))

    assert judged_by == quality.KIND_GATES


def pixel_sheet(spec: SpriteSpec, **changed: object) -> SpriteSpec:
    """A sheet of two large cells of pixel art, two pixels a square."""
    form = {"columns": 2, "rows": 1, "cell_width_px": 320, "cell_height_px": 320, "spacing_px": 0}
    details = spec.details.model_copy(update={**form, **changed})
    assert isinstance(details, SheetForm)
    width_px, height_px = details.size_px
    size = {"width_px": width_px, "height_px": height_px}
    return spec.model_copy(update={**size, "style": "pixel art", "details": details})


def squares(spec: SpriteSpec, side_px: int) -> bytes:
    """Any picture of it, of squares of *side_px* in every cell."""
    assert isinstance(spec.details, SheetForm)
    drawn = np.random.default_rng(3).integers(0, 4, (320 // side_px, 320 // side_px, 4), np.uint8) * 60
    drawn[..., 3] = 255
    cell = drawn.repeat(side_px, axis=0).repeat(side_px, axis=1)
    boxes = cell_boxes(spec.details)
    return encode_png(assembled([cell] * len(boxes), boxes, width_px=spec.width_px, height_px=spec.height_px))


@pytest.mark.parametrize("sprite", ["run", "moss"])
@pytest.mark.parametrize("gaps", [{}, {"spacing_px": 1}, {"margin_px": 3, "spacing_px": 2}])
def test_each_cell_of_pixel_art_has_its_grid_whatever_lies_between_them(
    sprite: str, gaps: dict[str, int], spec_of: Callable[..., SpriteSpec]
) -> None:
    spec = pixel_sheet(spec_of(sprite), **gaps)

    [whole] = [v for v in judge_picture(spec, squares(spec, 2)).report.verdicts if v.metric == "pixel_grid"]
    [torn] = [v for v in judge_picture(spec, squares(spec, 1)).report.verdicts if v.metric == "pixel_grid"]

    assert (whole.value, whole.outcome) == (1.0, Outcome.PASS)
    assert torn.outcome is Outcome.FAIL


def test_a_sheet_of_another_size_fails_by_its_size(spec_of: Callable[..., SpriteSpec]) -> None:
    """Its cells are nowhere, and that is no reason to break off."""
    moss = spec_of("moss")
    picture = encode_png(np.full((moss.height_px, moss.width_px // 2, 4), 200, np.uint8))

    report = judge_picture(moss, picture).report

    assert "declared_facts" in {verdict.metric for verdict in report.failed}


def test_the_cutout_of_a_sheet_is_judged_cell_by_cell_from_its_files_too(
    spec_of: Callable[..., SpriteSpec],
) -> None:
    """Of the whole no cell that is empty, or that reaches into its neighbour, would be seen."""
    gems = spec_of("gems")
    cutout = np.zeros((90, 270, 4), np.uint8)
    cutout[20:70, 20:70] = (200, 30, 30, 255)
    before = np.where(cutout[..., 3:] > 0, cutout, np.uint8(255))

    report = judge_picture(gems, encode_png(cutout), before=encode_png(before)).report

    assert ("area_px", "jade green") in {(verdict.metric, verdict.subject) for verdict in report.failed}


def test_a_tile_with_nothing_on_it_is_no_tile(spec_of: Callable[..., SpriteSpec]) -> None:
    """Beside one that shows something it was lost in the mean of the sheet."""
    moss = spec_of("moss")
    sheet = np.full((moss.canvas_height_px, moss.canvas_width_px, 4), 250, np.uint8)
    side = moss.canvas_height_px
    sheet[:, :side, :3] = np.random.default_rng(3).integers(0, 255, (side, side, 3), np.uint8)
    sheet[..., 3] = 255
    artwork = Artwork((encode_png(sheet),))

    report = judge(moss, artwork, finished(moss, artwork)).report

    assert ("entropy_bits", "tile 1") in {(verdict.metric, verdict.subject) for verdict in report.failed}


def test_what_cannot_be_measured_of_one_sprite_is_a_gate_of_the_set() -> None:
    assert set(get_args(quality.GateName)) - set(metrics()) == quality.SET_GATES


def test_a_band_of_background_around_a_cutout_blocks_unless_it_is_declared_as_its_outline() -> None:
    """By the nearer ring alone a band of 3 px or more is not even judged, and what is not judged holds up nothing."""
    sprite = drawn(160, shape="disc", aspect=1.0)
    before = encode_png(sprite.before)
    for grown_px in (1, 3, 5):
        cut = encode_png(undecontaminated(sprite, grown_px))
        [halo] = [v for v in judge_picture(BARE, cut, before=before).report.verdicts if v.metric == "halo"]
        assert halo.blocks, f"{grown_px} px: {halo.sentence}"

    sticker = BARE.model_copy(update={"traits": ("outlined",)})
    judged = judge_picture(sticker, encode_png(undecontaminated(sprite, 5)), before=before)
    assert "halo" not in {verdict.metric for verdict in judged.report.failed}
