"""A sprite is judged by what its spec asks for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import get_args

from asset_pipeline.gates import select
from asset_pipeline.gates.readings import metrics
from asset_pipeline.gates.thresholds import thresholds
from asset_pipeline.imaging.png import encode_png
from asset_pipeline.manifest import quality
from asset_pipeline.manifest.load import load_game
from asset_pipeline.manifest.quality import GateChange
from asset_pipeline.manifest.resolve import resolve
from asset_pipeline.manifest.spec import SpriteSpec
from asset_pipeline.sprites.judging import gates_of, judge_picture, limits_of
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
