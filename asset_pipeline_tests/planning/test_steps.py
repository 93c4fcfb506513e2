"""A plan says what a run would call, and what it says comes true."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal

import pytest

from asset_pipeline.jobs.routing import Routes
from asset_pipeline.planning.comparing import compare
from asset_pipeline.planning.plan import dearest_usd
from asset_pipeline.planning.steps import PlannedCall
from asset_pipeline.providers.capabilities import ModelCard
from asset_pipeline.providers.operations import Operation
from asset_pipeline.providers.remote import Running
from asset_pipeline.testing.scripted import PRICE
from asset_pipeline_tests.planning.conftest import POND, SOME_RUN, PickyProvider, Table
from asset_pipeline_tests.reviews.drawn import FROG, decided, draw

EVERY: frozenset[Operation] = frozenset(
    {"text_to_image", "image_to_image", "remove_background", "decompose_layers"}
)
PARALLAX = (
    POND + "  hills: {kind: parallax, layer_count: 3, width_px: 128, height_px: 64, description: hills}\n"
)
FROG_ALONE = POND.replace("  reed:", "  # reed:").replace("  sky:", "  # sky:")
RED = POND.replace("a green frog", "a red frog")
CANDIDATES = POND.replace("size_px: 64", "size_px: 64, candidates: 4")
TRIES = POND.replace("size_px: 64", "size_px: 64, candidates: 4, rerolls: 3")


def fates(calls: list[PlannedCall]) -> Counter[str]:
    return Counter(call.fate for call in calls)


def steps(calls: list[PlannedCall], sprite: str) -> list[tuple[str, str]]:
    return [(call.operation, call.fate) for call in calls if call.sprite == sprite]


def test_nothing_made_yet_means_every_step_is_a_call_with_a_price(table: Table) -> None:
    calls = table.plan(PARALLAX)

    assert steps(calls, "frog") == [("image_to_image", "call"), ("remove_background", "call")]
    assert steps(calls, "sky") == [("text_to_image", "call")]
    assert steps(calls, "hills") == [("text_to_image", "call"), ("decompose_layers", "call")]
    assert {(call.game, call.pack, call.provider, call.model) for call in calls} == {
        ("pond", "", "runpod", "scripted")
    }
    assert {call.quote.usd for call in calls if call.quote} == {PRICE}
    assert len(calls) == 7


def test_a_plan_calls_nobody_and_pays_nothing(table: Table) -> None:
    table.plan()

    assert (table.runpod.prepared, table.runpod.paid_jobs) == (0, 0)
    assert table.journal.attempts() == []


def test_what_was_planned_is_what_is_paid(table: Table) -> None:
    planned = table.plan()
    made = table.make()

    assert [one.error for one in made] == [""] * 3
    assert table.runpod.paid_jobs == len(planned) == 5
    assert sum(a.cost_usd for a in table.journal.attempts()) == sum(
        (call.quote.usd for call in planned if call.quote), Decimal(0)
    )


def test_everything_made_means_no_call(table: Table) -> None:
    table.make()

    calls = table.plan()
    assert fates(calls) == {"memo": 5}
    assert all(call.quote is None for call in calls)


def test_what_a_killed_run_left_at_a_provider_is_not_planned_as_another_call(table: Table) -> None:
    """It is paid for; a plan after a crash would count it twice."""
    table.runpod.script = (Running(),)  # the picture never comes, and the job cannot be stopped
    table.runpod.cancel = lambda ticket: None  # type: ignore[method-assign]  # noqa: ARG005
    made = table.make(FROG_ALONE)
    assert "it was told to stop" in made[0].error

    calls = table.plan(FROG_ALONE)
    assert steps(calls, "frog") == [("image_to_image", "begun"), ("remove_background", "call")]
    assert [call.quote is None for call in calls] == [True, False]
    assert [call.fate for call in table.plan(FROG_ALONE, from_scratch=True)] == ["call", "call"]


def test_one_edited_prompt_is_one_generation_and_what_depends_on_it(table: Table) -> None:
    table.make()
    calls = table.plan(RED)

    assert steps(calls, "frog") == [("image_to_image", "call"), ("remove_background", "call")]
    assert fates(calls) == {"call": 2, "memo": 3}

    before = table.runpod.paid_jobs
    table.make(RED)
    assert table.runpod.paid_jobs - before == 2
    assert fates(table.plan(RED)) == {"memo": 5}


def test_an_edit_that_no_model_reads_is_no_call(table: Table) -> None:
    table.make()

    assert fates(table.plan(POND.replace("title: The Pond", "title: Another Pond"))) == {"memo": 5}
    assert fates(table.plan(POND.replace("theme: a quiet", "budget_usd: 9\ntheme: a quiet"))) == {"memo": 5}


def test_going_back_to_an_earlier_prompt_costs_nothing(table: Table) -> None:
    table.make()
    table.make(RED)

    assert fates(table.plan(POND)) == {"memo": 5}


def test_from_scratch_forgets_what_is_known(table: Table) -> None:
    table.make()

    assert fates(table.plan(from_scratch=True)) == {"call": 5}


def test_another_take_is_another_roll_for_everything(table: Table) -> None:
    table.make()

    assert fates(table.plan(take=1)) == {"call": 5}


def test_another_provider_knows_nothing_of_what_the_first_one_made(table: Table) -> None:
    table.make()
    table.routes = Routes(("scenario",))

    assert fates(table.plan()) == {"call": 5}


def test_a_result_whose_picture_is_gone_is_not_known(table: Table) -> None:
    table.make()
    for key in list(table.store.list_keys("blobs/")):
        table.store.delete(key)

    assert fates(table.plan()) == {"call": 5}


def test_what_was_half_made_is_half_known(table: Table) -> None:
    table.routes = Routes(("runpod",), {"remove_background": ("scenario",)})
    table.scenario.submits = [ValueError("killed") for _ in range(9)]
    with pytest.raises(ValueError, match="killed"):
        table.make()
    calls = table.plan()

    assert ("image_to_image", "memo") in steps(calls, "frog")
    assert ("remove_background", "call") in steps(calls, "frog")


def test_embedded_work_is_free(table: Table) -> None:
    table.routes = Routes(("local",))
    calls = table.plan()

    assert fates(calls) == {"free": 5}
    assert all(call.quote is None for call in calls)


def test_a_free_step_after_a_known_one_leaves_it_known(table: Table) -> None:
    table.routes = Routes(("runpod",), {"remove_background": ("local",)})
    table.make()

    assert fates(table.plan()) == {"memo": 3, "free": 2}


def test_a_provider_that_is_not_ready_is_told_with_what_it_lacks(table: Table) -> None:
    table.routes = Routes(("comfyui",))
    calls = table.plan()

    assert fates(calls) == {"impossible": 5}
    assert {call.notes for call in calls} == {("COMFYUI_URL is not set",)}


def test_what_a_provider_cannot_do_names_the_reason_and_who_can(table: Table) -> None:
    table.runpod = PickyProvider(
        name="runpod", models=(ModelCard("flux", frozenset({"text_to_image", "image_to_image"})),)
    )
    calls = table.plan()

    assert fates(calls) == {"call": 3, "impossible": 2}
    [notes] = {call.notes for call in calls if call.fate == "impossible"}
    assert notes == (
        "runpod: flux cannot do remove_background",
        "able to: local, scenario; once set up, by comfyui",
    )


def test_where_nobody_can_it_says_so(table: Table) -> None:
    card = (ModelCard("flux", frozenset({"text_to_image"})),)
    table.runpod, table.scenario = PickyProvider(models=card), PickyProvider(name="scenario", models=card)
    calls = table.plan(POND.replace("style: cartoon", "style: cartoon\nproviders: {image_to_image: runpod}"))

    assert {call.notes[1] for call in calls if call.fate == "impossible"} == {
        "able to: local; once set up, by comfyui"
    }


def test_what_a_model_ignores_is_noted(table: Table) -> None:
    table.runpod = PickyProvider(models=(ModelCard("plain", EVERY, frozenset({"denoise_strength"})),))
    calls = table.plan(POND.replace("size_px: 64", "size_px: 64, steps: 9"))

    notes = [call.notes for call in calls if call.operation == "text_to_image"]
    assert all("plain ignores steps" in told for told in notes)


# Fallbacks --------------------------------------------------------------------------------------------------------


def test_a_chain_has_the_price_of_its_first_provider_and_beside_it_that_of_the_dearest(table: Table) -> None:
    """Where the first one is down, the whole game goes to the other: one should know for how much."""
    table.routes = Routes(("runpod", "scenario"))
    table.scenario.price = PRICE * 5
    calls = table.plan()

    assert {(call.provider, call.quote.usd) for call in calls if call.quote} == {("runpod", PRICE)}
    assert {call.dearest for call in calls} == {("scenario", PRICE * 5)}
    assert dearest_usd(calls) == PRICE * 25


@pytest.mark.parametrize("chain", [("runpod",), ("runpod", "local"), ("runpod", "scenario")])
def test_a_fallback_that_is_no_dearer_changes_no_price(table: Table, chain: tuple[str, ...]) -> None:
    table.routes = Routes(chain)
    table.scenario.price = PRICE / 2

    assert {call.dearest for call in table.plan()} == {("runpod", PRICE)}


def test_what_a_fallback_has_made_is_known(table: Table) -> None:
    """A run asks nobody for it again, so a plan must not price it either."""
    table.make(POND, "scenario")
    table.routes = Routes(("runpod", "scenario"))
    calls = table.plan()

    assert {(call.provider, call.fate) for call in calls} == {("scenario", "memo")}
    assert dearest_usd(calls) == 0


@pytest.mark.parametrize(
    ("fallback", "told"),
    [("comfyui", "COMFYUI_URL is not set"), ("scenario", "scenario: flux cannot do remove_background")],
)
def test_a_fallback_that_could_not_stand_in_is_told_before_it_is_needed(
    table: Table, fallback: str, told: str
) -> None:
    table.routes = Routes(("runpod", fallback))
    drawing_only = ModelCard("flux", frozenset({"text_to_image"}))
    table.scenario = PickyProvider(name="scenario", models=(drawing_only,))

    assert told in {note for call in table.plan() if call.fate == "impossible" for note in call.notes}


def test_a_fallback_is_asked_for_a_model_of_its_own(table: Table) -> None:
    table.routes = Routes(("runpod", "scenario"))
    table.scenario = PickyProvider(
        name="scenario", models=(ModelCard("sdxl", EVERY, frozenset({"denoise_strength"})),)
    )
    calls = table.plan(POND.replace("size_px: 64", "size_px: 64, model: scripted"))

    assert fates(calls) == {"call": 5}


# Drawing and cutting out in one call ------------------------------------------------------------------------------

PLAIN = ModelCard("plain", EVERY, frozenset({"negative_prompt", "denoise_strength"}))
FUSED = replace(PLAIN, name="sprite", operations=EVERY - {"remove_background"})


def test_a_model_that_cuts_out_makes_a_sprite_in_one_call(table: Table) -> None:
    table.runpod = PickyProvider(models=(PLAIN, FUSED), cuts_out="sprite")
    calls = table.plan()

    assert steps(calls, "frog") == [("image_to_image", "call")]
    assert [call.model for call in calls] == ["sprite", "sprite", "plain"]


def test_it_does_not_where_somebody_else_removes_backgrounds(table: Table) -> None:
    table.runpod = PickyProvider(models=(PLAIN, FUSED), cuts_out="sprite")
    table.routes = Routes(("runpod",), {"remove_background": ("scenario",)})
    calls = table.plan()

    assert steps(calls, "frog") == [("image_to_image", "call"), ("remove_background", "call")]
    assert {call.model for call in calls if call.provider == "runpod"} == {"plain"}


# Packs ------------------------------------------------------------------------------------------------------------


def test_every_pack_is_planned_for_itself(table: Table) -> None:
    packs = POND.replace(
        "style: cartoon", "style: cartoon\npacks: {day: {}, night: {theme: a pond at night}}"
    )
    calls = table.plan(packs)

    assert Counter(call.pack for call in calls) == {"day": 5, "night": 5}


# Several tries ----------------------------------------------------------------------------------------------------


def test_the_steps_are_those_of_one_try_and_all_others_come_beside_them(table: Table) -> None:
    further = table.plan_further(TRIES)

    assert fates(table.plan(TRIES)) == fates(table.plan()) == {"call": 5}
    assert Counter(call.roll for call in further) == dict.fromkeys(range(1, 7), 5)
    assert {call.quote.usd for call in further if call.quote} == {PRICE}


def test_a_sprite_of_one_try_has_no_other(table: Table) -> None:
    assert table.plan_further() == []


def test_tries_that_are_free_or_cannot_be_made_are_no_calls(table: Table) -> None:
    for provider in ("local", "comfyui"):
        table.routes = Routes((provider,))
        assert table.plan_further(TRIES) == []


@pytest.mark.parametrize(("text", "rolls"), [(CANDIDATES, {1, 3}), (TRIES, {1, 3, 4, 5, 6})])
def test_a_further_candidate_that_is_known_is_no_call(table: Table, text: str, rolls: set[int]) -> None:
    specs = [spec.rolled(2, None) for spec in table.specs(text)]
    compare(table.router, specs, ["runpod"], table.folder, SOME_RUN)

    assert {call.roll for call in table.plan_further(text)} == rolls


# Pins -------------------------------------------------------------------------------------------------------------


def test_a_pinned_sprite_calls_nobody_until_it_is_unpinned(table: Table) -> None:
    draw(table.store)
    decided(table.store, "pin", 1)

    assert steps(table.plan(TRIES), "frog") == [("image_to_image", "pinned"), ("remove_background", "pinned")]
    assert {call.sprite for call in table.plan_further(TRIES)} == {"reed", "sky"}
    assert fates(table.plan(from_scratch=True)) == {"call": 5}

    decided(table.store, "unpin", minute=1)
    assert fates(table.plan()) == {"call": 5}


def test_a_pin_counts_for_its_own_pack(table: Table) -> None:
    draw(table.store, FROG._replace(pack="day"))
    decided(table.store, "pin", 1, place=FROG._replace(pack="day"))
    calls = table.plan(POND.replace("style: cartoon", "style: cartoon\npacks: {day: {}, night: {}}"))

    assert {(call.pack, call.sprite) for call in calls if call.fate == "pinned"} == {("day", "frog")}


def test_a_scene_that_is_drawn_by_its_plan_costs_what_was_planned_and_then_nothing(table: Table) -> None:
    """Each layer is a call, and all but the farthest are cut out; what is made of them is asked for by the same bytes."""
    text = (
        "id: pond\ntitle: The Pond\ntheme: a pond\nstyle: cartoon\nsprites:\n"
        "  hills: {kind: parallax, layer_count: 3, width_px: 128, height_px: 64, description: hills,\n"
        "          plan: [a night sky, green hills, a shore with reeds]}\n"
    )
    planned = steps(table.plan(text), "hills")
    made = table.make(text)

    assert planned == [("text_to_image", "call")] * 3 + [("remove_background", "call")] * 2
    assert [one.error for one in made] == [""]
    assert len(made[0].artwork.images) == 3
    assert table.runpod.paid_jobs == len(planned)
    assert fates(table.plan(text)) == {"memo": 5}
    assert fates(table.plan(text, from_scratch=True)) == {"call": 5}
