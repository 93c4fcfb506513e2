from __future__ import annotations

from itertools import product
from typing import get_args

import pytest

from asset_pipeline.errors import ConfigError
from asset_pipeline.gates.readings import metrics
from asset_pipeline.gates.select import Kind, Step, Trait, select


def test_a_cutout_is_judged_on_the_canvas_it_was_generated_on() -> None:
    """A finished sprite fills its canvas by right; there it would touch the frame."""
    cut, finished = (set(select(kind="entity", step=step)) for step in ("remove_background", "finish"))

    assert {"halo", "guide_leak", "silhouette_iou", "border_touch", "checkerboard"} <= cut
    assert not {"border_touch", "fill_error", "halo"} & finished
    assert {"edge_bleed", "declared_facts"} <= finished


def test_scenes_loop_and_are_not_cut_out() -> None:
    for chosen in (set(select(kind="background")), set(select(kind="parallax"))):
        assert "wrap_seam" in chosen
        assert not {"halo", "coverage", "edge_bleed"} & chosen
    assert "wrap_seam" not in select(kind="background", traits=["still"])
    assert "wrap_seam" not in select(kind="entity")


def test_only_pixel_art_is_held_to_a_grid() -> None:
    assert {"pixel_grid", "colour_count", "off_palette"} <= set(select(kind="entity", style="Pixel art"))
    assert "pixel_grid" not in select(kind="entity", style="cartoon")


def test_the_edges_of_pixel_art_are_judged_when_the_finish_has_hardened_them() -> None:
    """On the canvas of a model a round thing of pixel art has an edge as soft as any other."""
    for style, soft in (("Pixel art", "finish"), ("cartoon", "remove_background")):
        steps = [
            step
            for step in get_args(Step)
            if "semi_transparent" in select(kind="entity", style=style, step=step)
        ]
        assert steps == [soft]


def test_only_a_guided_sprite_can_miss_its_silhouette_or_keep_its_guide() -> None:
    assert not {"silhouette_iou", "guide_leak", "fill_error"} & set(select(kind="entity", guided=False))


@pytest.mark.parametrize(
    ("trait", "excused"),
    [
        ("glow", "semi_transparent"), ("glass", "interior_ghost"), ("smoke", "interior_ghost"), ("hole", "holes"),
        ("multi_part", "largest_component"), ("free_shape", "silhouette_iou"), ("dark", "guide_leak"), ("opaque", "halo"),
    ],
)  # fmt: skip
def test_a_trait_excuses_from_its_gate(trait: Trait, excused: str) -> None:
    assert excused in select(kind="entity")
    assert excused not in select(kind="entity", traits=[trait])


def test_a_tile_must_repeat_and_nothing_else_must() -> None:
    assert "tile_seam" in select(kind="sheet", traits=["tile"])
    assert "tile_seam" not in select(kind="sheet")


def test_letters_are_many_pieces_with_holes() -> None:
    chosen = set(select(kind="title"))

    assert not {"holes", "largest_component", "silhouette_iou"} & chosen
    assert {"halo", "border_touch", "semi_transparent"} <= chosen
    assert "halo" not in select(kind="title", traits=["opaque"])


def test_layers_are_of_parallax_scenes_and_states_of_user_interfaces() -> None:
    assert "order_margin_db" in select(kind="parallax", step="decompose_layers")
    assert not select(kind="background", step="decompose_layers")
    assert {"state_iou", "state_shift_px"} <= set(select(kind="ui", step="finish"))


@pytest.mark.parametrize(
    ("kind", "step", "guided"), list(product(get_args(Kind), (None, *get_args(Step)), (True, False)))
)
def test_any_choice_is_in_reading_order_and_every_step_is_part_of_the_whole(
    kind: Kind, step: Step | None, guided: bool
) -> None:
    chosen = select(kind=kind, step=step, style="pixel", guided=guided)

    assert list(chosen) == [metric for metric in metrics() if metric in chosen]
    assert set(chosen) <= set(select(kind=kind, style="pixel", guided=guided))


def test_unknown_words_are_refused() -> None:
    with pytest.raises(ConfigError, match="kind 'hero'"):
        select(kind="hero")  # type: ignore[arg-type]  # that is the point
    with pytest.raises(ConfigError, match="step"):
        select(kind="entity", step="paint")  # type: ignore[arg-type]  # that is the point
    with pytest.raises(ConfigError, match="trait 'shiny'"):
        select(kind="entity", traits=["shiny"])  # type: ignore[list-item]  # that is the point
