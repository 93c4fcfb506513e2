from __future__ import annotations

import math
import re
import tomllib
from importlib.resources import files
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_pipeline.errors import ConfigError
from asset_pipeline.gates.readings import metrics
from asset_pipeline.gates.select import Kind, select
from asset_pipeline.gates.thresholds import Limit, Override, Range, thresholds
from asset_pipeline.gates.verdicts import Outcome, judge

DATA = tomllib.loads(files("asset_pipeline.gates").joinpath("thresholds.toml").read_text("utf-8"))
LIMITS = thresholds().limits
OF_SETS = {"twin_hash_bits", "twin_delta_e", "twin_matte_iou", "variant_delta_e", "scale_error", "cell_error"}
HALO = LIMITS["halo"]


def test_every_measured_number_has_a_limit_and_every_limit_is_measured() -> None:
    assert set(LIMITS) == set(metrics()) | OF_SETS


def test_the_numbers_are_versioned_dated_and_say_where_they_come_from() -> None:
    assert DATA["version"]
    assert DATA["as_of"].year >= 2026
    assert thresholds().version == DATA["version"]
    assert all(len(limit.source) > 5 for limit in LIMITS.values())


@pytest.mark.parametrize("limit", LIMITS.values(), ids=lambda limit: limit.metric)
def test_what_is_good_does_not_fail_and_every_open_side_has_its_advice(limit: Limit) -> None:
    assert limit.fail.least <= limit.good.least <= limit.good.most <= limit.fail.most
    assert "{" in limit.says
    assert bool(limit.low) == (limit.good.least > -math.inf)
    assert bool(limit.high) == (limit.good.most < math.inf)


@pytest.mark.parametrize(
    ("metric", "good", "fail"),
    [
        ("coverage", (0.10, 0.90), (0.02, 0.95)), ("silhouette_iou", (0.95, math.inf), (0.85, math.inf)),
        ("aspect_error", (-math.inf, 0.02), (-math.inf, 0.10)), ("guide_leak", (-math.inf, 0.30), (-math.inf, 0.50)),
        ("halo", (-math.inf, 0.03), (-math.inf, 0.05)), ("checkerboard", (-math.inf, 0.10), (-math.inf, 0.15)),
        ("wrap_seam", (-math.inf, 1.25), (-math.inf, 1.5)), ("pixel_grid", (0.8, math.inf), (0.4, math.inf)),
    ],
)  # fmt: skip
def test_the_numbers_are_those_of_the_calibration(
    metric: str, good: tuple[float, float], fail: tuple[float, float]
) -> None:
    assert (LIMITS[metric].good, LIMITS[metric].fail) == (Range(*good), Range(*fail))


def test_a_style_and_a_kind_change_single_numbers() -> None:
    pixel, flat = thresholds(style="Pixel Art").limits, thresholds(style="flat", kind="entity").limits

    assert pixel["semi_transparent"].good.most < LIMITS["semi_transparent"].good.most
    assert judge(0.0, flat["luma_std"], version="1").outcome is Outcome.PASS
    assert judge(0.0, LIMITS["luma_std"], version="1").outcome is Outcome.FAIL
    assert thresholds(kind="ui").limits["halo"] == HALO


def test_an_override_needs_a_reason_and_a_gate_that_exists() -> None:
    with pytest.raises(ConfigError, match="without a reason"):
        thresholds().overridden([Override("halo", " ")])
    with pytest.raises(ConfigError, match="no gate 'hallo'"):
        thresholds().overridden([Override("hallo", "why not")])
    with pytest.raises(ConfigError, match=r"\[least, most\]"):
        thresholds().overridden([Override("halo", "why", good=(1, 0))])


def test_an_overridden_verdict_keeps_its_reason() -> None:
    changed = thresholds().overridden([Override("halo", "soft fur", fail=(-math.inf, 0.3))]).limits["halo"]
    verdict = judge(0.2, changed, version="1")

    assert verdict.outcome is Outcome.WARN
    assert verdict.limit.reason == "soft fur"
    assert "soft fur" in verdict.sentence


