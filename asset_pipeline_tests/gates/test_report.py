from __future__ import annotations

import json
import math

import numpy as np
import pytest

from asset_pipeline.errors import ImageError
from asset_pipeline.gates.case import Case
from asset_pipeline.gates.marking import MAGENTA, mark
from asset_pipeline.gates.readings import metrics, read
from asset_pipeline.gates.report import Report, judge_case
from asset_pipeline.gates.select import select
from asset_pipeline.gates.thresholds import Override, thresholds
from asset_pipeline.gates.verdicts import Outcome
from asset_pipeline_tests.gates.drawing import drawn, moved
from asset_pipeline_tests.imaging.measure.drawn import pixel_art

LIMITS = thresholds()
CUTOUT = select(kind="entity", step="remove_background")


def test_a_good_sprite_passes_every_gate() -> None:
    report = judge_case(drawn(4).case(), CUTOUT, LIMITS).report

    assert report.outcome is Outcome.PASS
    assert [verdict.metric for verdict in report.verdicts] == list(CUTOUT)
    assert not report.failed


def test_a_bad_sprite_fails_with_its_pixels_and_ranks_below_a_good_one() -> None:
    sprite = drawn(6, shape="disc", aspect=1.0)
    good, bad, worse = (
        judge_case(one.case(), CUTOUT, LIMITS)
        for one in (sprite, moved(sprite, x_px=50), moved(sprite, scale=0.1))
    )

    assert bad.report.outcome is Outcome.FAIL
    assert bad.offending["border_touch"][:, -1].any()
    assert {verdict.metric for verdict in bad.report.failed} == {
        "silhouette_iou",
        "aspect_error",
        "border_touch",
    }
    assert good.report.rank > max(bad.report.rank, worse.report.rank)
    assert not good.offending


def test_offending_pixels_are_kept_only_of_what_is_amiss() -> None:
    judged = judge_case(drawn(3).case(), metrics(), LIMITS)
    amiss = {v.metric for v in judged.report.verdicts if v.outcome in {Outcome.WARN, Outcome.FAIL}}

    assert set(judged.offending) <= amiss
    assert all(mask.shape == (256, 256) and mask.dtype == np.bool_ for mask in judged.offending.values())


def test_with_nothing_to_look_at_nothing_passes() -> None:
    report = judge_case(Case(drawn(1).cut), ["halo", "checkerboard"], LIMITS).report

    assert report.outcome is Outcome.SKIPPED
    assert report.rank == (0, 0, -1.0)
    assert all("not given" in verdict.sentence for verdict in report.verdicts)


def test_a_failure_that_does_not_block_is_a_warning() -> None:
    sprite = drawn(6, shape="disc", aspect=1.0)
    rgba = sprite.cut
    for x in (4, 240):
        rgba[4:14, x : x + 10, 3] = rgba[240:250, x : x + 10, 3] = 255
    report = judge_case(Case(rgba), ["component_count"], LIMITS).report

    assert report.verdicts[0].outcome is Outcome.FAIL
    assert report.outcome is Outcome.WARN
    assert not report.failed


def test_the_json_is_plain_and_says_all_there_is_to_say() -> None:
    limits = LIMITS.overridden([Override("aspect_error", "wobbly on purpose", fail=(-math.inf, 2.0))])
    report = judge_case(moved(drawn(6, aspect=1.0), stretch=0.5).case(), CUTOUT, limits).report
    text = json.dumps(report.as_json(), allow_nan=False)
    written = json.loads(text)

    assert written["outcome"] == "fail"
    assert written["thresholds_version"] == LIMITS.version
    by_metric = {verdict["metric"]: verdict for verdict in written["verdicts"]}
    aspect = by_metric["aspect_error"]
    assert aspect["value"] == pytest.approx(math.log(2), abs=0.02)
    assert aspect["good"] == [None, 0.02]
    assert aspect["outcome"] == "warn"
    assert aspect["override_reason"] == "wobbly on purpose"
    iou = by_metric["silhouette_iou"]
    assert iou["hopeless"]
    assert iou["details"]["precision"] > iou["details"]["recall"]


def test_an_empty_picture_and_a_single_pixel_can_be_judged_by_every_gate() -> None:
    dot = np.full((1, 1, 4), 255, np.uint8)
    for rgba in (np.zeros((8, 8, 4), np.uint8), dot, np.full((5, 5, 4), 255, np.uint8)):
        case = Case(
            rgba, before=rgba, silhouette=rgba[..., 3] > 127, guide_rgb=(0, 0, 0), aspect=1.0, fill_share=0.9
        )
        report = judge_case(case, metrics(), LIMITS).report
        assert report.outcome is Outcome.FAIL
        json.dumps(report.as_json(), allow_nan=False)


def test_a_declared_palette_says_how_many_colours_there_may_be() -> None:
    art = pixel_art(1, 24, 24, colours=9)
    palette = ((0, 0, 0), (255, 255, 255))
    free, held = (
        judge_case(Case(art, palette=colours, cell_px=1), ["colour_count"], LIMITS).report.verdicts[0]
        for colours in ((), palette)
    )

    assert free.outcome is Outcome.PASS
    assert held.outcome is Outcome.WARN
    assert held.limit.good.most == 2


def test_every_reading_that_is_missing_says_why() -> None:
    blank = Case(np.zeros((8, 8, 4), np.uint8))

    for metric in metrics():
        reading = read(metric, blank)
        assert reading.value is not None or reading.why_not


def test_pictures_that_do_not_fit_each_other_are_refused() -> None:
    with pytest.raises(ImageError, match="one size"):
        judge_case(Case(drawn(1).cut, before=drawn(1).before[1:]), ["halo"], LIMITS)


def test_a_marked_sprite_is_opaque_and_magenta_just_around_the_fault() -> None:
    rgba = drawn(5).cut
    offending = np.zeros((256, 256), np.bool_)
    offending[100:110, 50:60] = True
    marked = mark(rgba, offending)

    magenta = (marked[..., :3] == MAGENTA).all(axis=2)
    assert (marked[..., 3] == 255).all()
    assert magenta[99, 50:60].all()
    assert magenta[100:110, 49].all()
    assert not magenta[offending].any()
    assert magenta.sum() == 12 * 12 - 10 * 10


def test_a_single_bad_pixel_is_still_seen_on_a_large_sprite() -> None:
    offending = np.zeros((1024, 1024), np.bool_)
    offending[500, 500] = True

    marked = mark(np.zeros((1024, 1024, 4), np.uint8), offending)

    assert (marked[..., :3] == MAGENTA).all(axis=2).sum() >= 70


def test_without_a_fault_only_the_checkerboard_is_added() -> None:
    rgba = drawn(5).cut
    solid = rgba[..., 3] == 255

    for nothing in (None, np.zeros((256, 256), np.bool_)):
        marked = mark(rgba, nothing)
        assert np.array_equal(marked[solid], rgba[solid])
        assert len(np.unique(marked[rgba[..., 3] == 0], axis=0)) == 2
    with pytest.raises(ImageError, match="one size"):
        mark(rgba, np.zeros((4, 4), np.bool_))


def test_a_report_of_nothing_is_no_pass() -> None:
    assert Report((), "1").outcome is Outcome.SKIPPED
