"""The same sprites by several providers, within the same budgets as everything else."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest

from asset_pipeline.imaging.png import decode_image, encode_png
from asset_pipeline.jobs.records import Purpose
from asset_pipeline.providers.capabilities import ModelCard
from asset_pipeline.providers.operations import DecomposeLayers
from asset_pipeline.providers.remote import Failed, Money
from asset_pipeline.sprites.layering import looping_scene
from asset_pipeline.testing.scripted import PRICE
from asset_pipeline_tests.planning.conftest import POND, Table


def test_each_sprite_is_made_by_each_provider(table: Table) -> None:
    made = table.make(POND, "runpod", "scenario", "local")

    assert [(one.spec.sprite, one.provider, one.error) for one in made] == [
        (sprite, provider, "")
        for sprite in ("frog", "reed", "sky")
        for provider in ("runpod", "scenario", "local")
    ]
    for one in made:
        assert one.sprite is not None
        decode_image(one.sprite.picture, what=one.provider)
        assert {receipt.provider for receipt in one.artwork.receipts} == {one.provider}
    assert (table.runpod.paid_jobs, table.scenario.paid_jobs) == (5, 5)


def test_comparing_again_costs_nothing(table: Table) -> None:
    table.make(POND, "runpod", "scenario")
    again = table.make(POND, "runpod", "scenario")

    assert table.runpod.paid_jobs == 5
    assert all(receipt.memoised for one in again for receipt in one.artwork.receipts)


def test_one_that_fails_is_told_beside_the_others(table: Table) -> None:
    table.scenario.script = (Failed("no such model", again=False, cost=Money(Decimal(0), "charged")),)
    made = table.make(POND, "runpod", "scenario")

    assert [one.sprite is None for one in made] == [False, True] * 3
    assert {one.error for one in made if one.provider == "scenario"} != {""}


def test_what_a_provider_can_only_do_in_part_is_not_begun(table: Table) -> None:
    """A drawing that nobody there can cut out is money for nothing."""
    drawing = ModelCard(
        "flux", frozenset({"text_to_image", "image_to_image"}), frozenset({"denoise_strength"})
    )
    table.runpod.models = (drawing,)
    made = table.make(POND, "runpod")

    assert [(one.spec.sprite, one.sprite is not None) for one in made] == [
        ("frog", False),
        ("reed", False),
        ("sky", True),
    ]
    assert "flux cannot do remove_background" in made[0].error
    assert made[0].artwork.receipts == ()
    assert table.runpod.paid_jobs == 1


@pytest.mark.parametrize("limit", ["run", "month", "game"])
def test_a_comparison_is_within_every_budget(table: Table, limit: str) -> None:
    table.with_budgets(**{limit: str(PRICE * 3)})
    made = table.make(POND, "runpod", "scenario", purpose=Purpose(run_id="compare-1"))

    assert table.runpod.paid_jobs + table.scenario.paid_jobs == 3
    assert any("and nothing was sent" in one.error for one in made)


def test_a_comparison_is_within_the_games_own_budget(table: Table) -> None:
    table.make(POND, "runpod", purpose=Purpose(run_id="compare-1", game_budget_usd=PRICE * 2))

    assert table.runpod.paid_jobs == 2


def test_what_a_comparison_cost_is_written_down_for_its_game_sprite_and_run(table: Table) -> None:
    table.make(POND, "runpod", purpose=Purpose(run_id="compare-1"))

    purposes = {attempt.purpose for attempt in table.journal.attempts()}
    assert purposes == {Purpose("pond", "", sprite, "compare-1") for sprite in ("frog", "reed", "sky")}


def test_sheets_and_buttons_are_compared_too(table: Table) -> None:
    parts = """
id: pond
title: The Pond
theme: a quiet pond
style: flat
sprites:
  gems: {kind: sheet, sheet: variation, consistency: shared_seed, columns: 2, cell_width_px: 32, cell_height_px: 32,
         description: a gem, variants: [red, green]}
  ok: {kind: ui, component: button, width_px: 64, height_px: 32, description: a button}
"""
    made = table.make(parts, "runpod", "local")

    assert [one.error for one in made] == [""] * 4
    assert table.runpod.paid_jobs == (2 + 1) + (1 + 1)


FROG = POND.replace("  reed:", "  # reed:").replace("  sky:", "  # sky:")
SHORE = """
id: pond
title: The Pond
theme: a quiet pond
style: flat
generation: {size_px: 64}
sprites:
  shore: {kind: parallax, layer_count: 3, width_px: 128, height_px: 64, description: hills behind a lake}
"""


def test_what_is_compared_is_cut_out_as_a_run_cuts_it_out(table: Table) -> None:
    """A matte that keeps the background would be shown as it came, though no game ever gets it."""
    [spec] = table.specs(FROG)
    drawn = np.full((spec.canvas_height_px, spec.canvas_width_px, 4), 255, np.uint8)
    drawn[20:44, 20:44, :3] = (30, 140, 60)
    matte = drawn.copy()
    matte[:2, :, 3] = 0
    table.runpod.pictures = [encode_png(drawn), encode_png(matte)]

    [made] = table.make(FROG, "runpod")

    assert made.error == ""
    cutout = decode_image(made.artwork.images[0], what="the cutout")
    assert 0.1 < (cutout[..., 3] > 127).mean() < 0.2


def test_a_scene_that_does_not_loop_is_split_as_a_run_splits_it_and_known_to_the_plan(table: Table) -> None:
    """What a run, a comparison and a plan ask of a provider is one piece of work, and paid for once."""
    [spec] = table.specs(SHORE)
    height_px, width_px = spec.canvas_height_px, spec.canvas_width_px
    ramp = np.linspace(0, 255, width_px, dtype=np.uint8)
    scene = np.dstack([np.tile(ramp, (height_px, 1))] * 3 + [np.full((height_px, width_px), 255, np.uint8)])
    table.runpod.pictures = [encode_png(scene)]

    [made] = table.make(SHORE, "runpod")

    assert made.error == ""
    split = [job.request for job in table.runpod.jobs.values() if isinstance(job.request, DecomposeLayers)]
    assert [one.image for one in split] == [looping_scene(spec, encode_png(scene))]
    assert [call.fate for call in table.plan(SHORE)] == ["memo", "memo"]