def test_a_gate_that_is_off_passes_everything_and_says_why() -> None:
    off = thresholds().overridden([Override("holes", "a net", off=True)]).limits["holes"]
    verdict = judge(0.7, off, version="1")

    assert verdict.outcome is Outcome.PASS
    assert "a net" in verdict.sentence


@pytest.mark.parametrize(
    ("value", "outcome"), [(0.03, "pass"), (0.031, "warn"), (0.05, "warn"), (0.051, "fail"), (-4.0, "pass")]
)
def test_ends_of_ranges_belong_to_them(value: float, outcome: str) -> None:
    assert judge(value, HALO, version="1").outcome == outcome


@pytest.mark.parametrize("value", [None, math.nan])
def test_what_could_not_be_measured_is_neither_good_nor_bad(value: float | None) -> None:
    verdict = judge(value, HALO, version="1", why_not="no edge")

    assert verdict.outcome is Outcome.SKIPPED
    assert verdict.value is verdict.quality is None
    assert "no edge" in verdict.sentence


def test_a_sentence_says_what_was_found_what_is_good_and_what_to_do() -> None:
    sentence = judge(0.72, LIMITS["guide_leak"], version="1").sentence

    assert "72.0%" in sentence
    assert "at most 0.3" in sentence
    assert "above 0.5" in sentence
    assert "denoise strength" in sentence


def test_too_little_and_too_much_get_different_advice() -> None:
    little, much = (judge(value, LIMITS["coverage"], version="1").sentence for value in (0.01, 0.99))

    assert LIMITS["coverage"].low in little
    assert LIMITS["coverage"].high in much


def test_beyond_the_hard_limit_there_is_no_mending() -> None:
    bad, hopeless = (judge(value, LIMITS["silhouette_iou"], version="1") for value in (0.8, 0.6))

    assert bad.blocks
    assert not bad.hopeless
    assert hopeless.hopeless


def test_some_failures_only_warn() -> None:
    verdict = judge(9, LIMITS["component_count"], version="1")

    assert verdict.outcome is Outcome.FAIL
    assert not verdict.blocks


@given(st.sampled_from(sorted(LIMITS)), st.floats(-100, 100), st.floats(-100, 100))
def test_quality_follows_the_outcome_and_never_rises_with_the_distance_from_good(
    metric: str, one: float, other: float
) -> None:
    limit = LIMITS[metric]
    near, far = sorted((one, other), key=lambda v: max(limit.good.least - v, v - limit.good.most, 0.0))
    verdicts = [judge(value, limit, version="1") for value in (near, far)]

    for verdict in verdicts:
        assert verdict.quality is not None
        assert verdict.quality == 1 or verdict.outcome is not Outcome.PASS
        assert verdict.quality >= 0 or verdict.outcome is Outcome.FAIL
    same_side = (near > limit.good.most) == (far > limit.good.most)
    if same_side and verdicts[0].quality is not None and verdicts[1].quality is not None:
        assert verdicts[0].quality >= verdicts[1].quality


@pytest.mark.parametrize("kind", [kind for kind in get_args(Kind) if kind not in ("entity", "ui")])
def test_advice_names_nothing_that_a_kind_does_not_have(kind: Kind) -> None:
    """A background has no guide to fill, no strength to raise and no outline."""
    limits = thresholds(kind=kind).limits
    advice = [
        text for gate in select(kind=kind, guided=False) for text in (limits[gate].low, limits[gate].high)
    ]

    assert any("roll again" in text for text in advice)
    assert not [text for text in advice if re.search(r"guide|denois|strength", text)]
    assert "outline" not in limits["entropy_bits"].low or kind == "title"


def test_a_verdict_tells_of_whom_it_speaks() -> None:
    of_one, of_cell = (judge(0.06, HALO, version="1", subject=subject) for subject in ("", "cell 3"))

    assert of_one.told == of_one.sentence
    assert of_cell.told == f"cell 3: {of_cell.sentence}"
