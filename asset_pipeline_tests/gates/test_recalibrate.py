from __future__ import annotations

import math
import tomllib
from pathlib import Path

import numpy as np
import pytest

from asset_pipeline.errors import ConfigError, ImageError
from asset_pipeline.gates.guides import read_guide
from asset_pipeline.gates.labelled import labelled_folder
from asset_pipeline.gates.recalibrate import ANY_FAULT, Labelled, Proposal, as_toml, caught, recalibrate
from asset_pipeline.gates.thresholds import thresholds
from asset_pipeline.imaging.arrays import Rgba
from asset_pipeline.imaging.png import encode_png
from asset_pipeline_tests.gates.drawing import Drawn, drawn, moved

LIMITS = thresholds()


def labelled(metric: str, sound: list[float], faulty: list[float]) -> list[Labelled]:
    return [Labelled("good", {metric: value}) for value in sound] + [
        Labelled("bad", {metric: value}, frozenset({metric})) for value in faulty
    ]


def proposal(metric: str, sound: list[float], faulty: list[float]) -> Proposal:
    [found] = recalibrate(labelled(metric, sound, faulty), LIMITS)
    return found


def test_the_proposed_limit_lies_in_the_gap_between_good_and_bad() -> None:
    found = proposal("halo", [0.0, 0.01, 0.02, 0.02, 0.03, 0.04], [0.2, 0.25, 0.3, 0.3, 0.5, 0.9])

    assert found.fail is not None
    assert found.fail == pytest.approx((-math.inf, 0.12))
    assert found.good is not None
    assert found.good.most == pytest.approx(0.035)
    assert found.then is not None
    assert (found.then.recall, found.then.false_alarms) == (1.0, 0.0)


def test_limits_below_which_to_fail_are_found_as_well() -> None:
    found = proposal("silhouette_iou", [0.97, 0.96, 0.98, 0.95, 0.99], [0.5, 0.6, 0.7, 0.4, 0.3])

    assert found.fail is not None
    assert found.fail.least == pytest.approx(0.825)
    assert found.fail.most == LIMITS.limits["silhouette_iou"].fail.most


def test_of_a_range_with_two_ends_the_one_that_was_not_seen_is_kept() -> None:
    found = proposal("coverage", [0.4, 0.5, 0.6, 0.5, 0.45], [0.97, 0.99, 1.0, 0.98, 0.99])

    assert found.fail is not None
    assert found.fail == pytest.approx((0.02, 0.785))


def test_where_both_overlap_few_false_alarms_come_before_recall() -> None:
    rng = np.random.default_rng(0)
    found = proposal("halo", rng.normal(0.02, 0.02, 200).tolist(), rng.normal(0.06, 0.03, 200).tolist())

    assert found.then is not None
    assert found.then.false_alarms is not None
    assert found.then.false_alarms <= 0.05
    assert found.then.recall is not None
    assert 0.4 < found.then.recall < 0.9


def test_too_few_pictures_propose_nothing_but_tell_how_right_the_limits_are_now() -> None:
    found = proposal("halo", [0.01] * 3, [0.2, 0.01])

    assert (found.fail, found.good, found.then) == (None, None, None)
    assert (found.now.recall, found.now.false_alarms) == (0.5, 0.0)


def test_pictures_of_unknown_fault_count_only_for_all_gates_together() -> None:
    pictures = [
        Labelled("a", {"halo": 0.2}, frozenset({ANY_FAULT})),
        Labelled("b", {"halo": 0.0, "holes": 0.0}, frozenset({ANY_FAULT})),
        Labelled("c", {"halo": 0.0}),
    ]
    rates = caught(pictures, LIMITS)

    assert (rates.recall, rates.false_alarms) == (0.5, 0.0)
    assert [(p.metric, p.faulty, p.sound) for p in recalibrate(pictures, LIMITS)] == [("halo", 0, 1)]


def test_what_is_proposed_can_be_pasted_into_the_data() -> None:
    proposals = recalibrate(
        labelled("halo", [0.0] * 5, [0.2] * 5) + labelled("holes", [0.0] * 5, [0.2]), LIMITS
    )
    text = as_toml(proposals)
    read = tomllib.loads(text)

    assert read["halo"]["fail"] == [-float("inf"), 0.1]
    assert read["holes"] == {}
    assert "recall 100.0%" in text
    assert "too few" in text


def save(folder: Path, name: str, sprite: Drawn) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.png").write_bytes(encode_png(sprite.cut))
    (folder / f"{name}.before.png").write_bytes(encode_png(sprite.before))
    (folder / f"{name}.guide.png").write_bytes(encode_png(guide_of(sprite)))


def guide_of(sprite: Drawn) -> Rgba:
    guide = np.full((256, 256, 4), 255, np.uint8)
    guide[sprite.silhouette, :3] = sprite.guide_rgb
    return guide


def test_a_labelled_folder_is_measured_and_gives_proposals(tmp_path: Path) -> None:
    for seed in range(6):
        sprite = drawn(seed, shape="disc", aspect=1.0)
        save(tmp_path / "good", f"sprite_{seed}", sprite)
        save(tmp_path / "bad" / "aspect_error", f"sprite_{seed}", moved(sprite, stretch=0.5))
    save(tmp_path / "bad", "some_fault", moved(drawn(9), scale=0.2))
    pictures = list(labelled_folder(tmp_path))

    assert len(pictures) == 13
    assert {"halo", "checkerboard", "silhouette_iou", "guide_leak"} <= pictures[-1].values.keys()
    assert [p.name for p in pictures if ANY_FAULT in p.faults] == ["bad/some_fault.png"]
    [aspect] = [one for one in recalibrate(pictures, LIMITS) if one.metric == "aspect_error"]
    assert aspect.now.recall == 1.0
    assert aspect.now.false_alarms == 0.0
    assert aspect.fail is not None
    assert 0.1 < aspect.fail.most < 0.6


def test_a_folder_without_labels_and_a_fault_that_is_no_gate_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="sort them"):
        list(labelled_folder(tmp_path))
    save(tmp_path / "bad" / "ugly", "sprite", drawn(1))
    with pytest.raises(ConfigError, match="like no gate"):
        list(labelled_folder(tmp_path))


def test_a_guide_is_read_on_white_and_on_transparent_paper() -> None:
    sprite = drawn(3)
    on_white = guide_of(sprite)
    transparent = on_white.copy()
    transparent[~sprite.silhouette] = 0

    for guide in (on_white, transparent):
        shape, fill = read_guide(guide)
        assert np.array_equal(shape, sprite.silhouette)
        assert fill == sprite.guide_rgb
    with pytest.raises(ImageError, match="no shape"):
        read_guide(np.full((4, 4, 4), 255, np.uint8))
