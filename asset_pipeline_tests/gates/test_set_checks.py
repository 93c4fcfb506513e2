from __future__ import annotations

import json
from dataclasses import replace

import numpy as np

from asset_pipeline.gates.sets import Member, judge_set
from asset_pipeline.gates.thresholds import thresholds
from asset_pipeline.gates.verdicts import Outcome
from asset_pipeline_tests.gates.drawing import drawn
from asset_pipeline_tests.gates.finished import art_of
from asset_pipeline_tests.gates.packs import pixel_member
from asset_pipeline_tests.imaging.measure.drawn import enlarged

LIMITS = thresholds()


def members(count: int = 4) -> list[Member]:
    return [Member(f"thing_{number}", drawn(number).cut) for number in range(count)]


def test_a_set_of_none_or_one_has_nothing_amiss() -> None:
    for few in ([], members(1)):
        assert judge_set(few, LIMITS).outcome is Outcome.SKIPPED


def test_an_empty_sprite_in_a_set_is_no_reason_to_give_up() -> None:
    blank = Member(
        "blank",
        np.zeros((9, 9, 4), np.uint8),
        variant_of="gem",
        colour=(200, 0, 0),
        units=(1, 1),
        style="pixel",
    )

    report = judge_set([*members(), blank, replace(blank, name="blank_2")], LIMITS, palette=[(0, 0, 0)])

    assert report.outcome in {Outcome.PASS, Outcome.SKIPPED}


def test_all_of_three_copies_are_told_as_pairs() -> None:
    one = members(1)[0]
    report = judge_set([one, replace(one, name="b"), replace(one, name="c")], LIMITS)

    assert {verdict.subject for verdict in report.failed} == {"thing_0 + b", "thing_0 + c", "b + c"}
    assert report.failed[0].details["twin_matte_iou"] > 0.98
    assert "seed" in report.failed[0].sentence
    json.dumps(report.as_json(), allow_nan=False)


def test_a_check_that_found_nothing_shows_its_closest_call() -> None:
    gems = [Member(f"gem_{n}", drawn(n).cut, variant_of="gem", colour=drawn(n).fill_rgb) for n in (0, 2)]
    report = judge_set(gems, LIMITS)

    assert report.outcome is Outcome.PASS
    assert {verdict.metric for verdict in report.verdicts} >= {"variant_delta_e", "hue_error_deg"}


def test_what_is_only_taken_for_a_variant_is_warned_of() -> None:
    gem = Member("gem_a", drawn(0).cut, variant_of="gem", supposed=True)
    report = judge_set([gem, replace(gem, name="gem_b", rgba=gem.rgba[:, ::-1])], LIMITS)

    [alike] = [verdict for verdict in report.verdicts if verdict.metric == "variant_delta_e"]
    assert (alike.outcome, alike.subject, alike.blocks) == (Outcome.FAIL, "gem_a + gem_b", False)


def test_styles_that_are_no_pixel_art_are_not_held_to_a_palette_or_a_cell() -> None:
    report = judge_set(members(), LIMITS, palette=[(0, 0, 0)])

    assert not {verdict.metric for verdict in report.verdicts} & {"off_palette", "cell_error"}


def test_plain_pixel_art_that_fits_a_coarser_grid_by_chance_is_let_be() -> None:
    """A box of few lines lies on grids of any size that divides its sides."""
    plain = np.zeros((160, 160, 4), np.uint8)
    plain[32:128, 32:128] = (200, 60, 40, 255)
    art = [pixel_member(f"art_{n}", enlarged(art_of(700 + n), 4)) for n in range(3)]

    report = judge_set([*art, pixel_member("plain", plain)], LIMITS)

    assert report.outcome is Outcome.PASS
